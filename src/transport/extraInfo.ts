// What transports know beyond the bytes, by name.

import type { NodeCipher, NodePeerCertificate, NodeTlsSocket } from '../sys/host/tls.ts';
import type { ClientTlsContext, ServerTlsContext } from './tls.ts';
import type { SocketAddress } from './socketAddress.ts';

/** The names that `getExtraInfo` knows, with what it gives for them. A transport that has no such thing gives
 * undefined, or the fallback. What is not listed here is `unknown`.
 * @example
 * ```ts
 * import { type ExtraInfo } from 'asyncio-ts';
 * const peer: ExtraInfo['peername'] = ['127.0.0.1', 80];
 * console.log(peer[1]); // -> 80
 * ```
 */
export interface ExtraInfo {
  /** The address of the other side. */
  peername: SocketAddress;
  /** The address of this side. */
  sockname: SocketAddress;
  /** What was handed in as `ssl`, or made for `ssl: true`. */
  sslContext: ClientTlsContext | ServerTlsContext;
  sslObject: NodeTlsSocket;
  /** The other side's certificate. */
  peercert: NodePeerCertificate;
  cipher: NodeCipher;
  /** What both sides agreed on by ALPN. */
  alpnProtocol: string;
  tlsVersion: string;
}
