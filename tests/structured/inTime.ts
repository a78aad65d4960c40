// Running a test on a loop whose time jumps: no test of the structured layer sleeps for real. After the
// body nothing may be left: no task, no timer, no report to the exception handler that the test did not
// take, no cancel that was asked for and not taken back.

import assert from 'node:assert/strict';
import { allTasks, currentTask, isCancelled, newEventLoop, sleep } from '../../src/asyncio.ts';
import type { Clock, EventLoop, ExceptionContext } from '../../src/asyncio.ts';

/** A clock that stands still while the loop has work, and then jumps to the next timer. */
export class JumpingClock implements Clock {
  #now: number = 1000;
  #when: number = Infinity;
  #jumping: boolean = false;
  #wake: () => void = () => {};

  now(): number {
    return this.#now;
  }

  /** Time passes while the loop is busy. */
  advance(ms: number): void {
    this.#now += ms;
  }

  setAlarm(when: number, wake: () => void): void {
    this.#when = when;
    this.#wake = wake;
    // Also set by code that goes on in a microtask when the loop rests already, after its last `idle`.
    if (!this.#jumping) setImmediate(() => this.#jump());
    this.#jumping = true;
  }

  clearAlarm(): void {
    this.#when = Infinity;
  }

  idle(): void {}

  #jump(): void {
    this.#jumping = false;
    if (this.#when === Infinity) return;
    this.#now = Math.max(this.#now, this.#when);
    this.#when = Infinity;
    this.#wake();
  }
}

/** What a test's body is given. */
export interface InTime {
  readonly loop: EventLoop;
  readonly clock: JumpingClock;
  /** What the exception handler was told; a test that expects something takes it out. */
  readonly reports: ExceptionContext[];
}

/** Makes a test of a body; see above. */
export function inTime(
  body: (test: InTime) => Promise<unknown>,
  prepare?: (loop: EventLoop) => void,
): () => Promise<void> {
  return async () => {
    const clock = new JumpingClock();
    const loop = newEventLoop({ clock });
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    prepare?.(loop);
    let cancelling = -1;
    try {
      await loop.runUntilComplete(async () => {
        await body({ loop, clock, reports });
        cancelling = currentTask()?.cancelling() ?? -1;
      });
      assert.deepEqual([...allTasks(loop)].map(String), [], 'no task is left');
      assert.equal(loop._timers.live, 0, 'no timer is left');
      assert.equal(cancelling, 0, 'no cancel is left over');
      assert.deepEqual(reports, [], 'nothing was reported');
    } finally {
      const left = [...allTasks(loop)];
      for (const task of left) task.cancel();
      if (left.length > 0) await loop.runUntilComplete(() => Promise.allSettled(left));
      loop.close();
    }
  };
}

/** Lets everything that is ready run, `count` times. */
export async function turns(count: number = 1): Promise<void> {
  for (let i = 0; i < count; i++) await sleep(0);
}

/** How a promise ended: its value, its error, or `cancelled` with the message. */
export type Outcome = { value: unknown } | { error: unknown } | { cancelled: string };

export async function outcomeOf(promise: PromiseLike<unknown>): Promise<Outcome> {
  try {
    return { value: await promise };
  } catch (error) {
    return isCancelled(error) ? { cancelled: error.message } : { error };
  }
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

/** Asserts that a promise fails with CancelledError. */
export async function assertCancelled(promise: PromiseLike<unknown>): Promise<void> {
  assert.deepEqual(Object.keys(await outcomeOf(promise)), ['cancelled']);
}

/** The classes of a group's errors, sorted. */
export function typesOf(group: AggregateError): string[] {
  return group.errors.map((error: unknown) => (error as Error).constructor.name).toSorted();
}
