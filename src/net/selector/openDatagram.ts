// Datagrams on the selector backend: the socket is opened, bound and connected, or taken as the caller gives
// it, and gets its transport.

import { InvalidArgumentError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_BROADCAST,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../sys/libc/socketConstants.ts';
import type { DatagramOptions, ResolvedAddress } from '../backend.ts';
import { Socket } from '../socket/socket.ts';
import { begun } from '../../transport/lifeCycle.ts';
import type { DatagramTransport } from '../../transport/transport.ts';
import { SelectorDatagramTransport } from './datagramTransport.ts';

const families: Readonly<Record<ResolvedAddress['family'], number>> = {
  4: AF_INET,
  6: AF_INET6,
  unix: AF_UNIX,
};

/** Opens the socket and makes its transport; resolves after connectionMade. Cancelling closes it. */
export async function selectorDatagram(
  loop: Loop,
  protocol: object,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  const waiter = new Future<void>({ loop });
  const socket = datagramSocket(options);
  let transport: SelectorDatagramTransport;
  try {
    transport = new SelectorDatagramTransport(loop, socket, protocol, options.remote?.address, waiter);
  } catch (error) {
    socket.close();
    throw error;
  }
  return await begun(transport, waiter, () => transport.close());
}

/** @throws OSError with the address; InvalidArgumentError for a socket that carries no datagrams */
function datagramSocket(options: DatagramOptions): Socket {
  if (options.socket !== undefined) return takeOver(options.socket);
  const { local, remote, family = (local ?? remote)?.family ?? 4, proto = 0 } = options;
  const socket = new Socket(families[family], SOCK_DGRAM, proto);
  try {
    if (options.reusePort) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
    if (options.allowBroadcast) socket.setsockopt(SOL_SOCKET, SO_BROADCAST, true);
    if (local !== undefined) socket.bind(local.address);
    if (remote !== undefined && !options.allowBroadcast) socket.connect(remote.address);
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

function takeOver(socket: unknown): Socket {
  if (socket instanceof Socket && socket.type !== SOCK_STREAM) return socket;
  throw new InvalidArgumentError('sock', 'sock must be a Socket for datagrams');
}
