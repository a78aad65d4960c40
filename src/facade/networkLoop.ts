// The network's half of the event loop's face. No behaviour of its own: each method hands on to the layer
// that has it.

import type { BackendChoice } from '../loop/backend.ts';
import type { Handle } from '../loop/handle.ts';
import { Loop } from '../loop/loop.ts';
import { backendOf, descriptorsOf } from '../loop/network.ts';
import { connectAcceptedSocket } from '../net/connectAcceptedSocket.ts';
import { createConnection } from '../net/createConnection.ts';
import type { CreateConnectionOptions } from '../net/createConnection.ts';
import { createServer } from '../net/createServer.ts';
import type { CreateServerOptions } from '../net/createServer.ts';
import { createUnixConnection } from '../net/createUnixConnection.ts';
import type { CreateUnixConnectionOptions } from '../net/createUnixConnection.ts';
import { createUnixServer } from '../net/createUnixServer.ts';
import type { CreateUnixServerOptions } from '../net/createUnixServer.ts';
import type { ProtocolFactory } from '../net/protocolFactory.ts';
import type { Server } from '../net/server.ts';
import type { ServerTlsOptions } from '../net/tlsArguments.ts';
import type { Transport } from '../net/transport.ts';
import type { UnixPath } from '../net/unixPath.ts';

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
    return descriptorsOf(this).removeReader(numberOf(fd));
  }

  /** As {@link addReader}, whenever `fd` can be written to without waiting. */
  addWriter<A extends unknown[]>(fd: Descriptor, callback: (...args: A) => void, ...args: A): Handle {
    return descriptorsOf(this).addWriter(numberOf(fd), callback, ...args);
  }

  /** Ends {@link addWriter}. */
  removeWriter(fd: Descriptor): boolean {
    return descriptorsOf(this).removeWriter(numberOf(fd));
  }

  /** Connects to a host and makes transport and protocol; see {@link openConnection} for streams.
   * Semantics: asyncio's loop.create_connection. */
  createConnection<P extends object>(
    factory: ProtocolFactory<P>,
    host?: string | null,
    port?: number | string | null,
    options?: CreateConnectionOptions,
  ): Promise<[Transport, P]> {
    return createConnection(this, factory, host, port, options);
  }

  /** Listens, and makes a protocol for each connection; see {@link startServer} for streams.
   * Semantics: asyncio's loop.create_server. */
  createServer(
    factory: ProtocolFactory<object>,
    host?: string | readonly string[] | null,
    port?: number | string | null,
    options?: CreateServerOptions,
  ): Promise<Server> {
    return createServer(this, factory, host, port, options);
  }

  /** As {@link createConnection}, over a Unix socket. */
  createUnixConnection<P extends object>(
    factory: ProtocolFactory<P>,
    path?: UnixPath | null,
    options?: CreateUnixConnectionOptions,
  ): Promise<[Transport, P]> {
    return createUnixConnection(this, factory, path, options);
  }

  /** As {@link createServer}, on a Unix socket. */
  createUnixServer(
    factory: ProtocolFactory<object>,
    path?: UnixPath | null,
    options?: CreateUnixServerOptions,
  ): Promise<Server> {
    return createUnixServer(this, factory, path, options);
  }

  /** Makes transport and protocol for a connection that was accepted elsewhere.
   * Semantics: asyncio's loop.connect_accepted_socket. */
  connectAcceptedSocket<P extends object>(
    factory: ProtocolFactory<P>,
    sock: unknown,
    options?: ServerTlsOptions,
  ): Promise<[Transport, P]> {
    return connectAcceptedSocket(this, factory, sock, options);
  }
}

function numberOf(fd: Descriptor): number {
  return typeof fd === 'object' ? fd.fileno() : fd;
}
