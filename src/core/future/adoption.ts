// How a future learns what calls its `then`: the engine, for an await or for a promise that adopts the future
// (an async function that returns it, a callback of `then` that does), or the program, to listen.
//
// The engine reads `then` at once and calls it in a microtask of its own; a program calls what it has just
// read. So `then` is a getter.
// 1. For an await that was seen just before (awaitHook.ts) it returns a function for that await.
// 2. Else it puts a mark into the microtask queue. The engine's call stands right behind the mark, and finds it;
//    a program's read takes the mark away before its call.
//
// The rule that follows: what a task awaits, and what a promise adopts in the task's context, the task waits
// for, and a cancel reaches it. `then`, `catch` and `finally` only listen.

import { Fifo } from '../../base/fifo.ts';
import { microtask } from '../../sys/host/host.ts';
import type { AwaitEntry } from './awaitEntry.ts';
import { isPending } from './futureState.ts';
import type { Stateful } from './futureState.ts';
import { subscribing } from './nativePromise.ts';
import type { Settle } from './outcome.ts';

type Then = (this: unknown, onResult?: Settle | null, onError?: Settle | null) => unknown;

// Of the engine's microtask queue, of which the thread has one: what was read in the step that runs, until the mark
// behind it comes.
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

/** True when the engine calls the `then` of `future` because a promise adopts it. */
export function isAdoption(future: object): boolean {
  if (marked !== future) return false;
  marked = undefined;
  return true;
}

const source = Function.prototype.toString;
const BUILT_IN = String(Object).replace(' Object', ' ');

/** True for what the engine passes to `then`: built in, anonymous, one parameter. */
export function isBuiltIn(onResult: unknown): onResult is Settle {
  return typeof onResult === 'function' && onResult.length === 1 && source.call(onResult) === BUILT_IN;
}

/** Makes a class's `then` a getter. */
export function hookThen(type: { prototype: object }): void {
  const then = Object.getOwnPropertyDescriptor(type.prototype, 'then')?.value as Then;
  const read = function (this: Stateful): Then {
    marked = undefined;
    const entry = announced;
    announced = undefined;
    if (entry?.future === this) return thenOf(entry, then);
    // Nobody has to wait for one that is done, whoever calls. The prototype itself is no future.
    if (!subscribing && isPending(this)) {
      reads.push(this);
      microtask(mark);
    }
    return then;
  };
  Object.defineProperty(type.prototype, 'then', {
    configurable: true,
    get: read,
    // A program that puts a `then` of its own on a future or a subclass gets it.
    set(this: object, value: unknown): void {
      Object.defineProperty(this, 'then', { configurable: true, writable: true, value });
    },
  });
}

// A program that read `constructor` without awaiting, and then listens, gets what it would have got. It calls in
// the same piece of code, the engine in a later one; looking at the function is dearer.
function thenOf(entry: AwaitEntry, then: Then): Then {
  return (onResult, onError) => {
    if (entry.past || isBuiltIn(onResult)) return entry.claim(onResult as Settle, onError as Settle);
    entry.withdraw();
    return then.call(entry.future, onResult, onError);
  };
}
