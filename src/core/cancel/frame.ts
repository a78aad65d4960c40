// A frame is a stretch of code whose awaits are cancelled together: a whole task, or the body of a
// scope, timeout or group inside it. Frames follow the awaits (the storage's store is the innermost
// frame), so two scopes side by side in one Promise.all do not disturb each other.
//
// 1. A task is its own outermost frame. Inner frames name their parent.
// 2. A frame remembers a cancel that found nothing to cancel (`_pending`): the next await in it gets it.
// 3. A frame with `_level` is cancelled for good: every further await in it is cancelled.
// 4. Nothing reaches into a frame with `_shield` from outside it.
// 5. A frame ends when its scope, timeout or group is left, a task's when the task is done. Code that was started
//    in it may go on: a client's listeners, a promise that nobody awaited. It counts as code of the frame
//    around then, and outside of every task once there is none. A frame that has ended cancels nothing and
//    shields from nothing.

import type { CancelledError } from '../../base/errors.ts';
import { observed } from '../../loop/loopObserver.ts';
import { currentStore } from '../../sys/host/storage.ts';
import type { Store } from '../../sys/host/storage.ts';
import type { Stateful } from '../future/futureState.ts';
import type { Cause } from './cause.ts';

export type { Cause } from './cause.ts';

/** The variables that code sees; the class is Context (core/context). */
export interface Variables {
  readonly size: number;
  copy(): Variables;
}

/** An await that has a turn of its own. */
export interface Awaiter {
  readonly future: unknown;
  readonly frame: Frame | undefined;
}

/** A future as the frames see it. */
export interface Waited extends Stateful {
  /** The awaits of tasks: the frame of the one that the native promise serves, entries for the others.
   * @internal */
  _awaiter: Frame | Awaiter | Set<Frame | Awaiter> | undefined;
  /** @internal */ _cancelFor(cause: Cause): boolean;
  /** One that passes a cancel on to what it waits for itself: takes the cancel and returns where it goes on,
   * or an answer as `_cancelFor`'s where it goes no further. @internal */
  _passOn?: ((cause: Cause) => boolean | Branch) | undefined;
  /** A wait for a promise that is not ours: takes a cancel of `frame`, together with those of its kind among what the
   * frame's task waits for. @internal */
  _interrupt?:
    | ((frame: Frame, cause: Cause, waits: readonly Waited[], forGood: boolean) => boolean)
    | undefined;
  /** Of such: those of all that the task waits for that reports tell of. @internal */
  _shown?: ((waits: readonly Waited[]) => readonly Waited[]) | undefined;
  /** The code of `frame` awaits it and is cancelled, though it is done already. @internal */
  _overrideDelivery(cause: Cause, frame: Frame): boolean;
  /** Undoes that for `task`. @internal */ _restoreDelivery(task: Owner): void;
}

/** What has to be cancelled because something before it was: the awaits of a task, the children of a gather. */
export interface Branch {
  /** Marked while the walk lasts, as one that has been passed through. */
  readonly owner?: Stateful | undefined;
  readonly length: number;
  /** Cancels one of them. Returns whether it took the cancel, or a branch, which is walked first. */
  step(index: number, cause: Cause): boolean | Branch;
  /** All have had their turn; `delivered` tells whether one of them took it. Returns whether the branch did. */
  end(delivered: boolean, cause: Cause): boolean;
}

interface AnyLoop {
  isRunning(): boolean;
}

/** A task as the frames see it. */
export interface Owner extends Frame, Stateful {
  /** @internal */ readonly _loop: AnyLoop;
  done(): boolean;
  getLoop(): AnyLoop;
  /** The futures that the task waits for. @internal */ _waits: Waited | Set<Waited> | undefined;
  /** Cancels asked for and not taken back, those of inner frames included. @internal */ _cancels: number;
  /** How many of them were for inner frames. @internal */ _innerCancels: number;
  /** The cancel scope in which the task was started as a group's child. @internal */
  _scope: EnclosingScope | undefined;
}

/** A cancel scope as seen by the tasks that were started in it. */
export interface EnclosingScope {
  /** A task was started in it, by a group. @internal */
  enlist(task: Owner): void;
  /** @internal */
  release(task: Owner): void;
  /** The error of the outermost cancelled scope around here that no shield keeps off. @internal */
  effectiveLevel(): CancelledError | undefined;
  /** When it is cancelled, or a scope around it that no shield keeps off: by `loop.time()`. @internal */
  effectiveDeadline(): number;
}

/** What ends a frame at a time. */
export interface Limit {
  /** By `loop.time()`; undefined for no limit yet. */
  when(): number | undefined;
}

export interface Frame extends Store {
  /** The task that the code runs in; undefined for callbacks and plain contexts. */
  readonly task: Owner | undefined;
  /** @internal */ readonly _parent: Frame | undefined;
  /** @internal */ readonly _shield: boolean;
  /** Its block was left. @internal */ readonly _ended: boolean;
  /** Neither it nor its task has ended. @internal */ readonly _live: boolean;
  /** The context of this frame, if it has one of its own. @internal */ _context: Variables | undefined;
  /** @internal */ _pending: Cause | undefined;
  /** @internal */ _level: CancelledError | undefined;
}

/** The frame that the running code belongs to; see rule 5. */
export function currentFrame(): Frame | undefined {
  const frame = currentStore() as Frame | undefined;
  return frame === undefined || frame._live ? frame : frameAfter(frame);
}

/** Told of each await or other use in a frame that has ended; set while debug mode watches. @internal */
export const outlived: { note: ((frame: Frame) => void) | undefined } = { note: undefined };

// The frames of code that goes on after its task: they keep its context.
const afterTasks: WeakMap<Frame, Frame> = new WeakMap();

function frameAfter(ended: Frame): Frame {
  outlived.note?.(ended);
  for (let at = ended._parent; at !== undefined; at = at._parent) if (at._live) return at;
  let after = afterTasks.get(ended);
  if (after === undefined) {
    after = new InnerFrame(undefined, contextOf(ended), ended.task?.getLoop());
    afterTasks.set(ended, after);
  }
  return after;
}

/** True while `frame` keeps off what comes from outside of it. */
export function shields(frame: Frame): boolean {
  return frame._shield && !frame._ended;
}

/** The frame in which an await stands. */
export function frameOf(awaiter: Frame | Awaiter): Frame | undefined {
  return 'future' in awaiter ? awaiter.frame : awaiter;
}

/** The context that is in force in `frame`, or undefined for an empty one that was never made. */
export function contextOf(frame: Frame | undefined): Variables | undefined {
  for (let at = frame; at !== undefined; at = at._parent) {
    if (at._context !== undefined) return at._context;
  }
  return undefined;
}

/** Whether `context` is in force in `frame`, or is its own and hidden by one further in. */
export function standsIn(frame: Frame | undefined, context: Variables): boolean {
  for (let at = frame; at !== undefined; at = at._parent) if (at._context === context) return true;
  return false;
}

/** The outermost frame around `frame` has `context` from here on. */
export function setOutermostContext(frame: Frame, context: Variables): void {
  let last = frame;
  while (last._parent !== undefined) last = last._parent;
  last._context = context;
}

/** The body of a scope, timeout or group, or a context that was entered. */
export class InnerFrame implements Frame {
  readonly task: Owner | undefined;
  readonly _parent: Frame | undefined;
  _shield: boolean = false;
  _ended: boolean = false;
  _context: Variables | undefined;
  _pending: Cause | undefined = undefined;
  _level: CancelledError | undefined = undefined;
  /** Cancels asked for by this frame's timeout or group, not yet taken back. */
  _frameCancels: number = 0;
  /** When the latest of them was asked for, as {@link cancelsAsked} counts. */
  _askedAt: number = 0;
  /** What runs in it, for reports. */
  body: unknown = undefined;
  /** The scope that this frame is the body of. */
  _enclosing: EnclosingScope | undefined = undefined;
  /** The timeout that it is the body of. */
  limit: Limit | undefined = undefined;
  /** The scope around it. */
  readonly _around: EnclosingScope | undefined;
  /** Outside of tasks: the loop whose callback this is. */
  loop: AnyLoop | undefined;

  constructor(parent: Frame | undefined, context?: Variables, loop?: AnyLoop) {
    this.task = parent?.task;
    this.loop = loop ?? parent?.loop;
    this._around = enclosingScope(parent);
    this._parent = parent;
    this._context = context;
  }

  get _live(): boolean {
    return !this._ended && (this.task === undefined || this.task._live);
  }

  forCallback(): Store | undefined {
    return callbackFrame(this);
  }

  contextOfCallback(): Variables | undefined {
    return this._context;
  }
}

/** The frame for callbacks of `loop` that were scheduled outside of every context. */
export function frameOnLoop(loop: AnyLoop): Store {
  return new InnerFrame(undefined, undefined, loop);
}

/** The frame for callbacks scheduled from `frame`: its context's values, no task. */
export function callbackFrame(frame: Frame): Store | undefined {
  const context = contextOf(frame);
  if (context === undefined || context.size === 0) return undefined;
  return new InnerFrame(undefined, context.copy());
}

/** The innermost cancel scope around `frame`, across tasks. One that was left stands for those around it. */
export function enclosingScope(frame: Frame | undefined): EnclosingScope | undefined {
  if (frame instanceof InnerFrame) return frame._enclosing ?? frame._around;
  return frame?.task?._scope;
}

// An order of cancels, of any loop: only which came later counts.
/** The task was started in `scope`, by a group: it is cancelled with it. */
export function enclose(task: Owner, scope: EnclosingScope): void {
  task._scope = scope;
  scope.enlist(task);
}

/** The scope in which the task was started. */
export function scopeOf(task: Owner): EnclosingScope | undefined {
  return task._scope;
}

/** The frame is the body of `scope`. */
export function bodyOf(scope: EnclosingScope, frame: InnerFrame): void {
  frame._enclosing = scope;
}

// The shield that went up last in each task.
const latestShield: WeakMap<Owner, InnerFrame> = new WeakMap();

/** Keeps off from `frame` what comes from outside of it, or no longer does. */
export function setShield(frame: InnerFrame, on: boolean): void {
  frame._shield = on;
  if (on && frame.task !== undefined) latestShield.set(frame.task, frame);
}

/** Whether the task stands behind a shield. */
export function shieldStands(task: Owner): boolean {
  for (let at: Frame | undefined = latestShield.get(task); at !== undefined; at = at._parent)
    if (shields(at)) return true;
  return false;
}

/** Whether the frame has a shield, in force or left. */
export function hasShield(frame: InnerFrame): boolean {
  return frame._shield;
}

/** The frame is cancelled for good: every further await in it gets `error`. */
export function setLevel(frame: InnerFrame, error: CancelledError): void {
  frame._level = error;
}

let asked = 0;

/** How many cancels timeouts and groups have asked for so far, in all tasks. */
export function cancelsAsked(): number {
  return asked;
}

/** Counts a cancel that a timeout or group asks for in its own frame. */
export function countCancel(frame: InnerFrame): void {
  const task = frame.task as Owner;
  frame._askedAt = ++asked;
  frame._frameCancels++;
  task._innerCancels++;
  noteCancel(task);
}

/** Counts a cancel that was asked for. */
export function noteCancel(task: Owner): void {
  task._cancels++;
  observed.tasks?.cancelled(task);
}

/** Takes back what countCancel counted for `frame`. */
export function uncountCancels(frame: InnerFrame): void {
  const task = frame.task as Owner;
  // The program may have taken some back itself.
  const counted = Math.min(frame._frameCancels, task._innerCancels);
  task._innerCancels -= counted;
  task._cancels -= counted;
  frame._frameCancels = 0;
}

/** True when `inner` is `frame` or lies in it with no shield in between. */
export function isWithin(inner: Frame, frame: Frame): boolean {
  for (let at: Frame | undefined = inner; at !== undefined; at = at._parent) {
    if (at === frame) return true;
    if (shields(at)) return false;
  }
  return false;
}
