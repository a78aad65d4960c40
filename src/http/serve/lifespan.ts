// The lifespan of a server: what is opened before it listens and closed after its last request.
//
// 1. It begins, and ends, in the server's own task: the context variables that it sets are those of every request.
// 2. A generator yields once, and what is behind that runs at the end; anything else that it returns is disposed, if it
//    can be. Both run to their end whatever is cancelled.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { HttpServer } from './httpServer.ts';

/** What lives as long as a server; see {@link HttpServeOptions.lifespan}.
 * @example
 * ```ts
 * import type { Lifespan } from 'asyncio-ts/http';
 * const lifespan: Lifespan<Map<string, string>> = async function* () {
 *   const cache = new Map<string, string>();
 *   yield cache; // the server listens from here
 *   cache.clear(); // until here
 * };
 * console.log(typeof lifespan); // -> function
 * ```
 */
export type Lifespan<S> = (
  server: HttpServer<S>,
) => AsyncGenerator<S, void, undefined> | Generator<S, void, undefined> | PromiseLike<S> | S;

export interface OpenLifespan<S> {
  readonly state: S;
  readonly end: () => Promise<void>;
}

export async function beginLifespan<S>(
  lifespan: Lifespan<S> | undefined,
  server: HttpServer<S>,
): Promise<OpenLifespan<S>> {
  if (lifespan === undefined) return { state: undefined as S, end: async () => {} };
  if (typeof lifespan !== 'function')
    throw new InvalidArgumentError(
      'lifespan',
      'lifespan is a function, that returns a resource or is a generator',
    );
  const begun = await lifespan(server);
  if (isGenerator<S>(begun)) return await enter(begun);
  return { state: begun as S, end: () => dispose(begun) };
}

async function enter<S>(generator: AsyncGenerator<S> | Generator<S>): Promise<OpenLifespan<S>> {
  const first = await generator.next();
  if (first.done === true)
    throw new InvalidArgumentError(
      'lifespan',
      'the lifespan ended without a yield: it yields where the server is to run',
    );
  const end = async (): Promise<void> => {
    if ((await generator.next()).done === true) return;
    await generator.return(undefined);
    throw new InvalidArgumentError('lifespan', 'the lifespan yields once');
  };
  return { state: first.value, end };
}

function isGenerator<S>(value: unknown): value is AsyncGenerator<S> | Generator<S> {
  const { next, return: end } = (value ?? {}) as Partial<AsyncGenerator<S>>;
  return typeof next === 'function' && typeof end === 'function';
}

async function dispose(value: unknown): Promise<void> {
  const resource = (value ?? {}) as Partial<AsyncDisposable & Disposable>;
  if (typeof resource[Symbol.asyncDispose] === 'function') await resource[Symbol.asyncDispose]?.();
  else resource[Symbol.dispose]?.();
}
