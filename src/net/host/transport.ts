// What the two transports over a socket of the host's have in common, the plain one and that of TLS: the socket, the
// parts, and asyncio's methods that go to one of the parts. How it begins, ends and fails is theirs.
//
// 1. The host's events come through handlers that all transports share (events.ts); when the socket is let go, none
//    of them is left on it.
// 2. A constructor that throws has told nobody of the transport.

import { isOSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { Lending } from '../../transport/contract.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { LifeOptions, Living } from '../../transport/lifeCycle.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { StartTls, TlsCarrier } from '../../transport/tlsCarrier.ts';
import { Transport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { listenTo, unlisten } from './events.ts';
import type { HostEvents } from './events.ts';
import { HostInput } from './input.ts';
import type { ReadingTransport } from './input.ts';
import { HostOutput } from './output.ts';
import type { WritingTransport } from './output.ts';
import type { HostStreamSocket } from './streamSocket.ts';
import { tlsInfo } from './tlsInfo.ts';

export abstract class HostTransport
  extends Transport
  implements Living, HostEvents, ReadingTransport, WritingTransport, Lending, TlsCarrier
{
  /** @internal */ readonly life: LifeCycle<StreamProtocol>;
  /** @internal */ readonly host: NodeSocket;
  /** @internal */ readonly startTls: StartTls | undefined;
  /** @internal */ readonly input: HostInput = new HostInput(this);
  /** @internal */ readonly output: HostOutput = new HostOutput(this);
  readonly #socket: HostStreamSocket;

  constructor(
    loop: Loop,
    socket: HostStreamSocket,
    protocol: object,
    options: LifeOptions & { startTls?: StartTls | undefined },
  ) {
    super();
    this.host = socket.nodeSocket;
    this.startTls = options.startTls;
    this.#socket = socket;
    this.host.setNoDelay?.(true);
    // A protocol may throw when it is asked what it is: before the loop and the server know of the transport.
    this.input.handTo(checkProtocol(protocol));
    this.life = new LifeCycle(loop, this, protocol, options);
  }

  /** @internal */
  abstract lose(error: unknown): void;
  /** It is closing, and everything was written. @internal */
  abstract finish(fromLoop: boolean): void;
  /** @internal */
  abstract handEnd(): boolean;
  /** @internal */
  abstract beforeLoss(error: unknown): unknown;
  /** @internal */
  abstract hostData(chunk: Buffer): void;
  /** @internal */
  abstract hostEnd(): void;
  /** @internal */
  abstract hostError(error: unknown): void;
  /** @internal */
  abstract hostClosed(): void;
  /** @internal */
  abstract hostGone(peerEnded: boolean): void;

  /** From here on the socket is the transport's own, and nothing throws. `failure` is from before it was there.
   * @internal */
  takeUp(failure?: { error: unknown }): void {
    const { loop } = this.life;
    const early = this.#socket.take() ?? failure;
    listenTo(this.host, this);
    if (early !== undefined) loop.callSoon(() => this.hostError(early.error));
    else if (this.host.destroyed) loop.callSoon(() => this.foundDestroyed());
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
    this.input.handTo(protocol as object);
  }

  getProtocol(): unknown {
    return this.life.protocol;
  }

  isClosing(): boolean {
    return this.life.closing;
  }

  isReading(): boolean {
    return this.input.reading;
  }

  pauseReading(): void {
    this.input.pause();
  }

  resumeReading(): void {
    this.input.resume();
  }

  abort(): void {
    this.input.broken = false;
    this.lose(undefined);
  }

  getWriteBufferSize(): number {
    return this.output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.output.side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.output.limits;
  }

  /** @internal */
  whenEmptied(): Future<void> {
    return this.output.side.whenEmptied();
  }

  /** @internal */
  endEmptied(): void {
    this.output.side.endEmptied();
  }

  /** @internal */
  holdReading(): void {
    this.input.hold();
  }

  /** @internal */
  releaseReading(): void {
    this.input.release();
  }

  /** @internal */
  takeSocket(): NodeSocket {
    return this.input.takeSocket();
  }

  /** Nothing is read any more. What waits to be written is; then it finishes. @internal */
  beginClose(): void {
    this.input.broken = false;
    if (!this.life.close()) return;
    this.input.stop();
    // An error that nobody has heard of does not count, unless bytes are lost by it.
    if (this.getWriteBufferSize() === 0) this.finish(false);
    else if (this.host.destroyed) this.foundDestroyed();
  }

  /** The connection is of no use any more: reports what is a fault, and gives it up. @internal */
  fail(error: unknown, message: string): void {
    if (!isOSError(error)) this.life.report(message, error);
    this.lose(error);
  }

  /** @internal */
  broke(): void {
    this.input.broke();
  }

  /** @internal */
  release(): void {
    this.input.stop();
    this.host.destroy();
    unlisten(this.host);
    this.output.lost();
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    if (keep) this.host.ref?.();
    else this.host.unref?.();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const reading = this.isReading() ? 'reading' : 'not reading';
    const ends = showEnds(this.#socket.getsockname(), this.#socket.getpeername());
    return `<HostTransport${ends} ${this.life.state}, ${reading}, ${this.getWriteBufferSize()} bytes to write>`;
  }

  /** Its events may have come before there was anybody to tell, or may still come. @internal */
  foundDestroyed(): void {
    const { errored } = this.host;
    if (errored === null || errored === undefined) this.lose(undefined);
    else this.hostError(errored);
  }
}
