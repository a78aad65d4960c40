// What a test's body is given, and how it is run: the types of runTest.

import type { Clock, Duration, EventLoop } from '../asyncio.ts';
import type { Random } from './random.ts';
import type { CapturedReports } from './reports.ts';
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
