// How a future learns what calls its `then`: the engine, for an await or for a promise that adopts the future
// (an async function that returns it, a callback of `then` that does), or the program, to listen.
//
// The engine reads `then` at once and calls it in a microtask of its own; a program calls what it has just
// read. So `then` is a getter that puts a mark into the microtask queue when it is read. The engine's call stands
// right behind the mark, and finds it; a program's read takes the mark away before its call.
//
// The rule that follows: what a task awaits, and what a promise adopts in the task's context, the task waits
// for, and a cancel reaches it. `then`, `catch` and `finally` only listen.

import { Fifo } from '../base/fifo.ts';
import { microtask } from '../sys/host.ts';
import type { AwaitEntry } from './awaitEntry.ts';
import { DONE } from './futureState.ts';
import { subscribing } from './nativePromise.ts';

interface Read {
  _flags: number;
}

const reads: Fifo<object> = new Fifo();
let announced: AwaitEntry | undefined;
let marked: object | undefined;

const mark = (): void => {
  marked = reads.shift();
};

/** An await was seen that the engine is about to make by `then`. */
export function announce(entry: AwaitEntry): void {
  announced = entry;
}

/** `future.then` was read. */
export function noteRead(future: Read): void {
  marked = undefined;
  const entry = announced;
  announced = undefined;
  if (entry?.future === future) reads.push(entry);
  // Nobody has to wait for one that is done, whoever calls.
  else if (subscribing || (future._flags & DONE) !== 0) return;
  else reads.push(future);
  microtask(mark);
}

/** For a call of `future.then`: the await that it is for, the future itself when a promise adopts it, or
 * undefined when the program listens. */
export function callerOfThen(future: object): AwaitEntry | object | undefined {
  const found = marked;
  if (found === undefined) return undefined;
  marked = undefined;
  return found === future || (found as AwaitEntry).future === future ? found : undefined;
}

/** Makes a class's `then` a getter. */
export function watchThen(type: { prototype: object }): void {
  const then: unknown = Object.getOwnPropertyDescriptor(type.prototype, 'then')?.value;
  Object.defineProperty(type.prototype, 'then', {
    configurable: true,
    get(this: Read): unknown {
      if (this._flags !== undefined) noteRead(this);
      return then;
    },
    // A program that puts a `then` of its own on a future or a subclass gets it.
    set(this: object, value: unknown): void {
      Object.defineProperty(this, 'then', { configurable: true, writable: true, value });
    },
  });
}
