// memoize: a result is computed once, in the shape of p-memoize.

import { InvalidArgumentError, UsageError } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { SharedWork } from './sharedWork.ts';
import { checkCallback, checkFunction } from './checkArguments.ts';
import { named, timeNow } from './startWork.ts';

/** Where {@link memoize} keeps results: a Map, a WeakMap, an LRU cache, or something far away.
 * @example
 * ```ts
 * import { memoize, type MemoizeCache } from 'asyncio-ts/tools';
 * const cache: MemoizeCache<string, number> = new Map([['a', 1]]);
 * console.log(await memoize(async (_: string) => 2, { cache })('a')); // -> 1
 * ```
 */
export interface MemoizeCache<K, T> {
  has(key: K): PromiseLike<boolean> | boolean;
  get(key: K): PromiseLike<T | undefined> | T | undefined;
  set(key: K, value: T): unknown;
  delete(key: K): unknown;
  clear?(): unknown;
}

/** Options of {@link memoize}.
 * @example
 * ```ts
 * import { memoize, type MemoizeOptions } from 'asyncio-ts/tools';
 * const options: MemoizeOptions<[string, string], string, string> = { cacheKey: (args) => args.join('/') };
 * console.log(await memoize(async (a: string, b: string) => a + b, options)('x', 'y')); // -> xy
 * ```
 */
export interface MemoizeOptions<Args extends unknown[], T, K> {
  /** The key of a call; its first argument by default. */
  readonly cacheKey?: ((args: Args) => K) | undefined;
  /** Where the results are kept; a Map by default. With false they are not: only calls at the same time share. */
  readonly cache?: MemoizeCache<K, T> | false | undefined;
  /** Milliseconds for which a result holds, in the cache of this function; for ever by default. */
  readonly maxAge?: number | undefined;
  /** Whether to keep a result; always by default. */
  readonly shouldCache?:
    | ((value: T, context: { key: K; args: Args }) => PromiseLike<boolean> | boolean)
    | undefined;
}

const NAMES: Readonly<Record<keyof MemoizeOptions<never, never, never>, true>> = {
  cacheKey: true,
  cache: true,
  maxAge: true,
  shouldCache: true,
};

const caches: WeakMap<object, () => void> = new WeakMap();

/** Computes a result once for each key, in the shape of p-memoize. Calls that come while it is computed wait for that one
 * computation, however many they are; failures are not kept. Who is cancelled leaves the others' computation alone; when
 * all who wait are cancelled, it is cancelled too, and the next call begins anew.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { memoize } from 'asyncio-ts/tools';
 * let calls = 0;
 * const load = memoize(async (id: number) => { calls++; return `user ${id}`; });
 * await Promise.all([load(1), load(1), load(1)]);
 * console.log(await load(1), calls); // -> user 1 1
 * ```
 */
export function memoize<Args extends unknown[], T, K = Args[0]>(
  fn: (...args: Args) => PromiseLike<T> | T,
  options: MemoizeOptions<Args, T, K> = {},
): (...args: Args) => Promise<T> {
  checkFunction(fn, 'fn');
  checkOptionNames(options, NAMES, 'memoize');
  const { cacheKey = (args: Args) => args[0] as K, maxAge = Infinity, shouldCache } = options;
  checkFunction(cacheKey, 'cacheKey');
  checkCallback(shouldCache, 'shouldCache');
  if (!(typeof maxAge === 'number' && maxAge > 0))
    throw new InvalidArgumentError('maxAge', `maxAge is milliseconds above 0, not ${maxAge}`);
  const cache = options.cache === false ? undefined : (options.cache ?? new Map<K, T>());
  const expires: Map<K, number> = new Map();
  const running: Map<K, SharedWork<T>> = new Map();

  const compute = (key: K, self: unknown, args: Args): SharedWork<T> => {
    const shared: SharedWork<T> = new SharedWork(
      async () => {
        try {
          if (cache !== undefined && (await cache.has(key))) return (await cache.get(key)) as T;
          const value = await fn.apply(self, args);
          // One that was cleared meanwhile is old.
          if (
            cache !== undefined &&
            running.get(key) === shared &&
            (await shouldCache?.(value, { key, args })) !== false
          ) {
            await cache.set(key, value);
            if (maxAge < Infinity) expires.set(key, timeNow() + maxAge);
          }
          return value;
        } finally {
          forget(key, shared);
        }
      },
      () => forget(key, shared),
    );
    return shared;
  };
  const forget = (key: K, shared: SharedWork<T>): void => {
    if (running.get(key) === shared) running.delete(key);
  };

  const memoized = function (this: unknown, ...args: Args): Promise<T> {
    const key = cacheKey(args);
    let shared = running.get(key);
    if (shared === undefined) {
      if ((expires.get(key) ?? Infinity) <= timeNow()) {
        expires.delete(key);
        cache?.delete(key);
      }
      running.set(key, (shared = compute(key, this, args)));
    }
    return shared.join();
  };
  caches.set(memoized, () => {
    if (cache !== undefined && cache.clear === undefined)
      throw new UsageError('the cache of this function has no clear(), so its results stay');
    running.clear();
    expires.clear();
    cache?.clear?.();
  });
  return named(memoized, fn);
}

/** A decorator of the language for methods, as TypeScript 5 has them: {@link memoize} for each object by itself, and for as
 * long as the object is there. {@link memoizeClear} of the method forgets the results of all objects.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for wrong options, and for what is no method
 * @example
 * ```ts no-run
 * import { memoizeMethod } from 'asyncio-ts/tools';
 * class Repository {
 *   @memoizeMethod({ maxAge: 60_000 })
 *   async stars(name: string): Promise<number> { return (await fetch(`https://stars.example/${name}`)).json(); }
 * }
 * ```
 */
export function memoizeMethod<Args extends unknown[] = never[], T = unknown, K = Args[0]>(
  options: MemoizeOptions<Args, T, K> = {},
): <This extends object, Method extends (this: This, ...args: Args) => PromiseLike<T> | T>(
  method: Method,
  context: ClassMethodDecoratorContext<This, Method>,
) => Method {
  checkOptionNames(options, NAMES, 'memoizeMethod');
  return (method, { kind }) => {
    if (kind !== 'method')
      throw new InvalidArgumentError('kind', `memoizeMethod is for methods, not for a ${kind}`);
    type Own = (...args: Args) => Promise<T>;
    let objects: WeakMap<object, Own> = new WeakMap();
    const shared = function (this: object, ...args: Args): Promise<T> {
      let own = objects.get(this);
      if (own === undefined) objects.set(this, (own = memoize(method as unknown as Own, options)));
      return own.apply(this, args);
    };
    caches.set(shared, () => void (objects = new WeakMap()));
    return named(shared, method) as unknown as typeof method;
  };
}

/** Forgets what a function of {@link memoize} has kept. What is being computed goes on for those who wait, and is not
 * kept.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for another function
 * @throws UsageError (`ERR_ASYNCIO_USAGE`) when its cache has no `clear()`
 * @example
 * ```ts
 * import { memoize, memoizeClear } from 'asyncio-ts/tools';
 * let calls = 0;
 * const load = memoize(async () => ++calls);
 * await load();
 * memoizeClear(load);
 * console.log(await load()); // -> 2
 * ```
 */
export function memoizeClear(fn: (...args: never[]) => unknown): void {
  const clear = caches.get(fn);
  if (clear === undefined) throw new InvalidArgumentError('fn', 'fn is a function that memoize returned');
  clear();
}
