// A program that is looked at: `target.ts TASKS`. Its tasks wait for what tasks wait for, each three async functions deep,
// and it was not prepared for a look. Over its channel it is told when to begin to take the time of each turn of the
// host's loop, and then what the longest ones were.

import koffi from 'koffi';
import { subject } from '../io/subject.ts';

const { Event, Queue, run, sleep, taskGroup } = subject;

/** What it tells. */
export interface Turns {
  /** The longest turns in milliseconds of this thread's processor time, the longest first. */
  readonly turns: readonly number[];
}

const KEPT = 10;
const CLOCK_THREAD_CPUTIME_ID = 3;

const clockGettime = koffi.load('libc.so.6').func('int clock_gettime(int, void *)');
const read = new BigInt64Array(2);

// Of this thread alone, in nanoseconds: what else the machine does takes none of it. That of the host is milliseconds old.
function threadTime(): number {
  clockGettime(CLOCK_THREAD_CPUTIME_ID, read);
  return Number(read[0]) * 1e3 + Number(read[1]) / 1e6;
}

let last = 0;
let watching = false;
let longest: number[] = [];

// With something to do in each turn no turn waits for anything: how long it took is how long it held the loop.
function turn(): void {
  const now = threadTime();
  const took = now - last;
  last = now;
  if (took > (longest[KEPT - 1] ?? 0))
    longest = [...longest, took].toSorted((a, b) => b - a).slice(0, KEPT);
  if (watching) setImmediate(turn);
}

process.on('disconnect', () => process.exit());
process.on('message', (what) => {
  if (what === 'begin') {
    last = threadTime();
    longest = [];
    watching = true;
    setImmediate(turn);
  } else if (what === 'end') {
    watching = false;
    process.send?.({ turns: longest } satisfies Turns);
  }
});

async function work(wait: () => PromiseLike<unknown>): Promise<void> {
  try {
    await serveOne(wait);
  } finally {
    await null;
  }
}

async function serveOne(wait: () => PromiseLike<unknown>): Promise<void> {
  await wait();
}

const size = Number(process.argv[2]);
await run(() =>
  taskGroup(async (group) => {
    const [queue, event] = [new Queue<number>(10, { name: 'jobs' }), new Event({ name: 'end' })];
    const waits = [() => queue.get(), () => event.wait(), () => sleep(1_000_000), () => new Event().wait()];
    for (let task = 0; task < size; task++) {
      const wait = waits[task % waits.length]!;
      group.startSoon(() => work(wait), { name: `worker ${task}` });
    }
    await sleep(0);
    await sleep(0);
    process.send?.('ready');
  }),
);
