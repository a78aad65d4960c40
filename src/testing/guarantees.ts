// Which order of ready entries is promised, and which is an accident of the implementation. The seeded
// scheduler may permute what is not promised here; docs/testing.md gives the reasons.
//
// Promised:
// 1. callbacks run first in, first out: those of callSoon and callSoonThreadsafe, and done callbacks;
// 2. of two due timers the earlier runs first; equal times are left open (asyncio's documentation says
//    that their order is undefined);
// 3. who waits at one and the same primitive is served first come, first served;
// 4. what was registered at one and the same future, callbacks and awaiting tasks, runs in that order;
// 5. `sleep(0)` returns when everything that was ready before it has run.
//
// Everything else is open: the first steps of tasks, wake-ups by different futures and primitives, and
// how all these mix with callbacks and timers.

import { DoneCallback, DoneHook } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { isKept } from '../core/future/futureState.ts';
import { Deadline } from '../loop/deadline.ts';
import { TimerHandle } from '../loop/handle.ts';
import type { Runnable } from '../loop/runnable.ts';
import type { Timed } from '../loop/timers.ts';
import { PartialOrder } from './partialOrder.ts';

export function promisedOrder(entries: readonly Runnable[]): PartialOrder {
  const order = new PartialOrder(entries.length);
  orderCallbacks(entries, order);
  orderTimers(entries, order);
  orderByKey(entries, order, (entry) => (entry instanceof Future ? entry.blocker : undefined));
  orderByKey(entries, order, futureOf);
  orderDoneHooks(entries, order);
  orderZeroSleeps(entries, order);
  return order;
}

const isTimer = (entry: Runnable): entry is Timed =>
  ((entry instanceof TimerHandle || entry instanceof Deadline) && entry._sequence !== 0) ||
  isTimedFuture(entry);

// A sleep stands in the queue twice: as a due timer, and when that has run, as its task's wake-up.
function isTimedFuture(entry: Runnable): entry is Future & Timed {
  return entry instanceof Future && (entry as Partial<Timed>)._sequence === -1 && !entry.done();
}

function isZeroSleep(entry: Runnable): boolean {
  return entry instanceof Future && (entry as Partial<Timed>)._sequence === 0;
}

// Entries of a kind unknown here keep their place among the callbacks: that breaks nothing.
function isCallback(entry: Runnable): boolean {
  return entry instanceof Future ? tellsKeeper(entry) : !isTimer(entry);
}

// A task that has ended stands in the queue for its group or gather first, then for those who wait for it.
function tellsKeeper(entry: Future): boolean {
  return isKept(entry) && entry.done();
}

function orderCallbacks(entries: readonly Runnable[], order: PartialOrder): void {
  let last = -1;
  for (const [at, entry] of entries.entries()) {
    if (!isCallback(entry) || isOpen(entry)) continue;
    if (last >= 0) order.before(last, at);
    last = at;
  }
}

function orderTimers(entries: readonly Runnable[], order: PartialOrder): void {
  let earlier: number[] = [];
  let same: number[] = [];
  let when = -Infinity;
  for (const [at, entry] of entries.entries()) {
    if (!isTimer(entry)) continue;
    if (entry._when !== when) {
      if (earlier.length > 0 && same.length > 0) order.allBefore(earlier, same);
      earlier = same;
      same = [];
      when = entry._when;
    }
    same.push(at);
  }
  if (earlier.length > 0) order.allBefore(earlier, same);
}

/** Keeps the order among the entries that share a key. */
function orderByKey(
  entries: readonly Runnable[],
  order: PartialOrder,
  keyOf: (entry: Runnable) => object | undefined,
): void {
  const lasts: Map<object, number> = new Map();
  for (const [at, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (key === undefined) continue;
    const last = lasts.get(key);
    if (last !== undefined) order.before(last, at);
    lasts.set(key, at);
  }
}

function futureOf(entry: Runnable): object | undefined {
  if (entry instanceof DoneCallback) return entry._future;
  return entry instanceof Future ? entry : undefined;
}

// The library's own done callbacks do not say whose they are. A future's entries are queued together, so
// the hooks right before a wake-up may be of the same future: they keep that place.
function orderDoneHooks(entries: readonly Runnable[], order: PartialOrder): void {
  let hooks: number[] = [];
  for (const [at, entry] of entries.entries()) {
    if (entry instanceof DoneHook) hooks.push(at);
    else if (!(entry instanceof DoneCallback)) {
      if (entry instanceof Future && !tellsKeeper(entry)) for (const hook of hooks) order.before(hook, at);
      hooks = [];
    }
  }
}

function orderZeroSleeps(entries: readonly Runnable[], order: PartialOrder): void {
  let next = -1;
  for (let at = entries.length - 1; at >= 0; at--) {
    if (next >= 0) order.before(at, next);
    if (isZeroSleep(entries[at] as Runnable)) next = at;
  }
}

/** What marks an entry of the test kit's own as free to run at any place. */
export const OPEN: unique symbol = Symbol('open');

function isOpen(entry: Runnable): boolean {
  return OPEN in entry;
}
