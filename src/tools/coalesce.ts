// coalesce: one call at a time for all who come, in the shape of p-debounce's `promise`.
//
// 1. Two calls of the function never run at once: one that everybody has left is waited for before the next begins.
// 2. A call can be joined from its making until it ends, or, with `after`, until it begins. With `after` the one that
//    begins at once is not joined at all: its arguments are those of its caller.

import { checkOptionNames } from '../lowlevel.ts';
import { checkFunction } from './checkArguments.ts';
import { Mutex } from './semaphore.ts';
import { SharedWork } from './sharedWork.ts';
import { named } from './startWork.ts';

/** Options of {@link coalesce}.
 * @example
 * ```ts
 * import { coalesce, type CoalesceOptions } from 'asyncio-ts/tools';
 * const options: CoalesceOptions = { after: true };
 * const save = coalesce(async (text: string) => `saved ${text}`, options);
 * console.log(await Promise.all([save('a'), save('ab'), save('abc')])); // -> [ 'saved a', 'saved abc', 'saved abc' ]
 * ```
 */
export interface CoalesceOptions {
  /** Whether those who come while a call runs share one more, which begins when that has ended, with the newest
   * arguments; false by default: they share the one that runs. */
  readonly after?: boolean | undefined;
}

const NAMES: Readonly<Record<keyof CoalesceOptions, true>> = {
  after: true,
};

interface Call<Args, T> {
  self: unknown;
  args: Args;
  shared: SharedWork<T>;
}

/** One call at a time: those who call while it runs get its outcome, or, with `after`, that of the one call that comes
 * next. In the shape of p-debounce's `promise`. Who is cancelled leaves; when all who wait for a call have left, it is not
 * made, or is cancelled if it runs. Works outside of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for what is no function
 * @example
 * ```ts
 * import { coalesce } from 'asyncio-ts/tools';
 * let calls = 0;
 * const reload = coalesce(async () => ++calls);
 * console.log(await Promise.all([reload(), reload(), reload()]), await reload()); // -> [ 1, 1, 1 ] 2
 * ```
 */
export function coalesce<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  options: CoalesceOptions = {},
): (...args: Args) => Promise<T> {
  checkFunction(fn, 'fn');
  checkOptionNames(options, NAMES, 'coalesce');
  const after = options.after === true;
  const turn = new Mutex();
  let joinable: Call<Args, T> | undefined;
  /** The one that holds its turn, or will when it begins. */
  let first: Call<Args, T> | undefined;

  const start = (self: unknown, args: Args): Call<Args, T> => {
    const call = { self, args, shared: undefined as unknown as SharedWork<T> };
    const close = (): void => {
      if (joinable === call) joinable = undefined;
    };
    call.shared = new SharedWork(
      () =>
        turn.runExclusive(async () => {
          if (after) close();
          first = undefined;
          try {
            return await fn.apply(call.self, call.args);
          } finally {
            close();
          }
        }),
      () => {
        close();
        if (first === call) first = undefined;
      },
    );
    return call;
  };

  return named(function (this: unknown, ...args: Args): Promise<T> {
    if (joinable !== undefined) {
      if (after) Object.assign(joinable, { self: this, args });
      return joinable.shared.join();
    }
    const busy = first !== undefined || turn.isLocked();
    const call = start(this, args);
    if (!busy) first = call;
    if (busy || !after) joinable = call;
    return call.shared.join();
  }, fn);
}
