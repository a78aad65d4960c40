// What is known of a TLS connection once its handshake is over.

import type { NodeSocket } from '../../sys/host/net.ts';
import { peerVerifyError } from '../../sys/host/tls.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';
import { tlsInfo } from '../host/tlsInfo.ts';
import type { TlsRequest } from './tlsRequest.ts';

// What is asked of the host while it knows it: a socket that is gone does not.
const KEPT = ['peercert', 'cipher', 'alpnProtocol', 'tlsVersion'] as const;

export function factsOf(host: NodeSocket): ReadonlyMap<string, unknown> {
  return new Map(KEPT.map((name) => [name, tlsInfo(host, name)]));
}

/** What is wrong with the client's certificate. The host leaves it to the server to ask what it found out. */
export function refusedCertificate(tls: TlsRequest, socket: NodeTlsSocket): Error | undefined {
  const { clientCertificate: demanded } = tls;
  if (demanded === 'none') return undefined;
  if (demanded === 'optional' && tlsInfo(socket, 'peercert') === undefined) return undefined;
  return peerVerifyError(socket);
}
