// The stream transport of the selector backend: reading for its protocol, and writing with what the system
// has not taken yet. Semantics: asyncio's _SelectorSocketTransport.
//
// 1. A write is tried at once. What is left over waits in order; the descriptor is watched for writing only
//    while something waits.
// 2. One read for each event: what stays in the socket makes the next event.
// 3. A connection that breaks while it is written to closes at once; what the peer had sent before is handed
//    over in front of `connectionLost`, unless the protocol wants nothing to be read.

import { sizeOf } from '../../base/bytes.ts';
import { UsageError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { OSError } from '../../base/osError.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EAGAIN, EINTR, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { MSG_NOSIGNAL } from '../../sys/libc/socketConstants.ts';
import { libc } from '../../sys/libc/libc.ts';
import type { Libc } from '../../sys/libc/libc.ts';
import { SO_ERROR, SOL_SOCKET } from '../../sys/libc/socketConstants.ts';
import type { StreamTransportOptions } from '../backend.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { closedWhileSending } from '../../transport/closedWhileSending.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { countLostWrite } from '../../transport/lostWriteLog.ts';
import type { Socket } from '../socket/socket.ts';
import type { StartTls, TlsCarrier } from '../../transport/tls.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { END, PLENTY, receiveData, receiveInto, receiveLittle } from '../../transport/receive.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import type { Received } from '../../transport/receive.ts';
import type { KernelPipe } from '../../transport/kernelPipe.ts';
import type { RelayProgress, Spliceable, Splicing } from '../../transport/splicing.ts';
import { Splice } from './splice.ts';
import type { SpliceSource, SpliceTarget } from './splice.ts';
import { SelectorTransport } from './transport.ts';
import { WriteQueue } from '../../transport/writeQueue.ts';

/** So many reads empty any buffer of the system's. */
const MOST_OF_REST = 1024;

let calls: Libc | undefined;

/** A stream's protocol, whose callbacks only wake those who read. */
interface WakingProtocol {
  /** False where a subclass does more when data comes: then it is handed its data. */
  readonly _settlesOnly: boolean;
  /** Nothing large is being put together. */
  _expectsLittle(): boolean;
}

export class SelectorStreamTransport
  extends SelectorTransport
  implements TlsCarrier, Spliceable, SpliceSource, SpliceTarget
{
  #receive: (fd: number, protocol: StreamProtocol) => Received = receiveData;
  /** The protocol, where it is a stream's. */
  #stream: WakingProtocol | undefined = undefined;
  /** The last read brought much. */
  #plenty: boolean = false;
  /** Where what is received goes, in place of the protocol. */
  #splice: Splice | undefined = undefined;
  #queue: WriteQueue | undefined = undefined;
  #flow: FlowControl | undefined = undefined;
  /** We wrote our end of data. */
  #ended: boolean = false;
  #emptied: Future<void> | undefined = undefined;
  /** Writing has failed, and what was received before is still to be handed over. */
  #broken: boolean = false;
  /** @internal */ readonly _startTls: StartTls | undefined;

  constructor(loop: Loop, socket: Socket, protocol: object, options: StreamTransportOptions) {
    super(loop, socket, options);
    this._startTls = options.startTls;
    this.setProtocol(protocol);
    socket._setNoDelay();
    this._begin(options);
  }

  setProtocol(protocol: unknown): void {
    const stream = checkProtocol(protocol) as StreamProtocol & Partial<WakingProtocol>;
    const { _settlesOnly: settlesOnly, getBuffer } = stream;
    this._protocol = stream;
    this.#splice = undefined;
    this.#stream = settlesOnly === true ? (stream as StreamProtocol & WakingProtocol) : undefined;
    const buffered = typeof getBuffer === 'function' && settlesOnly !== false;
    this.#receive = buffered ? receiveInto : receiveData;
  }

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (!this.#checkWritable('write')) return;
    if (size === 0) return;
    let start = 0;
    if (this.#queue === undefined || this.#queue.size === 0) {
      const sent = (calls ??= libc()).send(this._fd, data, size, MSG_NOSIGNAL);
      if (sent === size) return;
      if (sent >= 0) start = sent;
      else {
        const number = errno();
        if (number !== EAGAIN && number !== EINTR)
          return this.#break(systemError(number, 'send'), 'Fatal write error on socket transport');
      }
      this._descriptors.watchWritable(this._fd, this);
    }
    this.#enqueue(data, start);
    this.#rose();
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks);
    for (const chunk of list) checkBytes(chunk, 'data');
    if (!this.#checkWritable('writelines')) return;
    const before = this.getWriteBufferSize();
    for (const chunk of list) if (sizeOf(chunk) > 0) this.#enqueue(chunk, 0);
    const queue = this.#queue;
    if (queue === undefined || queue.size === before) return;
    if (before === 0) {
      if (!this.#flush(queue) || queue.size === 0) return;
      this._descriptors.watchWritable(this._fd, this);
    }
    this.#rose();
  }

  writeEof(): void {
    if (this._closing || this.#ended) return;
    this.#ended = true;
    if (this.getWriteBufferSize() === 0) this.#shutDown();
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
    return true;
  }

  getWriteBufferSize(): number {
    return this.#queue?.size ?? 0;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    (this.#flow ??= new FlowControl()).setLimits(limits);
    this.#rose();
  }

  getWriteBufferLimits(): { low: number; high: number } {
    const { low, high } = (this.#flow ??= new FlowControl());
    return { low, high };
  }

  /** @internal */
  _readable(): Effect {
    if (this._lost > 0) return NOTHING;
    if (this.#stream !== undefined) return this.#read();
    return this._context.run(() => this.#read());
  }

  /** @internal */
  _writable(): Effect {
    const queue = this.#queue;
    if (this._lost > 0 || queue === undefined) return NOTHING;
    this._context.run(() => this.#writeOn(queue));
    return DRAIN;
  }

  /** @internal */
  _spliceInto(target: unknown, progress: RelayProgress, stopped: () => void): Splicing | undefined {
    if (!(target instanceof SelectorStreamTransport) || target._loop !== this._loop) return undefined;
    if (this._closing || this._peerEnded || this.#splice !== undefined) return undefined;
    return (this.#splice = new Splice(this, target, progress, stopped));
  }

  /** @internal */
  _endSplice(splice: Splice): void {
    if (this.#splice === splice) this.#splice = undefined;
  }

  /** @internal */
  _takesBytes(): boolean {
    return !this._closing && !this.#ended && this.#emptied === undefined;
  }

  /** @internal */
  _writePipe(pipe: KernelPipe): void {
    try {
      if (pipe.flush(this._fd)) return;
    } catch (error) {
      pipe.close();
      return this.#break(error, 'Fatal write error on socket transport');
    }
    (this.#queue ??= new WriteQueue()).pushPipe(pipe);
    this._descriptors.watchWritable(this._fd, this);
    this.#rose();
  }

  /** @internal */
  _onceEmpty(told: () => void): void {
    (this.#queue ??= new WriteQueue()).onceEmpty(told);
  }

  /** Resolves when nothing waits to be written; until {@link _endEmptied} nothing may be written. For what
   * takes the descriptor for a while, as sendfile does. @internal */
  _whenEmptied(): Future<void> {
    if (this.#emptied !== undefined) throw new UsageError('the transport is being emptied already');
    this.#emptied = new Future<void>({ loop: this._loop });
    if (this.getWriteBufferSize() === 0) this.#emptied.setResult();
    return this.#emptied;
  }

  /** @internal */
  _endEmptied(): void {
    this.#emptied = undefined;
  }

  /** Gives the socket away: the loop no longer knows it, the protocol hears nothing more, the transport is of
   * no use any more. @throws UsageError while bytes wait to be written, or after the loss @internal */
  _takeSocket(): Socket {
    if (this._lost > 0) throw new UsageError('the transport is closed: there is no socket to take');
    if (this.getWriteBufferSize() > 0)
      throw new UsageError('bytes wait to be written: drain before the socket is taken');
    return this._release();
  }

  /** @internal */
  override _lose(error: unknown): void {
    if (this.#broken) this.#handOverRest(error);
    super._lose(error);
    if (this.#emptied?.done() === false) this.#emptied.setException(closedWhileSending());
  }

  /** @internal */
  _dropWrites(): void {
    this.#queue?.clear();
  }

  #read(): Effect {
    const protocol = this._protocol as StreamProtocol;
    const received =
      this.#splice !== undefined
        ? this.#splice.receive(this._fd)
        : this.#expectsLittle()
          ? receiveLittle(this._fd, protocol)
          : this.#receive(this._fd, protocol);
    this.#plenty = received === PLENTY;
    if (this.#plenty || received === true) return this.#stream === undefined ? DRAIN : NOTHING;
    if (received === false) this._descriptors._verify(this._fd);
    else if (received === END) this.#readEnd();
    else if (received !== PLENTY) this._fail(received.error, received.message);
    return DRAIN;
  }

  #expectsLittle(): boolean {
    if (this.#plenty) return false;
    return this.#stream === undefined ? this.#receive === receiveData : this.#stream._expectsLittle();
  }

  #readEnd(): void {
    this._peerEnded = true;
    this._descriptors.unwatchReadable(this._fd);
    try {
      if ((this._protocol as StreamProtocol).eofReceived() === true) return;
    } catch (error) {
      return this._fail(error, 'Fatal error: protocol.eofReceived() call failed.');
    }
    this.close();
  }

  // Whether bytes can still be sent.
  #checkWritable(method: string): boolean {
    if (this.#ended) throw new UsageError(`cannot call ${method}() after writeEof()`);
    if (this.#emptied !== undefined) throw new UsageError(`cannot call ${method}() while a file is sent`);
    if (this._lost === 0) return true;
    this._lost = countLostWrite(this._lost, 'bytes are written to a lost connection');
    return false;
  }

  #enqueue(bytes: Uint8Array, start: number): void {
    (this.#queue ??= new WriteQueue()).push(bytes, start);
  }

  #rose(): void {
    const queue = this.#queue;
    if (queue === undefined || queue.size === 0) return;
    queue.keep();
    (this.#flow ??= new FlowControl()).rose(queue.size, this, this._loop);
  }

  #flush(queue: WriteQueue): boolean {
    try {
      queue.flush(this._fd);
      return true;
    } catch (error) {
      this.#break(error, 'Fatal write error on socket transport');
      return false;
    }
  }

  #writeOn(queue: WriteQueue): void {
    if (!this.#flush(queue)) return;
    this.#flow?.fell(queue.size, this, this._loop);
    if (queue.size > 0) return;
    this._descriptors.unwatchWritable(this._fd);
    if (this._lost > 0) return;
    if (this.#emptied?.done() === false) this.#emptied.setResult();
    if (this._closing) this._lose(undefined);
    else if (this.#ended) this.#shutDown();
  }

  #shutDown(): void {
    try {
      this._socket.shutdown(1);
    } catch (error) {
      // Not connected any more: what the connection died of has not been read yet.
      const number = this._socket.getsockopt(SOL_SOCKET, SO_ERROR);
      this.#break(
        number === 0 ? error : systemError(number, 'shutdown'),
        'Fatal error on socket transport',
      );
    }
  }

  // It can't be written to any more.
  #break(error: unknown, message: string): void {
    const wanted = this.isReading() || (this.#stream !== undefined && !this._closing && !this._peerEnded);
    this.#broken = wanted && isOSError(error);
    this._fail(error, message);
  }

  #handOverRest(error: unknown): void {
    for (let count = 0; count < MOST_OF_REST && this.#broken; count++) {
      const received = this.#receive(this._fd, this._protocol as StreamProtocol);
      if (received === true || received === PLENTY) continue;
      // Where the peer had ended its half the system says EPIPE; else the end is the error that was taken.
      if (received === END && (error as OSError).code === 'EPIPE') this.#readEnd();
      else if (typeof received === 'object') this._fail(received.error, received.message);
      return;
    }
  }
}
