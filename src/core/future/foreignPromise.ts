// Futures that follow a foreign promise. A promise has no way to take a subscription back: each would stay, with all
// that it holds, as long as the promise is pending, also when nobody waits for it any more.
//
// 1. However many follow a promise, it is subscribed to once.
// 2. A future that is done, cancelled above all, leaves those that follow; nothing of it stays.
// 3. What has a `then` of its own may start its work by it: that is called for each, as an await does.

import type { FutureOptions } from './future.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import { Registered } from './registered.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';

type Any = Following<unknown>;

/** Settles `future` as `promise` is, unless it is done before. */
export function follow<T>(future: Following<T>, promise: PromiseLike<T>): void {
  const one = future as Any;
  foreignWaitsOf(one._loop)?.promises.add(one);
  try {
    if (isPlain(promise)) join(one, promise);
    else
      void promise.then(
        (value) => succeed(one, value),
        (error: unknown) => fail(one, error),
      );
  } catch (error) {
    // A `then` that throws is a failure of the promise, as it is to an await.
    fail(one, error);
  }
}

export class Following<T> extends Registered<T> {
  /** All that follow the same promise. @internal */
  declare _together: Set<Any> | undefined;

  constructor(options: FutureOptions) {
    super(options);
    this._together = undefined;
  }

  protected override leave(): void {
    this._together?.delete(this);
  }
}

function succeed(one: Any, value: unknown): void {
  if (!one.done()) one.setResult(value);
}

function fail(one: Any, error: unknown): void {
  if (!one.done()) one.setException(error);
}

function isPlain(promise: unknown): promise is Promise<unknown> {
  return promise instanceof Promise && promise.then === Promise.prototype.then;
}

const followers: WeakMap<Promise<unknown>, Set<Any>> = new WeakMap();

function join(one: Any, promise: Promise<unknown>): void {
  const together = followers.get(promise) ?? lead(promise);
  together.add(one);
  one._together = together;
}

function lead(promise: Promise<unknown>): Set<Any> {
  const together = new Set<Any>();
  const each = (settle: (one: Any) => void): void => {
    followers.delete(promise);
    for (const one of [...together]) settle(one);
  };
  // Not in the context of the task that comes first: the promise would hold it.
  runAtRoot(() => {
    void promise.then(
      (value) => each((one) => succeed(one, value)),
      (error: unknown) => each((one) => fail(one, error)),
    );
  });
  followers.set(promise, together);
  return together;
}
