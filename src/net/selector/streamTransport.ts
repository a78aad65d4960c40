// The stream transport of the selector backend: reading for its protocol, and writing. Semantics: asyncio's
// _SelectorSocketTransport.
//
// 1. A write is tried at once. What is left over waits (output.ts).
// 2. One read for each event: what stays in the socket makes the next event.
// 3. A connection that breaks while it is written to closes at once; what the peer had sent before is handed
//    over in front of `connectionLost`, unless the protocol wants nothing to be read.
// 4. A descriptor that somebody else closed is an error of the connection as any other, and its number is not
//    touched any more.

import { UsageError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors, Reader } from '../../loop/descriptors.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EAGAIN, EINTR, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { MSG_NOSIGNAL } from '../../sys/libc/socketConstants.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { wakingStream } from '../../transport/contract.ts';
import type { HangingUp, Lending, StreamsOwn } from '../../transport/contract.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import { fatalCall } from '../../transport/protocolFailure.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { END, PLENTY, receiveData, receiveLittle, receiverFor } from '../../transport/receive.ts';
import type { Receiver } from '../../transport/receive.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { RelayCount, Spliceable, Splicing } from '../../transport/splicing.ts';
import type { StartTls, TlsCarrier } from '../../transport/tlsCarrier.ts';
import { Transport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { defaultLimits } from '../../transport/writeSide.ts';
import type { StreamTransportOptions } from '../backend.ts';
import { closeOwned, disown, setNoDelay } from '../socket/ownedSocket.ts';
import type { Socket } from '../socket/socket.ts';
import { SelectorOutput } from './output.ts';
import type { WritingTransport } from './output.ts';
import { socketInfo } from './socketInfo.ts';
import { HangUpWatch } from './hangUpWatch.ts';
import { Splice } from './splice.ts';
import type { SpliceSource } from './splice.ts';

/** This many reads empty any buffer of the system's. */
const MOST_OF_REST = 1024;

export class SelectorStreamTransport
  extends Transport
  implements Living, Reader, WritingTransport, Lending, TlsCarrier, Spliceable, SpliceSource, HangingUp
{
  /** @internal */ readonly life: LifeCycle<StreamProtocol>;
  /** @internal */ readonly descriptors: Descriptors;
  /** @internal */ readonly socket: Socket;
  /** @internal */ readonly fd: number;
  /** @internal */ readonly startTls: StartTls | undefined;
  #receive: Receiver = receiveData;
  /** The protocol, where it is a stream's and only wakes. */
  #stream: StreamsOwn | undefined = undefined;
  /** Where what is received goes, in place of the protocol. */
  #splice: Splice | undefined = undefined;
  #output: SelectorOutput | undefined = undefined;
  #hangUp: HangUpWatch | undefined = undefined;
  /** The last read brought much. */
  #plenty: boolean = false;
  /** Reading has begun: the protocol knows of the connection. */
  #begun: boolean = false;
  #paused: boolean = false;
  /** How many hold reading, beside the program's pause. */
  #holds: number = 0;
  #peerEnded: boolean = false;
  /** Writing has failed, and what was received before is still to be handed over. */
  #broken: boolean = false;

  constructor(loop: Loop, socket: Socket, protocol: object, options: StreamTransportOptions) {
    super();
    const { server, startTls, waiter } = options;
    this.descriptors = descriptorsOf(loop);
    this.socket = socket;
    this.fd = socket.fileno();
    this.startTls = startTls;
    this.#handTo(protocol);
    setNoDelay(socket);
    this.life = new LifeCycle(loop, this, protocol, { extra: socketInfo(socket, options.extra), server });
    const begin = (): void => {
      this.#begun = true;
      this.#watch();
    };
    this.life.begin(begin, waiter);
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#handTo(protocol);
    this.life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.life.protocol;
  }

  isClosing(): boolean {
    return this.life.closing;
  }

  isReading(): boolean {
    return !this.life.closing && !this.#paused && !this.#peerEnded && this.#holds === 0;
  }

  pauseReading(): void {
    if (this.life.closing || this.#paused) return;
    this.#paused = true;
    this.descriptors.unwatchReadable(this.fd);
  }

  resumeReading(): void {
    if (this.life.closing || !this.#paused) return;
    this.#paused = false;
    this.#watch();
  }

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (!this.#mayWrite('write') || size === 0) return;
    let start = 0;
    if (this.getWriteBufferSize() === 0) {
      const sent = libc().send(this.fd, data, size, MSG_NOSIGNAL);
      if (sent === size) return;
      if (sent >= 0) start = sent;
      else {
        const number = errno();
        if (number !== EAGAIN && number !== EINTR)
          return this.broke(systemError(number, 'send'), 'Fatal write error on socket transport');
      }
    }
    this.#out().keep(data, start);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks, 'data');
    if (this.#mayWrite('writelines')) this.#out().write(list);
  }

  writeEof(): void {
    if (!this.life.closing) this.#out().end();
  }

  canWriteEof(): boolean {
    return true;
  }

  close(): void {
    this.#broken = false;
    if (!this.life.close()) return;
    this.#hangUp?.end();
    this.descriptors.unwatchReadable(this.fd);
    if (this.getWriteBufferSize() === 0) this.life.lose(undefined);
  }

  abort(): void {
    this.#broken = false;
    this.lose(undefined);
  }

  getWriteBufferSize(): number {
    return this.#output === undefined ? 0 : this.#output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#out().side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#output?.side.limits ?? { ...defaultLimits };
  }

  /** @internal */
  whenEmptied(): Future<void> {
    return this.#out().side.whenEmptied();
  }

  /** @internal */
  endEmptied(): void {
    this.#output?.side.endEmptied();
  }

  /** @internal */
  holdReading(): void {
    this.#holds++;
    if (!this.life.closing) this.descriptors.unwatchReadable(this.fd);
  }

  /** @internal */
  releaseReading(): void {
    this.#holds--;
    this.#watch();
  }

  /** @internal */
  watchHangUp(told: () => void): () => void {
    const watch = (this.#hangUp ??= new HangUpWatch(this));
    return watch.add(told);
  }

  /** @internal */
  takeSocket(): Socket {
    if (this.life.lost) throw new UsageError('the transport is closed: there is no socket to take');
    if (this.getWriteBufferSize() > 0)
      throw new UsageError('bytes wait to be written: drain before the socket is taken');
    this.life.giveAway();
    this.#hangUp?.end();
    this.descriptors.unwatchReadable(this.fd);
    this.descriptors.unwatchWritable(this.fd);
    return this.socket;
  }

  /** @internal */
  spliceInto(target: unknown, count: RelayCount, stopped: () => void): Splicing | undefined {
    if (!(target instanceof SelectorStreamTransport) || target.life.loop !== this.life.loop)
      return undefined;
    if (this.life.closing || this.#peerEnded || this.#splice !== undefined) return undefined;
    return (this.#splice = new Splice(this, target.#out(), count, stopped));
  }

  /** @internal */
  endSplice(splice: Splice): void {
    if (this.#splice === splice) this.#splice = undefined;
  }

  /** The connection is of no use any more: what is buffered is thrown away. @internal */
  lose(error: unknown): void {
    if (this.life.lost) return;
    this.#output?.clear();
    this.#hangUp?.end();
    if (this.life.close()) this.descriptors.unwatchReadable(this.fd);
    this.life.lose(error);
  }

  /** @internal */
  beforeLoss(error: unknown): unknown {
    if (this.#broken) this.#handOverRest(error);
    return error;
  }

  /** @internal */
  release(): void {
    closeOwned(this.life.loop, this.socket);
    this.#output?.lost();
  }

  /** @internal */
  broke(error: unknown, message: string): void {
    const wanted =
      this.isReading() || (this.#stream !== undefined && !this.life.closing && !this.#peerEnded);
    this.#broken = wanted && isOSError(error);
    this.#fail(error, message);
  }

  /** @internal */
  _readable(): Effect {
    if (this.life.lost) return NOTHING;
    if (this.#stream !== undefined) return this.#read();
    return this.life.run(() => this.#read());
  }

  /** @internal */
  _writable(): Effect {
    const output = this.#output;
    if (this.life.lost || output === undefined) return NOTHING;
    this.life.run(() => output.writeOn());
    return DRAIN;
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    disown(this.socket);
    // One that is closing with nothing to write is on its way out, by the very call that found this.
    if (!this.life.closing || this.getWriteBufferSize() > 0) this.lose(error);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const reading = this.isReading() ? 'reading' : 'not reading';
    const ends = showEnds(this.getExtraInfo('sockname'), this.getExtraInfo('peername'));
    return `<SelectorTransport fd=${this.fd}${ends} ${this.life.state}, ${reading}, ${this.getWriteBufferSize()} bytes to write>`;
  }

  #handTo(protocol: unknown): void {
    const stream = checkProtocol(protocol) as StreamProtocol;
    this.#splice?.end();
    this.#stream = wakingStream(stream);
    this.#receive = receiverFor(stream);
  }

  #watch(): void {
    if (this.#begun && this.isReading()) this.descriptors.watchReadable(this.fd, this);
  }

  #read(): Effect {
    const protocol = this.life.protocol as StreamProtocol;
    const received =
      this.#splice !== undefined
        ? this.#splice.receive(this.fd)
        : this.#expectsLittle()
          ? receiveLittle(this.fd, protocol)
          : this.#receive(this.fd, protocol);
    this.#plenty = received === PLENTY;
    if (this.#plenty || received === true) return this.#stream === undefined ? DRAIN : NOTHING;
    if (received === false) this.descriptors.verify(this.fd);
    else if (received === END) this.#readEnd();
    else if (received !== PLENTY) this.#fail(received.error, received.message);
    return DRAIN;
  }

  #expectsLittle(): boolean {
    if (this.#plenty) return false;
    return this.#stream === undefined ? this.#receive === receiveData : this.#stream.expectsLittle();
  }

  #readEnd(): void {
    this.#peerEnded = true;
    this.descriptors.unwatchReadable(this.fd);
    try {
      if (this.life.protocol?.eofReceived() === true) return;
    } catch (error) {
      return this.#fail(error, fatalCall('eofReceived'));
    }
    this.close();
  }

  #out(): SelectorOutput {
    return (this.#output ??= new SelectorOutput(this));
  }

  // Whether bytes can still be sent.
  #mayWrite(method: string): boolean {
    this.#output?.side.check(method);
    if (!this.life.lost) return true;
    this.life.noteLateWrite('bytes are written to a lost connection');
    return false;
  }

  // Reports what is a fault.
  #fail(error: unknown, message: string): void {
    if (!isOSError(error)) this.life.report(message, error);
    this.lose(error);
  }

  #handOverRest(error: unknown): void {
    for (let count = 0; count < MOST_OF_REST && this.#broken; count++) {
      const received = this.#receive(this.fd, this.life.protocol as StreamProtocol);
      if (received === true || received === PLENTY) continue;
      // Where the peer had ended its half the system says EPIPE; else the end is the error that was taken.
      if (received === END && (error as OSError).code === 'EPIPE') this.#readEnd();
      else if (typeof received === 'object') this.#fail(received.error, received.message);
      return;
    }
  }
}
