// What the wait of a task shows of itself to the probe. It imports types alone: the probe is loaded later than the core,
// and has nothing in common with it (docs/design/import-size.md).

import type { Awaiter, Frame, Waited } from '../cancel/frame.ts';
import type { Task } from '../task/task.ts';
import type { FAILED, STATE } from './futureState.ts';
import type { Settle } from './outcome.ts';

/** What is waited for has come: whoever waits stands in the ready queue. */
export function hasCome(future: object): boolean {
  const { woken, _when: when } = future as { readonly woken?: boolean; readonly _when?: number };
  // A sleep of no time stands there from the beginning.
  return woken === true || when === 0 || (future as { done(): boolean }).done();
}

/** It stands for a promise that is not the library's. */
export function standsForForeign(future: object): boolean {
  return !(future instanceof Promise) || '_together' in future;
}

const { then } = Promise.prototype;

/** A promise from which the engine's walk over who awaits what leads to the code of `task` that awaits `future`;
 * undefined where there is none. It is to be walked from and not to be settled: with an entry it is one of its own, on
 * which the entry's part of the await stands as a reaction.
 *
 * The walk goes on from a promise with one reaction alone, which has been made by an await, or is the pair of functions
 * that settle another promise. So where several await a future, it starts from what each of them is handed. */
export function promiseAwaitedBy(task: Task, future: object): Promise<unknown> | undefined {
  const awaiters = (future as Waited)._awaiter;
  for (const awaiter of awaiters instanceof Set ? awaiters : [awaiters]) {
    if (awaiter === undefined || taskOf(awaiter) !== task) continue;
    if (!('claim' in awaiter)) return nativeOf(future);
    const { _resolve: resolve, _reject: reject } = awaiter as unknown as Record<
      '_resolve' | '_reject',
      Settle
    >;
    if (resolve === undefined) continue;
    const lead = new Promise<unknown>(() => {});
    void then.call(lead, resolve, reject);
    return lead;
  }
  return undefined;
}

/** The tasks that await `future`. */
export function awaitersOf(future: object): Task[] {
  const awaiters = (future as Waited)._awaiter;
  if (awaiters === undefined) return [];
  const all = awaiters instanceof Set ? [...awaiters] : [awaiters];
  return all.map(taskOf).filter((task) => task !== undefined);
}

const state: typeof STATE = 3;
const failed: typeof FAILED = 2;

/** The error of a task that has failed, without anybody having looked at it. */
export function failureOf(task: Task): { readonly error: unknown } | undefined {
  return (task._flags & state) === failed ? { error: task._value } : undefined;
}

function taskOf(awaiter: Frame | Awaiter): Task | undefined {
  return ('future' in awaiter ? awaiter.frame?.task : awaiter.task) as Task | undefined;
}

function nativeOf(future: object): Promise<unknown> | undefined {
  if (future instanceof Promise) return future as Promise<unknown>;
  return (future as { readonly promise?: Promise<unknown> }).promise;
}
