// The selector backend: our own sockets on the loop's epoll set.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { setFileMode } from '../../sys/host/socketFile.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../sys/libc/socketConstants.ts';
import type {
  Backend,
  Listener,
  ListenOptions,
  ResolvedAddress,
  StreamSocket,
  StreamTransportOptions,
} from '../backend.ts';
import { connectResolved } from '../connect/connectResolved.ts';
import { closeOwned } from '../socket/ownedSocket.ts';
import { Socket } from '../socket/socket.ts';
import type { Transport } from '../../transport/transport.ts';
import { SelectorListener } from './listener.ts';
import { selectorDatagram } from './openDatagram.ts';
import { SelectorStreamTransport } from './streamTransport.ts';
import { resourcesOf } from '../../loop/resources.ts';

export const selectorBackend: Backend = {
  name: 'selector',
  connect,
  listen,
  takeOverStream: (_loop, socket) => checkSocket(socket),
  takeOverListener,
  streamTransport,
  datagramTransport: selectorDatagram,
};

async function connect(
  loop: Loop,
  target: ResolvedAddress,
  local?: ResolvedAddress,
): Promise<StreamSocket> {
  const socket = new Socket(familyOf(target), SOCK_STREAM);
  const connecting = {
    loopDescription: () => 'Socket that connects',
    loopClosed: () => closeOwned(loop, socket),
  };
  resourcesOf(loop).add(connecting);
  try {
    if (local !== undefined) {
      socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
      socket.bind(local.address);
    }
    await connectResolved(loop, socket, target.address, 'connect');
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    resourcesOf(loop).remove(connecting);
  }
  return socket;
}

async function listen(loop: Loop, target: ResolvedAddress, options: ListenOptions): Promise<Listener> {
  const socket = new Socket(familyOf(target), SOCK_STREAM);
  try {
    const inet = target.family !== 'unix';
    if (inet && options.reuseAddress) socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    if (inet && options.reusePort) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
    if (options.keepAlive) socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
    if (target.family === 6 && options.ipv6Only !== false) socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
    socket.bind(target.address);
    if (!inet && options.mode !== undefined) setFileMode(target.address as string, options.mode);
    socket.listen(options.backlog);
  } catch (error) {
    socket.close();
    throw error;
  }
  return new SelectorListener(loop, socket, options.backlog);
}

async function takeOverListener(loop: Loop, given: unknown, options: ListenOptions): Promise<Listener> {
  const socket = checkSocket(given);
  if (options.keepAlive) socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
  socket.listen(options.backlog);
  return new SelectorListener(loop, socket, options.backlog);
}

function streamTransport(
  loop: Loop,
  socket: StreamSocket,
  protocol: object,
  options: StreamTransportOptions,
): Transport {
  return new SelectorStreamTransport(loop, checkSocket(socket), protocol, options);
}

function familyOf({ family }: ResolvedAddress): number {
  return family === 'unix' ? AF_UNIX : family === 6 ? AF_INET6 : AF_INET;
}

function checkSocket(socket: unknown): Socket {
  if (!(socket instanceof Socket)) {
    throw new InvalidArgumentError('sock', 'the selector backend takes a Socket of this library');
  }
  if (socket.type === SOCK_STREAM) return socket;
  throw new InvalidArgumentError('sock', 'a stream socket is needed');
}
