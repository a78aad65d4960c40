// The transport that writes to a stream of the host as a pipe: the same protocol calls in the same order as
// SelectorWritePipe, from the host's events. What waits stands in the host's buffer, whose length is the
// transport's. The host is given copies, small ones joined (coalescedWrites.ts): it keeps raw addresses of what it
// could not write at once.

import { sizeOf } from '../../base/bytes.ts';
import type { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import type { HostWritable } from '../../sys/host/pipes.ts';
import { joinBytes } from '../../sys/libc/memory.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import { CoalescedWrites } from '../../transport/coalescedWrites.ts';
import { countLostWrite } from '../../transport/lostWriteLog.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { hostWritable } from './hostStreamOf.ts';
import type { Pipe } from '../pipeEnd.ts';

export class HostWritePipe extends WriteTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #pipe: Pipe;
  readonly #stream: HostWritable & { ref?(): void; unref?(): void };
  readonly #writes: CoalescedWrites;
  /** The stream is not ours to end. */
  readonly #keep: boolean;
  readonly #flow: FlowControl = new FlowControl();
  #protocol: BaseProtocol | undefined;
  #lost: number = 0;
  #closing: boolean = false;
  #closed: boolean = false;

  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, keep: boolean = false) {
    super();
    this.#loop = loop;
    this.#pipe = pipe;
    this.#protocol = checkProtocol(protocol) as BaseProtocol;
    this.#keep = keep;
    this.#stream = hostWritable(loop, pipe);
    this.#writes = new CoalescedWrites(this.#stream, this.#onWritten);
    loop.resources.add(this);
    this.#stream.on('error', this.#onError);
    this.#stream.on('close', this.#onClose);
    loop.callSoon(() => this.#protocol?.connectionMade(this));
    if (waiter !== undefined) loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return name === 'pipe' ? (this.#pipe as T) : fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = protocol as BaseProtocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  write(data: Uint8Array): void {
    checkBytes(data, 'data');
    this.#write(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks);
    for (const chunk of list) checkBytes(chunk, 'chunks');
    this.#write(joinBytes(list));
  }

  canWriteEof(): boolean {
    return true;
  }

  writeEof(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#writes.flush();
    // What is kept is only waited for: an empty write comes after everything else.
    if (this.#keep) this.#stream.write(new Uint8Array(0), () => this.#schedule(undefined));
    else this.#stream.end(() => this.#schedule(undefined));
  }

  close(): void {
    this.writeEof();
  }

  abort(): void {
    this.#close(undefined);
  }

  getWriteBufferSize(): number {
    return this.#closed ? 0 : this.#writes.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#flow.setLimits(limits);
    this.#flow.rose(this.getWriteBufferSize(), this, this.#loop);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#flow.low, high: this.#flow.high };
  }

  /** @internal */
  loopStopped(): void {
    this.#stream.unref?.();
  }

  /** @internal */
  loopStarted(): void {
    this.#stream.ref?.();
  }

  /** @internal */
  loopClosed(): void {
    this.#closing = this.#closed = true;
    this.#protocol = undefined;
    if (!this.#keep) this.#stream.destroy();
  }

  #write(bytes: Uint8Array): void {
    if (sizeOf(bytes) === 0) return;
    if (this.#lost > 0 || this.#closing) {
      this.#lost = countLostWrite(this.#lost, 'bytes are written to a closed pipe');
      return;
    }
    this.#writes.write(bytes);
    this.#flow.rose(this.#writes.size, this, this.#loop);
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (!error) this.#writes.flush();
    if (!this.#flow.paused) return;
    this.#context.run(() =>
      this.#loop.callSoon(() => {
        if (!this.#closed) this.#flow.fell(this.#writes.size, this, this.#loop);
      }),
    );
  };

  readonly #onError = (error: unknown): void => {
    if (this.#lost > 0 || this.#closed) return;
    this.#lost++;
    const failure = fromHostError(error);
    this.#context.run(() => this.#close(failure));
  };

  readonly #onClose = (): void => {
    if (!this.#closing) this.#context.run(() => this.#close(undefined));
  };

  #schedule(error: unknown): void {
    if (this.#closed || this.#loop.isClosed()) return;
    this.#context.run(() => this.#loop.callSoon(() => this.#loseConnection(error)));
  }

  #close(error: unknown): void {
    if (this.#closed) return;
    this.#closing = true;
    if (!this.#keep) this.#stream.destroy();
    this.#schedule(error);
  }

  #loseConnection(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#loop.resources.remove(this);
    try {
      this.#protocol?.connectionLost(error);
    } finally {
      this.#protocol = undefined;
      if (this.#keep) this.#stream.off('close', this.#onClose).off('error', this.#onError);
      else this.#stream.destroy();
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : 'open';
    return `<WritePipeTransport host ${state} waiting=${this.getWriteBufferSize()}>`;
  }
}
