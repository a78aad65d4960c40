// A frame is a stretch of code whose awaits are cancelled together: a whole task, or the body of a
// scope, timeout or group inside it. Frames follow the awaits (the storage's store is the innermost
// frame), so two scopes side by side in one Promise.all do not disturb each other.
//
// 1. A task is its own outermost frame. Inner frames name their parent.
// 2. A frame remembers a cancel that found nothing to cancel (`_pending`): the next await in it gets it.
// 3. A frame with `_level` is cancelled for good: every further await in it is cancelled.
// 4. Nothing reaches into a frame with `_shield` from outside it.

import type { CancelledError } from '../base/errors.ts';
import { currentStore } from '../sys/storage.ts';
import type { Store } from '../sys/storage.ts';
import type { Context } from './context.ts';

/** Why something is cancelled: a message, or the very error to throw. */
export type Cause = string | CancelledError;

/** A future as the frames see it. */
export interface Waited {
  /** @internal */ _flags: number;
  /** @internal */ _awaiter: Frame | Frame[] | undefined;
  /** @internal */ _cancelFor(cause: Cause): boolean;
  /** @internal */ _overrideDelivery(cause: Cause): boolean;
}

/** A task as the frames see it. */
export interface Owner extends Frame {
  /** The futures that the task waits for. @internal */ _waits: Waited | Set<Waited> | undefined;
  /** One of its frames has `_pending` or `_level`. @internal */ _alert: boolean;
  /** One of its frames has handed out an AbortSignal. @internal */ _signals: boolean;
  /** The cancel scope in which the task was started as a group's child. @internal */
  _scope: EnclosingScope | undefined;
}

/** A cancel scope as seen by the tasks that were started in it. */
export interface EnclosingScope {
  /** The error of the outermost cancelled scope around here that no shield keeps off. */
  effectiveLevel(): CancelledError | undefined;
}

export interface Frame extends Store {
  /** The task that the code runs in; undefined for callbacks and plain contexts. */
  readonly task: Owner | undefined;
  /** @internal */ readonly _parent: Frame | undefined;
  /** @internal */ readonly _shield: boolean;
  /** The context of this frame, if it has one of its own. @internal */ _context: Context | undefined;
  /** @internal */ _pending: Cause | undefined;
  /** @internal */ _level: CancelledError | undefined;
}

export function currentFrame(): Frame | undefined {
  return currentStore() as Frame | undefined;
}

/** The context that is in force in `frame`, or undefined for an empty one that was never made. */
export function contextOf(frame: Frame | undefined): Context | undefined {
  for (let at = frame; at !== undefined; at = at._parent) {
    if (at._context !== undefined) return at._context;
  }
  return undefined;
}

/** The body of a scope, timeout or group, or a context that was entered. */
export class InnerFrame implements Frame {
  readonly task: Owner | undefined;
  readonly _parent: Frame | undefined;
  _shield: boolean = false;
  _context: Context | undefined;
  _pending: Cause | undefined = undefined;
  _level: CancelledError | undefined = undefined;

  constructor(parent: Frame | undefined, context?: Context) {
    this.task = parent?.task;
    this._parent = parent;
    this._context = context;
  }

  forCallback(): Store | undefined {
    return callbackFrame(this);
  }
}

/** The frame for callbacks scheduled from `frame`: its context's values, no task. */
export function callbackFrame(frame: Frame): Store | undefined {
  const context = contextOf(frame);
  if (context === undefined || context.size === 0) return undefined;
  return new InnerFrame(undefined, context.copy());
}
