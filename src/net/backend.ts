// What the two backends have in common: everything above (connections, servers, streams, TLS) is written
// against this interface and runs on either.
//
// - `selector`: our own sockets on the loop's epoll set (folder selector/).
// - `host`: the host's sockets, node:net and node:dgram (folder host/).

import type { Loop } from '../loop/loop.ts';
import type { Future } from '../core/future/future.ts';
import type { TransportOwner } from '../transport/lifeCycle.ts';
import type { StartTls } from '../transport/tlsCarrier.ts';
import type { DatagramTransport, SocketAddress, Transport } from '../transport/transport.ts';

/** An address that needs no look-up any more: host is numeric. A string is a Unix path. */
export interface ResolvedAddress {
  family: 4 | 6 | 'unix';
  address: SocketAddress;
  /** The name that it was looked up for. */
  hostname?: string | undefined;
}

/** A connected stream before it has a transport: from `connect`, from a listener, or given as `sock`.
 * The selector's is {@link Socket}; the host's wraps a net.Socket. */
export interface StreamSocket {
  /** Closes it; harmless when it is closed or was handed on to a transport. */
  close(): void;
  getsockname(): SocketAddress;
  getpeername(): SocketAddress;
}

/** A listening socket. */
export interface Listener {
  /** The socket as `server.sockets` shows it: has `getsockname()`. */
  readonly socket: StreamSocket;
  /** Where it listens, whatever has become of the socket. */
  readonly address: SocketAddress | undefined;
  /** Begins to accept: `accepted` is called for each connection, in the context of the caller, with the
   * peer's address: a connection that was reset before it was accepted does not tell it any more. What
   * `accepted` throws is reported and closes that connection. EMFILE and the like pause it for a second,
   * with a report. `ended` is called, once, when somebody else has closed the socket or shut it down: it will
   * never accept again, and is left to be closed. */
  start(
    accepted: (socket: StreamSocket, peername: SocketAddress) => void,
    ended: (error: unknown) => void,
  ): void;
  /** Leaves connections in the system's backlog until `resume`, where the backend can do that. */
  pause?(): void;
  resume?(): void;
  /** Stops accepting and closes the socket. */
  close(): void;
}

export interface ListenOptions {
  backlog: number;
  reuseAddress: boolean;
  reusePort: boolean;
  keepAlive: boolean;
  /** Unix: permission bits of the path. */
  mode?: number | undefined;
  ipv6Only?: boolean | undefined;
}

export interface StreamTransportOptions {
  /** More entries for `getExtraInfo`. */
  extra?: Readonly<Record<string, unknown>> | undefined;
  server?: TransportOwner | undefined;
  /** Resolved once `connectionMade` has run and reading has begun. */
  waiter?: Future<void> | undefined;
  /** What puts TLS over it later. It stands on the transports, so whoever makes one hands it in. */
  startTls?: StartTls | undefined;
}

export interface DatagramOptions {
  /** Where there are no addresses: the socket's family. */
  family?: ResolvedAddress['family'] | undefined;
  /** The number of the protocol; 0 for the usual one. */
  proto?: number | undefined;
  local?: ResolvedAddress | undefined;
  remote?: ResolvedAddress | undefined;
  reusePort: boolean;
  allowBroadcast: boolean;
  /** A socket of the caller's, in place of the addresses. */
  socket?: unknown;
}

export interface Backend {
  readonly name: 'selector' | 'host';
  /** Connects to one address. Cancelling closes the attempt. @throws OSError of the right class */
  connect(loop: Loop, target: ResolvedAddress, local?: ResolvedAddress): Promise<StreamSocket>;
  /** Binds and listens. @throws AddressInUseError and the like, with the address */
  listen(loop: Loop, target: ResolvedAddress, options: ListenOptions): Promise<Listener>;
  /** Takes over a connected socket of the caller's (`sock` option). @throws InvalidArgumentError for what is none */
  takeOverStream(loop: Loop, socket: unknown): StreamSocket;
  /** Takes over a bound, maybe listening socket of the caller's. */
  takeOverListener(loop: Loop, socket: unknown, options: ListenOptions): Promise<Listener>;
  /** Makes the transport: connectionMade by callSoon, then reading, then the waiter. */
  streamTransport(
    loop: Loop,
    socket: StreamSocket,
    protocol: object,
    options: StreamTransportOptions,
  ): Transport;
  datagramTransport(loop: Loop, protocol: object, options: DatagramOptions): Promise<DatagramTransport>;
}
