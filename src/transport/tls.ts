// TLS as seen by code that only hands it on: what a program may give for it, how it is reached from a transport,
// and an end without close_notify. TLS itself is `net/tls`, which a transport has from
// whoever made the connection.

import type { Duration } from '../base/duration.ts';
import type { NodeSecureContext, NodeTlsConnectOptions, NodeTlsListenOptions } from '../sys/host/tls.ts';

/** What every {@link SSLContext} is. */
export interface TlsContext {
  readonly side: 'client' | 'server';
  verifyMode: 'none' | 'optional' | 'required';
  checkHostname: boolean;
}

/** TLS of a client: an {@link SSLContext}, the options of node:tls, or its SecureContext.
 * @example
 * ```ts
 * import { createDefaultContext, type ClientTlsContext } from 'asyncio-ts';
 * const contexts: ClientTlsContext[] = [createDefaultContext(), { minVersion: 'TLSv1.3' }];
 * console.log(contexts.length); // -> 2
 * ```
 */
export type ClientTlsContext = TlsContext | NodeTlsConnectOptions | NodeSecureContext;

/** TLS of a server: as {@link ClientTlsContext}, with its certificate.
 * @example
 * ```ts
 * import { createDefaultContext, Purpose, SSLContext, type ServerTlsContext } from 'asyncio-ts';
 * const context: ServerTlsContext = createDefaultContext(Purpose.CLIENT_AUTH);
 * console.log(context instanceof SSLContext && context.side); // -> server
 * ```
 */
export type ServerTlsContext = TlsContext | NodeTlsListenOptions | NodeSecureContext;

/** Options of {@link EventLoop.startTls} and {@link StreamWriter.startTls}.
 * @example
 * ```ts
 * import { type StartTlsOptions } from 'asyncio-ts';
 * const options: StartTlsOptions = { serverHostname: 'example.org', sslHandshakeTimeout: 5000 };
 * console.log(options.serverSide ?? false); // -> false
 * ```
 */
export interface StartTlsOptions {
  /** True when this side of the connection is the server of the TLS; false by default. */
  serverSide?: boolean | undefined;
  /** The name that the server's certificate must be for; `''` checks none. */
  serverHostname?: string | undefined;
  /** How long the handshake may take, in milliseconds; 60,000 by default. */
  sslHandshakeTimeout?: Duration | undefined;
  /** How long the other side may take to answer our end of TLS, in milliseconds; 30,000 by default. */
  sslShutdownTimeout?: Duration | undefined;
  /** True: a connection that is cut without the end of TLS (close_notify) reads as ended, like
   * `suppress_ragged_eofs` of Python's ssl. False, the default: whoever reads to the end gets an SSLEOFError, since
   * anybody in between can cut a connection. */
  sslSuppressRaggedEofs?: boolean | undefined;
}

/** The code of an SSLEOFError. */
export const UNEXPECTED_EOF = 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING';

/** Whether the connection ended without the end of TLS (close_notify). */
export function isTlsCut(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === UNEXPECTED_EOF;
}
