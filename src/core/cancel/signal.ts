// AbortSignals of frames: how a cancel reaches foreign operations. A signal is made when it is asked for
// and aborted with the very CancelledError; then the next request makes a new one, because a cancel of
// asyncio's kind is delivered once and the task may go on.

import { UsageError } from '../../base/errors.ts';
import { abortListenerCount, listenersLeave, operationsListen } from '../../sys/host/abort.ts';
import { startTimer } from '../../sys/host/host.ts';
import { currentFrame, isWithin } from './frame.ts';
import type { Cause, Frame, InnerFrame, Owner } from './frame.ts';
import { toCancelledError } from './cause.ts';
import { hasSignals, noteSignal, raiseAlert } from '../future/futureState.ts';
import { standingCancel } from './pendingCancel.ts';
import { noteUndelivered } from './stuckCancels.ts';

const controllers: WeakMap<Owner, Map<Frame, AbortController>> = new WeakMap();

// Where the host does not say who listens (Bun, Deno): the tasks that asked for a signal after their last
// wait for a future of ours. What such a task waits for now is most likely what it gave the signal to. So a
// cancel counts as delivered, but on trust: a task that then gives no sign of life did not notice, and the
// cancel is put back for its next wait. The same trust goes to listeners that may be left from operations
// that have ended (Node before 26).
const usingSignal: WeakSet<Owner> = new WeakSet();
const onTrust: WeakMap<Owner, object> = new WeakMap();
/** Milliseconds in which a foreign operation fails when its signal is aborted: Bun's `fetch` takes a few. */
const patience = 20;

/** The signal of a frame, made when needed. */
export function signalOf(frame: Frame): AbortSignal {
  const task = frame.task as Owner;
  let mine = controllers.get(task);
  if (mine === undefined) controllers.set(task, (mine = new Map()));
  noteSignal(task);
  // Code that asks for a signal is about to use it: a sign of life.
  onTrust.delete(task);
  if (!operationsListen) {
    usingSignal.add(task);
    raiseAlert(task);
  }
  let controller = mine.get(frame);
  if (controller === undefined) {
    controller = new AbortController();
    mine.set(frame, controller);
    const due = standingCancel(frame);
    if (due !== undefined) controller.abort(toCancelledError(due));
  }
  return controller.signal;
}

/** The signal of a block, for its body.
 * @throws UsageError before the body runs and after it */
export function signalOfBlock(frame: InnerFrame | undefined): AbortSignal {
  if (frame === undefined || frame._ended) throw new UsageError('the signal is there while the body runs');
  return signalOf(frame);
}

/** What aborts the signal of `frame`, for a block that is left while what was started in it goes on. */
export function takeController(frame: InnerFrame): AbortController | undefined {
  return controllers.get(frame.task as Owner)?.get(frame);
}

/** An AbortSignal that is aborted when the running task, or the scope or timeout that the code stands in,
 * is cancelled; its reason is the CancelledError. Give it to what takes a signal: `fetch`, `fs`, timers.
 * @throws UsageError outside of a task
 * @example
 * ```ts
 * import { run, createTask, currentSignal, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(async () => {
 *     const signal = currentSignal();
 *     signal.addEventListener('abort', () => console.log('stopped')); // -> stopped
 *     await sleep(60_000);
 *   });
 *   await sleep(0);
 *   task.cancel();
 *   await Promise.allSettled([task]);
 * });
 * ```
 */
export function currentSignal(): AbortSignal {
  const frame = currentFrame();
  if (frame?.task === undefined)
    throw new UsageError(
      'currentSignal() needs a running task: use run(main) at the start of a program, or spawn(fn)',
    );
  return signalOf(frame);
}

/** Aborts the signals handed out in `frame`; true when somebody listened. */
export function abortSignals(frame: Frame, cause: Cause): boolean {
  const mine = controllers.get(frame.task as Owner);
  if (mine === undefined) return false;
  let heard = false;
  let trusted = false;
  for (const [owner, controller] of [...mine]) {
    if (!isWithin(owner, frame)) continue;
    mine.delete(owner);
    if (abortListenerCount(controller.signal) > 0) heard = true;
    else if (usingSignal.has(frame.task as Owner)) trusted = true;
    controller.abort(toCancelledError(cause));
  }
  if (heard ? !listenersLeave : trusted) putBackUnlessNoticed(frame, cause);
  return heard || trusted;
}

function putBackUnlessNoticed(frame: Frame, cause: Cause): void {
  const task = frame.task as Owner;
  const trust = {};
  onTrust.set(task, trust);
  raiseAlert(task);
  startTimer(patience, () => {
    if (onTrust.get(task) !== trust || task._cancels === 0) return;
    frame._pending = cause;
    noteUndelivered(frame, cause, false);
    raiseAlert(task);
  });
}

/** The task waits for a future of ours: whatever it gave a signal to before has ended. */
export function endSignalUse(task: Owner): void {
  usingSignal.delete(task);
  onTrust.delete(task);
}

/** The block of `frame` is left: what stands in it holds no more, and its signal is forgotten. */
export function endFrame(frame: InnerFrame): void {
  frame._ended = true;
  frame._pending = undefined;
  // What the host keeps of a frame, as the context of a resource, keeps nothing of the code.
  frame.body = undefined;
  const task = frame.task as Owner;
  if (!hasSignals(task)) return;
  onTrust.delete(task);
  controllers.get(task)?.delete(frame);
}

/** Forgets all signals of a task that is done. */
export function dropSignals(task: Owner): void {
  onTrust.delete(task);
  controllers.delete(task);
}
