// Looking at how something ended.

import assert from 'node:assert/strict';
import { isCancelled, Task } from '../src/asyncio.ts';

/** How a promise ended: its value, its error, or `cancelled` with the message. */
export type Outcome = { value: unknown } | { error: unknown } | { cancelled: string };

export async function outcomeOf(promise: PromiseLike<unknown>): Promise<Outcome> {
  try {
    return { value: await promise };
  } catch (error) {
    return isCancelled(error) ? { cancelled: error.message } : { error };
  }
}

/** Asserts that a promise fails with CancelledError; a task says itself that it was cancelled. */
export async function assertCancelled(promise: PromiseLike<unknown>): Promise<void> {
  assert.deepEqual(Object.keys(await outcomeOf(promise)), ['cancelled']);
  if (promise instanceof Task) assert.equal(promise.cancelled(), true);
}

/** Asserts that a promise ends otherwise than by a cancel. */
export async function assertNotCancelled(promise: PromiseLike<unknown>): Promise<void> {
  assert.notDeepEqual(Object.keys(await outcomeOf(promise)), ['cancelled']);
}

/** The error that a promise fails with. */
export async function errorOf<E>(
  promise: PromiseLike<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const outcome = await outcomeOf(promise);
  if (!('error' in outcome)) assert.fail(`expected ${type.name}, got ${JSON.stringify(outcome)}`);
  const { error } = outcome;
  assert.ok(error instanceof type, `expected ${type.name}, got ${String(error)}`);
  return error;
}

/** True for an error of this class, with this code: for assert.throws and assert.rejects. */
export function failsWith(type: new (...args: never[]) => Error, code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof type, `${String(error)} is no ${type.name}`);
    assert.equal((error as { code?: string }).code, code);
    assert.equal(error.name, type.name);
    return true;
  };
}

/** The classes of a group's errors, sorted. */
export function typesOf(group: AggregateError): string[] {
  return group.errors.map((error: unknown) => (error as Error).constructor.name).toSorted();
}
