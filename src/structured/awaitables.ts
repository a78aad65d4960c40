// Lists of awaitables, checked before the first of them is started: a bad one among them must not leave
// the others running.

import { InvalidArgumentError } from '../base/errors.ts';
import type { Awaitable } from '../core/task/coroutine.ts';

/** The awaitables of an iterable. @throws InvalidArgumentError when it is none, or has something else in it */
export function listAwaitables<T>(awaitables: Iterable<Awaitable<T>>, what: string): Awaitable<T>[] {
  if (typeof awaitables !== 'object' || typeof awaitables?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError('awaitables', `${what} needs a list of awaitables`);
  }
  const list = [...awaitables];
  for (const one of list) checkAwaitable(one, what);
  return list;
}

function checkAwaitable(value: unknown, what: string): void {
  if (typeof value === 'function') return;
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function') return;
  const found = value === null ? 'null' : typeof value;
  throw new InvalidArgumentError(
    'awaitables',
    `${what} takes futures, promises and functions that return one, not ${found}`,
  );
}
