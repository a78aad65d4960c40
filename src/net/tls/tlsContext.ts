// What a program may hand in for TLS, as types; tlsRequest.ts checks it.

import type { NodeSecureContext, NodeTlsConnectOptions, NodeTlsListenOptions } from '../../sys/host/tls.ts';
import type { SSLContext } from './sslContext.ts';

/** TLS of a client: an {@link SSLContext}, the options of node:tls, or its SecureContext.
 * @example
 * ```ts
 * import { createDefaultContext, type ClientTlsContext } from 'asyncio-ts';
 * const contexts: ClientTlsContext[] = [createDefaultContext(), { minVersion: 'TLSv1.3' }];
 * console.log(contexts.length); // -> 2
 * ```
 */
export type ClientTlsContext = SSLContext | NodeTlsConnectOptions | NodeSecureContext;

/** TLS of a server: as {@link ClientTlsContext}, with its certificate.
 * @example
 * ```ts
 * import { createDefaultContext, Purpose, type ServerTlsContext } from 'asyncio-ts';
 * const context: ServerTlsContext = createDefaultContext(Purpose.CLIENT_AUTH);
 * console.log(context.side); // -> server
 * ```
 */
export type ServerTlsContext = SSLContext | NodeTlsListenOptions | NodeSecureContext;
