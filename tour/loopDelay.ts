// How late the loop was: a task asks for a turn again and again, and notes how much later than asked it came. What
// holds the thread, or a queue of work before it, shows here, whoever is to blame.

import { cancelAndWait, createTask, sleep } from '../src/asyncio.ts';

export interface LoopDelay {
  /** Milliseconds that 99 of 100 turns stayed below. */
  readonly p99: number;
  /** Milliseconds of the latest turn. */
  readonly worst: number;
}

/** Milliseconds between two turns that are asked for. */
const every = 5;

/** Runs the body, and measures meanwhile. A cancel ends both. */
export async function withLoopDelay<T>(body: () => Promise<T>): Promise<[T, LoopDelay]> {
  const delays: number[] = [];
  const sampler = createTask(
    async () => {
      for (;;) {
        const due = performance.now() + every;
        await sleep(every);
        delays.push(Math.max(0, performance.now() - due));
      }
    },
    { name: 'loop delay' },
  );
  try {
    const result = await body();
    return [result, summarize(delays)];
  } finally {
    await cancelAndWait(sampler);
  }
}

/** The figures of a list of delays. */
export function summarize(delays: readonly number[]): LoopDelay {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.ceil((sorted.length - 1) * part)] ?? 0;
  return { p99: at(0.99), worst: at(1) };
}
