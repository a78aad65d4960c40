// The host backend: node:net and node:dgram behind the interface that everything above is written against.

import { InvalidArgumentError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { isNodeServer, isNodeSocket, nodeSocketOf } from '../../sys/host/net.ts';
import type {
  Backend,
  DatagramOptions,
  ListenOptions,
  StreamSocket,
  StreamTransportOptions,
} from '../backend.ts';
import { begun } from '../../transport/lifeCycle.ts';
import type { DatagramTransport, Transport } from '../../transport/transport.ts';
import { hostConnect } from './connect.ts';
import { openHostDatagram } from './datagramSocket.ts';
import { HostDatagramTransport } from './datagramTransport.ts';
import { hostListen, HostListener } from './listener.ts';
import { HostStreamSocket } from './streamSocket.ts';
import { HostStreamTransport } from './streamTransport.ts';

export const hostBackend: Backend = {
  name: 'host',
  connect: hostConnect,
  listen: hostListen,

  takeOverStream(loop: Loop, socket: unknown): StreamSocket {
    if (socket instanceof HostStreamSocket) return socket;
    if (isNodeSocket(socket)) {
      // asyncio decides by eofReceived whether our half ends with the peer's.
      socket.allowHalfOpen = true;
      return new HostStreamSocket(loop, socket);
    }
    if (hasDescriptor(socket)) {
      const known = { sockname: socket.getsockname(), peername: socket.getpeername() };
      return new HostStreamSocket(loop, nodeSocketOf(socket.detach(), true), known);
    }
    throw new InvalidArgumentError('sock', 'the host backend takes a connected net.Socket or Socket');
  },

  async takeOverListener(loop: Loop, socket: unknown, options: ListenOptions): Promise<HostListener> {
    if (isNodeServer(socket) && socket.listening) return new HostListener(loop, socket, options.backlog);
    throw new InvalidArgumentError('sock', 'the host backend takes a net.Server that listens');
  },

  streamTransport(
    loop: Loop,
    socket: StreamSocket,
    protocol: object,
    options: StreamTransportOptions,
  ): Transport {
    return new HostStreamTransport(loop, socket as HostStreamSocket, protocol, options);
  },

  async datagramTransport(
    loop: Loop,
    protocol: object,
    options: DatagramOptions,
  ): Promise<DatagramTransport> {
    const waiter = new Future<void>({ loop });
    const socket = await openHostDatagram(loop, options);
    const transport = new HostDatagramTransport(loop, socket, protocol, options, waiter);
    return await begun(transport, waiter, () => transport.abort());
  },
};

function hasDescriptor(socket: unknown): socket is StreamSocket & { fileno(): number; detach(): number } {
  const { fileno, detach } = (socket ?? {}) as Record<string, unknown>;
  return typeof fileno === 'function' && typeof detach === 'function';
}
