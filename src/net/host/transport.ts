// What a stream transport of the host backend is beside its bytes: a host socket, a protocol, the way to the
// end of both. Semantics: asyncio's _SelectorTransport.
//
// 1. `connectionLost` is called once, from the loop, after everything else. The host's socket is destroyed
//    before it when the connection is given up, so that what is buffered is thrown away, and after it otherwise.
// 2. Once that is scheduled (`_lost` > 0), nothing is read or written any more.
// 3. The protocol's callbacks run in the context in which the transport was made.
// 4. The host's events reach the transport through handlers that all transports share (events.ts); when
//    the socket is let go, none of them is left on it.

import { isOSError } from '../../base/osError.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { StreamTransportOptions } from '../backend.ts';
import type { TransportOwner } from '../../transport/lifeCycle.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { report } from '../../sys/host/report.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { showEnds } from '../../transport/showAddress.ts';
import { Transport } from '../../transport/transport.ts';
import { listenTo, unlisten } from './events.ts';
import type { HostEvents } from './events.ts';
import type { HostStreamSocket } from './streamSocket.ts';
import { tlsInfo } from './tlsInfo.ts';

/** asyncio lets so many writes to what is lost pass in silence. */
const QUIET = 5;

export abstract class HostTransport extends Transport implements HostEvents, LoopResource {
  /** @internal */ readonly _loop: Loop;
  /** @internal */ readonly _host: NodeSocket;
  /** Where the protocol is called. @internal */ readonly _context: CallbackContext = new CallbackContext();
  /** @internal */ _protocol: BaseProtocol | undefined = undefined;
  /** @internal */ _closing: boolean = false;
  /** 0 while the connection is there; then counts the writes to the lost one. @internal */
  _lost: number = 0;
  readonly #socket: HostStreamSocket;
  readonly #extra: Readonly<Record<string, unknown>> | undefined;
  #server: TransportOwner | undefined;

  constructor(loop: Loop, socket: HostStreamSocket, options: StreamTransportOptions) {
    super();
    this._loop = loop;
    this._host = socket.nodeSocket;
    this.#socket = socket;
    this.#extra = options.extra;
  }

  /** @internal */
  abstract _hostData(chunk: Buffer): void;
  /** @internal */
  abstract _hostEnd(): void;
  /** @internal */
  abstract _hostError(error: unknown): void;
  /** @internal */
  abstract _hostClosed(): void;
  /** Begins to read. @internal */
  abstract _start(): void;
  /** Nothing is read any more; what was read is dropped. @internal */
  abstract _stopReading(): void;

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    const extra = this.#extra;
    if (extra !== undefined && Object.hasOwn(extra, name)) return extra[name] as T;
    if (name === 'socket') return this.#socket as T;
    if (name === 'sockname') return this.#socket.getsockname() as T;
    if (name === 'peername') return this.#socket.getpeername() as T;
    return (tlsInfo(this._host, name) as T | undefined) ?? fallback;
  }

  getProtocol(): unknown {
    return this._protocol;
  }

  isClosing(): boolean {
    return this._closing;
  }

  close(): void {
    if (this._closing) return;
    this._closing = true;
    this._stopReading();
    // An error that nobody has heard of does not count, unless bytes are lost by it.
    if (this.getWriteBufferSize() === 0) this._finish(false);
    else if (this._host.destroyed) this.#foundDestroyed();
  }

  abort(): void {
    this._forceClose(undefined);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this._lost > 0 ? 'closed' : this._closing ? 'closing' : 'open';
    const reading = this.isReading() ? 'reading' : 'not reading';
    const ends = showEnds(this.#socket.getsockname(), this.#socket.getpeername());
    return `<HostTransport${ends} ${state}, ${reading}, ${this.getWriteBufferSize()} bytes to write>`;
  }

  /** The transport is made: from here on the socket is its own, it is counted, and nothing throws. @internal */
  _take({ server }: StreamTransportOptions): void {
    const loop = this._loop;
    this.#server = server;
    server?.attach(this);
    loop.resources.add(this);
    const failure = this.#socket._take();
    listenTo(this._host, this);
    if (failure !== undefined) loop.callSoon(() => this._hostError(failure.error));
    else if (this._host.destroyed) loop.callSoon(() => this.#foundDestroyed());
  }

  /** Schedules what a new transport begins with. @internal */
  _begin({ waiter }: StreamTransportOptions): void {
    const loop = this._loop;
    loop.callSoon(() => this._protocol?.connectionMade(this));
    loop.callSoon(() => this._start());
    if (waiter !== undefined) loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  /** It is closing, and everything was written. `fromLoop`: called by an entry of the loop's, which may tell
   * the protocol at once. What has to say good-bye to its peer first does it here. @internal */
  _finish(fromLoop: boolean): void {
    if (this._lost > 0) return;
    if (fromLoop) this._lose(undefined);
    else this._scheduleLoss(undefined);
  }

  /** The connection is of no use any more: reports what is a fault, and gives it up. @internal */
  _fail(error: unknown, message: string): void {
    if (!isOSError(error)) this._report(message, error);
    this._forceClose(error);
  }

  /** @internal */
  _forceClose(error: unknown): void {
    if (this._lost > 0) return;
    this._closing = true;
    this._stopReading();
    this._scheduleLoss(fromHostError(error));
    this._host.destroy();
  }

  /** @internal */
  _scheduleLoss(error: unknown): void {
    this._lost++;
    this._context.run(() => void this._loop.callSoon(() => this._lose(error)));
  }

  /** The last thing that happens. @internal */
  _lose(error: unknown): void {
    this._lost++;
    try {
      this._protocol?.connectionLost(error);
    } catch (failure) {
      this._report('Fatal error: protocol.connectionLost() call failed.', failure);
    }
    this._host.destroy();
    this._letGo();
  }

  /** Takes the host's socket out of the transport, which is of no use any more; the protocol hears nothing.
   * What was read and not handed over is put back into the socket. @internal */
  _release(): NodeSocket {
    this._closing = true;
    this._lost = 1;
    this._stopReading();
    this._letGo();
    return this._host;
  }

  /** @internal */
  loopStopped(): void {
    this._host.unref?.();
  }

  /** @internal */
  loopStarted(): void {
    this._host.ref?.();
  }

  /** @internal */
  loopClosed(): void {
    if (this._lost === 0) this._lost = 1;
    this._closing = true;
    this._stopReading();
    this._host.destroy();
    this._letGo();
  }

  /** Somebody writes to the lost connection. @internal */
  _noteLostWrite(): void {
    if (this._lost >= QUIET) report('warning', () => 'bytes are written to a lost connection');
    this._lost++;
  }

  /** @internal */
  _report(message: string, exception: unknown): void {
    const [transport, protocol] = [this, this._protocol];
    reportFailure(this._loop, { message, exception, transport, protocol });
  }

  // Its events may have come before there was anybody to tell, or may still come.
  #foundDestroyed(): void {
    const { errored } = this._host;
    if (errored === null || errored === undefined) this._forceClose(undefined);
    else this._hostError(errored);
  }

  #detach(): void {
    this.#server?.detach(this);
    this.#server = undefined;
  }

  /** @internal */
  _letGo(): void {
    unlisten(this._host);
    this._loop.resources.remove(this);
    this._protocol = undefined;
    this.#detach();
  }
}
