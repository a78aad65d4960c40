// fetch, and the reading of what it brings: a cancel ends the request, and it ends the body too, whoever reads it.
//
// The response is the host's own object. Its methods that read, and those of its body that a program calls one by one,
// are replaced by ones that wait as everything here does; `body.pipeTo`, `pipeThrough` and `tee` are the host's.

import { currentSignal } from '../asyncio.ts';
import { inTask, stopOnCancel, throwIfCancelled, withCaller } from './stoppable.ts';

const READS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

/** As the host's `fetch`: a cancel ends the request, and the reading of its body (`text()`, `json()`, `for await` over
 * `body`, `body.getReader()`), and is thrown at once. A cancel of the timeout, scope, group or task that called it ends a
 * body that nobody reads too.
 * @throws CancelledError; whatever the host's throws
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { once } from 'node:events';
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { fetch } from 'asyncio-ts/cancellable';
 *
 * const server = createServer(() => {}).listen(0, '127.0.0.1'); // never answers
 * await once(server, 'listening');
 * const { port } = server.address() as { port: number };
 * await run(async () => {
 *   try {
 *     await timeout(20, () => fetch(`http://127.0.0.1:${port}`));
 *   } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * server.close();
 * ```
 */
export const fetch: typeof globalThis.fetch = async (input, init) => {
  if (!inTask()) return await globalThis.fetch(input, init);
  await throwIfCancelled();
  const controller = new AbortController();
  // The caller's own holds for the body too, and so for as long as the host likes.
  const given = init?.signal === undefined && input instanceof Request ? input.signal : init?.signal;
  const own = given ?? undefined;
  // The code's own ends a body that nobody reads just then, which would hold its connection.
  const signals = [controller.signal, currentSignal()];
  const signal = AbortSignal.any(own === undefined ? signals : [own, ...signals]);
  try {
    const sent = globalThis.fetch(input, { ...init, signal });
    return watchResponse(await stopOnCancel(sent, controller, { own }), controller);
  } catch (error) {
    // The reason of a signal is not ours to write on.
    throw signal.aborted ? error : withCaller(error, fetch);
  }
};

/** Makes the reading of a response cancellable, for what fetches by other means than {@link fetch}: `text()` and its like,
 * `for await` over `body` and `body.getReader()` end with a cancel, which is thrown at once and aborts `controller`.
 * @returns the response itself
 * @example
 * ```ts
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { watchResponse } from 'asyncio-ts/cancellable';
 *
 * await run(async () => {
 *   const controller = new AbortController();
 *   const endless = new Response(new ReadableStream());
 *   const reading = timeout(5, () => watchResponse(endless, controller).text());
 *   await reading.catch((error) => console.log(error instanceof TimeoutError)); // -> true
 *   console.log(controller.signal.aborted); // -> true
 * });
 * ```
 */
export function watchResponse(response: Response, controller: AbortController): Response {
  for (const name of READS) {
    const read = response[name] as (() => Promise<unknown>) | undefined;
    if (read !== undefined) replace(response, name, () => waited(read.call(response), controller));
  }
  const clone = response.clone;
  replace(response, 'clone', () => watchResponse(clone.call(response), controller));
  const body = bodyOf(response);
  Object.defineProperty(response, 'body', {
    configurable: true,
    get: () => watchBody(body(), controller),
  });
  return response;
}

/** What the host's getter returns, when it is asked. It is the response's own: the global `Response` may be another class, as
 * while a server of asyncio-ts/http runs. */
function bodyOf(response: Response): () => Response['body'] {
  let home: object | null = response;
  while (home !== null && !Object.hasOwn(home, 'body')) home = Object.getPrototypeOf(home) as object | null;
  const { get } = Object.getOwnPropertyDescriptor(home ?? {}, 'body') ?? {};
  return () => get?.call(response) as Response['body'];
}

const watched: WeakSet<object> = new WeakSet();

function watchBody(body: Response['body'], controller: AbortController): Response['body'] {
  if (body === null || watched.has(body)) return body;
  watched.add(body);
  const { getReader, values } = body;
  replace(body, 'getReader', (...args) => {
    const reader = getReader.apply(body, args as []);
    const read = reader.read as (...views: unknown[]) => Promise<unknown>;
    replace(reader, 'read', (...views) => waited(read.apply(reader, views), controller));
    return reader;
  });
  const iterate = (...args: unknown[]): AsyncIterableIterator<unknown> =>
    watchIterator(values.apply(body, args as []), controller);
  if (values !== undefined) replace(body, 'values', iterate);
  replace(body, Symbol.asyncIterator, iterate);
  return body;
}

function watchIterator<T>(
  inner: AsyncIterator<T, unknown, undefined>,
  controller: AbortController,
): AsyncIterableIterator<T> {
  return {
    next: () => waited(inner.next() as Promise<IteratorResult<T>>, controller),
    return: async (value) => {
      await inner.return?.(value);
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function waited<T>(promise: Promise<T>, controller: AbortController): Promise<T> {
  return await (inTask() ? stopOnCancel(promise, controller) : promise);
}

function replace(object: object, name: PropertyKey, value: (...args: unknown[]) => unknown): void {
  Object.defineProperty(object, name, { configurable: true, writable: true, value });
}
