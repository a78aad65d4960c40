// What a connection has not taken yet, sent in gathered writes.

import { errno } from '../sys/libc/ffi.ts';
import { EAGAIN, EINTR, systemError } from '../sys/libc/errno.ts';
import { sendGathered } from '../sys/libc/gatheredWrite.ts';
import { libc } from '../sys/libc/libc.ts';
import { MSG_NOSIGNAL } from '../sys/libc/socketConstants.ts';
import type { KernelPipe } from './kernelPipe.ts';
import { PendingBytes } from './pendingBytes.ts';

export class WriteQueue extends PendingBytes {
  /** Holds what goes first. */
  #pipe: KernelPipe | undefined = undefined;
  #onceEmpty: Set<() => void> | undefined = undefined;

  /** What a pipe of the kernel's holds is to be sent; nothing may be waiting. */
  pushPipe(pipe: KernelPipe): void {
    this.#pipe = pipe;
    this.size += pipe.held;
  }

  /** Calls once when everything is sent. */
  onceEmpty(told: () => void): void {
    (this.#onceEmpty ??= new Set()).add(told);
  }

  /** It is not to be called any more. */
  forgetEmpty(told: () => void): void {
    this.#onceEmpty?.delete(told);
  }

  override clear(): void {
    this.#pipe?.close();
    this.#pipe = undefined;
    super.clear();
  }

  /** Hands to the system what it takes. @throws OSError when the connection is broken; BufferError when bytes
   * were taken away */
  flush(fd: number): void {
    this.#send(fd);
    if (this.size > 0 || this.#onceEmpty === undefined) return;
    const all = this.#onceEmpty;
    this.#onceEmpty = undefined;
    for (const told of all) told();
  }

  #send(fd: number): void {
    const pipe = this.#pipe;
    if (pipe !== undefined) {
      const before = pipe.held;
      const empty = pipe.flush(fd);
      this.size -= before - pipe.held;
      if (!empty) return;
      this.#pipe = undefined;
    }
    while (this.size > 0) {
      const chunks = this._chunks;
      const first = this.next();
      const sent =
        chunks.length - this._first === 1
          ? libc().send(fd, first, first.byteLength, MSG_NOSIGNAL)
          : sendGathered(fd, chunks, this._first);
      if (sent < 0) {
        const number = errno();
        if (number === EAGAIN || number === EINTR) return;
        throw systemError(number, 'send');
      }
      if (!this.drop(sent)) return;
    }
  }
}
