// The contract between an engine, which speaks HTTP, and the server above it, which has the policies and the tasks. An
// engine owns the connections: parsing, framing, the limits that protect it, timeouts of the wire. The server owns what
// a request means: its task, its handler, its time, what happens to it at the end.
//
// 1. For each request whose head is complete and good the engine calls its `OnExchange` once, in no task, and in the
//    order of arrival on a connection. What it finds bad it answers by itself (400, 408, 413, 414, 417, 431, 501, 505)
//    and closes; the server never sees that, but `onRefused` is told.
// 2. An exchange is one request and its response: exactly one of `send`, `start … end`, `upgrade` and `abort` ends it. After
//    `ended` was told, whatever is called on it does nothing.
// 3. Responses go out in the order of the requests, whenever they are made. With several requests in the pipeline of
//    one connection at most one is handed out at a time.
// 4. Names of header fields are given and taken in lower case, as flat lists: [name, value, name, value, …]. Those that
//    are given have been checked: a token, and a value without CR, LF and NUL (headers.ts does it for `Response`).
// 5. The engine adds `date`, `connection`, `content-length`, `transfer-encoding`, where they are missing and needed. It
//    knows that HEAD, 204, 205 and 304 have no body, and drops one that is given.
// 6. `clientGone` is told at most once, while the exchange is not over, also when nothing is being read. `ended` is told
//    exactly once, and last.
// 7. Above this stand the platform's messages, the same for every engine: `message/request.ts` makes a `Request` of an
//    exchange, and `serve/sendStream.ts` sends a `Response` by it.
// 8. Nothing here makes a closure, a promise or a task for a request that needs none: a keeper is one object for all.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SocketAddress } from '../../asyncio.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';

/** Called for each request. It must not throw. */
export type OnExchange = (exchange: Exchange) => void;

/** Field names in lower case and values, one behind the other. */
export type FlatFields = readonly string[];

/** Whoever serves an exchange is told of its end; one for a whole server, the exchange says which it is. Neither may
 * throw. */
export interface ExchangeKeeper {
  /** The client has gone away, or the connection is broken: nobody will read a response. */
  clientGone(exchange: Exchange): void;
  /** The response is handed to the system, or never will be. */
  ended(exchange: Exchange): void;
}

/** What is known of the connection of an exchange. */
export interface ExchangeConnection {
  /** The client spoke TLS with us. */
  readonly secure: boolean;
  readonly remoteAddress: SocketAddress | undefined;
  readonly localAddress: SocketAddress | undefined;
}

/** A connection that has left HTTP. */
export interface Upgraded {
  /** The client's connection, as a stream of the host's. */
  readonly socket: Duplex;
  /** What came behind the head of the request. */
  readonly head: Buffer;
  /** The host's own request, where it has one: Bun's WebSockets need it. */
  readonly request?: IncomingMessage;
}

/** One request and its response. */
export interface Exchange {
  /** Set by the server, before it returns from {@link OnExchange}. */
  keeper: ExchangeKeeper | undefined;
  /** The server's own: its task, or what it likes. The engine never looks at it. */
  tag: unknown;

  /** As it was sent: `GET`. */
  readonly method: string;
  /** As it was sent: `/path?query`, `http://host/path`, `host:443` with CONNECT, or `*`. */
  readonly target: string;
  readonly httpVersion: '1.0' | '1.1' | '2.0';
  readonly connection: ExchangeConnection;
  /** The one field `host` (`:authority` in HTTP/2), checked; '' where HTTP/1.0 has none. */
  readonly host: string;
  /** All fields in the order of arrival, made when first asked for. */
  readonly fields: FlatFields;
  /** The first value of a field, without making the list where that is cheaper. */
  field(name: string): string | undefined;
  /** The fields behind a chunked body; undefined until the body was read to its end, and where there are none. */
  readonly trailers: FlatFields | undefined;
  /** What the client asks to go on with: `websocket` with a `connection: upgrade`; undefined where it does not. */
  readonly upgradeTo: string | undefined;

  // The request's body.
  /** A body comes, or has come: by `content-length` above zero, or chunked. */
  readonly hasBody: boolean;
  /** In bytes; undefined when it is chunked. */
  readonly bodySize: number | undefined;
  /** The whole body, if it was there with the head or has come since, and nothing was read of it. The memory is the
   * caller's. */
  takeBody(): Uint8Array | undefined;
  /** As {@link takeBody}, decoded from UTF-8 with its byte order mark; where that spares a copy. */
  takeText?(): string | undefined;
  /** The next bytes, whose memory is the caller's; undefined at the end. One call at a time. The first asks a client
   * that waits for `100 Continue` to go on. Reading rests while nobody asks and some is held. Cancelling loses nothing.
   * @throws HttpBodyError when the client goes away in the middle, sends more than `maxBodySize`, or nonsense */
  readBody(): Promise<Uint8Array | undefined>;
  /** Nobody wants what is left of it. */
  discardBody(): void;

  // The response.
  /** Whether a head was sent, of a response or of an upgrade. */
  readonly responded: boolean;
  /** The exchange is over, or the client gone. */
  readonly over: boolean;
  /** An interim response: 102, 103; 100 is sent by {@link readBody}. Nothing to HTTP/1.0. */
  inform(status: number, fields: FlatFields): void;
  /** The whole response, in one write. The bytes of `body` are the engine's from now on. */
  send(status: number, statusText: string, fields: FlatFields, body: string | Uint8Array | undefined): void;
  /** The head of a response whose body follows by {@link write}: chunked, unless `fields` has a `content-length`.
   * @returns false when there is to be no body (HEAD, 204, 304): the exchange has ended by it */
  start(status: number, statusText: string, fields: FlatFields): boolean;
  /** Bytes of the body; they are the engine's from now on. @returns false when it is time to wait for {@link drained}
   * @throws HttpBodyError when there are more than the `content-length` says */
  write(chunk: Uint8Array): boolean;
  /** Resolves when there is room again, and when the exchange is over. */
  drained(): Promise<void>;
  /** The body is complete.
   * @throws HttpBodyError when it is less than the `content-length` says; {@link abort} is what is left then */
  end(trailers?: FlatFields): void;
  /** Cuts the connection, so that nobody takes what was sent for a whole response. */
  abort(): void;
  /** Leaves HTTP: nothing is sent, the caller answers by itself. What waits is sent before. */
  upgrade(): Promise<Upgraded>;
}

/** What an engine protects itself with. Sizes in bytes, times in milliseconds; Infinity switches one off. */
export interface EngineLimits {
  /** The request line and the fields together: 16,384. 431, or 414 where it is the target alone. */
  readonly maxHeadSize: number;
  /** Fields of a head, or of trailers: 100. 431. */
  readonly maxFields: number;
  /** A body: Infinity. 413, at once where the head says so. */
  readonly maxBodySize: number;
  /** From the first byte of a connection, or of the next head, to the end of the head: 60,000. 408. */
  readonly headTimeout: number;
  /** From the first byte of a request to the end of its body: 300,000. 408. */
  readonly requestTimeout: number;
  /** An idle connection between two requests: 5,000. It is closed without a word. */
  readonly keepAliveTimeout: number;
  /** Connections at the same time, beyond which nothing is accepted: Infinity. */
  readonly maxConnections: number;
  /** Requests on one connection, after which it is closed: Infinity. */
  readonly maxRequestsPerConnection: number;
}

/** Why the engine refused a request by itself. */
export interface Refusal {
  /** That was sent; 0 where nothing could be. */
  readonly status: number;
  /** For a log: never sent. */
  readonly reason: string;
  readonly remoteAddress: SocketAddress | undefined;
}

/** Where and how to listen. */
export interface EngineOptions {
  readonly host?: string | readonly string[] | undefined;
  /** 0, the default, has the system choose one. */
  readonly port?: number | undefined;
  /** A Unix socket in place of host and port. */
  readonly path?: string | undefined;
  /** Sockets that listen already, in place of all of these. They are the engine's from now on. */
  readonly fd?: readonly number[] | undefined;
  readonly backlog?: number | undefined;
  readonly reusePort?: boolean | undefined;
  /** Speaks TLS. */
  readonly tls?: TlsIdentity | readonly TlsIdentity[] | undefined;
  /** Speaks HTTP/2 as well. */
  readonly http2?: boolean | undefined;
  readonly limits?: Partial<EngineLimits> | undefined;
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
}

/** A way to speak HTTP. */
export interface Engine {
  readonly name: 'asyncio' | 'node';
  /** Listens, and calls for each request. */
  serve(options: EngineOptions, onExchange: OnExchange): Promise<EngineServer>;
}

/** Listens, and has the connections. */
export interface EngineServer {
  readonly addresses: readonly SocketAddress[];
  /** Open connections. */
  readonly connections: number;
  /** Gives the listening sockets up. Connections go on; from now on each response is the last of its connection, and
   * says so, and those that are idle are closed; with `drain` not before they have been idle for their whole time. */
  stop(drain: boolean): void;
  /** Other identities for TLS, for the connections to come; where the engine speaks it. */
  setTls?(tls: TlsIdentity | readonly TlsIdentity[]): void;
  /** Cuts every connection at once. */
  abortAll(): void;
  /** Resolves when it was stopped and the last connection is gone. */
  closed(): Promise<void>;
}
