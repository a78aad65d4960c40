// What the selector's transports have in common: a descriptor, a protocol, the way to the end of both.
// Semantics: asyncio's _SelectorTransport.
//
// 1. `connectionLost` is called once, from the loop, after everything else; then the socket is closed.
// 2. Once that is scheduled (`_lost` > 0), nothing is read or written any more.
// 3. The protocol's callbacks run in the context in which the transport was made.
// 4. A descriptor that somebody else closed is an error of the connection as any other, and its number is not
//    touched any more.

import { attempt } from '../../base/attempt.ts';
import { isOSError } from '../../base/osError.ts';
import type { OSError } from '../../base/osError.ts';
import type { Descriptors, Reader, Writer } from '../../loop/descriptors.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { LoopResource } from '../../loop/resources.ts';
import type { Effect } from '../../loop/runnable.ts';
import type { StreamTransportOptions, TransportOwner } from '../backend.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { closeOwned } from '../socket/closeOwned.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { Socket } from '../socket/socket.ts';
import { Transport } from '../../transport/transport.ts';
import type { SocketAddress } from '../../transport/transport.ts';

export abstract class SelectorTransport extends Transport implements Reader, Writer, LoopResource {
  /** @internal */ readonly _loop: Loop;
  /** @internal */ readonly _descriptors: Descriptors;
  /** @internal */ readonly _socket: Socket;
  /** @internal */ readonly _fd: number;
  /** Where the protocol is called. @internal */ readonly _context: CallbackContext = new CallbackContext();
  /** @internal */ _protocol: BaseProtocol | undefined = undefined;
  /** @internal */ _closing: boolean = false;
  /** 0 while the connection is there; then counts the writes to the lost one. @internal */
  _lost: number = 0;
  readonly #extra: Record<string, unknown>;
  #server: TransportOwner | undefined;
  #paused: boolean = false;
  /** Reading has begun: the protocol knows of the connection. */
  #begun: boolean = false;
  /** The peer's end of data was read. @internal */
  _peerEnded: boolean = false;

  constructor(loop: Loop, socket: Socket, options: StreamTransportOptions) {
    super();
    this._loop = loop;
    this._descriptors = descriptorsOf(loop);
    this._socket = socket;
    this._fd = socket.fileno();
    this.#extra = {
      socket,
      sockname: attempt(() => socket.getsockname()),
      ...(options.extra !== undefined && 'peername' in options.extra
        ? undefined
        : { peername: attempt(() => socket.getpeername()) }),
      ...options.extra,
    };
  }

  /** @internal */
  abstract _readable(): Effect;
  /** @internal */
  abstract _writable(): Effect;
  /** Throws away what waits to be written. @internal */
  abstract _dropWrites(): void;

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return Object.hasOwn(this.#extra, name) ? (this.#extra[name] as T) : fallback;
  }

  getProtocol(): unknown {
    return this._protocol;
  }

  isClosing(): boolean {
    return this._closing;
  }

  isReading(): boolean {
    return !this._closing && !this.#paused && !this._peerEnded;
  }

  pauseReading(): void {
    if (this._closing || this.#paused) return;
    this.#paused = true;
    this._descriptors.unwatchReadable(this._fd);
  }

  resumeReading(): void {
    if (this._closing || !this.#paused) return;
    this.#paused = false;
    this.#watch();
  }

  close(): void {
    if (this._closing) return;
    this._closing = true;
    this._descriptors.unwatchReadable(this._fd);
    if (this.getWriteBufferSize() === 0) this.#scheduleLoss(undefined);
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this._socket._disown();
    // Who is closing with nothing to write is on the way out, by the very call that found this.
    if (!this._closing || this.getWriteBufferSize() > 0) this._forceClose(error);
  }

  abort(): void {
    this._forceClose(undefined);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this._lost > 0 ? 'closed' : this._closing ? 'closing' : 'open';
    const reading = this.isReading() ? 'reading' : 'not reading';
    const { sockname, peername } = this.#extra as { sockname?: SocketAddress; peername?: SocketAddress };
    return `<SelectorTransport fd=${this._fd}${showEnds(sockname, peername)} ${state}, ${reading}, ${this.getWriteBufferSize()} bytes to write>`;
  }

  /** @internal */
  loopClosed(): void {
    this._closing = true;
    this._lost++;
    this._dropWrites();
    closeOwned(this._loop, this._socket);
  }

  /** The transport is made: from here on it is counted, and nothing throws. Schedules what it begins with.
   * @internal */
  _begin({ waiter, server }: StreamTransportOptions): void {
    const loop = this._loop;
    this.#server = server;
    server?._attach(this);
    loop.resources.add(this);
    loop.callSoon(() => this._protocol?.connectionMade(this));
    loop.callSoon(() => {
      this.#begun = true;
      this.#watch();
    });
    if (waiter !== undefined) loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  #watch(): void {
    if (this.#begun && this.isReading() && this._lost === 0)
      this._descriptors.watchReadable(this._fd, this);
  }

  /** The connection is of no use any more: reports what is a fault, and gives it up. @internal */
  _fail(error: unknown, message: string): void {
    if (!isOSError(error)) this.#report(message, error);
    this._forceClose(error);
  }

  /** @internal */
  _forceClose(error: unknown): void {
    if (this._lost > 0) return;
    if (this.getWriteBufferSize() > 0) {
      this._dropWrites();
      this._descriptors.unwatchWritable(this._fd);
    }
    if (!this._closing) {
      this._closing = true;
      this._descriptors.unwatchReadable(this._fd);
    }
    this.#scheduleLoss(error);
  }

  /** Takes the socket out of the transport, which is of no use any more; the protocol hears nothing.
   * @internal */
  _release(): Socket {
    this._closing = true;
    this._lost = 1;
    this._descriptors.unwatchReadable(this._fd);
    this._descriptors.unwatchWritable(this._fd);
    this._protocol = undefined;
    this.#detach();
    return this._socket;
  }

  #scheduleLoss(error: unknown): void {
    this._lost++;
    this._context.run(() => void this._loop.callSoon(() => this._lose(error)));
  }

  /** The last thing that happens. @internal */
  _lose(error: unknown): void {
    this._lost++;
    try {
      this._protocol?.connectionLost(error);
    } catch (failure) {
      this.#report('Fatal error: protocol.connectionLost() call failed.', failure);
    }
    closeOwned(this._loop, this._socket);
    this._protocol = undefined;
    this.#detach();
  }

  #detach(): void {
    this._loop.resources.remove(this);
    this.#server?._detach(this);
    this.#server = undefined;
  }

  #report(message: string, exception: unknown): void {
    const [transport, protocol] = [this, this._protocol];
    reportFailure(this._loop, { message, exception, transport, protocol });
  }
}
