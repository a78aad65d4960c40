// The transport that writes to a stream of the host as a pipe: the same protocol calls in the same order as
// SelectorWritePipe, from the host's events. What waits stands in the host's buffer, whose length is the
// transport's. The host is given copies, small ones joined (coalescedWrites.ts): it keeps raw addresses of what it
// could not write at once.

import { sizeOf } from '../../base/bytes.ts';
import type { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import type { HostWritable } from '../../sys/host/pipes.ts';
import { joinBytes } from '../../sys/libc/memory.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { CoalescedWrites } from '../../transport/coalescedWrites.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { WriteSide } from '../../transport/writeSide.ts';
import { hostWritable } from './hostStreamOf.ts';
import type { Pipe } from '../pipeEnd.ts';

export class HostWritePipe extends WriteTransport implements Living {
  readonly #stream: HostWritable & { ref?(): void; unref?(): void };
  /** The stream is not ours to end. */
  readonly #keep: boolean;
  readonly #life: LifeCycle;
  readonly #writes: CoalescedWrites;
  readonly #side: WriteSide;

  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, keep: boolean = false) {
    super();
    this.#keep = keep;
    this.#stream = hostWritable(loop, pipe);
    this.#writes = new CoalescedWrites(this.#stream, this.#onWritten);
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe } });
    this.#side = new WriteSide(this.#life, this.#writes);
    this.#stream.on('error', this.#onError);
    this.#stream.on('close', this.#onClose);
    this.#life.begin(undefined, waiter);
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
    checkBytes(data, 'data');
    this.#write(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks, 'chunks');
    this.#write(joinBytes(list));
  }

  canWriteEof(): boolean {
    return true;
  }

  writeEof(): void {
    if (!this.#life.close()) return;
    // The host closes a child's standard input when the child has ended.
    if (this.#stream.destroyed) return this.#lose(undefined);
    this.#writes.flush();
    // What is kept is only waited for: an empty write comes after everything else.
    const written = (): void => this.#life.lose(undefined);
    if (this.#keep) this.#stream.write(new Uint8Array(0), written);
    else this.#stream.end(written);
  }

  close(): void {
    this.writeEof();
  }

  abort(): void {
    this.#lose(undefined);
  }

  getWriteBufferSize(): number {
    return this.#life.lost ? 0 : this.#writes.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#side.limits;
  }

  #write(bytes: Uint8Array): void {
    if (sizeOf(bytes) === 0) return;
    if (this.#life.closing) return this.#life.noteLateWrite('bytes are written to a closed pipe');
    this.#writes.write(bytes);
    this.#side.rose();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (!error) this.#writes.flush();
    if (this.#side.fallen && !this.#life.over) this.#life.callSoon(() => this.#side.fell());
  };

  readonly #onError = (error: unknown): void => {
    const failure = fromHostError(error);
    this.#life.run(() => this.#lose(failure));
  };

  readonly #onClose = (): void => {
    if (!this.#life.closing) this.#life.run(() => this.#lose(undefined));
  };

  #lose(error: unknown): void {
    if (!this.#life.beginLoss()) return;
    if (!this.#keep) this.#stream.destroy();
    this.#life.scheduleEnd(error);
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    if (keep) this.#stream.ref?.();
    else this.#stream.unref?.();
  }

  /** @internal */
  release(): void {
    if (this.#keep) this.#stream.off('close', this.#onClose).off('error', this.#onError);
    else this.#stream.destroy();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<WritePipeTransport host ${this.#life.state} waiting=${this.getWriteBufferSize()}>`;
  }
}
