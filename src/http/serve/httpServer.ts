// HttpServer: what `serve` gives.

import type { Duration, SocketAddress } from '../../asyncio.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';

/** What became of a server's requests so far: `started` is the sum of `active`, `answered`, `failed` and `cancelled`. */
export interface HttpStatistics {
  readonly started: number;
  /** At work. */
  readonly active: number;
  /** A response was sent to its end. */
  readonly answered: number;
  /** The handler threw. */
  readonly failed: number;
  /** Given up: the client left, the time was over, the server ended. */
  readonly cancelled: number;
  /** Answered 503 by the server itself: `maxRequests` were at work, or it had ended. Not among those started. */
  readonly refused: number;
}

/** A server of HTTP that listens; see {@link serve}. `await using` shuts it down.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { serve, type HttpServer } from 'asyncio-ts/http';
 * await run(async () => {
 *   const server: HttpServer = await serve(() => new Response('hello'), { host: '127.0.0.1' });
 *   console.log(await (await fetch(server.url)).text()); // -> hello
 *   await server.shutdown();
 *   console.log(server.statistics.answered, server.isServing()); // -> 1 false
 * });
 * ```
 */
export interface HttpServer<S = undefined> extends AsyncDisposable {
  /** Where it listens; nothing once it is closed. */
  readonly addresses: readonly SocketAddress[];
  /** The first of {@link addresses}. */
  readonly address: SocketAddress | undefined;
  /** The first port, also one that the system chose; undefined on a Unix socket, and once it is closed. */
  readonly port: number | undefined;
  /** Where a client of this machine finds it: `http://127.0.0.1:8080/`; '' on a Unix socket, and once it is closed. */
  readonly url: string;
  /** What the lifespan yielded or returned. */
  readonly state: S;
  /** Open connections. */
  readonly connections: number;
  readonly statistics: HttpStatistics;
  /** True until it is closed or shut down. */
  isServing(): boolean;
  /** Other certificates, for the connections to come: those that are open stay.
   * @throws InvalidArgumentError when they can't be used, and the old ones stay; UsageError without `tls`, and once closed */
  setTls(tls: TlsIdentity | readonly TlsIdentity[]): void;
  /** Waits until it has been shut down. A cancel shuts it down, and is thrown when that is done.
   * @throws what the end of the lifespan throws */
  serveForever(): Promise<void>;
  /** Begins the end that {@link shutdown} describes, and does not wait for it. */
  close(): void;
  /** Stops accepting, ends idle connections and event streams, lets the requests finish for `graceTime` milliseconds, answers
   * those that are left 503 and cancels them, waits for all, and ends the lifespan. A cancel ends the grace time at once, and
   * is thrown when all is done. With `drain` connections that are idle are not ended at once, so that no request is lost that is
   * on its way: each ends with its next response, or when it has been idle for `keepAliveTimeout`, within the grace time.
   * @throws what the end of the lifespan throws; UsageError in the task of a request, which it would wait for */
  shutdown(options?: { graceTime?: Duration | undefined; drain?: boolean | undefined }): Promise<void>;
  /** Waits until it has ended. A cancel ends the wait only. */
  waitClosed(): Promise<void>;
}
