// The first step of a task and its end. Everything between is the engine's: the coroutine's awaits.

import { asCancelled } from '../../base/cancelled.ts';
import { readyQueueOf } from '../../loop/engine.ts';
import { NOTHING, STEP } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import type { Loop } from '../../loop/loop.ts';
import { currentStore, runCaptured } from '../../sys/host/storage.ts';
import type { Enter } from '../../sys/host/storage.ts';
import type { Coroutine } from './coroutine.ts';
import type { Owner } from '../cancel/frame.ts';
import type { AnyFuture } from '../future/anyFuture.ts';
import { bodies } from '../future/awaits.ts';
import { noteStarted } from '../future/futureState.ts';
import { nativeSubscribe } from '../future/nativePromise.ts';
import { endCancelled, succeed } from '../future/outcome.ts';
import { failFuture, noteLeft } from '../future/unretrieved.ts';

interface Steppable extends AnyFuture, Owner {
  readonly _loop: Loop;
  readonly _coro: Coroutine<unknown>;
  _enter: Enter | undefined;
}

/** Calls the coroutine, unless the task was cancelled before. */
export function startStep(task: Steppable): Effect {
  noteStarted(task);
  const enter = task._enter;
  if (enter !== undefined) task._enter = undefined;
  if (task._pending !== undefined) {
    endCancelled(task, task._pending);
    return NOTHING;
  }
  const ready = readyQueueOf(task._loop);
  const outer = ready.stepping;
  if (outer === undefined) ready.stepping = task;
  runCaptured(enter, task, begin);
  return outer === undefined ? STEP : NOTHING;
}

// These three run in the task's own frame and find the task there: no closure for each task.
function begin(): void {
  const task = currentStore() as Steppable;
  let outcome: unknown;
  try {
    // Not called as the task's method: stack traces would say `Promise.name [as _coro]`.
    const { _coro: coro } = task;
    outcome = bodies.call === undefined ? coro() : bodies.call(coro, undefined);
    if (waitFor(outcome)) return;
  } catch (error) {
    failed(error);
    return;
  }
  returned(outcome);
}

/** Waits for what the coroutine returned as an await does: a future of ours learns that this task waits for it.
 * Whatever is foreign in it, a getter, a `then` of its own, may throw, here or later, and may settle twice: the
 * promise around it takes the first of these. False for what is no promise. */
function waitFor(outcome: unknown): boolean {
  if (
    !(outcome instanceof Promise) &&
    typeof (outcome as PromiseLike<unknown> | undefined)?.then !== 'function'
  )
    return false;
  void nativeSubscribe(Promise.resolve(outcome), returned, failed);
  return true;
}

function returned(value: unknown): void {
  const task = (currentStore() as Steppable).task as Steppable;
  if (task._pending === undefined) {
    succeed(task, value);
  } else endCancelled(task, task._pending);
  ended(task);
}

function failed(error: unknown): void {
  const task = (currentStore() as Steppable).task as Steppable;
  const cancelled = asCancelled(error);
  if (cancelled === undefined) failFuture(task, error);
  else endCancelled(task, cancelled);
  ended(task);
}

function ended(task: Steppable): void {
  const ready = readyQueueOf(task._loop);
  if (ready.stepping === task) ready.stepEndedNow();
}

interface Kept extends AnyFuture {
  readonly _group: unknown;
}

/** The turn in which a task tells its keeper that it has ended. */
export function tellKeeper(task: Kept): Effect {
  (task._group as { childEnded(child: unknown): void }).childEnded(task);
  noteLeft(task);
  return NOTHING;
}
