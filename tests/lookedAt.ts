// A program with a deadlock, a name that would like to be markup, and so many idle tasks.

import process from 'node:process';
import { Event, Lock, run, sleep, taskGroup } from '../src/asyncio.ts';

await run(async function main() {
  const [left, right] = [new Lock({ name: 'left' }), new Lock({ name: 'right' })];
  const philosopher = (first: Lock, second: Lock) => async () => {
    await first.with(async () => {
      await sleep(1);
      await second.with(() => {});
    });
  };
  await taskGroup(async (group) => {
    void group.createTask(philosopher(left, right), { name: 'Ann' });
    void group.createTask(philosopher(right, left), { name: 'Bob' });
    void group.createTask(() => new Event().wait(), { name: '<img src=x onerror="globalThis.pwned=1">' });
    for (let number = 0; number < Number(process.argv[2]); number += 1)
      void group.createTask(() => sleep(600_000), { name: `idle ${number}` });
    console.log('started');
  });
});
