// The stream transport of the host backend: a net.Socket or tls.TLSSocket that is connected, its protocol,
// and the host's events turned into entries of the loop's. Semantics: asyncio's _SelectorSocketTransport.
//
// 1. What the host read is held until an entry of the loop hands it over, one chunk an entry, then the end,
//    then the error. Nothing is handed over while reading is paused; the host then stops reading, and what it
//    had read by then is kept. The same when the loop does not keep up with the host.
// 2. A connection that breaks while it is written to closes at once. What came before it broke is handed over all
//    the same, unless the protocol wants nothing to be read; a break that reading finds waits its turn.

import { UnsupportedError, UsageError } from '../../base/errors.ts';
import type { Future } from '../../core/future/future.ts';
import { enqueue } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { resetBehindEnd } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { StreamTransportOptions } from '../backend.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import type { StartTls, TlsCarrier } from '../../transport/tls.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { handOver } from '../../transport/deliverBytes.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import { HeldInput } from '../../transport/heldInput.ts';
import { holdUnread } from './holdUnread.ts';
import { listenToData, unlistenToData } from './events.ts';
import type { HostStreamSocket } from './streamSocket.ts';
import { HostOutput } from './output.ts';
import { HostTransport } from './transport.ts';
import { isEncrypted } from './tlsInfo.ts';

export class HostStreamTransport extends HostTransport implements Runnable, TlsCarrier {
  #settlesOnly: boolean = false;
  readonly #output: HostOutput = new HostOutput(this);
  readonly #held: HeldInput = new HeldInput();
  /** The host's socket was closed, and not by us. */
  #gone: boolean = false;
  /** An entry that hands over stands in the ready queue. */
  #queued: boolean = false;
  #started: boolean = false;
  #paused: boolean = false;
  /** The host was told to stop reading because too much is held. */
  #throttled: boolean = false;
  #peerEnded: boolean = false;
  /** Writing has failed, and what was received before is still to be handed over. */
  #broken: boolean = false;
  /** @internal */ readonly startTls: StartTls | undefined;

  constructor(
    loop: Loop,
    socket: HostStreamSocket,
    protocol: object,
    options: StreamTransportOptions = {},
  ) {
    super(loop, socket, options);
    this.startTls = options.startTls;
    this.setProtocol(protocol);
    this._host.setNoDelay?.(true);
    this._take(options);
    this._begin(options);
  }

  setProtocol(protocol: unknown): void {
    const stream = checkProtocol(protocol) as StreamProtocol & { readonly settlesOnly?: boolean };
    this.#settlesOnly = stream.settlesOnly === true;
    this._protocol = stream;
  }

  isReading(): boolean {
    return !this._closing && !this.#paused && !this.#peerEnded;
  }

  pauseReading(): void {
    if (this._closing || this.#paused) return;
    this.#paused = true;
    this._host.pause();
  }

  resumeReading(): void {
    if (this._closing || !this.#paused) return;
    this.#paused = false;
    this.#goOn();
  }

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (this.#output.check('write') && size > 0) this.#output.write(data);
  }

  /** @internal */
  writeOwned(data: Buffer): void {
    if (this.#output.check('write') && data.byteLength > 0) this.#output.writeOwned(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks);
    for (const chunk of list) checkBytes(chunk, 'data');
    if (this.#output.check('writelines')) this.#output.writelines(list);
  }

  writeEof(): void {
    if (!this.canWriteEof())
      throw new UnsupportedError('TLS cannot end one half of a connection: close it');
    if (!this._closing) this.#output.end();
  }

  override close(): void {
    this.#broken = false;
    super.close();
  }

  override abort(): void {
    this.#broken = false;
    super.abort();
  }

  canWriteEof(): boolean {
    return !isEncrypted(this._host);
  }

  getWriteBufferSize(): number {
    return this.#output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#output.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#output.limits;
  }

  /** Resolves when nothing waits to be written; until {@link endEmptied} nothing may be written. @internal */
  whenEmptied(): Future<void> {
    return this.#output.whenEmptied();
  }

  /** @internal */
  endEmptied(): void {
    this.#output.endEmptied();
  }

  /** Gives the host's socket away, with what was read and not handed over put back into it.
   * @throws UsageError after the loss, or when bytes would be lost by it @internal */
  takeSocket(): NodeSocket {
    if (this._lost > 0) throw new UsageError('the transport is closed: there is no socket to take');
    if (this.#held.end && this.#held.hasBytes)
      throw new UsageError('the peer has ended its half, and bytes of it are left: read them first');
    const held = this.#held.takeAll();
    const socket = this._release();
    for (const chunk of held.reverse()) socket.unshift(chunk);
    return socket;
  }

  /** @internal */
  override _lose(error: unknown): void {
    if (this.#broken) this.#handOverRest();
    super._lose(error);
    this.#output.lost();
  }

  /** @internal */
  _start(): void {
    if (this._closing) return;
    this.#started = true;
    // A listener for data sets a socket going that was not paused expressly.
    this._host.pause();
    listenToData(this._host);
    if (!this.#paused) this._host.resume();
  }

  /** @internal */
  _stopReading(): void {
    unlistenToData(this._host);
    this._host.pause();
    this.#held.clear();
  }

  /** @internal */
  _hostData(chunk: Buffer): void {
    this.#held.push(chunk);
    if (this.#held.tooMuch && !this.#throttled) {
      this.#throttled = true;
      this._host.pause();
    }
    this.#queue();
  }

  /** @internal */
  _hostEnd(): void {
    const reset = isEncrypted(this._host) ? undefined : resetBehindEnd(this._host);
    if (reset !== undefined) return this._hostError(reset);
    this.#held.end = true;
    this.#queue();
  }

  /** @internal */
  _hostError(error: unknown): void {
    if (this._lost > 0) return;
    if (!this._closing) holdUnread(this._host, this.#held);
    // What came before it is handed over first; while reading is paused nobody looks.
    if (this._closing || (this.#held.empty && !this.#paused)) return this._forceClose(error);
    this.#held.failure ??= { error };
    this.#queue();
  }

  /** @internal */
  _hostClosed(): void {
    if (this._lost > 0) return;
    this.#gone = true;
    if (this.#held.empty) this.#noteGone();
  }

  /** It can't be written to any more. A socket that is closed without an error tells that itself. @internal */
  _broke(): void {
    const error = this.#held.failure?.error ?? this._host.errored;
    if (!error || this._lost > 0) return;
    const held = this.#held;
    this.#broken = this.isReading() || (this.#settlesOnly && !this._closing && !this.#peerEnded);
    if (this.#broken) holdUnread(this._host, held);
    const [end, chunks] = [held.end, held.takeAll()];
    this._forceClose(error);
    if (!this.#broken) return;
    held.end = end;
    for (const chunk of chunks) held.push(chunk);
  }

  /** Hands over one of what is held. @internal */
  _run(): Effect {
    this.#queued = false;
    if (this._lost > 0 || this._closing || this.#paused) return NOTHING;
    if (this.#settlesOnly && this.#held.hasBytes) {
      this.#handOver();
      return NOTHING;
    }
    this._context.run(this.#handOver);
    return DRAIN;
  }

  readonly #handOver = (): void => {
    const held = this.#held;
    const chunk = held.shift();
    if (chunk !== undefined) {
      const { rest, failure } = handOver(this._protocol as StreamProtocol, chunk);
      if (failure !== undefined) return this._fail(failure.error, failure.message);
      if (rest !== undefined && !this._closing) held.unshift(rest);
    } else if (held.end) this.#handEnd();
    else if (held.failure !== undefined) return this._forceClose(held.failure.error);
    if (!this._closing && !this.#paused) this.#goOn();
  };

  #handEnd(): void {
    this.#held.end = false;
    this.#peerEnded = true;
    try {
      if (!this._handEnd() || isEncrypted(this._host)) this.close();
    } catch (error) {
      this._fail(error, 'Fatal error: protocol.eofReceived() call failed.');
    }
  }

  /** Tells the protocol of the peer's end; true when it wants to keep its own half. @internal */
  _handEnd(): boolean {
    return (this._protocol as StreamProtocol).eofReceived() === true;
  }

  // Reading is wanted: first what is held, then more.
  #goOn(): void {
    if (!this.#started) return;
    if (!this.#held.empty) this.#queue();
    else if (this.#gone) return this.#noteGone();
    if (this.#throttled && this.#held.hasBytes) return;
    this.#throttled = false;
    if (this._host.isPaused()) this._host.resume();
  }

  // A socket of which both halves have ended is closed by the host; asyncio's stays until it is closed.
  #noteGone(): void {
    if (!(this.#peerEnded && this.#output.ended)) this._forceClose(undefined);
  }

  #queue(): void {
    if (this.#queued || this.#paused) return;
    this.#queued = true;
    enqueue(this._loop, this);
  }

  #handOverRest(): void {
    const held = this.#held;
    while (this.#broken) {
      const chunk = held.shift();
      if (chunk === undefined) break;
      const { rest, failure } = handOver(this._protocol as StreamProtocol, chunk);
      if (failure !== undefined) return this._fail(failure.error, failure.message);
      if (rest !== undefined) held.unshift(rest);
    }
    if (this.#broken && held.end) this.#handEnd();
  }
}
