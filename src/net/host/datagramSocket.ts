// The socket of a datagram endpoint on the host backend: opened, bound and connected, or taken as the caller
// gives it.

import { InvalidArgumentError, UnsupportedError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { createNodeDatagramSocket, isNodeDatagramSocket, reusePortMissing } from '../../sys/host/net.ts';
import type { NodeDatagramSocket } from '../../sys/host/net.ts';
import type { DatagramOptions, ResolvedAddress } from '../backend.ts';
import type { InetAddress } from '../../transport/transport.ts';
import { addressed, hostText } from './hostAddress.ts';
import { resourcesOf } from '../../loop/resources.ts';

/** @throws OSError with the address; UnsupportedError for Unix sockets; InvalidArgumentError for what is no
 * datagram socket of the host's */
export async function openHostDatagram(loop: Loop, options: DatagramOptions): Promise<NodeDatagramSocket> {
  if (options.socket !== undefined) {
    if (isNodeDatagramSocket(options.socket)) return options.socket;
    throw new InvalidArgumentError('sock', 'the host backend takes a bound dgram.Socket');
  }
  const { local, remote, allowBroadcast, reusePort } = options;
  const family = options.family ?? (local ?? remote)?.family ?? 4;
  if (family === 'unix')
    throw new UnsupportedError('datagrams over Unix sockets need the selector backend');
  const missing = reusePort ? reusePortMissing() : false;
  if (missing !== false) throw new UnsupportedError(`reusePort on the host backend: ${missing}`);
  const socket = createNodeDatagramSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: asItIs as never,
    ...(reusePort ? { reusePort } : {}),
  });
  const opening = {
    loopDescription: () => 'datagram socket that is opened',
    loopClosed: () => closeQuietly(socket),
  };
  resourcesOf(loop).add(opening);
  try {
    const from = (local?.address ?? [family === 6 ? '::' : '0.0.0.0', 0]) as InetAddress;
    const [address, port] = [hostText(from), from[1]];
    if (local !== undefined || remote === undefined || allowBroadcast)
      await settled(loop, socket, local, (done) => socket.bind({ address, port, exclusive: true }, done));
    if (remote !== undefined && !allowBroadcast) {
      const to = remote.address as InetAddress;
      await settled(loop, socket, remote, (done) => socket.connect(to[1], hostText(to), done));
    }
    if (allowBroadcast) socket.setBroadcast(true);
  } catch (error) {
    closeQuietly(socket);
    throw error;
  } finally {
    resourcesOf(loop).remove(opening);
  }
  return socket;
}

/** A host's socket throws when it is closed twice, or while it opens. */
export function closeQuietly(socket: NodeDatagramSocket): void {
  try {
    socket.close();
  } catch {
    // It is closed.
  }
}

// Addresses are numeric here, so a datagram need not wait for a look-up.
function asItIs(
  host: string,
  family: unknown,
  callback: (error: null, address: string, family: unknown) => void,
): void {
  callback(null, host, family);
}

async function settled(
  loop: Loop,
  socket: NodeDatagramSocket,
  address: ResolvedAddress | undefined,
  begin: (done: (error?: Error) => void) => void,
): Promise<void> {
  const future = new Future<void>({ loop });
  foreignWaitsOf(loop)?.requests.add(future);
  const done = (error?: unknown): void => {
    if (future.done()) return;
    if (error instanceof Error)
      future.setException(fromHostError(address === undefined ? error : addressed(error, address)));
    else future.setResult();
  };
  socket.once('error', done);
  try {
    try {
      begin(done);
    } catch (error) {
      done(error);
    }
    await future;
  } finally {
    socket.off('error', done);
  }
}
