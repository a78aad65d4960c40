// eachOf: the items of a source, one by one, so that a cancel ends the wait for the next one.
//
// 1. A source that waits for something of ours has the cancel thrown inside, cleans up, and is waited for. One that waits
//    for a promise of others can't be interrupted: it is left, and ends when that promise does.
// 2. A source that is left early is told by its `return()`; one that failed or came to its end is not.

import { interruptible } from '../asyncio.ts';
import type { Future } from '../asyncio.ts';
import { awaits } from '../lowlevel.ts';

/** Items, which may come one by one. */
export type Items<T> = AsyncIterable<T> | Iterable<PromiseLike<T> | T>;

type Source<T> = AsyncIterator<PromiseLike<T> | T> | Iterator<PromiseLike<T> | T>;

/** See the head of the file. */
export async function* eachOf<T>(items: Items<T>): AsyncGenerator<T, void, undefined> {
  const given = items as Partial<AsyncIterable<T> & Iterable<PromiseLike<T> | T>>;
  const source = (given[Symbol.asyncIterator]?.() ?? given[Symbol.iterator]?.()) as Source<T>;
  let stuck: Future<unknown> | undefined;
  let ended = false;
  try {
    for (;;) {
      const before = awaits.count;
      ended = true; // when it fails
      const answer = source.next();
      // Nothing of ours is awaited in there.
      const wait = isPromise(answer) && awaits.count === before ? interruptible(answer) : undefined;
      stuck = wait;
      const { done, value } = await (wait ?? answer);
      stuck = undefined;
      if (done === true) return;
      ended = false;
      yield isPromise(value) ? await interruptible(value) : value;
    }
  } finally {
    if (stuck?.cancelled() === true) leaveStuck(source);
    else if (!ended) await source.return?.();
  }
}

/** What comes of it nobody waits for. */
function leaveStuck<T>(source: Source<T>): void {
  void Promise.resolve(source.return?.()).catch(() => {});
}

function isPromise<T>(value: PromiseLike<T> | T): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined | null)?.then === 'function';
}
