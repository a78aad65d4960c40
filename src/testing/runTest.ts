// runTest: a test's body on a fresh loop, with virtual time, a seeded schedule and a leak guard.
//
// 1. A run follows from its seed, as long as nothing real from outside interferes: the same seed gives the
//    same order of events, and the failure names the seed.
// 2. A test fails when its body throws, when it leaves tasks, timers or handles behind, when the library had
//    to report an error that the test did not expect, when it takes too long, and when nothing can wake it.

import { InvalidArgumentError } from '../asyncio.ts';
import { oneRun } from './oneRun.ts';
import { nameSeed, seedsToRun } from './seeds.ts';
import type { RunTestOptions, TestBody } from './testBody.ts';

/** Runs `body` as the main task of a loop of its own, with virtual time: sleeps and timeouts take no real time.
 * Give its promise to the test runner. The test fails when the body throws, when it leaves a task, timer or
 * handle behind (with the place where that was made), when the library reports an error that was not expected,
 * and when it can't end. The failure names the seed: with ASYNCIO_SEED set to it the same run comes again.
 * @returns what the body returns, in the last run
 * @throws whatever the body throws
 * @throws LeakError (`ERR_ASYNCIO_LEAK`) when something was left behind
 * @throws ReportError (`ERR_ASYNCIO_REPORT`) for a report that was not expected, or one that did not come
 * @throws TimeoutError (`ERR_ASYNCIO_TIMEOUT`) after `timeout` milliseconds of real time
 * @throws DeadlockError (`ERR_ASYNCIO_DEADLOCK`) when nothing could wake the test any more
 * @throws InvalidArgumentError for a bad option; UsageError while another loop runs on this thread
 * @example
 * ```ts
 * import { sleep, timeout, TimeoutError } from 'asyncio-ts';
 * import { runTest } from 'asyncio-ts/testing';
 * // With node:test: test('gives up after a minute', () => runTest(async ({ clock }) => { … }));
 * await runTest(async ({ clock }) => {
 *   try { await timeout(60_000, () => sleep(3_600_000)); } catch (error) {
 *     console.log(error instanceof TimeoutError, clock.now()); // -> true 60000
 *   }
 * });
 * ```
 */
export async function runTest<T>(body: TestBody<T>, options: RunTestOptions = {}): Promise<T> {
  if (typeof body !== 'function') {
    throw new InvalidArgumentError('body', `runTest needs a function that is the test, not ${typeof body}`);
  }
  const seeds = seedsToRun(options.seed, options.schedules ?? 1);
  let result: T | undefined;
  for (const seed of seeds) {
    try {
      result = await oneRun(body, seed, options);
    } catch (error) {
      throw nameSeed(error, seed, options.schedules ?? 1);
    }
  }
  return result as T;
}
