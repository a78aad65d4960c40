// `for await` and `yield*` whose waits are cancel points.
//
// 1. What is iterated over gets the very calls that it would get: `next`, `return` and `throw` are looked up when the
//    language would, with the same arguments, and what they return goes on as it is.
// 2. A loop that a cancel takes out of the wait for `next` closes the iterator. The language does not: to it a
//    `next` that fails has closed it already. That it may take its time, or fail, is nobody's business any more.

import { awaits, cancelPoint, isInTask } from '../lowlevel.ts';

type Step = (argument?: unknown) => unknown;
type Method = 'next' | 'return' | 'throw';

/** What a rewritten `for await (… of iterable)` or `yield* iterable` iterates over. */
export function iterate(iterable: AsyncIterable<unknown>, activation: number, site: string): unknown {
  // Whatever is wrong with it throws where the loop looks at it itself.
  if (iterable === null || iterable === undefined || !isInTask()) return iterable;
  return { [Symbol.asyncIterator]: () => begin(iterable, activation, site) };
}

function begin(iterable: AsyncIterable<unknown>, activation: number, site: string): unknown {
  const method = iterable[Symbol.asyncIterator] as unknown;
  const from = method === null || method === undefined ? fromSync(iterable as never) : undefined;
  const iterator = from ?? (method as () => Record<Method, Step | undefined>).call(iterable);
  if ((typeof iterator !== 'object' && typeof iterator !== 'function') || iterator === null)
    return iterator;
  // `next` is read once, as by the language.
  const next = iterator.next as Step;
  const call = (step: Step, argument: unknown[], given?: () => void): unknown =>
    cancelPoint(awaits.count, step.apply(iterator, argument as [unknown]), activation, site, given);
  const close = (): void => {
    try {
      const closed = iterator.return?.call(iterator) as PromiseLike<unknown> | undefined;
      if (typeof closed?.then === 'function') closed.then(undefined, () => {});
    } catch {}
  };
  return {
    next: (...argument: unknown[]) => call(next, argument, close),
    get return(): unknown {
      return wrapped(iterator.return);
    },
    get throw(): unknown {
      return wrapped(iterator.throw);
    },
  };

  function wrapped(step: Step | undefined): unknown {
    return typeof step === 'function' ? (...argument: unknown[]) => call(step, argument) : step;
  }
}

// The language's own way from an iterator to one whose values are awaited.
async function* adopt(iterable: Iterable<unknown>): AsyncGenerator<unknown, unknown, unknown> {
  return yield* iterable as unknown as AsyncIterable<unknown>;
}

function fromSync(iterable: Iterable<unknown>): Record<Method, Step | undefined> {
  return adopt(iterable) as never;
}
