// What follows a chain of awaits: one AsyncLocalStorage, whose store says which frame (task, scope or
// context) the running code belongs to.
//
// 1. Entering a store costs a Map on Node 24 and later, capturing the whole host context (everybody
//    else's AsyncLocalStorage included) three times as much. Most programs have no other storage, so
//    nothing is captured until one is seen in use: `watchForeignStorage` replaces `run` and `enterWith`
//    on AsyncLocalStorage.prototype until the first foreign call, and then puts the originals back.
// 2. From then on every task and callback is started in the host context it was created in, so that
//    request ids and trace spans of other libraries follow it as they follow a timer.
// 3. `runAtRoot` leaves every context: what the loop itself schedules must not hold on to a task's.

import { AsyncLocalStorage } from 'node:async_hooks';

/** The least that a store must offer to this layer and to the loop. */
export interface Store {
  /** The store in which a callback runs that this code schedules; undefined for an empty one. */
  forCallback(): Store | undefined;
}

/** Calls a function in a captured host context. */
export type Enter = <R>(fn: () => R) => R;

const storage: AsyncLocalStorage<Store | undefined> = new AsyncLocalStorage();
const root: Enter = AsyncLocalStorage.snapshot();

export function currentStore(): Store | undefined {
  return storage.getStore();
}

export function runWithStore<R>(store: Store | undefined, fn: () => R): R {
  return storage.run(store, fn);
}

export function runAtRoot<R>(fn: () => R): R {
  return root(fn);
}

let foreign = false;
let watching = false;

/** The host context of the caller, or undefined while only our own storage is in use. */
export function captureHostContext(): Enter | undefined {
  return foreign ? AsyncLocalStorage.snapshot() : undefined;
}

/** True once another AsyncLocalStorage than ours was seen in use. */
export function foreignStorageSeen(): boolean {
  return foreign;
}

export function watchForeignStorage(): void {
  if (watching) return;
  watching = true;
  const prototype = AsyncLocalStorage.prototype as unknown as Record<string, unknown>;
  const originals = new Map<string, unknown>();
  for (const name of ['run', 'enterWith'] as const) {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    originals.set(name, original);
    prototype[name] = function (this: unknown, ...args: unknown[]): unknown {
      if (this !== storage) {
        foreign = true;
        for (const [key, value] of originals) prototype[key] = value;
      }
      return original.apply(this, args);
    };
  }
  // Ours keeps the fast way: own properties shadow the watched ones.
  Object.assign(storage, { run: originals.get('run'), enterWith: originals.get('enterWith') });
}
