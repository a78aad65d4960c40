// The arguments for TLS that connections and servers share, checked where the program hands them in.

import type { Duration } from '../../base/duration.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import type { ClientTlsContext, ServerTlsContext } from '../../transport/tls.ts';
import { normalizeTls } from './tlsRequest.ts';
import type { TlsRequest } from './tlsRequest.ts';

export interface TlsTimeouts {
  /** How long the TLS handshake may take, in milliseconds; 60,000 by default. Only with `ssl`. */
  sslHandshakeTimeout?: Duration | undefined;
  /** How long the other side may take to answer our end of TLS, in milliseconds; 30,000 by default. Only with
   * `ssl`. */
  sslShutdownTimeout?: Duration | undefined;
  /** True: a connection that is cut without the end of TLS (close_notify) reads as ended, like
   * `suppress_ragged_eofs` of Python's ssl. False, the default: whoever reads to the end gets an SSLEOFError, since
   * anybody in between can cut a connection. Only with `ssl`. */
  sslSuppressRaggedEofs?: boolean | undefined;
}

/** Options of a server's TLS.
 * @example
 * ```ts
 * import { type ServerTlsOptions } from 'asyncio-ts';
 * const options: ServerTlsOptions = { sslHandshakeTimeout: 5000 };
 * console.log(options.sslHandshakeTimeout); // -> 5000
 * ```
 */
export interface ServerTlsOptions extends TlsTimeouts {
  /** TLS context of the server; none by default. */
  ssl?: ServerTlsContext | null | undefined;
}

/** Options of a client's TLS.
 * @example
 * ```ts
 * import { type ClientTlsOptions } from 'asyncio-ts';
 * const options: ClientTlsOptions = { ssl: true, serverHostname: 'example.org' };
 * console.log(options.ssl); // -> true
 * ```
 */
export interface ClientTlsOptions extends TlsTimeouts {
  /** TLS context, or true for the default one; none by default. */
  ssl?: ClientTlsContext | boolean | null | undefined;
  /** The name that the server's certificate must be for; the host by default, '' for no check. */
  serverHostname?: string | undefined;
}

/** @throws InvalidArgumentError for options that make no sense together */
export function clientTls(options: ClientTlsOptions, host: string | undefined): TlsRequest | undefined {
  const { ssl, serverHostname } = options;
  if (!wanted(ssl)) {
    if (serverHostname !== undefined) refuseWithoutTls('serverHostname');
    checkTimeouts(options);
    return undefined;
  }
  if (serverHostname === undefined && !host) {
    throw new InvalidArgumentError('serverHostname', 'ssl without a host needs serverHostname');
  }
  return request(options, false, serverHostname ?? host);
}

/** @throws InvalidArgumentError for options that make no sense together */
export function serverTls(options: ServerTlsOptions): TlsRequest | undefined {
  const ssl: unknown = options.ssl;
  if (typeof ssl === 'boolean') {
    throw new InvalidArgumentError('ssl', 'ssl of a server must be a context with its certificate');
  }
  if (!wanted(ssl)) {
    checkTimeouts(options);
    return undefined;
  }
  return request(options, true, undefined);
}

function wanted(ssl: unknown): boolean {
  return ssl !== undefined && ssl !== null && ssl !== false;
}

function request(
  options: ClientTlsOptions | ServerTlsOptions,
  serverSide: boolean,
  serverHostname?: string,
): TlsRequest {
  return normalizeTls(options.ssl, {
    serverSide,
    serverHostname,
    handshakeTimeout: options.sslHandshakeTimeout,
    shutdownTimeout: options.sslShutdownTimeout,
    suppressRaggedEofs: options.sslSuppressRaggedEofs,
  });
}

function checkTimeouts(options: TlsTimeouts): void {
  if (options.sslHandshakeTimeout !== undefined) refuseWithoutTls('sslHandshakeTimeout');
  if (options.sslShutdownTimeout !== undefined) refuseWithoutTls('sslShutdownTimeout');
  if (options.sslSuppressRaggedEofs !== undefined) refuseWithoutTls('sslSuppressRaggedEofs');
}

function refuseWithoutTls(argument: string): never {
  throw new InvalidArgumentError(argument, `${argument} is only meaningful with ssl`);
}
