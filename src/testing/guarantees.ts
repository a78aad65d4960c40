// Which order of ready entries is promised, and which is an accident of the implementation. The seeded
// scheduler (oneRun.ts) puts the entries of each iteration into an order that keeps what is promised here, drawn
// from the seed; docs/testing.md gives the reasons.
//
// Promised:
// 1. callbacks run first in, first out: those of callSoon and callSoonThreadsafe, and done callbacks;
// 2. of two due timers the earlier runs first; equal times are left open (asyncio's documentation says
//    that their order is undefined);
// 3. those who wait at one and the same primitive are served first come, first served;
// 4. what was registered at one and the same future, callbacks and awaiting tasks, runs in that order;
// 5. `sleep(0)` returns when everything that was ready before it has run.
//
// Everything else is open: the first steps of tasks, wake-ups by different futures and primitives, and
// how all these mix with callbacks and timers.

import type { ReadyEntry } from '../lowlevel.ts';
import { PartialOrder } from './partialOrder.ts';

export function promisedOrder(entries: readonly ReadyEntry[]): PartialOrder {
  const order = new PartialOrder(entries.length);
  orderCallbacks(entries, order);
  orderTimers(entries, order);
  orderByKey(entries, order, ({ blocker }) => blocker);
  orderByKey(entries, order, ({ future }) => future);
  orderDoneHooks(entries, order);
  orderZeroSleeps(entries, order);
  return order;
}

function orderCallbacks(entries: readonly ReadyEntry[], order: PartialOrder): void {
  let last = -1;
  for (const [at, { kind }] of entries.entries()) {
    if (kind !== 'callback' && kind !== 'doneCallback' && kind !== 'doneHook') continue;
    if (last >= 0) order.before(last, at);
    last = at;
  }
}

function orderTimers(entries: readonly ReadyEntry[], order: PartialOrder): void {
  let earlier: number[] = [];
  let same: number[] = [];
  let time = -Infinity;
  for (const [at, { kind, when = -Infinity }] of entries.entries()) {
    if (kind !== 'timer') continue;
    if (when !== time) {
      if (earlier.length > 0 && same.length > 0) order.allBefore(earlier, same);
      earlier = same;
      same = [];
      time = when;
    }
    same.push(at);
  }
  if (earlier.length > 0) order.allBefore(earlier, same);
}

/** Keeps the order among the entries that share a key. */
function orderByKey(
  entries: readonly ReadyEntry[],
  order: PartialOrder,
  keyOf: (entry: ReadyEntry) => object | undefined,
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

// The library's own done callbacks do not say whose they are. A future's entries are queued together, so
// the hooks right before a wake-up may be of the same future: they keep that place.
function orderDoneHooks(entries: readonly ReadyEntry[], order: PartialOrder): void {
  let hooks: number[] = [];
  for (const [at, { kind, future }] of entries.entries()) {
    if (kind === 'doneHook') hooks.push(at);
    else if (kind !== 'doneCallback') {
      if (future !== undefined && kind !== 'callback') for (const hook of hooks) order.before(hook, at);
      hooks = [];
    }
  }
}

function orderZeroSleeps(entries: readonly ReadyEntry[], order: PartialOrder): void {
  let next = -1;
  for (let at = entries.length - 1; at >= 0; at--) {
    if (next >= 0) order.before(at, next);
    if (entries[at]?.kind === 'zeroSleep') next = at;
  }
}
