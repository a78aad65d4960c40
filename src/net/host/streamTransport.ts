// The stream transport of the host backend: a net.Socket or tls.TLSSocket that is connected, its protocol,
// and the host's events turned into entries of the loop's. Semantics: asyncio's _SelectorSocketTransport.
//
// 1. What the host reads and writes goes through input.ts and output.ts.
// 2. A connection that breaks while it is written to closes at once. What came before it broke is handed over all
//    the same, unless the protocol wants nothing to be read; a break that reading finds waits its turn.
// 3. The host's socket is destroyed before `connectionLost` when the connection is given up, so that what is buffered
//    is thrown away, and after it otherwise.
// 4. The host's events come through handlers that all transports share (events.ts); when the socket is let go, none
//    of them is left on it.

import { UnsupportedError, UsageError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { resetBehindEnd } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import type { Lending } from '../../transport/contract.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { StartTls, TlsCarrier } from '../../transport/tlsCarrier.ts';
import { Transport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import type { StreamTransportOptions } from '../backend.ts';
import { listenTo, unlisten } from './events.ts';
import type { HostEvents } from './events.ts';
import { HostInput } from './input.ts';
import type { ReadingTransport } from './input.ts';
import { HostOutput } from './output.ts';
import type { WritingTransport } from './output.ts';
import type { HostStreamSocket } from './streamSocket.ts';
import { isEncrypted, tlsInfo } from './tlsInfo.ts';

export interface HostStreamOptions extends StreamTransportOptions {
  /** False: whoever makes it sees to `connectionMade`, the reading and the waiter, as TLS does after its handshake. */
  begins?: boolean | undefined;
}

export class HostStreamTransport
  extends Transport
  implements Living, HostEvents, ReadingTransport, WritingTransport, Lending, TlsCarrier
{
  /** @internal */ readonly life: LifeCycle<StreamProtocol>;
  /** @internal */ readonly host: NodeSocket;
  /** @internal */ readonly startTls: StartTls | undefined;
  readonly #socket: HostStreamSocket;
  readonly #input: HostInput = new HostInput(this);
  readonly #output: HostOutput = new HostOutput(this);

  constructor(loop: Loop, socket: HostStreamSocket, protocol: object, options: HostStreamOptions = {}) {
    super();
    const { begins = true, waiter } = options;
    this.host = socket.nodeSocket;
    this.startTls = options.startTls;
    this.#socket = socket;
    this.host.setNoDelay?.(true);
    // A protocol may throw when it is asked what it is: before the loop and the server know of the transport.
    this.#input.handTo(checkProtocol(protocol));
    this.life = new LifeCycle(loop, this, protocol, options);
    // From here on the socket is the transport's own, and nothing throws.
    const failure = socket.take();
    listenTo(this.host, this);
    if (failure !== undefined) loop.callSoon(() => this.hostError(failure.error));
    else if (this.host.destroyed) loop.callSoon(() => this.#foundDestroyed());
    if (begins) this.life.begin(() => this.start(), waiter);
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    const known = this.life.getExtraInfo<T>(name, undefined) ?? (this.#ask(name) as T | undefined);
    return known ?? fallback;
  }

  #ask(name: string): unknown {
    if (name === 'socket') return this.#socket;
    if (name === 'sockname') return this.#socket.getsockname();
    if (name === 'peername') return this.#socket.getpeername();
    return tlsInfo(this.host, name);
  }

  setProtocol(protocol: unknown): void {
    this.life.setProtocol(protocol);
    this.#input.handTo(protocol as object);
  }

  getProtocol(): unknown {
    return this.life.protocol;
  }

  isClosing(): boolean {
    return this.life.closing;
  }

  isReading(): boolean {
    return this.#input.reading;
  }

  pauseReading(): void {
    this.#input.pause();
  }

  resumeReading(): void {
    this.#input.resume();
  }

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (this.#output.check('write') && size > 0) this.#output.write(data);
  }

  /** @internal */
  writeOwned(data: Buffer): void {
    // What follows the end of TLS is dropped there.
    if (this.life.closing) this.write(data);
    else if (this.#output.check('write') && data.byteLength > 0) this.#output.writeOwned(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks);
    for (const chunk of list) checkBytes(chunk, 'data');
    if (this.#output.check('writelines')) this.#output.writelines(list);
  }

  writeEof(): void {
    if (!this.canWriteEof())
      throw new UnsupportedError('TLS cannot end one half of a connection: close it');
    if (!this.life.closing) this.#output.end();
  }

  canWriteEof(): boolean {
    return !isEncrypted(this.host);
  }

  close(): void {
    this.#input.broken = false;
    if (!this.life.close()) return;
    this.#input.stop();
    // An error that nobody has heard of does not count, unless bytes are lost by it.
    if (this.getWriteBufferSize() === 0) this.finish(false);
    else if (this.host.destroyed) this.#foundDestroyed();
  }

  abort(): void {
    this.#input.broken = false;
    this.lose(undefined);
  }

  getWriteBufferSize(): number {
    return this.#output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#output.side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#output.limits;
  }

  /** @internal */
  whenEmptied(): Future<void> {
    return this.#output.side.whenEmptied();
  }

  /** @internal */
  endEmptied(): void {
    this.#output.side.endEmptied();
  }

  /** What was read and not handed over is put back into the socket. @internal */
  takeSocket(): NodeSocket {
    if (this.life.lost) throw new UsageError('the transport is closed: there is no socket to take');
    if (this.#input.end && this.#input.hasBytes)
      throw new UsageError('the peer has ended its half, and bytes of it are left: read them first');
    const held = this.#input.takeAll();
    this.#input.stop();
    unlisten(this.host);
    this.life.giveAway();
    for (const chunk of held.reverse()) this.host.unshift(chunk);
    return this.host;
  }

  /** Begins to read. @internal */
  start(): void {
    this.#input.start();
  }

  /** It is closing, and everything was written. `fromLoop`: called by an entry of the loop's, which may tell
   * the protocol at once. What has to say good-bye to its peer first does it here. @internal */
  finish(fromLoop: boolean): void {
    if (this.life.lost) return;
    if (fromLoop) this.life.end(undefined);
    else this.life.lose(undefined);
  }

  /** The connection is of no use any more: reports what is a fault, and gives it up. @internal */
  fail(error: unknown, message: string): void {
    if (!isOSError(error)) this.life.report(message, error);
    this.lose(error);
  }

  /** @internal */
  lose(error: unknown): void {
    if (!this.life.beginLoss()) return;
    this.#input.stop();
    this.scheduleEnd(fromHostError(error));
    this.host.destroy();
  }

  /** The connection is lost: has `connectionLost` called. @internal */
  scheduleEnd(error: unknown): void {
    this.life.scheduleEnd(error);
  }

  /** @internal */
  beforeLoss(error: unknown): unknown {
    this.#input.handOverRest();
    return error;
  }

  /** @internal */
  release(): void {
    this.#input.stop();
    this.host.destroy();
    unlisten(this.host);
    this.#output.lost();
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    if (keep) this.host.ref?.();
    else this.host.unref?.();
  }

  /** @internal */
  hostData(chunk: Buffer): void {
    this.#input.bring(chunk);
  }

  /** @internal */
  hostEnd(): void {
    const reset = isEncrypted(this.host) ? undefined : resetBehindEnd(this.host);
    if (reset === undefined) this.#input.bringEnd();
    else this.hostError(reset);
  }

  /** @internal */
  hostError(error: unknown): void {
    if (!this.life.lost) this.#input.bringFailure(error);
  }

  /** @internal */
  hostClosed(): void {
    if (!this.life.lost) this.#input.noteGone();
  }

  /** A socket of which both halves have ended is closed by the host; asyncio's stays until it is closed. @internal */
  hostGone(peerEnded: boolean): void {
    if (!(peerEnded && this.#output.ended)) this.lose(undefined);
  }

  /** @internal */
  handEnd(): boolean {
    return this.life.protocol?.eofReceived() === true && !isEncrypted(this.host);
  }

  /** A socket that is closed without an error tells that itself. @internal */
  broke(): void {
    const error = this.#input.failure?.error ?? this.host.errored;
    if (error && !this.life.lost) this.#input.keepRest(() => this.lose(error));
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const reading = this.isReading() ? 'reading' : 'not reading';
    const ends = showEnds(this.#socket.getsockname(), this.#socket.getpeername());
    return `<HostTransport${ends} ${this.life.state}, ${reading}, ${this.getWriteBufferSize()} bytes to write>`;
  }

  // Its events may have come before there was anybody to tell, or may still come.
  #foundDestroyed(): void {
    const { errored } = this.host;
    if (errored === null || errored === undefined) this.lose(undefined);
    else this.hostError(errored);
  }
}
