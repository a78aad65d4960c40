// The transport that writes to a pipe on the selector backend. Semantics: asyncio's _UnixWritePipeTransport.
//
// 1. A write is tried at once; what the pipe does not take waits, and is written when there is room.
// 2. The write end of a pipe becomes "readable" when its last reader has gone: that is the loss of the
//    connection, with BrokenPipeError if something waits. A character device says nothing of the kind.
// 3. `close` and `writeEof` are one thing here: what waits is written, then the pipe is closed.
// 4. The pipe belongs to the transport; its open file no longer waits (O_NONBLOCK).

import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors, Reader, Writer } from '../../loop/descriptors.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { setNonBlocking } from '../../sys/libc/descriptorKind.ts';
import { EAGAIN, EINTR, EPIPE, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { joinBytes } from '../../sys/libc/memory.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import { PendingBytes } from '../../transport/pendingBytes.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { WriteSide } from '../../transport/writeSide.ts';
import { checkKind, pipeEnd } from '../pipeEnd.ts';
import type { Pipe, PipeEnd } from '../pipeEnd.ts';

/** What the pipe has not taken yet. */
class PipeQueue extends PendingBytes {
  /** Writes as much as the pipe takes; below zero when the first call failed, with its error in `errno()`.
   * @throws BufferError when bytes were taken away */
  writeTo(fd: number): number {
    let total = 0;
    while (this.size > 0) {
      const chunk = this.next();
      const written = libc().write(fd, chunk, chunk.byteLength);
      if (written < 0) return total > 0 ? total : written;
      total += written;
      this.drop(written);
      if (written < chunk.byteLength) break;
    }
    return total;
  }
}

export class SelectorWritePipe extends WriteTransport implements Living, Reader, Writer {
  readonly #descriptors: Descriptors;
  readonly #end: PipeEnd;
  readonly #life: LifeCycle;
  readonly #queue: PipeQueue = new PipeQueue();
  readonly #side: WriteSide;

  /** @param deaf what can be read there says nothing about the reader of what we write
   * @throws InvalidArgumentError for anything but a pipe, a socket or a character device */
  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, deaf: boolean = false) {
    super();
    this.#descriptors = descriptorsOf(loop);
    this.#end = pipeEnd(loop, pipe);
    const kind = checkKind(this.#end.fd);
    setNonBlocking(this.#end.fd);
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe } });
    this.#side = new WriteSide(this.#life, this.#queue);
    const hears = kind !== 'character' && !deaf;
    this.#life.begin(hears ? () => this.#watchPeer() : undefined, waiter);
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

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (size === 0) return;
    if (this.#life.closing) return this.#life.noteLateWrite('bytes are written to a closed pipe');
    let start = 0;
    if (this.#queue.size === 0) {
      const written = libc().write(this.#end.fd, data, size);
      if (written === size) return;
      if (written > 0) start = written;
      else if (written < 0 && !this.#mayTryAgain()) return;
      this.#descriptors.watchWritable(this.#end.fd, this);
    }
    this.#queue.push(data, start);
    this.#side.rose();
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks, 'chunks');
    this.write(list.length === 1 ? (list[0] as Uint8Array) : joinBytes(list));
  }

  canWriteEof(): boolean {
    return true;
  }

  writeEof(): void {
    if (this.#life.close() && this.#queue.size === 0) this.#lose(undefined);
  }

  close(): void {
    this.writeEof();
  }

  abort(): void {
    this.#lose(undefined);
  }

  getWriteBufferSize(): number {
    return this.#queue.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#side.limits;
  }

  /** The reader has gone. @internal */
  _readable(): Effect {
    const error = this.#queue.size > 0 ? systemError(EPIPE, 'write') : undefined;
    this.#life.run(() => this.#lose(error));
    return DRAIN;
  }

  /** There is room. @internal */
  _writable(): Effect {
    let written: number;
    try {
      written = this.#queue.writeTo(this.#end.fd);
    } catch (error) {
      this.#life.run(() => this.#failWith(error));
      return DRAIN;
    }
    if (written < 0) {
      const number = errno();
      if (number === EAGAIN || number === EINTR) return NOTHING;
      this.#life.run(() => this.#lose(systemError(number, 'write')));
      return DRAIN;
    }
    if (this.#queue.size === 0) this.#descriptors.unwatchWritable(this.#end.fd);
    this.#life.run(() => {
      this.#side.fell();
      if (this.#life.closing && this.#queue.size === 0) this.#lose(undefined);
    });
    return DRAIN;
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this.#end.disown();
    // One that is closing with nothing to write is on its way out, by the very call that found this.
    if (!this.#life.closing || this.#queue.size > 0) this.#lose(error);
  }

  #watchPeer(): void {
    if (!this.#life.closing) this.#descriptors.watchReadable(this.#end.fd, this);
  }

  // Read right after the call that failed.
  #mayTryAgain(): boolean {
    const number = errno();
    if (number === EAGAIN || number === EINTR) return true;
    this.#lose(systemError(number, 'write'));
    return false;
  }

  // The writer's own fault, not the system's.
  #failWith(exception: unknown): void {
    this.#life.report('Fatal write error on pipe transport', exception);
    this.#lose(exception);
  }

  #lose(error: unknown): void {
    if (!this.#life.beginLoss()) return;
    this.#queue.clear();
    this.#descriptors.unwatchWritable(this.#end.fd);
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#life.scheduleEnd(error);
  }

  /** @internal */
  release(): void {
    this.#queue.clear();
    this.#end.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<WritePipeTransport fd=${this.#end.fd} ${this.#life.state} waiting=${this.#queue.size}>`;
  }
}
