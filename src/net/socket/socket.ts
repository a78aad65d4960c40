// Socket: one descriptor of the system's, with Python's methods for it.
//
// 1. It never blocks: the descriptor is non-blocking, and a call that would have to wait throws
//    BlockingIOError. The loop's `sock…` methods wait.
// 2. It owns its descriptor until `close` or `detach`. After that every call is EBADF without asking the
//    system, so a number that was given out anew is never touched.
//    A number that somebody else closed is left alone too, where the loop knows of it.
// 3. A task that waits for it in a `sock…` method is woken by `close` and `detach`, and gets EBADF.
// 4. Children of the process do not inherit it.

import { showAsText } from '../../base/show.ts';
import { checkDescriptor } from '../../base/checkDescriptor.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { forgetDescriptor } from '../../loop/network.ts';
import { EAGAIN, EBADF, systemError } from '../../sys/libc/errno.ts';
import * as calls from '../../sys/libc/socketCalls.ts';
import {
  AF_INET,
  AF_UNIX,
  IPPROTO_TCP,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_TYPE,
  SOL_SOCKET,
  TCP_NODELAY,
} from '../../sys/libc/socketConstants.ts';
import { checkedBytes, checkSize, roomIn } from '../../transport/byteArguments.ts';
import { receiveBytes, receiveBytesFrom } from './receiveBytes.ts';
import { showSocketEnds } from '../../transport/showAddress.ts';
import { checkAvailable } from './socketAvailable.ts';
import type { SocketAddress } from '../../transport/transport.ts';

const FLAGS: number = SOCK_NONBLOCK | SOCK_CLOEXEC;

/** A socket: IPv4, IPv6 or Unix, stream or datagram. It never waits: what would have to throws
 * {@link BlockingIOError}; `loop.sockRecv` and its like wait. Needs the selector backend.
 * Semantics: Python's socket.socket, non-blocking.
 * @throws UnsupportedError (`ERR_ASYNCIO_UNSUPPORTED`) where there is no FFI; OSError
 * @example
 * ```ts
 * import { BlockingIOError } from 'asyncio-ts';
 * import { Socket } from 'asyncio-ts/socket';
 * using server = new Socket();
 * server.bind(['127.0.0.1', 0]);
 * server.listen();
 * try { server.accept(); } catch (error) { console.log(error instanceof BlockingIOError); } // -> true
 * ```
 */
export class Socket implements Disposable {
  readonly family: number;
  /** SOCK_STREAM or SOCK_DGRAM, without flags. */
  readonly type: number;
  readonly proto: number;
  #fd: number;
  /** Who waits to read, or to accept. @internal */
  _reader: { wake(): void } | undefined = undefined;
  /** The task that waits to write, or to be connected. @internal */
  _writer: { wake(): void } | undefined = undefined;

  /** @param fd a descriptor to take over, in place of opening one. It must be a socket of that family and type
   * and non-blocking already; {@link fromFd} takes any */
  constructor(family: number = AF_INET, type: number = SOCK_STREAM, proto: number = 0, fd?: number) {
    checkAvailable();
    this.family = checkSize(family, 'family');
    this.type = checkSize(type, 'type') & ~FLAGS;
    this.proto = checkSize(proto, 'proto');
    this.#fd = fd === undefined ? calls.openSocket(family, this.type, proto) : checkDescriptor(fd);
  }

  /** Takes over a descriptor, and asks the system what kind of socket it is.
   * @throws OSError (`EBADF`, `ENOTSOCK`) */
  static fromFd(fd: number): Socket {
    checkAvailable();
    const option = (name: number): number => calls.getOption(checkDescriptor(fd), SOL_SOCKET, name);
    const [family, type, proto] = [option(SO_DOMAIN), option(SO_TYPE), option(SO_PROTOCOL)];
    calls.makeNonBlocking(fd);
    return new Socket(family, type, proto, fd);
  }

  /** The descriptor; -1 once it is closed or detached. */
  fileno(): number {
    return this.#fd;
  }

  /** True once it is closed or detached. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /** Gives the descriptor away: the socket is as if closed, the descriptor stays open. */
  detach(): number {
    const fd = this.#open('detach');
    this.#leave();
    return fd;
  }

  /** Closes it; harmless when it is closed. @throws OSError (`EBADF`) when somebody else closed the descriptor */
  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#leave();
    if (!forgetDescriptor(fd)) throw systemError(EBADF, 'close');
    calls.closeSocket(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Another socket for the same connection or port, with a descriptor of its own. */
  dup(): Socket {
    return new Socket(this.family, this.type, this.proto, calls.duplicate(this.#open('dup')));
  }

  /** @throws AddressInUseError, PermissionError and the like, with the address; InvalidArgumentError for a
   * host that is not numeric */
  bind(address: SocketAddress): void {
    calls.bindSocket(this.#open('bind'), this.family, address);
  }

  /** Begins to listen; `backlog` connections may wait to be accepted. */
  listen(backlog: number = 128): void {
    calls.listenSocket(this.#open('listen'), Math.max(0, backlog));
  }

  /** A connection that waits, and its address. @throws BlockingIOError when there is none */
  accept(): [Socket, SocketAddress] {
    const accepted = this._tryAccept() ?? wouldBlock('accept');
    return [accepted, calls.lastName()];
  }

  /** A connection; its address is the last name of the calls. @internal */
  _tryAccept(): Socket | undefined {
    const fd = calls.acceptSocket(this.#open('accept'));
    return fd < 0 ? undefined : new Socket(this.family, this.type, this.proto, fd);
  }

  /** Connects; a datagram socket only notes the address.
   * @throws BlockingIOError (`EINPROGRESS`) where that takes time: it is writable when it is over, and
   * SO_ERROR tells how it went */
  connect(address: SocketAddress): void {
    const number = this.connectEx(address);
    if (number !== 0) throw systemError(number, 'connect', calls.about(address));
  }

  /** As {@link connect}, but returns the error number; 0 for success. */
  connectEx(address: SocketAddress): number {
    return calls.beginConnect(this.#open('connect'), this.family, address);
  }

  /** Up to `size` bytes; empty at the end of data.
   * @throws BlockingIOError when nothing is there; ConnectionResetError and the like */
  recv(size: number, flags: number = 0): Buffer {
    return this._tryRecv(size, flags) ?? wouldBlock('recv');
  }

  /** @internal */
  _tryRecv(size: number, flags: number = 0): Buffer | undefined {
    return receiveBytes(this.#open('recv'), checkSize(size, 'size'), flags);
  }

  /** Receives into `buffer`, at most `size` bytes of it; returns how many.
   * @throws as {@link recv} */
  recvInto(buffer: Uint8Array, size: number = 0, flags: number = 0): number {
    const count = this._tryRecvInto(buffer, size, flags);
    return count < 0 ? wouldBlock('recv') : count;
  }

  /** @internal */
  _tryRecvInto(buffer: Uint8Array, size: number = 0, flags: number = 0): number {
    return calls.receive(this.#open('recv'), buffer, roomIn(buffer, size), flags);
  }

  /** A datagram, cut to `size` bytes, and who sent it. @throws as {@link recv} */
  recvfrom(size: number, flags: number = 0): [Buffer, SocketAddress] {
    return this._tryRecvfrom(size, flags) ?? wouldBlock('recvfrom');
  }

  /** @internal */
  _tryRecvfrom(size: number, flags: number = 0): [Buffer, SocketAddress] | undefined {
    return receiveBytesFrom(this.#open('recvfrom'), checkSize(size, 'size'), flags);
  }

  /** As {@link recvfrom}, into a buffer; returns how many bytes and who sent them. */
  recvfromInto(buffer: Uint8Array, size: number = 0, flags: number = 0): [number, SocketAddress] {
    return this._tryRecvfromInto(buffer, size, flags) ?? wouldBlock('recvfrom');
  }

  /** @internal */
  _tryRecvfromInto(
    buffer: Uint8Array,
    size: number = 0,
    flags: number = 0,
  ): [number, SocketAddress] | undefined {
    const count = calls.receiveFrom(this.#open('recvfrom'), buffer, roomIn(buffer, size), flags);
    return count < 0 ? undefined : [count, calls.lastName()];
  }

  /** Sends what the system takes at once; returns how many bytes that were.
   * @throws BlockingIOError when it takes none; BrokenPipeError and the like */
  send(data: Uint8Array, flags: number = 0): number {
    const count = this._trySend(checkedBytes(data, 'data'), flags);
    return count < 0 ? wouldBlock('send') : count;
  }

  /** @internal */
  _trySend(data: Uint8Array, flags: number = 0): number {
    return calls.send(this.#open('send'), data, flags);
  }

  /** Sends a datagram. @throws as {@link send}; InvalidArgumentError for a host that is not numeric */
  sendto(data: Uint8Array, address: SocketAddress, flags: number = 0): number {
    const count = this._trySendto(checkedBytes(data, 'data'), address, flags);
    return count < 0 ? wouldBlock('sendto') : count;
  }

  /** @internal */
  _trySendto(data: Uint8Array, address: SocketAddress, flags: number = 0): number {
    return calls.sendTo(this.#open('sendto'), this.family, data, address, flags);
  }

  /** Ends our half (SHUT_WR), the peer's (SHUT_RD) or both (SHUT_RDWR). */
  shutdown(how: number): void {
    calls.shutdownSocket(this.#open('shutdown'), how);
  }

  /** An option's value, or its bytes where their number is given. */
  getsockopt(level: number, option: number): number;
  getsockopt(level: number, option: number, size: number): Buffer;
  getsockopt(level: number, option: number, size?: number): number | Buffer {
    const fd = this.#open('getsockopt');
    if (size === undefined) return calls.getOption(fd, level, option);
    const value = Buffer.alloc(checkSize(size, 'size'));
    return value.subarray(0, calls.getOptionBytes(fd, level, option, value));
  }

  setsockopt(level: number, option: number, value: number | boolean | Uint8Array): void {
    const fd = this.#open('setsockopt');
    if (typeof value === 'object') calls.setOptionBytes(fd, level, option, checkedBytes(value, 'value'));
    else calls.setOption(fd, level, option, Number(value));
  }

  getsockname(): SocketAddress {
    return calls.ownName(this.#open('getsockname'));
  }

  /** @throws OSError (`ENOTCONN`) */
  getpeername(): SocketAddress {
    return calls.remoteName(this.#open('getpeername'));
  }

  /** For ported code. @throws InvalidArgumentError for true */
  setblocking(blocking: boolean): void {
    if (!blocking) return;
    throw new InvalidArgumentError(
      'blocking',
      'a blocking socket would stop the whole thread: there is none',
    );
  }

  getblocking(): boolean {
    return false;
  }

  /** What every TCP connection of a transport has; no error where it makes no sense. @internal */
  _setNoDelay(): void {
    if (this.type !== SOCK_STREAM || this.family === AF_UNIX) return;
    calls.setOption(this.#open('setsockopt'), IPPROTO_TCP, TCP_NODELAY, 1);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { family, type } = this;
    const state = this.closed ? 'closed' : `fd=${this.#fd}`;
    return `<Socket ${state} family=${family} type=${type}${showSocketEnds(this)}>`;
  }

  #open(syscall: string): number {
    if (this.#fd < 0) throw systemError(EBADF, syscall);
    return this.#fd;
  }

  /** Somebody else closed the descriptor. @internal */
  _disown(): void {
    if (this.#fd >= 0) this.#leave();
  }

  // A waiter must let the descriptor go while it is still this socket's.
  #leave(): void {
    this._reader?.wake();
    this._writer?.wake();
    this.#fd = -1;
  }
}

showAsText(Socket);

function wouldBlock(syscall: string): never {
  throw systemError(EAGAIN, syscall);
}
