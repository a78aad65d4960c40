// What a worker can be asked to call: a function that a module exports, or a function that is sent as its source.

import { InvalidArgumentError } from '../base/errors.ts';
import { OneLine, showValue } from '../base/show.ts';
import type { WorkSource } from '../sys/worker/protocol.ts';

type AnyFunction = (...args: never[]) => unknown;

/** An exported function of a module, to be called in a worker; {@link workerModule} makes it.
 * @example
 * ```ts
 * import { workerModule, type WorkerFunction } from 'asyncio-ts';
 * const { gzipSync }: { gzipSync: WorkerFunction<(data: Uint8Array) => Uint8Array> } =
 *   workerModule<typeof import('node:zlib')>('node:zlib');
 * console.log(gzipSync.name); // -> gzipSync
 * ```
 */
export class WorkerFunction<F extends AnyFunction = AnyFunction> extends OneLine {
  /** The module's URL. */
  readonly url: string;
  /** The name under which the module exports it. */
  readonly name: string;
  /** The function's type, for the compiler alone: it is never set. */
  declare readonly signature?: F;

  /** @throws InvalidArgumentError unless `url` is a URL and `name` a string */
  constructor(url: string | URL, name: string) {
    super();
    this.url = checkUrl(url);
    if (typeof name !== 'string')
      throw new InvalidArgumentError('name', `the name of an export is a string, not ${showValue(name)}`);
    this.name = name;
  }

  /** The same function with the type `G`, for one that is generic: `submit` cannot fill in its type parameters, and returns
   * `unknown`. The compiler refuses what the function is not.
   * @example
   * ```ts
   * import { run, ThreadPoolExecutor, workerModule } from 'asyncio-ts';
   * type Zlib = { crc32<T extends string>(text: T): number };
   * const { crc32 } = workerModule<Zlib>('node:zlib');
   * await run(async () => {
   *   await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
   *   // Of an imported function: crc32.as<typeof zlib.crc32<string>>()
   *   console.log(await pool.submit(crc32.as<(text: string) => number>(), 'a')); // -> 3904355907
   * });
   * ```
   */
  as<G extends AnyFunction>(..._refused: F extends G ? [] : [never]): WorkerFunction<G> {
    return this as unknown as WorkerFunction<G>;
  }

  /** @internal */
  protected override line(): string {
    return `<WorkerFunction ${this.name} of ${this.url}>`;
  }
}

/** What an executor calls in a worker: an exported function of a module, or a function that needs nothing of the place
 * where it is written.
 * @example
 * ```ts
 * import type { Work } from 'asyncio-ts';
 * const square: Work<[number], number> = (n: number) => n * n;
 * console.log(typeof square); // -> function
 * ```
 */
export type Work<A extends unknown[] = never[], R = unknown> =
  | WorkerFunction<(...args: A) => R>
  | ((...args: A) => R);

/** The functions that a module exports, each to be called in a worker.
 * @example
 * ```ts
 * import { workerModule, type WorkerModule } from 'asyncio-ts';
 * const zlib: WorkerModule<typeof import('node:zlib')> = workerModule('node:zlib');
 * console.log(String(zlib.gzipSync)); // -> <WorkerFunction gzipSync of node:zlib>
 * ```
 */
export type WorkerModule<M> = {
  readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: M[K] extends AnyFunction
    ? WorkerFunction<M[K]>
    : never;
};

/** The functions that the module at `url` exports, typed by the module, which is loaded in the workers and not here:
 * `workerModule<typeof import('./work.ts')>(import.meta.resolve('./work.ts'))`, or with the URL as an object.
 * A misspelt name is an error of the compiler's, and otherwise of the call.
 * @throws InvalidArgumentError unless `url` is a whole URL, as `file:` or `node:`
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor, workerModule } from 'asyncio-ts';
 * const path = workerModule<typeof import('node:path')>('node:path');
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 *   console.log(await pool.submit(path.basename, '/tmp/notes.txt')); // -> notes.txt
 * });
 * ```
 */
export function workerModule<M extends object>(url: string | URL): WorkerModule<M> {
  const href = checkUrl(url);
  const known: Map<string, WorkerFunction> = new Map();
  return new Proxy({} as WorkerModule<M>, {
    get(_target, name) {
      // So that it can be returned by an async function, and be printed.
      if (typeof name !== 'string' || name === 'then') return undefined;
      let found = known.get(name);
      if (found === undefined) known.set(name, (found = new WorkerFunction(href, name)));
      return found;
    },
  });
}

function checkUrl(url: string | URL): string {
  const text: unknown = url instanceof URL ? url.href : url;
  if (typeof text === 'string' && URL.canParse(text)) return text;
  throw new InvalidArgumentError(
    'url',
    `a worker finds a module by its whole URL, as import.meta.resolve('./work.js') gives it, not ${showValue(url)}`,
  );
}

/** A work as pools know it. */
export interface KnownWork {
  /** Of this thread, for all pools. */
  readonly number: number;
  readonly source: WorkSource;
  /** How reports name it. */
  readonly title: string;
  /** How long a worker is busy with a call, in milliseconds, as far as is known. */
  typical: number | undefined;
}

// What is the same work is introduced to a worker once, however often a function is written anew: by its URL and name, or
// by its source. The functions themselves spare making that text again.
const byText: Map<string, KnownWork> = new Map();
const byObject: WeakMap<object, KnownWork> = new WeakMap();

/** @throws InvalidArgumentError for what cannot be called in a worker */
export function knownWork(work: Work): KnownWork {
  const known = byObject.get(work);
  if (known !== undefined) return known;
  const source = sourceOf(work);
  const text = 'url' in source ? `${source.url}#${source.name}` : source.source;
  let found = byText.get(text);
  if (found === undefined) {
    const title = source.name === '' ? 'a function' : source.name;
    byText.set(text, (found = { number: byText.size, source, title, typical: undefined }));
  }
  byObject.set(work, found);
  return found;
}

function sourceOf(work: Work): WorkSource {
  if (work instanceof WorkerFunction) return { url: work.url, name: work.name };
  if (typeof work !== 'function')
    throw new InvalidArgumentError(
      'work',
      `a worker calls a function, or one of workerModule(url), not ${showValue(work)}`,
    );
  const source = Function.prototype.toString.call(work);
  const { name } = work as { name: string };
  const refused = /\{\s*\[native code\]\s*\}$/.test(source)
    ? 'is native or bound, so that it has no source that could be sent to a worker'
    : source.startsWith('class')
      ? 'is a class, which cannot be called'
      : undefined;
  if (refused === undefined) return { source, name };
  throw new InvalidArgumentError(
    'work',
    `the function "${name}" ${refused}: export a function from a module and name it by workerModule(url)`,
  );
}
