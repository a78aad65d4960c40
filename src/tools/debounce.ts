// debounce: one call for many that come close together, in the shape of p-debounce.

import { sleep } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { SharedWork } from './sharedWork.ts';
import { checkDuration, checkFunction } from './checkArguments.ts';
import { named, timeNow } from './startWork.ts';

/** Options of {@link debounce}.
 * @example
 * ```ts
 * import { debounce, type DebounceOptions } from 'asyncio-ts/tools';
 * const options: DebounceOptions = { before: true };
 * console.log(await debounce(async (n: number) => n, 5, options)(1)); // -> 1
 * ```
 */
export interface DebounceOptions {
  /** Calls at once, and the calls that follow within the time get that result; false by default. */
  readonly before?: boolean | undefined;
  /** Cancels those who wait when aborted, and with them the call. */
  readonly signal?: AbortSignal | undefined;
}

const NAMES: Readonly<Record<keyof DebounceOptions, true>> = {
  before: true,
  signal: true,
};

/** One call for those that come close together, in the shape of p-debounce: `fn` is called, with the newest arguments,
 * when for `wait` milliseconds nobody has called, and all who had called get its outcome. Who is cancelled leaves; when
 * all have left, `fn` is not called, or is cancelled if it runs. Works outside of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { debounce } from 'asyncio-ts/tools';
 * const find = debounce(async (text: string) => `found ${text}`, 5);
 * console.log(await Promise.all([find('a'), find('as'), find('asy')])); // -> [ 'found asy', 'found asy', 'found asy' ]
 * ```
 */
export function debounce<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  wait: number,
  options: DebounceOptions = {},
): (...args: Args) => Promise<T> {
  checkFunction(fn, 'fn');
  checkDuration(wait, 'wait');
  checkOptionNames(options, NAMES, 'debounce');
  const { before = false, signal } = options;
  return named(before ? callBefore(fn, wait, signal) : callAfter(fn, wait, signal), fn);
}

function callAfter<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  wait: number,
  signal: AbortSignal | undefined,
): (...args: Args) => Promise<T> {
  let gathering: { shared: SharedWork<T>; self: unknown; args: Args; last: number } | undefined;
  return function (this: unknown, ...args) {
    if (gathering === undefined) {
      const mine = {
        self: this,
        args,
        last: timeNow(),
        shared: undefined as unknown as SharedWork<T>,
      };
      const forget = (): void => {
        if (gathering === mine) gathering = undefined;
      };
      mine.shared = new SharedWork(async () => {
        let seen: number;
        do {
          seen = mine.last;
          await sleep(Math.max(0, seen + wait - timeNow()));
        } while (mine.last !== seen);
        forget();
        return await fn.apply(mine.self, mine.args);
      }, forget);
      gathering = mine;
    } else {
      gathering.self = this;
      gathering.args = args;
      gathering.last = timeNow();
    }
    return gathering.shared.join(signal);
  };
}

function callBefore<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  wait: number,
  signal: AbortSignal | undefined,
): (...args: Args) => Promise<T> {
  let current: SharedWork<T> | undefined;
  let last = -Infinity;
  return function (this: unknown, ...args) {
    const now = timeNow();
    const quiet = now - last >= wait;
    last = now;
    if (quiet || current === undefined) {
      const mine: SharedWork<T> = new SharedWork(
        async () => await fn.apply(this, args),
        () => {
          if (current === mine) current = undefined;
        },
      );
      current = mine;
    }
    return current.join(signal);
  };
}
