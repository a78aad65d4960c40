// The datagram transport of the selector backend. Semantics: asyncio's _SelectorDatagramTransport.
//
// 1. A datagram is tried at once. What the system does not take waits in order.
// 2. An error of the system is told by `errorReceived`, and the transport goes on. That somebody else closed the
//    descriptor ends it.
// 3. An event reads several datagrams where they come thick: as many as the last ones let expect, so that a
//    quiet socket is not asked twice for one datagram.
// 4. A Unix socket without a peer counts as writable even while its receiver takes nothing: time is waited for.

import { sizeOf } from '../../base/bytes.ts';
import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors, Reader, Writer } from '../../loop/descriptors.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EAGAIN, EBADF, EINTR, ENOTSOCK, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import { ADDRESS_SIZE } from '../../sys/libc/socketAddress.ts';
import { about } from '../../sys/libc/socketCalls.ts';
import { AF_UNIX, MSG_NOSIGNAL } from '../../sys/libc/socketConstants.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import { closeOwned, disown } from '../socket/ownedSocket.ts';
import { AddressCache } from '../datagram/addressCache.ts';
import { chosenAddress, givenAddress } from '../datagram/chosenAddress.ts';
import type { DatagramProtocol } from '../../transport/protocol.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { Socket } from '../socket/socket.ts';
import { DatagramTransport } from '../../transport/transport.ts';
import type { SocketAddress, WriteBufferLimits } from '../../transport/transport.ts';
import { WriteSide } from '../../transport/writeSide.ts';
import { socketInfo } from './socketInfo.ts';
import { WaitingDatagrams } from './waitingDatagrams.ts';

const MOST_AT_ONCE = 32;
/** Milliseconds until a Unix socket is tried again. */
const RETRY = 2;

export class SelectorDatagramTransport extends DatagramTransport implements Living, Reader, Writer {
  readonly #descriptors: Descriptors;
  readonly #socket: Socket;
  readonly #fd: number;
  readonly #addresses: AddressCache;
  readonly #connected: boolean;
  /** Where everything goes, when that was fixed at the beginning. */
  readonly #address: SocketAddress | undefined;
  readonly #life: LifeCycle<DatagramProtocol>;
  readonly #waiting: WaitingDatagrams = new WaitingDatagrams();
  readonly #side: WriteSide;
  #retry: TimerHandle | undefined = undefined;
  #atOnce: number = 1;

  constructor(
    loop: Loop,
    socket: Socket,
    protocol: object,
    address: SocketAddress | undefined,
    waiter: Future<void>,
  ) {
    super();
    this.#descriptors = descriptorsOf(loop);
    this.#socket = socket;
    this.#fd = socket.fileno();
    this.#addresses = new AddressCache(socket.family);
    this.#address = address;
    const extra = socketInfo(socket);
    this.#connected = extra['peername'] !== undefined;
    this.#life = new LifeCycle(loop, this, protocol, { extra });
    this.#side = new WriteSide(this.#life, this.#waiting);
    this.#life.begin(() => this.#beginReading(), waiter);
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.#life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.#life.protocol;
  }

  isClosing(): boolean {
    return this.#life.closing;
  }

  sendto(data: Uint8Array, address?: SocketAddress): void {
    checkBytes(data, 'data');
    const to = this.#destination(givenAddress(address));
    if (this.#life.lost) return this.#life.noteLateWrite('datagrams are sent by a closed transport');
    if (this.#waiting.size === 0) {
      const number = this.#send(data, to);
      if (number === 0) return;
      if (number !== EAGAIN) return this.#tellError(number, to);
      this.#awaitRoom();
    }
    this.#waiting.push(data, to);
    this.#side.rose();
  }

  close(): void {
    if (!this.#life.close()) return;
    this.#descriptors.unwatchReadable(this.#fd);
    if (this.#waiting.size === 0) this.#life.lose(undefined);
  }

  abort(): void {
    this.#lose(undefined);
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    disown(this.#socket);
    // One that is closing with nothing to send is on its way out, by the very call that found this.
    if (!this.#life.closing || this.#waiting.size > 0) this.#lose(error);
  }

  #lose(error: unknown): void {
    if (!this.#life.beginLoss()) return;
    this.#waiting.clear();
    this.#endWaiting();
    this.#descriptors.unwatchReadable(this.#fd);
    this.#life.scheduleEnd(error);
  }

  getWriteBufferSize(): number {
    return this.#waiting.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#side.limits;
  }

  /** @internal */
  _readable(): Effect {
    if (this.#life.lost) return NOTHING;
    let effect: Effect = NOTHING;
    this.#life.run(() => {
      if (this.#receive()) effect = DRAIN;
    });
    return effect;
  }

  /** @internal */
  _writable(): Effect {
    if (this.#life.lost) return NOTHING;
    this.#life.run(() => this.#sendWaiting());
    return DRAIN;
  }

  // Returns whether the protocol was called.
  #receive(): boolean {
    for (let count = 0; count < this.#atOnce; count++) {
      const data = receiveDatagram(this.#fd, this.#addresses);
      if (typeof data === 'number') {
        this.#atOnce = Math.max(1, count);
        if (data === EAGAIN || data === EINTR) return count > 0 || !this.#descriptors.verify(this.#fd);
        if (data === EBADF || data === ENOTSOCK) this.#lose(systemError(data, 'recvfrom'));
        else this.#tellError(data, undefined, 'recvfrom');
        return true;
      }
      this.#life.tell('datagramReceived', (protocol) =>
        protocol.datagramReceived(data, this.#addresses.sender()),
      );
      if (this.#life.closing) return true;
    }
    this.#atOnce = Math.min(MOST_AT_ONCE, 2 * this.#atOnce);
    return true;
  }

  // Zero, or the error's number.
  #send(data: Uint8Array, to: SocketAddress | undefined): number {
    const name = to === undefined ? undefined : this.#addresses.pack(to);
    // Measured last: an address may be an object whose code takes the memory away.
    const size = sizeOf(data);
    const sent =
      name === undefined
        ? libc().send(this.#fd, data, size, MSG_NOSIGNAL)
        : libc().sendto(this.#fd, data, size, MSG_NOSIGNAL, name, name.byteLength);
    if (sent >= 0) return 0;
    const number = errno();
    return number === EINTR ? EAGAIN : number;
  }

  #sendWaiting(): void {
    const waiting = this.#waiting;
    for (let next = waiting.first; next !== undefined; next = waiting.first) {
      const number = this.#send(next.data, next.address);
      if (number === EAGAIN) break;
      waiting.drop();
      if (number === 0) continue;
      this.#tellError(number, next.address);
      if (this.#life.lost) return;
    }
    if (this.#waiting.size === 0) this.#endWaiting();
    else if (this.#retry !== undefined) this.#awaitRoom();
    this.#side.fell();
    if (this.#life.closing && this.#waiting.size === 0) this.#life.lose(undefined);
  }

  #awaitRoom(): void {
    const spins = this.#socket.family === AF_UNIX && !this.#connected;
    if (!spins) return this.#descriptors.watchWritable(this.#fd, this);
    this.#retry = this.#life.loop.callLater(RETRY, () => this.#life.run(() => this.#sendWaiting()));
  }

  #endWaiting(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#descriptors.unwatchWritable(this.#fd);
  }

  // What is connected sends without an address.
  #destination(address: SocketAddress | undefined): SocketAddress | undefined {
    if (this.#connected && (address === undefined || this.#address === undefined)) return undefined;
    const to = chosenAddress(this.#address, address);
    if (this.#connected) return undefined;
    this.#addresses.pack(to);
    return to;
  }

  #tellError(number: number, to: SocketAddress | undefined, syscall: string = 'sendto'): void {
    const error = systemError(number, syscall, about(to ?? this.#address));
    this.#life.tell('errorReceived', (protocol) => protocol.errorReceived(error));
  }

  #beginReading(): void {
    if (!this.#life.closing) this.#descriptors.watchReadable(this.#fd, this);
  }

  /** @internal */
  release(): void {
    closeOwned(this.#life.loop, this.#socket);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#socket.closed ? 'closed' : this.#life.state;
    const ends = showEnds(this.getExtraInfo('sockname'), this.getExtraInfo('peername'));
    return `<DatagramTransport fd=${this.#fd}${ends} ${state} waiting=${this.#waiting.size}>`;
  }
}

// asyncio's figure; the longest datagram of IP has 65,507 bytes, Unix sockets carry more.
const LONGEST = 256 * 1024;

// Memory of the thread's, made when first needed: nothing is kept in it from one datagram to the next.
let room: Buffer | undefined;

/** The next datagram, as the receiver's own; or the error's number. The sender's address is left in the cache's
 * bytes. */
function receiveDatagram(fd: number, addresses: AddressCache): Buffer | number {
  room ??= Buffer.allocUnsafeSlow(LONGEST);
  addresses.length[0] = ADDRESS_SIZE;
  const count = libc().recvfrom(fd, room, LONGEST, 0, addresses.bytes, addresses.lengthBytes);
  return count < 0 ? errno() : copyBytes(room.subarray(0, count));
}
