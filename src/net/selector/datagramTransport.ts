// The datagram transport of the selector backend. Semantics: asyncio's _SelectorDatagramTransport.
//
// 1. `connectionMade`, the beginning of reading and the waiter's result are three callbacks of the loop, in
//    that order; `connectionLost` is called once, after everything else, and then the socket is closed.
// 2. A datagram is tried at once. What the system does not take waits in order.
// 3. An error of the system is told by `errorReceived`, and the transport goes on. That somebody else closed the
//    descriptor ends it.
// 4. An event reads several datagrams where they come thick: as many as the last ones let expect, so that a
//    quiet socket is not asked twice for one datagram.
// 5. A Unix socket without a peer counts as writable even while its receiver takes nothing: time is waited for.

import { sizeOf } from '../../base/bytes.ts';
import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors } from '../../loop/descriptors.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EAGAIN, EBADF, EINTR, ENOTSOCK, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { about } from '../../sys/libc/socketCalls.ts';
import { AF_UNIX, MSG_NOSIGNAL } from '../../sys/libc/socketConstants.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { closeOwned } from '../socket/closeOwned.ts';
import { AddressCache } from '../datagram/addressCache.ts';
import { chosenAddress, givenAddress } from '../datagram/chosenAddress.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import type { DatagramProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { Socket } from '../socket/socket.ts';
import { countLostWrite } from '../../transport/lostWriteLog.ts';
import { DatagramTransport } from '../../transport/transport.ts';
import type { SocketAddress, WriteBufferLimits } from '../../transport/transport.ts';
import { receiveDatagram } from './receiveDatagram.ts';
import { socketInfo } from './socketInfo.ts';
import { WaitingDatagrams } from './waitingDatagrams.ts';

const MOST_AT_ONCE = 32;
/** Milliseconds until a Unix socket is tried again. */
const RETRY = 2;

export class SelectorDatagramTransport extends DatagramTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #descriptors: Descriptors;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #socket: Socket;
  readonly #fd: number;
  readonly #addresses: AddressCache;
  readonly #extra: Record<string, unknown>;
  readonly #connected: boolean;
  /** Where everything goes, when that was said at the beginning. */
  readonly #address: SocketAddress | undefined;
  readonly #flow: FlowControl = new FlowControl();
  #protocol: DatagramProtocol | undefined;
  readonly #waiting: WaitingDatagrams = new WaitingDatagrams();
  #retry: TimerHandle | undefined = undefined;
  #atOnce: number = 1;
  #lost: number = 0;
  #closing: boolean = false;

  constructor(
    loop: Loop,
    socket: Socket,
    protocol: object,
    address: SocketAddress | undefined,
    waiter: Future<void>,
  ) {
    super();
    this.#loop = loop;
    this.#descriptors = descriptorsOf(loop);
    this.#socket = socket;
    this.#fd = socket.fileno();
    this.#addresses = new AddressCache(socket.family);
    this.#address = address;
    this.#extra = socketInfo(socket);
    this.#connected = this.#extra['peername'] !== undefined;
    this.#protocol = checkProtocol(protocol) as DatagramProtocol;
    loop.resources.add(this);
    loop.callSoon(() => this.#protocol?.connectionMade(this));
    loop.callSoon(() => this.#beginReading());
    loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return (this.#extra[name] as T | undefined) ?? fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = protocol as DatagramProtocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  sendto(data: Uint8Array, address?: SocketAddress): void {
    checkBytes(data, 'data');
    const to = this.#destination(givenAddress(address));
    if (this.#lost > 0) {
      this.#lost = countLostWrite(this.#lost, 'datagrams are sent by a closed transport');
      return;
    }
    if (this.#waiting.size === 0) {
      const number = this.#send(data, to);
      if (number === 0) return;
      if (number !== EAGAIN) return this.#tell(number, to);
      this.#awaitRoom();
    }
    this.#waiting.push(data, to);
    this.#flow.rose(this.#waiting.size, this, this.#loop);
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#descriptors.unwatchReadable(this.#fd);
    if (this.#waiting.size === 0) this.#scheduleLoss(undefined);
  }

  abort(): void {
    this.#forceClose(undefined);
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this.#socket._disown();
    // Who is closing with nothing to send is on the way out, by the very call that found this.
    if (!this.#closing || this.#waiting.size > 0) this.#forceClose(error);
  }

  #forceClose(error: unknown): void {
    if (this.#lost > 0) return;
    this.#waiting.clear();
    this.#closing = true;
    this.#endWaiting();
    this.#descriptors.unwatchReadable(this.#fd);
    this.#scheduleLoss(error);
  }

  getWriteBufferSize(): number {
    return this.#waiting.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#flow.setLimits(limits);
    this.#flow.rose(this.#waiting.size, this, this.#loop);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#flow.low, high: this.#flow.high };
  }

  /** @internal */
  _readable(): Effect {
    if (this.#lost > 0) return NOTHING;
    let effect: Effect = NOTHING;
    this.#context.run(() => {
      if (this.#receive()) effect = DRAIN;
    });
    return effect;
  }

  /** @internal */
  _writable(): Effect {
    if (this.#lost > 0) return NOTHING;
    this.#context.run(() => this.#sendWaiting());
    return DRAIN;
  }

  // Answers whether the protocol was called.
  #receive(): boolean {
    for (let count = 0; count < this.#atOnce; count++) {
      const data = receiveDatagram(this.#fd, this.#addresses);
      if (typeof data === 'number') {
        this.#atOnce = Math.max(1, count);
        if (data === EAGAIN || data === EINTR) return count > 0 || !this.#descriptors._verify(this.#fd);
        if (data === EBADF || data === ENOTSOCK) this.#forceClose(systemError(data, 'recvfrom'));
        else this.#tell(data, undefined, 'recvfrom');
        return true;
      }
      this.#call('datagramReceived', () =>
        this.#protocol?.datagramReceived(data, this.#addresses.sender()),
      );
      if (this.#closing) return true;
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
      this.#tell(number, next.address);
      if (this.#lost > 0) return;
    }
    if (this.#waiting.size === 0) this.#endWaiting();
    else if (this.#retry !== undefined) this.#awaitRoom();
    this.#flow.fell(this.#waiting.size, this, this.#loop);
    if (this.#closing && this.#waiting.size === 0 && this.#lost === 0) this.#scheduleLoss(undefined);
  }

  #awaitRoom(): void {
    const spins = this.#socket.family === AF_UNIX && !this.#connected;
    if (!spins) return this.#descriptors.watchWritable(this.#fd, this);
    this.#retry = this.#loop.callLater(RETRY, () => this.#context.run(() => this.#sendWaiting()));
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

  #tell(number: number, to: SocketAddress | undefined, syscall: string = 'sendto'): void {
    const error = systemError(number, syscall, about(to ?? this.#address));
    this.#call('errorReceived', () => this.#protocol?.errorReceived(error));
  }

  #call(what: string, callback: () => void): void {
    try {
      callback();
    } catch (exception) {
      const [transport, protocol] = [this, this.#protocol];
      const message = `Exception in callback ${what}`;
      reportFailure(this.#loop, { message, exception, transport, protocol });
    }
  }

  #beginReading(): void {
    if (!this.#closing) this.#descriptors.watchReadable(this.#fd, this);
  }

  #scheduleLoss(error: unknown): void {
    this.#lost++;
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(error)));
  }

  #loseConnection(error: unknown): void {
    this.#loop.resources.remove(this);
    try {
      this.#protocol?.connectionLost(error);
    } finally {
      this.#protocol = undefined;
      closeOwned(this.#loop, this.#socket);
    }
  }

  /** @internal */
  loopClosed(): void {
    this.#closing = true;
    closeOwned(this.#loop, this.#socket);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#socket.closed ? 'closed' : this.#closing ? 'closing' : 'open';
    const { sockname, peername } = this.#extra as { sockname?: SocketAddress; peername?: SocketAddress };
    return `<DatagramTransport fd=${this.#fd}${showEnds(sockname, peername)} ${state} waiting=${this.#waiting.size}>`;
  }
}
