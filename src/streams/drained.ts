// What `drain` returns when there is nothing to wait for: one promise for all. Most of the time.
//
// An await of that promise is a microtask, and a task that does nothing but write would never let the loop go
// on. So a task that drains again and again while the loop makes no progress gets an iteration of the loop in between.

import { sleep } from '../core/future/sleep.ts';
import { readyQueueOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';

/** How many drains in one step of a task cost nothing. */
const FREE = 64;

const DRAINED: Promise<void> = Promise.resolve();

// Which queue the thread has drained last, and how often: only one loop runs at a time.
let ready: object | undefined;
let entriesRun: number = 0;
let count: number = 0;

export function drained(loop: Loop): Promise<void> {
  const queue = readyQueueOf(loop);
  if (queue !== ready || queue.entriesRun !== entriesRun) {
    ready = queue;
    entriesRun = queue.entriesRun;
    count = 0;
    return DRAINED;
  }
  if (++count < FREE) return DRAINED;
  count = 0;
  return sleep(0);
}

/** A stream of the loop has ended; the loop may be forgotten. */
export function forgetLoop(loop: Loop): void {
  if (readyQueueOf(loop) === ready) ready = undefined;
}
