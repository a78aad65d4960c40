// A program without any thought of being looked at: a deadlock, a queue that nobody reads, names that a terminal would
// obey, a worker thread with a loop of its own, and, when asked for, a hang.

import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { Event, Lock, Queue, run, sleep, taskGroup } from '../../../../src/asyncio.ts';

async function transfer(from: Lock, to: Lock): Promise<void> {
  await from.acquire();
  await sleep(0);
  await to.acquire();
}

function spin(): void {
  for (;;) Math.sqrt(2);
}

const [kind = 'waits'] = process.argv.slice(2);
const startWorker = (): Worker => new Worker(new URL('./inWorker.ts', import.meta.url), { name: 'crunch' });
if (kind === 'workers') startWorker();
if (kind === 'later') process.once('SIGUSR2', startWorker);
await run(() =>
  taskGroup(async (group) => {
    const [left, right] = [new Lock({ name: 'left' }), new Lock({ name: 'right' })];
    const queue = new Queue<number>(1);
    group.startSoon(() => transfer(left, right), { name: 'first' });
    group.startSoon(() => transfer(right, left), { name: 'second' });
    group.startSoon(
      async () => {
        for (;;) await queue.put(1);
      },
      { name: 'producer' },
    );
    group.startSoon(() => new Event().wait(), { name: '\x1b[2Jevil\n' });
    // Keeps the process alive, where only a deadlock would be left.
    group.startSoon(() => sleep(60_000), { name: 'sleeper' });
    await sleep(20);
    console.log('ready');
    await sleep(50);
    if (kind === 'spins') group.startSoon(async () => spin(), { name: 'spinner' });
    if (kind === 'starves') {
      const starve = async (): Promise<void> => {
        for (;;) await null;
      };
      group.startSoon(starve, { name: 'starver' });
    }
    if (kind === 'blocks') {
      const { execSync } = await import('node:child_process');
      execSync('sleep 30');
    }
  }),
);
