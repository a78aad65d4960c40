// The network's half of the event loop's face. No behaviour of its own: each method hands on to the layer
// that has it.

import type { BackendChoice } from '../loop/backend.ts';
import type { Handle } from '../loop/handle.ts';
import { Loop } from '../loop/loop.ts';
import { backendOf, descriptorsOf } from '../loop/network.ts';
import type { AddressInfoOptions } from '../net/address/addressInfo.ts';
import type { CreateConnectionOptions } from '../net/connect/createConnection.ts';
import type { CreateServerOptions } from '../net/serve/createServer.ts';
import type { CreateUnixConnectionOptions } from '../net/connect/createUnixConnection.ts';
import type { CreateUnixServerOptions } from '../net/serve/createUnixServer.ts';
import type { DatagramEndpointOptions } from '../net/datagram/createDatagramEndpoint.ts';
import * as network from '../net/loopMethods.ts';
import type { AddressInfo } from '../net/address/numericAddress.ts';
import type { Pipe } from '../pipes/pipeEnd.ts';
import type { ProtocolFactory } from '../transport/protocolFactory.ts';
import type { SendableFile, SendfileOptions } from '../net/sendfile/sentFile.ts';
import type { Server } from '../net/serve/server.ts';
import type { Socket } from '../net/socket/socket.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from '../transport/tls.ts';
import type { ServerTlsOptions } from '../net/tls/tlsArguments.ts';
import type {
  BaseTransport,
  DatagramTransport,
  ReadTransport,
  Transport,
  WriteTransport,
} from '../transport/transport.ts';
import type { InetAddress, SocketAddress } from '../transport/transport.ts';
import type { UnixPath } from '../net/address/unixPath.ts';

/** A descriptor: its number, or what has one. */
export type Descriptor = number | { fileno(): number };

export class NetworkLoop extends Loop {
  /** What the network runs on, and why.
   * @throws UnsupportedError when the selector backend was asked for and can't be had */
  get backend(): BackendChoice {
    return backendOf(this);
  }

  /** Calls `callback(...args)` whenever `fd` can be read without waiting, in place of an earlier callback for
   * it. Needs the selector backend. Semantics: asyncio's loop.add_reader.
   * @throws UnsupportedError on the host backend; OSError for what can't be waited for, as a regular file */
  addReader<A extends unknown[]>(fd: Descriptor, callback: (...args: A) => void, ...args: A): Handle {
    return descriptorsOf(this).addReader(numberOf(fd), callback, ...args);
  }

  /** Ends {@link addReader}; call it before the descriptor is closed.
   * @returns whether there was a callback */
  removeReader(fd: Descriptor): boolean {
    return !this.isClosed() && descriptorsOf(this).removeReader(numberOf(fd));
  }

  /** As {@link addReader}, whenever `fd` can be written to without waiting. */
  addWriter<A extends unknown[]>(fd: Descriptor, callback: (...args: A) => void, ...args: A): Handle {
    return descriptorsOf(this).addWriter(numberOf(fd), callback, ...args);
  }

  /** Ends {@link addWriter}. */
  removeWriter(fd: Descriptor): boolean {
    return !this.isClosed() && descriptorsOf(this).removeWriter(numberOf(fd));
  }

  /** Connects to a host and makes transport and protocol; {@link openConnection} is the same for streams.
   * Semantics: asyncio's loop.create_connection.
   * @throws OSError, of the class that the failures have in common; ExceptionGroup with `allErrors`;
   * AddressInfoError when the name is unknown; InvalidArgumentError for arguments that make no sense
   * @example
   * ```ts
   * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const server = await loop.createServer(() => new Protocol(), '127.0.0.1', 0);
   *   const [transport] = await loop.createConnection(() => new Protocol(), '127.0.0.1', server.port);
   *   console.log(transport.isReading()); // -> true
   *   transport.close();
   *   server.close();
   *   await server.waitClosed();
   * });
   * ```
   */
  async createConnection<P extends object>(
    factory: ProtocolFactory<P>,
    host?: string | null,
    port?: number | string | null,
    options?: CreateConnectionOptions,
  ): Promise<[Transport, P]> {
    return await network.createConnection(this, factory, host, port, options);
  }

  /** Listens, and makes a protocol for each connection; {@link startServer} is the same for streams.
   * Semantics: asyncio's loop.create_server.
   * @throws AddressInUseError, PermissionError and the like, with the address */
  async createServer(
    factory: ProtocolFactory<object>,
    host?: string | readonly string[] | null,
    port?: number | string | null,
    options?: CreateServerOptions,
  ): Promise<Server> {
    return await network.createServer(this, factory, host, port, options);
  }

  /** As {@link createConnection}, over a Unix socket. */
  async createUnixConnection<P extends object>(
    factory: ProtocolFactory<P>,
    path?: UnixPath | null,
    options?: CreateUnixConnectionOptions,
  ): Promise<[Transport, P]> {
    return await network.createUnixConnection(this, factory, path, options);
  }

  /** As {@link createServer}, on a Unix socket. */
  async createUnixServer(
    factory: ProtocolFactory<object>,
    path?: UnixPath | null,
    options?: CreateUnixServerOptions,
  ): Promise<Server> {
    return await network.createUnixServer(this, factory, path, options);
  }

  /** Makes transport and protocol for a connection that was accepted elsewhere.
   * Semantics: asyncio's loop.connect_accepted_socket. */
  async connectAcceptedSocket<P extends object>(
    factory: ProtocolFactory<P>,
    sock: unknown,
    options?: ServerTlsOptions,
  ): Promise<[Transport, P]> {
    return await network.connectAcceptedSocket(this, factory, sock, options);
  }

  /** Turns a live connection into one with TLS, bytes that came already included. The old transport is of no use
   * any more. Semantics: asyncio's loop.start_tls.
   * @throws SSLError, TimeoutError, ConnectionResetError when the handshake fails */
  async startTls(
    transport: Transport,
    protocol: object,
    context: ClientTlsContext | ServerTlsContext,
    options?: StartTlsOptions,
  ): Promise<Transport> {
    return await network.startTls(this, transport, protocol, context, options);
  }

  /** Datagrams: binds, connects, or both; {@link openDatagram} is simpler.
   * Semantics: asyncio's loop.create_datagram_endpoint. */
  async createDatagramEndpoint<P extends object>(
    factory: () => P,
    options?: DatagramEndpointOptions,
  ): Promise<[DatagramTransport, P]> {
    return await network.createDatagramEndpoint(this, factory, options);
  }

  /** Reads from the end of a pipe, a socket or a terminal. Semantics: asyncio's loop.connect_read_pipe.
   * @throws InvalidArgumentError for a regular file */
  async connectReadPipe<P extends object>(factory: () => P, pipe: Pipe): Promise<[ReadTransport, P]> {
    return await network.connectReadPipe(this, factory, pipe);
  }

  /** Writes to the end of a pipe, a socket or a terminal. Semantics: asyncio's loop.connect_write_pipe. */
  async connectWritePipe<P extends object>(factory: () => P, pipe: Pipe): Promise<[WriteTransport, P]> {
    return await network.connectWritePipe(this, factory, pipe);
  }

  /** Sends a file over a transport, without copying it through the process where the system can do that. Resolves
   * to the bytes sent. Semantics: asyncio's loop.sendfile.
   * @throws SendfileNotAvailableError with `fallback: false` where it can't */
  async sendfile(transport: BaseTransport, file: SendableFile, options?: SendfileOptions): Promise<number> {
    return await network.sendfile(this, transport, file, options);
  }

  /** As {@link sendfile}, over a {@link Socket}. */
  async sockSendfile(sock: Socket, file: SendableFile, options?: SendfileOptions): Promise<number> {
    return await network.sockSendfile(this, sock, file, options);
  }

  /** Receives up to `size` bytes; an empty buffer at the end of data. Cancelling loses no byte.
   * Semantics: asyncio's loop.sock_recv. */
  async sockRecv(sock: Socket, size: number): Promise<Buffer> {
    return await network.sockRecv(this, sock, size);
  }

  /** Receives into `buffer` and resolves to the number of bytes; 0 at the end of data. */
  async sockRecvInto(sock: Socket, buffer: Uint8Array): Promise<number> {
    return await network.sockRecvInto(this, sock, buffer);
  }

  /** Receives a datagram, cut to `size` bytes, and who sent it. Cancelling loses none. */
  async sockRecvfrom(sock: Socket, size: number): Promise<[Buffer, SocketAddress]> {
    return await network.sockRecvfrom(this, sock, size);
  }

  /** Receives a datagram into the first `size` bytes of `buffer`, all of it by default. */
  async sockRecvfromInto(
    sock: Socket,
    buffer: Uint8Array,
    size?: number,
  ): Promise<[number, SocketAddress]> {
    return await network.sockRecvfromInto(this, sock, buffer, size);
  }

  /** Sends all of `data`. After a cancel it is not known how much was sent. */
  async sockSendall(sock: Socket, data: Uint8Array): Promise<void> {
    return await network.sockSendall(this, sock, data);
  }

  /** Sends a datagram and resolves to its size. */
  async sockSendto(sock: Socket, data: Uint8Array, address: SocketAddress): Promise<number> {
    return await network.sockSendto(this, sock, data, address);
  }

  /** Connects. After a cancel close the socket. */
  async sockConnect(sock: Socket, address: SocketAddress): Promise<void> {
    return await network.sockConnect(this, sock, address);
  }

  /** Accepts a connection. Cancelling loses none. */
  async sockAccept(sock: Socket): Promise<[Socket, SocketAddress]> {
    return await network.sockAccept(this, sock);
  }

  /** The addresses of a host: `[family, type, proto, canonname, address]` each, in the order to try them.
   * Cancelling abandons the look-up. Semantics: asyncio's loop.getaddrinfo.
   * @throws AddressInfoError */
  async getaddrinfo(
    host: string | null,
    port: number | string | null,
    options?: AddressInfoOptions,
  ): Promise<AddressInfo[]> {
    return await network.getaddrinfo(this, host, port, options);
  }

  /** The names of an address and its port. Semantics: asyncio's loop.getnameinfo. */
  async getnameinfo(sockaddr: InetAddress, flags?: number): Promise<[host: string, service: string]> {
    return await network.getnameinfo(this, sockaddr, flags);
  }
}

function numberOf(fd: Descriptor): number {
  // What is neither is refused where descriptors are checked.
  return typeof fd === 'object' && typeof fd?.fileno === 'function' ? fd.fileno() : (fd as number);
}
