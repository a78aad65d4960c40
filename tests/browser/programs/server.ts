// A server under some load, for the pictures: requests that wait for a connection, a queue that is emptied slowly, a report that
// computes, and two tasks that wait for each other.

import { Lock, Queue, run, Semaphore, sleep, taskGroup } from '../../../src/asyncio.ts';

const prices = new Lock({ name: 'prices' });
const stock = new Lock({ name: 'stock' });
const connections = new Semaphore(4);
const jobs = new Queue<number>(10);

async function query(time: number): Promise<void> {
  await connections.with(() => sleep(time));
}

async function report(): Promise<void> {
  for (;;) {
    await query(400);
    for (let index = 0; index < 1e8; index += 1);
  }
}

async function refresh(first: Lock, second: Lock): Promise<void> {
  await sleep(100);
  await first.with(async () => {
    await sleep(100);
    await second.with(() => sleep(1));
  });
}

async function produce(): Promise<void> {
  for (let number = 0; ; number += 1) await jobs.put(number);
}

async function consume(): Promise<void> {
  for (;;) {
    await jobs.get();
    await sleep(300);
  }
}

await run(async function serve() {
  await taskGroup(async (group) => {
    void group.createTask(report, { name: 'GET /report' });
    void group.createTask(() => refresh(prices, stock), { name: 'refresh prices' });
    void group.createTask(() => refresh(stock, prices), { name: 'refresh stock' });
    void group.createTask(produce, { name: 'jobs in' });
    void group.createTask(consume, { name: 'jobs out' });
    console.log('listening');
    for (let number = 1; ; number += 1) {
      void group.createTask(() => query(1000 + ((number * 7919) % 3000)), { name: `GET /item/${number}` });
      await sleep(600);
    }
  });
});
