// What follows a chain of awaits: one AsyncLocalStorage, whose store says which frame (task, scope or
// context) the running code belongs to.
//
// 1. Entering a store costs a Map on Node 24 and later, capturing the whole host context (everybody
//    else's AsyncLocalStorage included) three times as much. Most programs have no other storage, so
//    nothing is captured until one is seen in use: from the import on, `noticeForeignStorage` replaces `run`
//    and `enterWith` on AsyncLocalStorage.prototype until the first foreign call, and then puts the
//    originals back. At the first start of a loop it would be too late: what was entered before, around a server
//    or around `run` itself, is there and can't be seen. package.json declares the effect (`sideEffects`).
// 2. From then on every task and callback is started in the host context it was created in, so that
//    request ids and trace spans of other libraries follow it as they follow a timer.
// 3. `runAtRoot` leaves every context: what the loop itself schedules must not hold on to a task's.
// 4. A callback that was scheduled where there was no context runs in an empty one of its own. Most never set a
//    variable, so nothing is entered for it until it does (`enterHere`), and what was entered is left when the
//    callback returns (`endBare`): the next callback in the same turn of the host sees nothing of it.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { runtime } from './host.ts';

interface RunningLoop {
  isRunning(): boolean;
}

/** The least that a store must offer to this layer and to the loop. */
export interface Store {
  /** The store in which a callback runs that this code schedules; undefined for an empty one. */
  forCallback(): Store | undefined;
  /** The context that callbacks in it see. @internal */
  contextOfCallback(): unknown;
  /** The task of the code that runs in it. */
  readonly task: { done(): boolean; getLoop(): RunningLoop } | undefined;
  /** Outside of tasks the loop of the callback, as far as it is known. */
  loop?: RunningLoop | undefined;
}

/** Calls a function in a captured host context. */
export type Enter = <R>(fn: () => R) => R;

const storage: AsyncLocalStorage<Store | undefined> = new AsyncLocalStorage();
const root = new AsyncResource('asyncio-ts');
const entrance = new AsyncResource('asyncio-ts');

// `storage.run` makes two of Node's context maps, one to go in and one to come back. Entering inside the
// scope of a resource makes one, because the resource puts the old one back.
function enterAndCall<R>(store: Store | undefined, fn: () => R): R {
  storage.enterWith(store);
  return fn();
}

/** Whether a resource forgets what was entered in its scope: not so where storage is built on hooks. */
function scopesForget(): boolean {
  if (runtime().name !== 'node') return false;
  const probe = new AsyncResource('asyncio-ts');
  const storage = new AsyncLocalStorage<number>();
  probe.runInAsyncScope(() => storage.enterWith(1));
  return probe.runInAsyncScope(() => storage.getStore() === undefined);
}

const entersByScope = scopesForget();

export function currentStore(): Store | undefined {
  return storage.getStore();
}

// Inside of a callback without a store: what it entered, null for nothing yet. Undefined elsewhere.
let own: Store | null | undefined;
/** What code outside of every task and callback has set. */
let outermost: Store | undefined;

/** The store for a callback that is scheduled here. */
export function storeForCallback(): Store | undefined {
  const store = storage.getStore();
  if (store !== undefined) return store.forCallback();
  return own === undefined ? outermost?.forCallback() : undefined;
}

/** From now on code outside of every task and callback passes `store` on. */
export function setOutermostStore(store: Store): void {
  outermost = store;
}

/** True inside of a callback that was given no store. */
export function inBareCallback(): boolean {
  return own !== undefined;
}

/** Puts the running code, and what it starts, into `store`. */
export function enterHere(store: Store): void {
  storage.enterWith(store);
  if (own !== undefined) own = store;
}

/** A callback without a store begins; what is returned goes to endBare. */
export function beginBare(): Store | null | undefined {
  const outer = own;
  own = null;
  return outer;
}

/** It has returned. Returns what it entered, which is left. */
export function endBare(outer: Store | null | undefined): Store | undefined {
  const mine = own;
  own = outer;
  if (mine === null || mine === undefined) return undefined;
  storage.enterWith(undefined);
  return mine;
}

/** Calls `fn` as a callback that was scheduled with this host context and store. */
export function runAsCallback<R>(enter: Enter | undefined, store: Store | undefined, fn: () => R): R {
  if (store !== undefined) return runCaptured(enter, store, fn);
  if (enter === undefined && storage.getStore() === undefined) return callBare(fn);
  return runCaptured(enter, undefined, () => callBare(fn));
}

function callBare<R>(fn: () => R): R {
  const outer = beginBare();
  try {
    return fn();
  } finally {
    endBare(outer);
  }
}

export function runWithStore<R>(store: Store | undefined, fn: () => R): R {
  if (foreign || !entersByScope) return storage.run(store, fn);
  return entrance.runInAsyncScope(enterAndCall as never, undefined, store, fn);
}

/** Calls `fn` in `store`, in the host context that was captured beside it, if there was one. */
export function runCaptured<R>(enter: Enter | undefined, store: Store | undefined, fn: () => R): R {
  return enter === undefined ? runWithStore(store, fn) : enterBoth(enter, store, fn);
}

// Apart, since a function with a closure makes an object for its variables whenever it is called.
function enterBoth<R>(enter: Enter, store: Store | undefined, fn: () => R): R {
  return enter(() => runWithStore(store, fn));
}

export function runAtRoot<R>(fn: () => R): R {
  return root.runInAsyncScope(fn);
}

// What is true of the process stays true: once seen, always looked for.
let foreign = false;

/** The host context of the caller, or undefined while only our own storage is in use. */
export function captureHostContext(): Enter | undefined {
  return foreign ? AsyncLocalStorage.snapshot() : undefined;
}

/** True once another AsyncLocalStorage than ours was seen in use. */
export function foreignStorageSeen(): boolean {
  return foreign;
}

function noticeForeignStorage(): void {
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
  // Ours keeps the fast way: own properties shadow the replaced ones.
  Object.assign(storage, { run: originals.get('run'), enterWith: originals.get('enterWith') });
}

noticeForeignStorage();
