// What a stream transport of the selector backend has to write: made when the system takes not all of it at once, or
// somebody asks for the limits or the end. What waits goes out in order; the descriptor is watched for writing only
// while something does.

import { sizeOf } from '../../base/bytes.ts';
import type { Descriptors, Writer } from '../../loop/descriptors.ts';
import { systemError } from '../../sys/libc/errno.ts';
import { SO_ERROR, SOL_SOCKET } from '../../sys/libc/socketConstants.ts';
import type { KernelPipe } from '../../transport/kernelPipe.ts';
import type { LifeCycle } from '../../transport/lifeCycle.ts';
import { WriteQueue } from '../../transport/writeQueue.ts';
import { WriteSide } from '../../transport/writeSide.ts';
import { WriteWatch } from '../../transport/writeWatch.ts';
import type { Socket } from '../socket/socket.ts';
import type { SpliceTarget } from './splice.ts';

/** The transport, as its output sees it. */
export interface WritingTransport extends Writer {
  /** @internal */ readonly life: LifeCycle;
  /** @internal */ readonly descriptors: Descriptors;
  /** @internal */ readonly socket: Socket;
  /** @internal */ readonly fd: number;
  /** It can't be written to any more; `message` is for the report of what is no error of the system. @internal */
  broke(error: unknown, message: string): void;
}

const WRITE = 'Fatal write error on socket transport';

export class SelectorOutput implements SpliceTarget {
  readonly side: WriteSide<WriteQueue>;
  readonly #transport: WritingTransport;

  constructor(transport: WritingTransport) {
    this.#transport = transport;
    this.side = new WriteSide(transport.life, new WriteQueue());
    if (transport.life.loop.getDebug()) this.side.waiting.watch = new WriteWatch(transport.life);
  }

  /** Bytes that wait. */
  get size(): number {
    return this.side.waiting.size;
  }

  /** Bytes can be written. */
  takesBytes(): boolean {
    return !this.#transport.life.closing && !this.side.ended && !this.side.emptying;
  }

  /** Keeps what the system has not taken of `data`: the bytes from `start` on. */
  keep(data: Uint8Array, start: number): void {
    if (this.size === 0) this.#watch();
    this.side.waiting.push(data, start);
    this.side.rose();
  }

  write(chunks: readonly Uint8Array[]): void {
    const before = this.size;
    for (const chunk of chunks) if (sizeOf(chunk) > 0) this.side.waiting.push(chunk);
    if (this.size === before) return;
    if (before === 0) {
      if (!this.#flush() || this.size === 0) return;
      this.#watch();
    }
    this.side.rose();
  }

  /** Sends what a pipe of the kernel's holds; nothing else waits. */
  writePipe(pipe: KernelPipe): void {
    try {
      if (pipe.flush(this.#transport.fd)) return;
    } catch (error) {
      pipe.close();
      return this.#transport.broke(error, WRITE);
    }
    this.side.waiting.pushPipe(pipe);
    this.#watch();
    this.side.rose();
  }

  /** Calls once when nothing waits any more. */
  onceEmpty(told: () => void): void {
    this.side.waiting.onceEmpty(told);
  }

  forgetEmpty(told: () => void): void {
    this.side.waiting.forgetEmpty(told);
  }

  /** Our end of data stands behind what waits. */
  end(): void {
    if (this.side.end() && this.size === 0) this.#shutDown();
  }

  /** There is room. */
  writeOn(): void {
    const { life, descriptors, fd } = this.#transport;
    if (!this.#flush()) return;
    this.side.fell();
    if (this.size > 0) return;
    descriptors.unwatchWritable(fd);
    if (life.lost) return;
    this.side.emptied();
    if (life.closing) life.end(undefined);
    else if (this.side.ended) this.#shutDown();
  }

  /** Throws away what waits. */
  clear(): void {
    if (this.size === 0) return;
    const { descriptors, fd } = this.#transport;
    this.side.waiting.clear();
    descriptors.unwatchWritable(fd);
  }

  /** The connection is gone. */
  lost(): void {
    this.side.waiting.clear();
    this.side.lost();
  }

  #watch(): void {
    const { descriptors, fd } = this.#transport;
    descriptors.watchWritable(fd, this.#transport);
  }

  #flush(): boolean {
    try {
      this.side.waiting.flush(this.#transport.fd);
      return true;
    } catch (error) {
      this.#transport.broke(error, WRITE);
      return false;
    }
  }

  #shutDown(): void {
    const { socket } = this.#transport;
    try {
      socket.shutdown(1);
    } catch (error) {
      // Not connected any more: what the connection died of has not been read yet.
      const number = socket.getsockopt(SOL_SOCKET, SO_ERROR);
      const cause = number === 0 ? error : systemError(number, 'shutdown');
      this.#transport.broke(cause, 'Fatal error on socket transport');
    }
  }
}
