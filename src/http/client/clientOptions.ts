// What a client and its requests take, and what is refused of it.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import type { HeaderFields } from '../serve/httpError.ts';
import type { ClientHedge, RetryPolicy } from './retryPolicy.ts';

/** The limits and policies of requests; see {@link ClientRequestOptions} and {@link ClientOptions}.
 * @example
 * ```ts
 * import type { RequestPolicies } from 'asyncio-ts/http';
 * const patient: RequestPolicies = { timeout: 30_000, tryTimeout: 5000, retry: 4 };
 * console.log(patient.retry); // -> 4
 * ```
 */
export interface RequestPolicies {
  /** Milliseconds for all of it: every try, the pauses between, and the body. No limit by default. */
  readonly timeout?: Duration | undefined;
  /** Milliseconds for each try, until the head of the response. No limit by default. */
  readonly tryTimeout?: Duration | undefined;
  /** Milliseconds without a byte of the body that is waited for. No limit by default. */
  readonly bodyTimeout?: Duration | undefined;
  /** How often to try again, or how; 0 by default. */
  readonly retry?: number | RetryPolicy | undefined;
  /** A second try beside the first when that has no response after so long; none by default. */
  readonly hedge?: Duration | ClientHedge | undefined;
}

/** As the host's `RequestInit`, and more.
 * @example
 * ```ts
 * import type { ClientRequestOptions } from 'asyncio-ts/http';
 * const options: ClientRequestOptions = { method: 'POST', json: { tea: 3 }, query: { page: 2 }, timeout: 5000 };
 * console.log(options.method); // -> POST
 * ```
 */
export interface ClientRequestOptions extends RequestInit, RequestPolicies {
  /** The body as JSON, with its `content-type`. */
  readonly json?: unknown;
  /** Added to the query of the URL; a list gives a name several times, `undefined` leaves it out. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>> | undefined;
}

/** A value in {@link ClientRequestOptions.query}.
 * @example
 * ```ts
 * import type { QueryValue } from 'asyncio-ts/http';
 * const page: QueryValue = 2;
 * console.log(page); // -> 2
 * ```
 */
export type QueryValue = string | number | boolean | undefined;

/** What the fetch of one host or another takes. */
const INIT_NAMES: Readonly<Record<string, true>> = {
  body: true,
  cache: true,
  credentials: true,
  duplex: true,
  headers: true,
  integrity: true,
  keepalive: true,
  method: true,
  mode: true,
  priority: true,
  redirect: true,
  referrer: true,
  referrerPolicy: true,
  signal: true,
  window: true,
  // undici
  dispatcher: true,
  // Bun
  decompress: true,
  proxy: true,
  tls: true,
  unix: true,
  verbose: true,
  // Deno
  client: true,
};

/** Of a request, those of the client are its own. */
export const REQUEST_NAMES: Readonly<Record<Exclude<keyof ClientRequestOptions, keyof RequestInit>, true>> =
  {
    ...INIT_NAMES,
    timeout: true,
    tryTimeout: true,
    bodyTimeout: true,
    retry: true,
    hedge: true,
    json: true,
    query: true,
  };

/** Options of `openClient`.
 * @example
 * ```ts
 * import type { ClientOptions } from 'asyncio-ts/http';
 * const options: ClientOptions = { baseUrl: 'https://api.example', connections: 10, retry: 2 };
 * console.log(options.connections); // -> 10
 * ```
 */
export interface ClientOptions extends RequestPolicies {
  /** What the URLs of requests are relative to. */
  readonly baseUrl?: string | URL | undefined;
  /** Sent with each request that has no others by these names. */
  readonly headers?: HeaderFields | undefined;
  /** The most connections to one origin; no limit by default. Requests over it wait. Needs undici. */
  readonly connections?: number | undefined;
  /** How many requests may be on their way on one connection; 1 by default. Needs undici. */
  readonly pipelining?: number | undefined;
  /** Milliseconds in which an idle connection is kept; 4,000 by default. Needs undici. */
  readonly keepAlive?: Duration | undefined;
  /** Milliseconds for a connection to be made, with its TLS; 10,000 by default. Needs undici. */
  readonly connectTimeout?: Duration | undefined;
  /** Options of `tls.connect`: `ca`, `cert`, `key`, `rejectUnauthorized`, … Needs undici. */
  readonly tls?: Readonly<Record<string, unknown>> | undefined;
  /** A dispatcher of undici's own, a `ProxyAgent` say, in place of the client's pools. It stays its owner's: the client
   * does not close it. Needs undici. */
  readonly dispatcher?: object | undefined;
}

/** The options that only undici has. */
export const UNDICI_OPTIONS = [
  'connections',
  'pipelining',
  'keepAlive',
  'connectTimeout',
  'tls',
  'dispatcher',
] as const;

const CLIENT_NAMES: Readonly<Record<keyof ClientOptions, true>> = {
  baseUrl: true,
  headers: true,
  connections: true,
  pipelining: true,
  keepAlive: true,
  connectTimeout: true,
  tls: true,
  dispatcher: true,
  timeout: true,
  tryTimeout: true,
  bodyTimeout: true,
  retry: true,
  hedge: true,
};

/** @throws InvalidArgumentError */
export function checkClientOptions(options: ClientOptions): void {
  checkOptionNames(options, CLIENT_NAMES, 'openClient');
  checkPolicies(options);
  for (const name of ['connections', 'pipelining'] as const) {
    const value = options[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      throw new InvalidArgumentError(name, `${name} is a whole number from 1, not ${String(value)}`);
  }
  for (const name of ['keepAlive', 'connectTimeout'] as const) limitOf(options, name);
  if (options.baseUrl !== undefined && !URL.canParse(String(options.baseUrl)))
    throw new InvalidArgumentError('baseUrl', `baseUrl is a whole URL, not ${String(options.baseUrl)}`);
}

/** @throws InvalidArgumentError */
export function checkPolicies(policies: RequestPolicies): void {
  for (const name of ['timeout', 'tryTimeout', 'bodyTimeout'] as const) limitOf(policies, name);
}

/** Milliseconds; undefined for no limit. */
export function limitOf<K extends string>(
  options: Readonly<Partial<Record<K, Duration | undefined>>>,
  name: K,
): number | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const milliseconds = toMilliseconds(given, name);
  if (milliseconds < 0) throw new InvalidArgumentError(name, `${name} is not negative`);
  return milliseconds === Infinity ? undefined : milliseconds;
}
