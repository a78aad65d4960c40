// What `getExtraInfo` knows of a TLS connection, asked of the host's socket when it is wanted. Names are
// asyncio's.

import type { NodeSocket } from '../../sys/host/net.ts';

/** The methods of tls.TLSSocket that are used here. */
interface TlsSocket extends NodeSocket {
  readonly encrypted: true;
  readonly alpnProtocol: string | false | null;
  getPeerCertificate(detailed?: boolean): object | null;
  getCipher(): object;
  getProtocol(): string | null;
}

export function isEncrypted(socket: NodeSocket): socket is TlsSocket {
  return (socket as Partial<TlsSocket>).encrypted === true;
}

export function tlsInfo(socket: NodeSocket, name: string): unknown {
  if (!isEncrypted(socket)) return undefined;
  switch (name) {
    case 'sslObject':
      return socket;
    case 'peercert': {
      const certificate = socket.getPeerCertificate();
      return certificate === null || Object.keys(certificate).length === 0 ? undefined : certificate;
    }
    case 'cipher':
      return socket.getCipher();
    case 'alpnProtocol':
      return socket.alpnProtocol || undefined;
    case 'tlsVersion':
      return socket.getProtocol() ?? undefined;
    default:
      return undefined;
  }
}

// What is asked of the host while it knows it: a socket that is gone does not.
const KEPT = ['peercert', 'cipher', 'alpnProtocol', 'tlsVersion'] as const;

/** What is known of a TLS connection once its handshake is over, for when it is gone. */
export function keptTlsInfo(socket: NodeSocket): ReadonlyMap<string, unknown> {
  return new Map(KEPT.map((name) => [name, tlsInfo(socket, name)]));
}
