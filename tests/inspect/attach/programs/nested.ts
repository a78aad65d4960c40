// Workers of workers: each level starts the next, and those of `late` start their loop when they are told so, of a worker
// without a loop the last one.

import process from 'node:process';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type * as Asyncio from '../../../../src/asyncio.ts';

const library = new URL('../../../../src/asyncio.ts', import.meta.url).href;
const [, , kind = 'early'] = process.argv;

interface Data {
  readonly name: string;
  readonly go: Int32Array;
}

/** A loop that sleeps, in this thread. */
async function sleepHere(name: string): Promise<void> {
  const { run, sleep } = (await import(library)) as typeof Asyncio;
  await run(
    async () => {
      if (!isMainThread) process.stdout.write(`in ${name}\n`);
      await sleep(60_000);
    },
    { name },
  );
}

function start(name: string, go: Int32Array): Worker {
  return new Worker(new URL(import.meta.url), { name, argv: [kind], workerData: { name, go } });
}

const NEXT: Readonly<Record<string, string>> = { outer: 'inner' };

if (isMainThread) {
  const go = new Int32Array(new SharedArrayBuffer(4));
  start('outer', go);
  process.once('SIGUSR2', () => {
    Atomics.store(go, 0, 1);
    Atomics.notify(go, 0);
  });
  await sleepHere('main');
} else {
  const { name, go } = workerData as Data;
  const next = NEXT[name];
  if (kind === 'late') {
    if (name === 'outer') process.stdout.write('ready\n');
    const told = Atomics.waitAsync(go, 0, 0);
    // The wait alone does not keep the thread.
    const alive = setInterval(() => {}, 1000);
    await told.value;
    clearInterval(alive);
  }
  if (next !== undefined) start(next, go);
  // In `late` the worker between the two has no loop at all.
  if (kind === 'late' && next !== undefined) setInterval(() => {}, 1000);
  else await sleepHere(name);
}
