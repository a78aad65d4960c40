// The last stretch of every connection: from a connected socket to a transport with its protocol, with or
// without TLS. Whatever goes wrong here, and a cancel, closes the socket.

import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { StreamSocket } from '../backend.ts';
import { networkBackend } from '../networkBackend.ts';
import { begun } from '../../transport/lifeCycle.ts';
import { makeProtocol } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { startTls } from '../tls/startTls.ts';
import { tlsTransport } from '../tls/tlsTransport.ts';
import type { TlsRequest } from '../tls/tlsRequest.ts';
import type { Transport } from '../../transport/transport.ts';

/** Makes the protocol and the transport, and waits until `connectionMade` has run (with TLS: after the
 * handshake). Nobody can have the transport before that, so a cancel drops the connection at once. */
export async function connectTransport<P extends object>(
  loop: Loop,
  socket: StreamSocket,
  factory: ProtocolFactory<P>,
  tls: TlsRequest | undefined,
): Promise<[Transport, P]> {
  const waiter = new Future<void>({ loop });
  let protocol: P;
  let transport: Transport;
  try {
    protocol = makeProtocol(factory);
    transport =
      tls === undefined
        ? networkBackend(loop).streamTransport(loop, socket, protocol, { waiter, startTls })
        : tlsTransport(loop, socket, protocol, tls, { waiter, startTls });
  } catch (error) {
    socket.close();
    throw error;
  }
  return [await begun(transport, waiter, () => transport.abort()), protocol];
}
