// One run of a test's body, on a loop of its own: set up, run, look for what was left, tear down.

import { toMilliseconds } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import { cancelAll } from '../core/cancel/cancel.ts';
import { allTasks, createTask } from '../core/task/createTask.ts';
import type { Task } from '../core/task/task.ts';
import { reportUnretrieved } from '../core/future/unretrieved.ts';
import { EventLoop } from '../facade/eventLoop.ts';
import { drive } from '../facade/running.ts';
import { HostClock } from '../loop/clock.ts';
import type { Clock } from '../loop/clock.ts';
import { keepPlaces, readyQueueOf, timersOf } from '../loop/engine.ts';
import { unheldTimer } from '../sys/host/exit.ts';
import { nextHostTurn } from '../sys/host/host.ts';
import { LeakError, leaksOf } from './leaks.ts';
import type { Leak } from './leaks.ts';
import { Random } from './random.ts';
import { captureReports } from './reports.ts';
import type { RunTestOptions, TestBody, TestContext } from './runTest.ts';
import { scheduleBy } from './scheduler.ts';
import { VirtualClock } from './virtualClock.ts';
import { Watchdog } from './watchdog.ts';

const DEFAULT_TIMEOUT = 10_000;
/** Real milliseconds that tasks get to stop when the test is over. */
const STOP_WITHIN = 1000;
/** Iterations that may go by at the end before what is still ready counts as left behind. */
const LAST_ITERATIONS = 20;

export async function oneRun<T>(body: TestBody<T>, seed: number, options: RunTestOptions): Promise<T> {
  const reports = captureReports();
  const clock = makeClock(options.clock);
  const loop = new EventLoop({ clock, debug: options.debug ?? false });
  keepPlaces(loop, options.places ?? true);
  // Two streams: what the body draws must not change the schedule.
  const random = new Random(seed);
  const schedule = random.fork();
  if (seed !== 0) scheduleBy(loop, schedule);
  const context: TestContext = { clock: clock as VirtualClock, loop, random, seed, reports };
  try {
    const result = await guarded(
      loop,
      clock,
      createTask(() => body(context), { loop, name: 'test' }),
      options,
    );
    const leaks = options.leaks === 'ignore' ? [] : await leftovers(loop, clock);
    await stopEverything(loop, clock);
    reportUnretrieved(loop);
    if (leaks.length > 0) throw new LeakError(leaks);
    reports.check();
    return result;
  } finally {
    await stopEverything(loop, clock);
    // Judged already: a leak guard around this test has nothing to say about them.
    timersOf(loop).clear();
    readyQueueOf(loop).clear();
    loop.close();
    reports[Symbol.dispose]();
  }
}

function makeClock(wanted: RunTestOptions['clock']): Clock {
  if (wanted === 'host') return new HostClock();
  if (wanted === undefined || wanted === 'virtual') return new VirtualClock();
  return typeof wanted === 'function' ? wanted() : wanted;
}

/** Runs the main task under the watchdog. */
async function guarded<T>(
  loop: EventLoop,
  clock: Clock,
  main: Task<T>,
  options: RunTestOptions,
): Promise<T> {
  let verdict: Error | undefined;
  let stopWaiting: (() => void) | undefined;
  const limit = toMilliseconds(options.timeout ?? DEFAULT_TIMEOUT, 'timeout');
  const watchdog = new Watchdog(loop, clock, limit, (error) => {
    verdict = error;
    main.cancel('the test is over');
    stopWaiting = unheldTimer(STOP_WITHIN, () => loop._halt());
  });
  try {
    await drive(loop, main);
  } finally {
    watchdog.stop();
    stopWaiting?.();
  }
  if (verdict !== undefined) throw verdict;
  if (!main.done()) throw new UsageError('the test stopped its own loop before it was done');
  return main.result();
}

/** What is still there when the body has ended and everything had time to end that needs no time. */
async function leftovers(loop: EventLoop, clock: Clock): Promise<Leak[]> {
  if (clock instanceof VirtualClock) clock.autojump = false;
  if (readyQueueOf(loop).length > 0) await lastIterations(loop);
  return leaksOf(loop);
}

async function lastIterations(loop: EventLoop): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = readyQueueOf(loop).iterations + LAST_ITERATIONS;
  const step = (): void => {
    if (readyQueueOf(loop).length === 0 || readyQueueOf(loop).iterations >= end) loop.stop();
    else nextHostTurn(step);
  };
  loop._start(resolve);
  nextHostTurn(step);
  await promise;
}

async function stopEverything(loop: EventLoop, clock: Clock): Promise<void> {
  const left = allTasks(loop);
  if (left.size === 0) return;
  if (clock instanceof VirtualClock) clock.autojump = true;
  cancelAll(left, 'the test is over');
  const end = createTask(() => Promise.allSettled(left), { loop, name: 'end of test' });
  const giveUp = unheldTimer(STOP_WITHIN, () => loop._halt());
  await drive(loop, end);
  giveUp();
}
