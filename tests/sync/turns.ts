// What the tests of the locks and queues share: running a test inside a loop, letting others run, and
// looking at how a task ended.

import assert from 'node:assert/strict';
import { run, sleep } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { CancelledError } from '../../src/base/errors.ts';

/** Runs the body of a test as the main task of a loop of its own. */
export function inLoop(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    await run(async () => {
      await body();
    });
  };
}

/** Lets everything that is ready run, `count` times. */
export async function turns(count: number = 1): Promise<void> {
  for (let i = 0; i < count; i++) await sleep(0);
}

/** How a task ended: `value`, `error` or `cancelled`. */
export async function outcomeOf(
  promise: Promise<unknown>,
): Promise<{ value: unknown } | { error: unknown } | 'cancelled'> {
  try {
    return { value: await promise };
  } catch (error) {
    return error instanceof CancelledError ? 'cancelled' : { error };
  }
}

export async function assertCancelled(task: Task<unknown>): Promise<void> {
  assert.equal(await outcomeOf(task), 'cancelled');
  assert.equal(task.cancelled(), true);
}

/** True for an error of this class, with this code: for assert.throws and assert.rejects. */
export function errorOf(type: new (...args: never[]) => Error, code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof type, `${String(error)} is no ${type.name}`);
    assert.equal((error as { code?: string }).code, code);
    assert.equal(error.name, type.name);
    return true;
  };
}
