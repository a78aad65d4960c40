// What a server can be told, checked at the edge.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import type { EngineLimits, Refusal } from '../engine/exchange.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';
import type { Lifespan } from './lifespan.ts';
import type { RequestInfo } from './requestInfo.ts';

/** Answers a request; see {@link serve}. What it returns or resolves to is sent.
 * @example
 * ```ts
 * import type { HttpHandler } from 'asyncio-ts/http';
 * const hello: HttpHandler = (request) => new Response(`you asked for ${request.url}`);
 * console.log(typeof hello); // -> function
 * ```
 */
export type HttpHandler<S = undefined> = (
  request: Request,
  info: RequestInfo<S>,
  context: RequestInfo<S>,
) => Response | PromiseLike<Response>;

/** What has such a function as `fetch`: an app of Hono or itty-router, the default export of a worker. */
export interface FetchApp<S = undefined> {
  readonly fetch: (
    request: Request,
    info: RequestInfo<S>,
    context: RequestInfo<S>,
  ) => Response | PromiseLike<Response>;
}

/** The limits of a server. Times in milliseconds, sizes in bytes; Infinity switches one off.
 * @example
 * ```ts
 * import type { HttpPolicies } from 'asyncio-ts/http';
 * const policies: HttpPolicies = { maxRequests: 500, maxBodySize: 1_000_000, handlerTimeout: 10_000 };
 * console.log(policies.maxRequests); // -> 500
 * ```
 */
export interface HttpPolicies {
  /** While the server runs, the global `Response`, `Headers`, `Request` and `fetch` are ones that cost less, or take what costs
   * less; true by default. With false they stay as they are, and handlers are given the platform's own `Request`. */
  globals?: boolean | undefined;
  /** Cancels the task of a request when its client goes away; true by default. */
  cancelOnDisconnect?: boolean | undefined;
  /** Requests at work at the same time; one more is answered 503 with `Retry-After`. Infinity by default. */
  maxRequests?: number | undefined;
  /** What `Retry-After` says, in seconds; 1 by default. */
  retryAfter?: number | undefined;
  /** From a request's head to its response's: then the client gets 504, and the task is cancelled. Infinity by default. */
  handlerTimeout?: Duration | undefined;
  /** How long requests may go on when the server is shut down; 5,000 by default. Then the client gets 503, and the task is
   * cancelled. */
  graceTime?: Duration | undefined;
  /** How long cancelled requests may take to end, before they are named and left alone; 5,000 by default. */
  cancelTime?: Duration | undefined;
  /** The line of the request and its fields: 16,384. 431, or 414. */
  maxHeadSize?: number | undefined;
  /** Fields of a head: 100. 431. */
  maxFields?: number | undefined;
  /** The body of a request: Infinity. 413. */
  maxBodySize?: number | undefined;
  /** For the head of a request to arrive: 60,000. 408. */
  headTimeout?: number | undefined;
  /** For a whole request to arrive: 300,000. 408. */
  requestTimeout?: number | undefined;
  /** An idle connection between two requests: 5,000. */
  keepAliveTimeout?: number | undefined;
  /** Connections at the same time, beyond which nothing is accepted: Infinity. */
  maxConnections?: number | undefined;
  /** Requests on one connection: Infinity. */
  maxRequestsPerConnection?: number | undefined;
}

/** Options of {@link serve}.
 * @example
 * ```ts
 * import type { HttpServeOptions } from 'asyncio-ts/http';
 * const options: HttpServeOptions = { host: '127.0.0.1', port: 8080, graceTime: 10_000 };
 * console.log(options.port); // -> 8080
 * ```
 */
export interface HttpServeOptions<S = undefined> extends HttpPolicies {
  /** Where to listen: a name or address, or several; every interface by default. */
  host?: string | readonly string[] | undefined;
  /** 0, the default, has the system choose one: see {@link HttpServer.port}. */
  port?: number | undefined;
  /** A Unix socket in place of host and port. */
  path?: string | undefined;
  /** The descriptors of sockets that listen already, in place of all of these: those of a parent, or of systemd. They belong to
   * the server from now on. */
  fd?: number | readonly number[] | undefined;
  /** How many connections may wait to be accepted. */
  backlog?: number | undefined;
  /** Lets several processes listen on the port, when all of them ask for it; false by default. */
  reusePort?: boolean | undefined;
  /** `asyncio`, the engine on the loop's own transports; `node`, on `node:http`. By default the first where it can be had. */
  engine?: 'asyncio' | 'node' | undefined;
  /** HTTPS: a certificate with its key, or several for several names. It is served by the engine `node`. */
  tls?: TlsIdentity | readonly TlsIdentity[] | undefined;
  /** HTTP/2 beside HTTP/1.1: chosen by ALPN with `tls`, where it is the default on Node; without, clients begin with it (prior
   * knowledge). It is served by the engine `node`, on Node. */
  http2?: boolean | undefined;
  /** What lives as long as the server: an async generator that yields once, or a function whose result is disposed. What
   * it yields or returns is `info.state` of every request. */
  lifespan?: Lifespan<S> | undefined;
  /** Told of what a handler throws, in place of the loop's exception handler. A `Response` that it returns is sent in place
   * of the 500. */
  onError?:
    | ((
        error: unknown,
        request: Request,
        info: RequestInfo<S>,
      ) => Response | undefined | void | PromiseLike<Response | undefined | void>)
    | undefined;
  /** Told of requests that were refused before they reached the handler: malformed, too large, too slow. */
  onRefused?: ((refusal: Refusal) => void) | undefined;
}

/** All names. */
export const POLICY_NAMES: Readonly<Record<keyof HttpPolicies, true>> = {
  globals: true,
  cancelOnDisconnect: true,
  maxRequests: true,
  retryAfter: true,
  handlerTimeout: true,
  graceTime: true,
  cancelTime: true,
  maxHeadSize: true,
  maxFields: true,
  maxBodySize: true,
  headTimeout: true,
  requestTimeout: true,
  keepAliveTimeout: true,
  maxConnections: true,
  maxRequestsPerConnection: true,
};

const SERVE_NAMES: Readonly<Record<keyof HttpServeOptions, true>> = {
  ...POLICY_NAMES,
  host: true,
  port: true,
  path: true,
  fd: true,
  backlog: true,
  reusePort: true,
  engine: true,
  tls: true,
  http2: true,
  lifespan: true,
  onError: true,
  onRefused: true,
};

/** @throws InvalidArgumentError for a name that nobody knows */
export function checkServeOptions(options: object): void {
  checkOptionNames(options, SERVE_NAMES, 'serve');
}

/** The policies of a server, with every default. */
export interface Policies {
  readonly cancelOnDisconnect: boolean;
  readonly globals: boolean;
  readonly maxRequests: number;
  readonly retryAfter: number;
  readonly handlerTimeout: number;
  readonly graceTime: number;
  readonly cancelTime: number;
}

/** @throws InvalidArgumentError */
export function policiesOf(options: HttpPolicies): Policies {
  const time = (name: 'handlerTimeout' | 'graceTime' | 'cancelTime', otherwise: number): number => {
    const given = options[name];
    return given === undefined ? otherwise : atLeast(name, toMilliseconds(given, name), 0);
  };
  return {
    cancelOnDisconnect: options.cancelOnDisconnect ?? true,
    globals: options.globals ?? true,
    maxRequests: atLeast('maxRequests', options.maxRequests ?? Infinity, 1),
    retryAfter: atLeast('retryAfter', options.retryAfter ?? 1, 0),
    handlerTimeout: time('handlerTimeout', Infinity),
    graceTime: time('graceTime', 5000),
    cancelTime: time('cancelTime', 5000),
  };
}

const limitNames = [
  'maxHeadSize',
  'maxFields',
  'maxBodySize',
  'headTimeout',
  'requestTimeout',
  'keepAliveTimeout',
  'maxConnections',
  'maxRequestsPerConnection',
] as const;

/** The limits that were given. @throws InvalidArgumentError */
export function limitsOf(options: HttpPolicies): Partial<EngineLimits> {
  const limits: Record<string, number> = {};
  for (const name of limitNames) {
    const given = options[name];
    if (given !== undefined) limits[name] = atLeast(name, given, 0);
  }
  return limits;
}

function atLeast(name: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new InvalidArgumentError(name, `${name} is ${least} or more, not ${String(value)}`);
}

/** The function that answers. @throws InvalidArgumentError */
export function handlerOf<S>(handler: HttpHandler<S> | FetchApp<S>): HttpHandler<S> {
  if (typeof handler === 'function') return handler;
  const { fetch } = (handler ?? {}) as Partial<FetchApp<S>>;
  if (typeof fetch === 'function') return fetch.bind(handler);
  throw new InvalidArgumentError(
    'handler',
    'serve needs a function (request) => Response, or an app with such a method fetch',
  );
}
