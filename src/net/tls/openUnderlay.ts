// What TLS is put over, and putting it there.

import type { Loop } from '../../loop/loop.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';
import type { StreamSocket } from '../backend.ts';
import { networkBackend } from '../networkBackend.ts';
import { Protocol } from '../../transport/protocol.ts';
import { Transport } from '../../transport/transport.ts';
import type { SocketAddress } from '../../transport/transport.ts';
import { pauseBelow, pausesBelow } from './pauseBelow.ts';
import { fromTlsError } from './sslErrors.ts';
import type { TlsRequest } from './tlsRequest.ts';
import { TransportUnderlay } from './transportUnderlay.ts';
import { socketUnderlay } from './underlay.ts';
import type { Underlay } from './underlay.ts';

/** What TLS runs over for a socket or a transport, which must not be read meanwhile. */
export function openUnderlay(loop: Loop, socket: StreamSocket | Transport): Underlay {
  if (!(socket instanceof Transport) && !pausesBelow()) return socketUnderlay(socket);
  const plain =
    socket instanceof Transport
      ? socket
      : networkBackend(loop).streamTransport(loop, socket, new Protocol(), {});
  plain.pauseReading();
  return new TransportUnderlay(loop, plain);
}

/** Puts TLS over it; the handshake begins. */
export function putTls(below: Underlay, tls: TlsRequest): NodeTlsSocket {
  try {
    const socket = tls.wrap(below.stream);
    if (below instanceof TransportUnderlay && pausesBelow()) pauseBelow(socket, below);
    return socket;
  } catch (error) {
    below.abort();
    throw fromTlsError(error, 'TLS handshake');
  }
}

export function addressesOf(below: Underlay): { sockname: SocketAddress; peername: SocketAddress } {
  const of = (name: string): SocketAddress => (below.getExtraInfo(name) as SocketAddress | undefined) ?? '';
  return { sockname: of('sockname'), peername: of('peername') };
}
