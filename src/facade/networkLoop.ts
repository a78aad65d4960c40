// The face of the loop for connections, servers, datagrams, pipes, files and names. No behaviour of its own: each
// method hands on to the layer that has it.

import type { AddressInfoOptions } from '../net/address/addressInfo.ts';
import type { AddressInfo } from '../net/address/numericAddress.ts';
import type { UnixPath } from '../net/address/unixPath.ts';
import type { CreateConnectionOptions } from '../net/connect/createConnection.ts';
import type { CreateUnixConnectionOptions } from '../net/connect/createUnixConnection.ts';
import type { DatagramEndpointOptions } from '../net/datagram/createDatagramEndpoint.ts';
import * as network from '../net/loopMethods.ts';
import type { SendableFile, SendfileOptions } from '../net/sendfile/sentFile.ts';
import type { CreateServerOptions } from '../net/serve/createServer.ts';
import type { CreateUnixServerOptions } from '../net/serve/createUnixServer.ts';
import type { Server } from '../net/serve/server.ts';
import type { ServerTlsOptions } from '../net/tls/tlsArguments.ts';
import type { Pipe } from '../pipes/pipeEnd.ts';
import type { ProtocolFactory } from '../transport/protocolFactory.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from '../transport/tls.ts';
import type {
  BaseTransport,
  DatagramTransport,
  InetAddress,
  ReadTransport,
  Transport,
  WriteTransport,
} from '../transport/transport.ts';
import { SocketLoop } from './socketLoop.ts';

export class NetworkLoop extends SocketLoop {
  /** Connects to `host` and `port`, each of the host's addresses in turn; no host means this machine. Resolves to
   * the transport and the protocol that `factory` made, once `connectionMade` has run. {@link openConnection} is the
   * same for streams.
   *
   * There is no timeout but the system's and, with TLS, that of the handshake: put {@link timeout} around it.
   * Cancelling gives everything up at once: look-up, attempts and handshake; no socket is left.
   * Semantics: asyncio's loop.create_connection.
   * @throws OSError, of the class that the failures have in common; ExceptionGroup of all of them with `allErrors`;
   * AddressInfoError when the name is unknown; SSLError when the handshake fails; what `factory` throws;
   * InvalidArgumentError for arguments that make no sense
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

  /** Listens on `port` at `host`, or at each of several; null or `''` is every interface. Port 0 is a free port,
   * another for each address. Resolves to the {@link Server}, which accepts already unless `startServing` is false;
   * `factory` makes a protocol for each connection. IPv6 addresses take no IPv4 connections. {@link startServer} is
   * the same for streams. Cancelling leaves no socket. Semantics: asyncio's loop.create_server.
   * @throws AddressInUseError, PermissionError and other OSErrors that name the address; AddressInfoError when a name
   * is unknown; InvalidArgumentError for arguments that make no sense
   * @example
   * ```ts
   * import { run, getRunningLoop, openConnection, Protocol, type Transport } from 'asyncio-ts';
   * class Greeter extends Protocol {
   *   override connectionMade(transport: Transport): void {
   *     transport.write(Buffer.from('hello\n'));
   *     transport.close();
   *   }
   * }
   * await run(async () => {
   *   await using server = await getRunningLoop().createServer(() => new Greeter(), '127.0.0.1', 0);
   *   const [reader, writer] = await openConnection('127.0.0.1', server.port);
   *   console.log(String(await reader.readline()).trim()); // -> hello
   *   writer.close();
   * });
   * ```
   */
  async createServer(
    factory: ProtocolFactory<object>,
    host?: string | readonly string[] | null,
    port?: number | string | null,
    options?: CreateServerOptions,
  ): Promise<Server> {
    return await network.createServer(this, factory, host, port, options);
  }

  /** As {@link createConnection}, to the Unix socket at `path`. With `ssl`, `serverHostname` must be given. Cancelling
   * leaves no socket. Semantics: asyncio's loop.create_unix_connection.
   * @throws FileNotFoundError, ConnectionRefusedError and other OSErrors that name the path; InvalidArgumentError
   * for arguments that make no sense
   * @example
   * ```ts
   * import { run, getRunningLoop, FileNotFoundError, Protocol } from 'asyncio-ts';
   * await run(async () => {
   *   try { await getRunningLoop().createUnixConnection(() => new Protocol(), 'no-such-socket'); } catch (error) {
   *     console.log(error instanceof FileNotFoundError); // -> true
   *   }
   * });
   * ```
   */
  async createUnixConnection<P extends object>(
    factory: ProtocolFactory<P>,
    path?: UnixPath | null,
    options?: CreateUnixConnectionOptions,
  ): Promise<[Transport, P]> {
    return await network.createUnixConnection(this, factory, path, options);
  }

  /** As {@link createServer}, on a Unix socket at `path`. The socket file of a dead server is replaced; ours is removed
   * when the server is closed. Cancelling leaves no socket. Semantics: asyncio's loop.create_unix_server.
   * @throws AddressInUseError when somebody listens there, or another file is in the way, and other OSErrors; all name
   * the path; InvalidArgumentError for arguments that make no sense
   * @example
   * ```ts
   * import { mkdtempSync, rmdirSync } from 'node:fs';
   * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
   * const folder = mkdtempSync('unix-');
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const server = await loop.createUnixServer(() => new Protocol(), `${folder}/socket`, { mode: 0o600 });
   *   console.log(server.isServing()); // -> true
   *   server.close();
   *   await server.waitClosed();
   * });
   * rmdirSync(folder); // nothing was left in it
   * ```
   */
  async createUnixServer(
    factory: ProtocolFactory<object>,
    path?: UnixPath | null,
    options?: CreateUnixServerOptions,
  ): Promise<Server> {
    return await network.createUnixServer(this, factory, path, options);
  }

  /** Makes transport and protocol for a connection that was accepted elsewhere. The socket belongs to the transport
   * from the call on; cancelling closes it. Semantics: asyncio's loop.connect_accepted_socket.
   * @throws InvalidArgumentError when `sock` is no connected stream socket; SSLError when the handshake fails
   * @example
   * ```ts
   * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [accepted, peer] = socketpair();
   *   const [transport] = await getRunningLoop().connectAcceptedSocket(() => new Protocol(), accepted);
   *   peer.close();
   *   console.log(transport.isClosing()); // -> false
   *   transport.close();
   * }, { backend: 'selector' });
   * ```
   */
  async connectAcceptedSocket<P extends object>(
    factory: ProtocolFactory<P>,
    sock: unknown,
    options?: ServerTlsOptions,
  ): Promise<[Transport, P]> {
    return await network.connectAcceptedSocket(this, factory, sock, options);
  }

  /** Puts TLS over the connection of `transport`, and resolves after the handshake to the transport that `protocol`
   * must use from now on; the old one must not be touched any more. What was written before goes out before, in the
   * plain; what a stream reader of a server's has not read is taken for the beginning of TLS. Of a stream use
   * {@link StreamWriter.startTls}.
   *
   * Cancelling gives the connection up; so does a failed handshake, which may take `sslHandshakeTimeout` milliseconds
   * (60,000 by default). The protocol then gets `connectionLost`. Semantics: asyncio's loop.start_tls.
   * @throws InvalidArgumentError for what is no context, and for a transport that can't carry TLS; UsageError for one
   * that is closing; SSLError, SSLCertVerificationError when the handshake fails; ConnectionAbortedError when it takes
   * longer than the timeout; ConnectionResetError when the other side goes away
   * @example
   * ```ts
   * import { createDefaultContext, getRunningLoop, InvalidArgumentError, Protocol, run } from 'asyncio-ts';
   * await run(async () => {
   *   const nothing = undefined as never;
   *   try { await getRunningLoop().startTls(nothing, new Protocol(), createDefaultContext()); } catch (error) {
   *     console.log(error instanceof InvalidArgumentError); // -> true
   *   }
   * });
   * ```
   */
  async startTls(
    transport: Transport,
    protocol: object,
    context: ClientTlsContext | ServerTlsContext,
    options?: StartTlsOptions,
  ): Promise<Transport> {
    return await network.startTls(this, transport, protocol, context, options);
  }

  /** Makes a socket for datagrams, bound to `localAddr`, connected to `remoteAddr`, or both, and a transport for it
   * with the protocol that `factory` makes. The socket file of a dead owner at a Unix path is replaced.
   * {@link openDatagram} is simpler. Cancelling closes what was made.
   * Semantics: asyncio's loop.create_datagram_endpoint.
   * @throws InvalidArgumentError for arguments that do not go together; AddressInUseError and other OSErrors;
   * AddressInfoError when a name is unknown
   * @example
   * ```ts
   * import { run, getRunningLoop, DatagramProtocol } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const heard = loop.createFuture<string>();
   *   class Listener extends DatagramProtocol {
   *     override datagramReceived(data: Buffer): void { heard.setResult(String(data)); }
   *   }
   *   const [there] = await loop.createDatagramEndpoint(() => new Listener(), { localAddr: ['127.0.0.1', 0] });
   *   const [here] = await loop.createDatagramEndpoint(() => new DatagramProtocol(), {
   *     remoteAddr: there.getExtraInfo('sockname') as [string, number],
   *   });
   *   here.sendto(Buffer.from('ping'));
   *   console.log(await heard); // -> ping
   *   here.close();
   *   there.close();
   * });
   * ```
   */
  async createDatagramEndpoint<P extends object>(
    factory: () => P,
    options?: DatagramEndpointOptions,
  ): Promise<[DatagramTransport, P]> {
    return await network.createDatagramEndpoint(this, factory, options);
  }

  /** Reads from the end of a pipe, a socket or a terminal: a descriptor, an object with `fd` or `fileno()`, or a
   * readable stream of the host. It belongs to the transport from now on, which closes it; cancelling closes it too.
   * Semantics: asyncio's loop.connect_read_pipe.
   * @throws InvalidArgumentError for a regular file: read that with node:fs/promises; for a factory that makes no
   * protocol, which leaves the pipe to the caller
   * @example
   * ```ts
   * import { PassThrough } from 'node:stream';
   * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const heard = loop.createFuture<string>();
   *   class Listener extends Protocol {
   *     override dataReceived(data: Buffer): void { heard.setResult(String(data)); }
   *   }
   *   const stream = new PassThrough();
   *   const [transport] = await loop.connectReadPipe(() => new Listener(), stream);
   *   stream.write('ping');
   *   console.log(await heard); // -> ping
   *   transport.close();
   * });
   * ```
   */
  async connectReadPipe<P extends object>(factory: () => P, pipe: Pipe): Promise<[ReadTransport, P]> {
    return await network.connectReadPipe(this, factory, pipe);
  }

  /** Writes to the end of a pipe, a socket or a terminal; otherwise as {@link connectReadPipe}.
   * Semantics: asyncio's loop.connect_write_pipe.
   * @throws as {@link connectReadPipe}
   * @example
   * ```ts
   * import { PassThrough } from 'node:stream';
   * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
   * await run(async () => {
   *   const stream = new PassThrough();
   *   const [transport] = await getRunningLoop().connectWritePipe(() => new Protocol(), stream);
   *   transport.write(Buffer.from('ping'));
   *   transport.close();
   *   for await (const data of stream) console.log(String(data)); // -> ping
   * });
   * ```
   */
  async connectWritePipe<P extends object>(factory: () => P, pipe: Pipe): Promise<[WriteTransport, P]> {
    return await network.connectWritePipe(this, factory, pipe);
  }

  /** Sends a file, or `count` bytes of it from `offset` on, over a transport, without copying it through the process
   * where the system can do that, and resolves to how many bytes that were: fewer than `count` at the end of the file.
   * What was written before goes first. Meanwhile the transport does not read, and the system's own way allows no
   * writes. A cancel stops after the chunk that is under way: the transport can be used on, and `onProgress` tells how
   * much has gone. Semantics: asyncio's loop.sendfile.
   * @throws UsageError for a transport that is closing, or no stream; SendfileNotAvailableError
   * (`ERR_ASYNCIO_SENDFILE_NOT_AVAILABLE`) with `fallback: false` where the system can't; ConnectionError when the peer
   * goes away; InvalidArgumentError
   * @example
   * ```ts
   * import { open } from 'node:fs/promises';
   * import { run, getRunningLoop, openConnection, startServer } from 'asyncio-ts';
   * await run(async () => {
   *   await using file = await open('package.json');
   *   await using server = await startServer(async (reader, writer) => {
   *     await getRunningLoop().sendfile(writer.transport, file, { count: 1 });
   *   }, '127.0.0.1', 0);
   *   const [reader, writer] = await openConnection('127.0.0.1', server.port);
   *   console.log(String(await reader.read())); // -> {
   *   writer.close();
   * });
   * ```
   */
  async sendfile(transport: BaseTransport, file: SendableFile, options?: SendfileOptions): Promise<number> {
    return await network.sendfile(this, transport, file, options);
  }

  /** The addresses of a host, in the order to try them: `[family, type, proto, canonname, address]` each. `null` as
   * host is this machine, with AI_PASSIVE any interface; `port` may be a number, digits, or the name of a service. With
   * AI_CANONNAME the first entry has the name that was asked for (the host's resolver tells no other). Cancelling
   * abandons the look-up. Semantics: asyncio's loop.getaddrinfo.
   * @throws AddressInfoError (`ENOTFOUND`, `EAI_AGAIN`, `EAI_SERVICE`, …); InvalidArgumentError
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { SOCK_STREAM } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [first] = await getRunningLoop().getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM });
   *   console.log(first?.[4]); // -> [ '127.0.0.1', 80 ]
   * });
   * ```
   */
  async getaddrinfo(
    host: string | null,
    port: number | string | null,
    options?: AddressInfoOptions,
  ): Promise<AddressInfo[]> {
    return await network.getaddrinfo(this, host, port, options);
  }

  /** The names of host and service of a numeric address; where there is no name, the number. `flags` are NI_…:
   * NI_NUMERICHOST and NI_NUMERICSERV ask for the numbers, NI_NAMEREQD makes it an error when the host has no name,
   * NI_DGRAM asks for the service of UDP; 0 by default. Cancelling abandons the look-up.
   * Semantics: asyncio's loop.getnameinfo.
   * @throws AddressInfoError when the host is not numeric or, with NI_NAMEREQD, has no name; InvalidArgumentError
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { NI_NUMERICHOST } from 'asyncio-ts/socket';
   * await run(async () => {
   *   console.log(await getRunningLoop().getnameinfo(['127.0.0.1', 80], NI_NUMERICHOST)); // -> [ '127.0.0.1', 'http' ]
   * });
   * ```
   */
  async getnameinfo(sockaddr: InetAddress, flags?: number): Promise<[host: string, service: string]> {
    return await network.getnameinfo(this, sockaddr, flags);
  }
}
