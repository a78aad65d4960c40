// Which loop the running code belongs to. Several may run on a thread side by side: each is a guest of the host's
// loop, so a program's `run`, the runs of tests beside each other, and the thread's own loop (facade/threadLoop.ts)
// take turns there.
//
// 1. Inside of a callback or a task's step it is the loop whose pump is at work (`atWork`).
// 2. Behind an await, and in what the host calls, it is the loop of the frame that the storage has followed there:
//    a task's, a callback's.
// 3. Where neither tells, it is the one loop that runs, as in asyncio. With several that is nobody's guess, and the
//    loop that starts and rests with other people's tasks never counts: what works in one moment would fail in the
//    next.
// 4. As long as there was never more than one, all three have the same answer, and only the third is asked.

import { NoRunningLoopError, UnsupportedError, UsageError } from '../base/errors.ts';
import { hostReplaced } from '../sys/host/host.ts';
import { currentStore } from '../sys/host/storage.ts';
import { atWork, severalLoops } from './atWork.ts';
import { checkOpen } from './engine.ts';
import type { Loop } from './loop.ts';

// Of the thread, and not of a loop: which loops run.
const running: Set<Loop> = new Set();
/** The one that {@link run} or a program has started, while there is exactly one. */
let only: Loop | undefined;
/** The thread's own. */
let own: Loop | undefined;

/** The loop that the running code belongs to, or undefined; `getRunningLoop` throws instead. Semantics:
 * asyncio._get_running_loop.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { peekRunningLoop } from 'asyncio-ts/lowlevel';
 * console.log(peekRunningLoop()); // -> undefined
 * await run(async () => console.log(peekRunningLoop()?.isRunning())); // -> true
 * ```
 */
export function peekRunningLoop(): Loop | undefined {
  return severalLoops.seen ? (loopOfCode() ?? only) : only;
}

/** The loop that the running code certainly belongs to: rules 1 and 2. */
export function loopOfCode(): Loop | undefined {
  const here = atWork.loop as Loop | undefined;
  if (here !== undefined) return here;
  const store = currentStore();
  const loop = (store?.task?.getLoop() ?? store?.loop) as Loop | undefined;
  return loop?.isRunning() === true ? loop : undefined;
}

/** The loop that the running code belongs to.
 * @throws NoRunningLoopError (`ERR_ASYNCIO_NO_RUNNING_LOOP`) when there is none, or no telling which */
export function runningLoop(what?: string): Loop {
  const loop = peekRunningLoop();
  if (loop === undefined) throw new NoRunningLoopError(what);
  return loop;
}

/** All loops that run on this thread, in the order in which they were started.
 * @example
 * ```ts
 * import { getRunningLoop, run } from 'asyncio-ts';
 * import { runningLoops } from 'asyncio-ts/lowlevel';
 * await run(async () => console.log(runningLoops().includes(getRunningLoop()))); // -> true
 * ```
 */
export function runningLoops(): readonly Loop[] {
  return [...running];
}

/** Whether it is the thread's own, which rests and is not closed. */
export function isThreadLoop(loop: Loop): boolean {
  return loop === own;
}

/** Whether code outside of every task and callback may be that of a loop's time: one runs, or the thread has one. */
export function loopsAreInUse(): boolean {
  return own !== undefined || running.size > 0;
}

/** For what waits for a loop's run, by its name. @throws UsageError in a task or callback of a loop that runs @internal */
export function checkOutsideOfLoops(what: string): void {
  const task = currentStore()?.task;
  if (atWork.loop === undefined && (task === undefined || task.done() || !task.getLoop().isRunning()))
    return;
  throw new UsageError(
    `${what}() cannot be called in a task or callback of a running loop: await the function itself, or use spawn`,
  );
}

/** @throws UsageError while the loop runs @internal */
export function checkRests(loop: Loop): void {
  if (loop.isRunning()) throw new UsageError('the loop runs already');
}

/** Lets a loop work; `onStopped` is called when it has stopped.
 * @throws UsageError when it is closed, or runs; UnsupportedError on a host whose parts others have replaced
 * @internal */
export function startLoop(loop: Loop, onStopped?: () => void): void {
  checkOpen(loop);
  checkRests(loop);
  const replaced = hostReplaced();
  if (replaced !== undefined) throw new UnsupportedError(replaced);
  running.add(loop);
  countLoops();
  const stopped = (): void => {
    running.delete(loop);
    countLoops();
    onStopped?.();
  };
  try {
    loop._start(stopped);
  } catch (error) {
    stopped();
    throw error;
  }
}

function countLoops(): void {
  const [first, second] = [...running].filter((loop) => loop !== own);
  only = second === undefined ? first : undefined;
  severalLoops.seen ||= second !== undefined;
}

/** Lets the thread's own loop work, from anywhere. @throws as {@link startLoop} @internal */
export function startThreadLoop(loop: Loop, onStopped: () => void): void {
  own = loop;
  severalLoops.seen = true;
  startLoop(loop, onStopped);
}

/** Ends the run of a loop here and now, between two entries. @internal */
export function haltLoop(loop: Loop): void {
  loop._halt();
}
