// The face of the loop for descriptors and sockets of the program's own. No behaviour of its own: each method hands
// on to the layer that has it.

import type { BackendChoice } from '../loop/backend.ts';
import type { Handle } from '../loop/handle.ts';
import { Loop } from '../loop/loop.ts';
import { backendOf, descriptorsOf } from '../loop/network.ts';
import * as network from '../net/loopMethods.ts';
import type { SendableFile, SendfileOptions } from '../net/sendfile/sentFile.ts';
import type { Socket } from '../net/socket/socket.ts';
import type { SocketAddress } from '../transport/transport.ts';

/** A descriptor: its number, or what has one. */
export type Descriptor = number | { fileno(): number };

export class SocketLoop extends Loop {
  /** What the network runs on, and why. Decided when it is first asked for, or used.
   * @throws UnsupportedError when the selector backend was asked for and can't be had
   * @example
   * ```ts
   * import { newEventLoop } from 'asyncio-ts';
   * const loop = newEventLoop({ backend: 'host' });
   * console.log(loop.backend); // -> { name: 'host', reason: 'the backend option asks for it' }
   * loop.close();
   * ```
   */
  get backend(): BackendChoice {
    return backendOf(this);
  }

  /** Calls `callback(...args)` whenever `fd` can be read without waiting, in place of an earlier callback for
   * it, in the context of the caller. It is called again in the next iteration if it leaves something to read.
   * Cancelling the handle ends it, as {@link removeReader} does. Needs the selector backend.
   * Semantics: asyncio's loop.add_reader.
   * @throws UnsupportedError on the host backend; UsageError for a descriptor that a transport or a waiting sock call
   * has; OSError for what can't be waited for, as a regular file; InvalidArgumentError
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const [left, right] = socketpair();
   *   const heard = loop.createFuture<string>();
   *   loop.addReader(right, () => heard.setResult(right.recv(100).toString()));
   *   left.send(Buffer.from('ping'));
   *   console.log(await heard); // -> ping
   *   console.log(loop.removeReader(right)); // -> true
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  addReader<A extends unknown[]>(fd: Descriptor, callback: (...args: A) => void, ...args: A): Handle {
    return descriptorsOf(this).addReader(numberOf(fd), callback, ...args);
  }

  /** Ends {@link addReader}; call it before the descriptor is closed. Semantics: asyncio's loop.remove_reader.
   * @returns whether there was a callback; false on a closed loop
   * @throws UnsupportedError and UsageError as {@link addReader}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair();
   *   console.log(getRunningLoop().removeReader(left)); // -> false
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  removeReader(fd: Descriptor): boolean {
    return !this.isClosed() && descriptorsOf(this).removeReader(numberOf(fd));
  }

  /** As {@link addReader}, whenever `fd` can be written to without waiting: most of the time, so remove it when
   * there is nothing to write. Semantics: asyncio's loop.add_writer.
   * @throws as {@link addReader}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const [left, right] = socketpair();
   *   const free = loop.createFuture<void>();
   *   const handle = loop.addWriter(left, () => free.done() || free.setResult());
   *   await free;
   *   console.log(handle.cancelled(), loop.removeWriter(left), handle.cancelled()); // -> false true true
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  addWriter<A extends unknown[]>(fd: Descriptor, callback: (...args: A) => void, ...args: A): Handle {
    return descriptorsOf(this).addWriter(numberOf(fd), callback, ...args);
  }

  /** Ends {@link addWriter}, as {@link removeReader} ends addReader. Semantics: asyncio's loop.remove_writer.
   * @returns whether there was a callback; false on a closed loop
   * @throws as {@link addReader} */
  removeWriter(fd: Descriptor): boolean {
    return !this.isClosed() && descriptorsOf(this).removeWriter(numberOf(fd));
  }

  /** Receives up to `size` bytes, waiting until there are some; an empty buffer at the end of data. Cancelling loses
   * no byte: the next read gets them. One task at a time may wait to read a socket. Needs the selector backend, as
   * all methods for a {@link Socket}. Semantics: asyncio's loop.sock_recv.
   * @throws ConnectionResetError and other OSErrors; UsageError when another task waits to read;
   * UnsupportedError on the host backend; InvalidArgumentError
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair();
   *   left.send(Buffer.from('ping'));
   *   left.close();
   *   console.log(String(await getRunningLoop().sockRecv(right, 100))); // -> ping
   *   console.log((await getRunningLoop().sockRecv(right, 100)).length); // -> 0
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockRecv(sock: Socket, size: number): Promise<Buffer> {
    return await network.sockRecv(this, sock, size);
  }

  /** As {@link sockRecv}, into `buffer`; resolves to how many bytes came, 0 at the end of data. The buffer is written
   * to only when the call succeeds, so not after a cancel. Semantics: asyncio's loop.sock_recv_into.
   * @throws BufferError (`ERR_ASYNCIO_BUFFER`) when its memory is transferred or made smaller meanwhile;
   * else as {@link sockRecv}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair();
   *   left.send(Buffer.from('ping'));
   *   const buffer = Buffer.alloc(100);
   *   const count = await getRunningLoop().sockRecvInto(right, buffer);
   *   console.log(count, buffer.toString('utf8', 0, count)); // -> 4 ping
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockRecvInto(sock: Socket, buffer: Uint8Array): Promise<number> {
    return await network.sockRecvInto(this, sock, buffer);
  }

  /** Receives a datagram, cut to `size` bytes, and who sent it. Cancelling loses none: the next call gets it.
   * Semantics: asyncio's loop.sock_recvfrom.
   * @throws as {@link sockRecv}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { AF_INET, SOCK_DGRAM, Socket } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   using one = new Socket(AF_INET, SOCK_DGRAM);
   *   using other = new Socket(AF_INET, SOCK_DGRAM);
   *   one.bind(['127.0.0.1', 0]);
   *   other.bind(['127.0.0.1', 0]);
   *   await loop.sockSendto(one, Buffer.from('ping'), other.getsockname());
   *   const [data, [host]] = await loop.sockRecvfrom(other, 1500);
   *   console.log(String(data), host); // -> ping 127.0.0.1
   * }, { backend: 'selector' });
   * ```
   */
  async sockRecvfrom(sock: Socket, size: number): Promise<[data: Buffer, address: SocketAddress]> {
    return await network.sockRecvfrom(this, sock, size);
  }

  /** As {@link sockRecvfrom}, into the first `size` bytes of `buffer`, all of it by default; resolves to how many
   * bytes came, and who sent them. Semantics: asyncio's loop.sock_recvfrom_into.
   * @throws InvalidArgumentError when it has fewer; else as {@link sockRecvInto}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { AF_UNIX, SOCK_DGRAM, socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair(AF_UNIX, SOCK_DGRAM);
   *   left.send(Buffer.from('a datagram'));
   *   const buffer = Buffer.alloc(100);
   *   const [count] = await getRunningLoop().sockRecvfromInto(right, buffer, 5);
   *   console.log(buffer.toString('utf8', 0, count)); // -> a dat
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockRecvfromInto(
    sock: Socket,
    buffer: Uint8Array,
    size?: number,
  ): Promise<[count: number, address: SocketAddress]> {
    return await network.sockRecvfromInto(this, sock, buffer, size);
  }

  /** Sends all of `data`, which must not be changed meanwhile. After a cancel or an error nobody can say how much of
   * it was sent: close the socket. One task at a time may wait to write to a socket.
   * Semantics: asyncio's loop.sock_sendall.
   * @throws BrokenPipeError, ConnectionResetError and other OSErrors; UsageError when another task waits to write;
   * BufferError (`ERR_ASYNCIO_BUFFER`) when the memory of `data` is transferred or made smaller meanwhile;
   * UnsupportedError on the host backend; InvalidArgumentError
   * @example
   * ```ts
   * import { run, getRunningLoop, timeout } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair();
   *   const much = new Uint8Array(10_000_000); // more than fits: nobody reads
   *   await timeout(20, () => getRunningLoop().sockSendall(left, much)).catch((error: Error) => {
   *     console.log(error.name); // -> TimeoutError
   *   });
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockSendall(sock: Socket, data: Uint8Array): Promise<void> {
    return await network.sockSendall(this, sock, data);
  }

  /** Sends a datagram and resolves to its size. A host that is not numeric is looked up, and the first address taken.
   * Cancelled while it waits it sends nothing. Semantics: asyncio's loop.sock_sendto.
   * @throws OSError, as when the datagram is too long; AddressInfoError when the host is unknown;
   * else as {@link sockSendall}
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { AF_INET, SOCK_DGRAM, Socket } from 'asyncio-ts/socket';
   * await run(async () => {
   *   using socket = new Socket(AF_INET, SOCK_DGRAM);
   *   socket.bind(['127.0.0.1', 0]);
   *   console.log(await getRunningLoop().sockSendto(socket, Buffer.from('ping'), socket.getsockname())); // -> 4
   * }, { backend: 'selector' });
   * ```
   */
  async sockSendto(sock: Socket, data: Uint8Array, address: SocketAddress): Promise<number> {
    return await network.sockSendto(this, sock, data, address);
  }

  /** Connects, waiting until the connection is made. A host that is not numeric is looked up, and the first address
   * taken. After a cancel nothing waits for the socket any more, but the system may still connect it: close it.
   * Semantics: asyncio's loop.sock_connect.
   * @throws ConnectionRefusedError, ConnectionTimeoutError and other OSErrors, with the address; AddressInfoError
   * when the host is unknown; UsageError when another task waits to write; UnsupportedError on the host backend
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { Socket } from 'asyncio-ts/socket';
   * await run(async () => {
   *   using server = new Socket();
   *   server.bind(['127.0.0.1', 0]);
   *   server.listen();
   *   using client = new Socket();
   *   await getRunningLoop().sockConnect(client, server.getsockname());
   *   console.log(client.getpeername()[0]); // -> 127.0.0.1
   * }, { backend: 'selector' });
   * ```
   */
  async sockConnect(sock: Socket, address: SocketAddress): Promise<void> {
    return await network.sockConnect(this, sock, address);
  }

  /** Accepts a connection, waiting until there is one; the socket is the caller's to close. Cancelling loses none: a
   * connection is taken off the queue only by the task that gets it. Semantics: asyncio's loop.sock_accept.
   * @throws OSError (`EMFILE`, …); UsageError when another task waits to accept; UnsupportedError on the host backend
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { Socket } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   using server = new Socket();
   *   server.bind(['127.0.0.1', 0]);
   *   server.listen();
   *   using client = new Socket();
   *   await loop.sockConnect(client, server.getsockname());
   *   const [connection, address] = await loop.sockAccept(server);
   *   console.log(address[1] === client.getsockname()[1]); // -> true
   *   connection.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockAccept(sock: Socket): Promise<[connection: Socket, address: SocketAddress]> {
    return await network.sockAccept(this, sock);
  }

  /** Sends a file over a connected stream socket, as {@link EventLoop.sendfile} does over a transport. A cancel stops
   * after the chunk that is under way; `onProgress` tells how much has gone. Semantics: asyncio's loop.sock_sendfile.
   * @throws InvalidArgumentError for a socket that is no stream; SendfileNotAvailableError
   * (`ERR_ASYNCIO_SENDFILE_NOT_AVAILABLE`) without `fallback`; ConnectionError and other OSErrors;
   * UnsupportedError on the host backend
   * @example
   * ```ts
   * import { open } from 'node:fs/promises';
   * import { run, getRunningLoop } from 'asyncio-ts';
   * import { socketpair } from 'asyncio-ts/socket';
   * await run(async () => {
   *   const [left, right] = socketpair();
   *   await using file = await open('package.json');
   *   console.log(await getRunningLoop().sockSendfile(left, file, { count: 1 })); // -> 1
   *   console.log(String(right.recv(100))); // -> {
   *   left.close();
   *   right.close();
   * }, { backend: 'selector' });
   * ```
   */
  async sockSendfile(sock: Socket, file: SendableFile, options?: SendfileOptions): Promise<number> {
    return await network.sockSendfile(this, sock, file, options);
  }
}

function numberOf(fd: Descriptor): number {
  // What is neither is refused where descriptors are checked.
  return typeof fd === 'object' && typeof fd?.fileno === 'function' ? fd.fileno() : (fd as number);
}
