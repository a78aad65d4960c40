// What a server does with a connection: a protocol from the factory and a transport, with or without TLS.

import { isOSError } from '../../base/osError.ts';
import { onDone } from '../../core/future/doneCallback.ts';
import { Future } from '../../core/future/future.ts';
import { hasFailed } from '../../core/future/futureState.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { StreamSocket } from '../backend.ts';
import { networkBackend } from '../networkBackend.ts';
import { makeProtocol } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import type { Accept, Server } from './server.ts';
import type { SocketAddress } from '../../transport/transport.ts';
import { startTls } from '../tls/startTls.ts';
import { tlsTransport } from '../tls/tlsTransport.ts';
import type { TlsRequest } from '../tls/tlsRequest.ts';

export function acceptWith(
  loop: Loop,
  factory: ProtocolFactory<object>,
  tls: TlsRequest | undefined,
): Accept {
  const backend = networkBackend(loop);
  return (socket: StreamSocket, peername: SocketAddress, server: Server): void => {
    const protocol = makeProtocol(factory);
    const extra = { peername };
    if (tls === undefined) {
      backend.streamTransport(loop, socket, protocol, { extra, server, startTls });
      return;
    }
    const waiter = new Future<void>({ loop });
    const transport = tlsTransport(loop, socket, protocol, tls, { extra, server, waiter, startTls });
    onDone(waiter, () => {
      if (!waiter.cancelled() && !hasFailed(waiter)) return;
      transport.abort();
      // A peer that fails the handshake is its own affair, as in asyncio: told in debug mode. What the protocol
      // has thrown was reported by the transport.
      const exception = waiter.cancelled() ? undefined : waiter.exception();
      if (!loop.getDebug() || !(exception === undefined || isOSError(exception))) return;
      const message = 'Error on transport creation for incoming connection';
      reportFailure(loop, { message, exception, protocol, transport });
    });
  };
}
