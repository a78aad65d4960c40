// The load of this process, as course 10 asks for it: how much of a processor it wants, threads included, from 0 to 1.
//
// What it wants and not what it gets, as the system's own load average counts: on a machine that others use too, a thread
// that could run may wait for its turn.

import { readdirSync, readFileSync } from 'node:fs';
import { sleep } from '../../src/asyncio.ts';

/** The load of each second since the one before, for ever. @param second milliseconds */
export async function* loads(second: number): AsyncGenerator<number, never> {
  const begin = performance.now();
  for (let tick = 1; ; tick += 1) {
    const from = performance.now();
    const before = wanted();
    await sleep(Math.max(1, begin + tick * second - performance.now()));
    yield Math.min(1, Math.max(0, wanted() - before) / (performance.now() - from));
  }
}

/** Milliseconds for which threads ran, or could have run, so far. */
function wanted(): number {
  if (process.platform !== 'linux') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  let all = 0;
  for (const thread of readdirSync('/proc/self/task')) {
    const [ran = 0, waited = 0] = timesOf(thread);
    all += ran + waited;
  }
  return all / 1e6;
}

/** Nothing of a thread that has just ended. */
function timesOf(thread: string): number[] {
  try {
    return readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
  } catch {
    return [];
  }
}
