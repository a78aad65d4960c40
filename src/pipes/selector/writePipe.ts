// The transport that writes to a pipe on the selector backend. Semantics: asyncio's _UnixWritePipeTransport.
//
// 1. A write is tried at once; what the pipe does not take waits, and is written when there is room.
// 2. The write end of a pipe becomes "readable" when its last reader has gone: that is the loss of the
//    connection, with BrokenPipeError if something waits. A character device tells nothing of the kind.
// 3. `close` and `writeEof` are one thing here: what waits is written, then the pipe is closed.
// 4. The pipe belongs to the transport; its open file no longer waits (O_NONBLOCK).

import { InvalidArgumentError } from '../../base/errors.ts';
import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors } from '../../loop/descriptors.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { descriptorKind, setNonBlocking } from '../../sys/libc/descriptorKind.ts';
import { EAGAIN, EINTR, EPIPE, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { joinBytes } from '../../sys/libc/memory.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import { countLostWrite } from '../../transport/lostWriteLog.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { pipeEnd } from '../pipeEnd.ts';
import type { Pipe, PipeEnd } from '../pipeEnd.ts';
import { PipeQueue } from './pipeQueue.ts';

export class SelectorWritePipe extends WriteTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #descriptors: Descriptors;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #pipe: Pipe;
  readonly #end: PipeEnd;
  readonly #flow: FlowControl = new FlowControl();
  readonly #waiting: PipeQueue = new PipeQueue();
  #protocol: BaseProtocol | undefined;
  #lost: number = 0;
  #closing: boolean = false;
  #closed: boolean = false;

  /** @param deaf what can be read there says nothing of who reads what we write
   * @throws InvalidArgumentError for anything but a pipe, a socket or a character device */
  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, deaf: boolean = false) {
    super();
    this.#loop = loop;
    this.#descriptors = descriptorsOf(loop);
    this.#pipe = pipe;
    this.#end = pipeEnd(loop, pipe);
    this.#protocol = checkProtocol(protocol) as BaseProtocol;
    const kind = descriptorKind(this.#end.fd);
    if (kind === 'file' || kind === 'other') {
      throw new InvalidArgumentError(
        'pipe',
        'a pipe transport is for pipes, sockets and character devices only',
      );
    }
    setNonBlocking(this.#end.fd);
    loop.resources.add(this);
    loop.callSoon(() => this.#protocol?.connectionMade(this));
    if (kind !== 'character' && !deaf) loop.callSoon(() => this.#watchPeer());
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
    const size = checkBytes(data, 'data');
    if (size === 0) return;
    if (this.#lost > 0 || this.#closing) {
      this.#lost = countLostWrite(this.#lost, 'bytes are written to a closed pipe');
      return;
    }
    let start = 0;
    if (this.#waiting.size === 0) {
      const written = libc().write(this.#end.fd, data, size);
      if (written === size) return;
      if (written > 0) start = written;
      else if (written < 0 && !this.#mayTryAgain()) return;
      this.#descriptors.watchWritable(this.#end.fd, this);
    }
    this.#waiting.push(data, start);
    this.#waiting.keep();
    this.#flow.rose(this.#waiting.size, this, this.#loop);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks);
    for (const chunk of list) checkBytes(chunk, 'chunks');
    this.write(list.length === 1 ? (list[0] as Uint8Array) : joinBytes(list));
  }

  canWriteEof(): boolean {
    return true;
  }

  writeEof(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#waiting.size > 0) return;
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(undefined)));
  }

  close(): void {
    this.writeEof();
  }

  abort(): void {
    this.#close(undefined);
  }

  getWriteBufferSize(): number {
    return this.#waiting.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#flow.setLimits(limits);
    this.#flow.rose(this.#waiting.size, this, this.#loop);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#flow.low, high: this.#flow.high };
  }

  /** The reader has gone. @internal */
  _readable(): Effect {
    const error = this.#waiting.size > 0 ? systemError(EPIPE, 'write') : undefined;
    this.#context.run(() => this.#close(error));
    return DRAIN;
  }

  /** There is room. @internal */
  _writable(): Effect {
    let written: number;
    try {
      written = this.#waiting.writeTo(this.#end.fd);
    } catch (error) {
      this.#context.run(() => this.#failWith(error));
      return DRAIN;
    }
    if (written < 0) {
      const number = errno();
      if (number === EAGAIN || number === EINTR) return NOTHING;
      this.#context.run(() => this.#fail(number));
      return DRAIN;
    }
    if (this.#waiting.size === 0) this.#descriptors.unwatchWritable(this.#end.fd);
    this.#context.run(() => {
      this.#flow.fell(this.#waiting.size, this, this.#loop);
      if (!this.#closing || this.#waiting.size > 0) return;
      this.#descriptors.unwatchReadable(this.#end.fd);
      this.#loop.callSoon(() => this.#loseConnection(undefined));
    });
    return DRAIN;
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this.#end.disown();
    // Who is closing with nothing to write is on the way out, by the very call that found this.
    if (!this.#closing || this.#waiting.size > 0) this.#close(error);
  }

  #watchPeer(): void {
    if (!this.#closing) this.#descriptors.watchReadable(this.#end.fd, this);
  }

  // Read right after the call that failed.
  #mayTryAgain(): boolean {
    const number = errno();
    if (number === EAGAIN || number === EINTR) return true;
    this.#fail(number);
    return false;
  }

  #fail(number: number): void {
    this.#lost++;
    this.#close(systemError(number, 'write'));
  }

  // The writer's own fault, not the system's.
  #failWith(exception: unknown): void {
    const [transport, protocol] = [this, this.#protocol];
    this.#loop.callExceptionHandler({
      message: 'Fatal write error on pipe transport',
      exception,
      transport,
      protocol,
    });
    this.#lost++;
    this.#close(exception);
  }

  #close(error: unknown): void {
    if (this.#closed) return;
    this.#closing = true;
    this.#waiting.clear();
    this.#descriptors.unwatchWritable(this.#end.fd);
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(error)));
  }

  #loseConnection(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#loop.resources.remove(this);
    try {
      this.#protocol?.connectionLost(error);
    } finally {
      this.#protocol = undefined;
      this.#end.close();
    }
  }

  /** @internal */
  loopClosed(): void {
    this.#closing = this.#closed = true;
    this.#protocol = undefined;
    this.#waiting.clear();
    this.#end.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : 'open';
    return `<WritePipeTransport fd=${this.#end.fd} ${state} waiting=${this.#waiting.size}>`;
  }
}
