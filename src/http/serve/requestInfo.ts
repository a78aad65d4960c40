// What a handler is given beside the request.

import type { SocketAddress } from '../../asyncio.ts';
import type { HeaderFields } from './httpError.ts';
import type { HttpServer } from './httpServer.ts';

/** What {@link serve} tells a handler beside the request: `env` and `executionCtx` of Hono at once.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve((_request, { remoteAddress }) => new Response(String(remoteAddress?.[0])), {
 *     host: '127.0.0.1',
 *   });
 *   console.log(await (await fetch(server.url)).text()); // -> 127.0.0.1
 * });
 * ```
 */
export interface RequestInfo<S = undefined> {
  readonly server: HttpServer<S>;
  /** What the lifespan yielded or returned. */
  readonly state: S;
  readonly remoteAddress: SocketAddress | undefined;
  readonly localAddress: SocketAddress | undefined;
  /** The client spoke TLS with this server. */
  readonly secure: boolean;
  readonly httpVersion: '1.0' | '1.1' | '2.0';
  /** The fields behind a chunked body; none before the body was read to its end. */
  readonly trailers: Headers;
  /** Fields to send behind the response's body, which has no `content-length` then. A function is called at the end of the
   * body, to say what was found out on the way. */
  sendTrailers(trailers: HeaderFields | (() => HeaderFields)): void;
  /** Sends an interim response `103 Early Hints`, before the response. */
  sendEarlyHints(headers: HeaderFields): void;
  /** Work that goes on when the response is sent and its client gone, and that the server waits for at its end. A function
   * becomes a task of the server's, cancelled when the grace time is over. What it throws is reported. */
  waitUntil(work: PromiseLike<unknown> | (() => PromiseLike<unknown>)): void;
  /** For the faces of other runtimes; does nothing. */
  passThroughOnException(): void;
  /** For the faces of other runtimes, Hono's types above all; nothing. */
  readonly props: undefined;
}
