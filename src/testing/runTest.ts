// runTest: a test's body on a fresh loop, with virtual time, a seeded schedule and a leak guard.
//
// 1. A run follows from its seed, as long as nothing real from outside interferes: the same seed gives the
//    same order of events, and the failure names the seed.
// 2. A test fails when its body throws, when it leaves tasks, timers or handles behind, when the library had
//    to report an error that the test did not expect, when it takes too long, and when nothing can wake it.

import type { EventLoop } from '../facade/eventLoop.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import type { Clock } from '../loop/clock.ts';
import { oneRun } from './oneRun.ts';
import type { Random } from './random.ts';
import type { CapturedReports } from './reports.ts';
import { nameSeed, seedsToRun } from './seeds.ts';
import type { VirtualClock } from './virtualClock.ts';

/** What the body of a test is given.
 * @example
 * ```ts
 * import { runTest, type TestContext } from 'asyncio-ts/testing';
 * await runTest(async ({ clock, seed }: TestContext) => console.log(clock.now(), seed)); // -> 0 0
 * ```
 */
export interface TestContext {
  /** The loop's clock; a {@link VirtualClock} unless the test asked for another. */
  readonly clock: VirtualClock;
  readonly loop: EventLoop;
  /** Random numbers that follow from the seed, for the test's data. */
  readonly random: Random;
  /** The seed of this run; 0 is asyncio's own order. */
  readonly seed: number;
  /** What the library reported; say here what the test expects. */
  readonly reports: CapturedReports;
}

/** The body of a test.
 * @example
 * ```ts
 * import { sleep } from 'asyncio-ts';
 * import { runTest, type TestBody } from 'asyncio-ts/testing';
 * const body: TestBody<void> = async () => { await sleep(1000); };
 * await runTest(body);
 * ```
 */
export type TestBody<T> = (context: TestContext) => PromiseLike<T> | T;

/** Options of {@link runTest}.
 * @example
 * ```ts
 * import { runTest, type RunTestOptions } from 'asyncio-ts/testing';
 * const options: RunTestOptions = { schedules: 10, timeout: 2000 };
 * await runTest(async () => {}, options);
 * ```
 */
export interface RunTestOptions {
  /** Which schedule to run: an integer from 0 on, or `random`. 0, the default, is asyncio's own order; any other
   * permutes what asyncio leaves open. The environment variable ASYNCIO_SEED overrides it. */
  seed?: number | 'random' | undefined;
  /** Runs the body this often, each time with the next seed; 1 by default. */
  schedules?: number | undefined;
  /** `virtual` by default; `host` for real time; a clock, or a function that makes one for each run. */
  clock?: 'virtual' | 'host' | Clock | (() => Clock) | undefined;
  /** How long one run may take, in milliseconds of real time; 10,000 by default, Infinity for no limit. */
  timeout?: Duration | undefined;
  /** What becomes of a test that leaves tasks, timers or handles behind; `fail` by default. */
  leaks?: 'fail' | 'ignore' | undefined;
  /** Notes where tasks, timers and handles are made, so that a leak can be named; true by default. Turn it off
   * for bodies that make very many. */
  places?: boolean | undefined;
  /** Debug mode of the loop; false by default. */
  debug?: boolean | undefined;
}

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
