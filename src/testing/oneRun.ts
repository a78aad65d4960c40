// One run of a test's body, on a loop of its own: set up, run, look for what was left, tear down.

import {
  allTasks,
  createTask,
  currentTask,
  newEventLoop,
  NoRunningLoopError,
  UsageError,
} from '../asyncio.ts';
import type { Clock, EventLoop, Task } from '../asyncio.ts';
import {
  cancelTasks,
  HostClock,
  hostTimer,
  hostTurn,
  orderReady,
  reportUnretrieved,
  toMilliseconds,
  viewLoop,
} from '../lowlevel.ts';
import { promisedOrder } from './guarantees.ts';
import { judge } from './leakGuard.ts';
import { LeakError, leaksOf } from './leaks.ts';
import type { Leak } from './leaks.ts';
import { Random } from './random.ts';
import { captureReports, reportsOfLoop } from './reports.ts';
import type { RunTestOptions, TestBody, TestContext } from './testBody.ts';
import { VirtualClock } from './virtualClock.ts';
import { Watchdog } from './watchdog.ts';

const DEFAULT_TIMEOUT = 10_000;
/** Real milliseconds that tasks get to stop when the test is over. */
const STOP_WITHIN = 1000;
/** Iterations that may go by at the end before what is still ready counts as left behind. */
const LAST_ITERATIONS = 20;

export async function oneRun<T>(body: TestBody<T>, seed: number, options: RunTestOptions): Promise<T> {
  // Before anything is made: a task of a loop that can't run would be left behind.
  if (insideTask())
    throw new UsageError(
      'runTest() cannot be called in a task: it needs a loop of its own, call it outside',
    );
  const reports = captureReports();
  const clock = makeClock(options.clock);
  const loop = newEventLoop({ clock, debug: options.debug ?? false, places: options.places ?? true });
  reportsOfLoop(loop, reports);
  // Two streams: what the body draws must not change the schedule.
  const random = new Random(seed);
  const schedule = random.fork();
  if (seed !== 0)
    orderReady(loop, (entries) => promisedOrder(entries).draw((below) => schedule.int(below)));
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
    judge(loop);
    loop.close();
    reports[Symbol.dispose]();
  }
}

function insideTask(): boolean {
  try {
    return currentTask()?.getLoop().isRunning() === true;
  } catch (error) {
    if (error instanceof NoRunningLoopError) return false;
    throw error;
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
    stopWaiting = hostTimer(STOP_WITHIN, () => loop.stop(), { holdsProcess: false });
  });
  try {
    await loop.runUntilComplete(main);
  } catch (error) {
    // The task tells how the test ended, if the loop could run at all.
    if (viewLoop(loop).entriesRun === 0) throw error;
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
  if (viewLoop(loop).ready > 0) await lastIterations(loop);
  return leaksOf(loop);
}

async function lastIterations(loop: EventLoop): Promise<void> {
  const view = viewLoop(loop);
  const end = view.iterations + LAST_ITERATIONS;
  const step = (): void => {
    if (view.ready === 0 || view.iterations >= end) loop.stop();
    else hostTurn(step);
  };
  hostTurn(step);
  await loop.runForever();
}

async function stopEverything(loop: EventLoop, clock: Clock): Promise<void> {
  const left = allTasks(loop);
  if (left.size === 0) return;
  if (clock instanceof VirtualClock) clock.autojump = true;
  cancelTasks(left, 'the test is over');
  const end = createTask(() => Promise.allSettled(left), { loop, name: 'end of test' });
  const giveUp = hostTimer(STOP_WITHIN, () => loop.stop(), { holdsProcess: false });
  try {
    await loop.runUntilComplete(end);
  } catch {
    // Some did not stop, or the loop never ran: they are left behind with it.
  } finally {
    giveUp();
  }
}
