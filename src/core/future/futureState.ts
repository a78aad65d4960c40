// The state of a future, and of a task: one small integer, and every transition of it. Nobody else writes
// `_flags`. The files beside this one read it by the masks below, several bits at a time where they can; everybody
// else asks the questions at the end.
//
//   name        set by            taken back by     means
//   STATE       settle            unsettle          asyncio's state: PENDING, or how it ended
//   NATIVE      noteSubscriber                      somebody subscribed to the native promise
//   SETTLED     settleOnce                          the native promise has been settled
//   SCHEDULED   schedule          takeTurn, unschedule
//                                                   its entry stands in the ready queue
//   DIVERGED    diverge           converge          the native promise gets another outcome than the future has
//   UNSEEN      noteUnseen        noteSeen          it failed, and nobody has looked at the error
//   PLAIN       notePlain                           the native promise serves plain `then`s and awaits outside of
//                                                   every task, not the await of a task
//   HEARD       noteEntry                           somebody awaits it by an entry with a turn of its own
//   AGAIN       noteAgain                           a task awaits it more than once
//   STARTED     noteStarted                         a task's coroutine was called
//   ALERT       raiseAlert                          a cancel waits in one of a task's frames, or one of them is
//                                                   cancelled for good
//   SIGNALS     noteSignal                          one of a task's frames has handed out an AbortSignal
//   CANCELLING  enterCancel       leaveCancel       a cancel of the task is on its way through what it waits for
//   KEPT        noteKeeper        takeKeeperTurn    a task's keeper, a group or a gather, is to be told of its end by
//                                                   the task itself
//
// 1. The state goes from PENDING to one of the others once. Only a cancel that is taken back before anybody was
//    told of it (`unsettle`) makes it PENDING again.
// 2. The native promise is settled once, and after the future.
// 3. A future of which nothing but the native promise has to be told is SCHEDULED once at most.

/** What has a state. */
export interface Stateful {
  /** @internal */ _flags: number;
}

/** How a future ended. */
export type Ending = typeof FINISHED | typeof FAILED | typeof CANCELLED;

export const PENDING = 0;
export const FINISHED = 1;
export const FAILED = 2;
export const CANCELLED = 3;

export const STATE = 3;
/** Any state but PENDING. */
export const DONE = 3;
export const NATIVE = 4;
export const SETTLED = 8;
export const SCHEDULED = 16;
export const DIVERGED = 32;
export const UNSEEN = 64;
export const PLAIN = 128;
const STARTED = 256;
const ALERT = 512;
const SIGNALS = 1024;
const CANCELLING = 2048;
export const HEARD = 4096;
export const AGAIN = 8192;
export const KEPT = 16384;

// The outcome

/** From PENDING to `ending`. Returns whether the native promise has subscribers, who must be told. */
export function settle(future: Stateful, ending: Ending): boolean {
  return ((future._flags |= ending) & NATIVE) !== 0;
}

/** From CANCELLED back to PENDING. Returns false where there is nothing to take back: it was not cancelled, or the
 * native promise has been told. */
export function unsettle(future: Stateful): boolean {
  if ((future._flags & (SETTLED | STATE)) !== CANCELLED) return false;
  future._flags &= ~STATE;
  return true;
}

// Its entry in the ready queue

/** The entry has to stand in the ready queue. Returns false when it does already. */
export function schedule(future: Stateful): boolean {
  if ((future._flags & SCHEDULED) !== 0) return false;
  future._flags |= SCHEDULED;
  return true;
}

/** The entry's turn has come, or came to nothing. */
export function unschedule(future: Stateful): void {
  future._flags &= ~SCHEDULED;
}

/** The turn in which the native promise is settled has come. Returns false when there is nobody to tell, or they
 * have been told. */
export function takeTurn(future: Stateful): boolean {
  const flags = future._flags;
  if ((flags & (SETTLED | NATIVE)) !== NATIVE) return false;
  future._flags = flags & ~SCHEDULED;
  return true;
}

// The native promise

/** Somebody subscribes to the native promise. Returns true for the first of them. */
export function noteSubscriber(future: Stateful): boolean {
  if ((future._flags & NATIVE) !== 0) return false;
  future._flags |= NATIVE;
  return true;
}

/** The native promise is being settled. Returns as what: the state, with DIVERGED when an override stands in its
 * place. */
export function settleOnce(future: Stateful): number {
  return (future._flags |= SETTLED) & (STATE | DIVERGED);
}

/** The native promise gets a cancel in the place of the outcome. */
export function diverge(future: Stateful): void {
  future._flags |= DIVERGED;
}

/** The outcome stands again. Returns false when there was no cancel in its place, or it has been delivered. */
export function converge(future: Stateful): boolean {
  if ((future._flags & (SETTLED | DIVERGED)) !== DIVERGED) return false;
  future._flags &= ~DIVERGED;
  return true;
}

// Who waits

/** The native promise serves those who only listen. */
export function notePlain(future: Stateful): void {
  future._flags |= PLAIN;
}

/** Somebody awaits it by an entry. */
export function noteEntry(future: Stateful): void {
  future._flags |= HEARD;
}

/** A task that awaits it awaits it once more. */
export function noteAgain(future: Stateful): void {
  future._flags |= AGAIN;
}

/** It failed before anybody waited for it. */
export function noteUnseen(future: Stateful): void {
  future._flags |= UNSEEN;
}

/** Somebody looked at its error, or the program was told. */
export function noteSeen(future: Stateful): void {
  future._flags &= ~UNSEEN;
}

// A task

/** Its coroutine is about to be called, or never will be. */
export function noteStarted(task: Stateful): void {
  task._flags |= STARTED;
}

/** From here on each await of the task asks what cancel is due to it. */
export function raiseAlert(task: Stateful): void {
  task._flags |= ALERT;
}

/** From here on a cancel of the task looks for signals to abort. */
export function noteSignal(task: Stateful): void {
  task._flags |= SIGNALS;
}

/** When the task has ended, its first turn is that of its keeper. */
export function noteKeeper(task: Stateful): void {
  task._flags |= KEPT;
}

/** The task's turn has come. Returns true when it is that of its keeper, once. */
export function takeKeeperTurn(task: Stateful): boolean {
  if ((task._flags & KEPT) === 0) return false;
  task._flags &= ~KEPT;
  return true;
}

/** A cancel begins its way through what `one` waits for, and must not come through it again on that way. */
export function enterCancel(one: Stateful): void {
  one._flags |= CANCELLING;
}

export function leaveCancel(one: Stateful): void {
  one._flags &= ~CANCELLING;
}

// Questions

/** True when it is pending; false for a prototype, which is no future. */
export function isPending(future: Stateful): boolean {
  const flags = future._flags;
  return flags !== undefined && (flags & DONE) === 0;
}

export function isDone(future: Stateful): boolean {
  return (future._flags & DONE) !== 0;
}

/** True when it has an error, which may be `undefined`. */
export function hasFailed(future: Stateful): boolean {
  return (future._flags & STATE) === FAILED;
}

export function isStarted(task: Stateful): boolean {
  return (task._flags & STARTED) !== 0;
}

/** True until its keeper has been told of its end. */
export function isKept(task: Stateful): boolean {
  return (task._flags & KEPT) !== 0;
}

export function isAlert(task: Stateful): boolean {
  return (task._flags & ALERT) !== 0;
}

export function hasSignals(task: Stateful): boolean {
  return (task._flags & SIGNALS) !== 0;
}

/** True while a cancel is on its way through what it waits for. */
export function isBeingCancelled(one: Stateful): boolean {
  return (one._flags & CANCELLING) !== 0;
}
