// What a TLS connection runs over: a connected stream of the host's, and what is left to be known of it.
//
// - A socket that has no transport yet is handed to the host whole: the host's TLS then reads and writes the
//   descriptor itself.
// - A transport stays what it is, under a stream of ours (transportUnderlay.ts): that serves startTls and TLS
//   inside TLS, on both backends.

import { attempt } from '../../base/attempt.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { nodeSocketOf } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { NodeDuplex } from '../../sys/host/tls.ts';
import type { StreamSocket } from '../backend.ts';
import { HostStreamSocket } from '../host/streamSocket.ts';
import { Socket } from '../socket/socket.ts';
import type { SocketAddress } from '../../transport/transport.ts';

export interface Underlay {
  readonly stream: NodeDuplex;
  /** An error from before TLS was there. */
  readonly failure?: { error: unknown } | undefined;
  /** Of what is below: addresses, socket. */
  getExtraInfo(name: string): unknown;
  /** How many bytes wait to be written below; none where the host has them. */
  unsent?(): number;
  /** How many bytes have come below TLS in all; 0 where the host does not say. */
  received(): number;
  /** Drops the connection, with whatever waits to be written. */
  abort(): void;
  /** Calls once the connection is gone for good, maybe at once. */
  whenClosed(callback: () => void): void;
  /** Told that the connection is gone, where that comes before the stream says so. */
  onLost?: ((error: unknown) => void) | undefined;
}

/** Hands a socket to the host. @throws InvalidArgumentError for what is no connected socket of a backend */
export function socketUnderlay(socket: StreamSocket): Underlay {
  if (socket instanceof Socket) return fromDescriptor(socket);
  if (socket instanceof HostStreamSocket) {
    const failure = socket.take();
    return fromStream(socket.nodeSocket, socket.getsockname(), socket.getpeername(), failure);
  }
  throw new InvalidArgumentError('socket', 'TLS needs a connected stream socket');
}

function fromDescriptor(socket: Socket): Underlay {
  const [sockname, peername] = [attempt(() => socket.getsockname()), attempt(() => socket.getpeername())];
  const stream = nodeSocketOf(socket.detach(), true);
  stream.setNoDelay(true);
  return fromStream(stream, sockname, peername);
}

function fromStream(
  stream: NodeSocket,
  sockname: SocketAddress | undefined,
  peername: SocketAddress | undefined,
  failure?: { error: unknown },
): Underlay {
  // Its errors reach the TLS socket, on some hosts the stream as well.
  stream.on('error', () => {});
  const extra = new Map<string, unknown>([
    ['sockname', sockname],
    ['peername', peername],
  ]);
  return {
    stream,
    failure,
    getExtraInfo: (name) => extra.get(name),
    received: () => stream.bytesRead,
    abort: () => void stream.destroy(),
    // The host gives up the descriptor at once, and is left alone with the rest.
    whenClosed: (callback) => callback(),
  };
}
