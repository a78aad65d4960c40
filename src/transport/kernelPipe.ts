// A pipe of the kernel's through which bytes go from one socket to another without passing through this process.
// What the second socket does not take at once stays in the pipe, as the front of what that transport has to write.

import { EAGAIN, EINTR, systemError } from '../sys/libc/errno.ts';
import { errno } from '../sys/libc/ffi.ts';
import { closeKernelPipe, openKernelPipe, splice } from '../sys/libc/kernelPipe.ts';

export class KernelPipe {
  /** Bytes in it. */
  held: number = 0;
  readonly #ends: readonly [number, number] = openKernelPipe();
  readonly #emptied: (pipe: KernelPipe) => void;

  /** `emptied` is called when all that was in it is sent. @throws OSError when there are too many descriptors */
  constructor(emptied: (pipe: KernelPipe) => void) {
    this.#emptied = emptied;
  }

  /** Takes in what the socket `fd` has received; what the call returns: 0 at the end of data, below zero with the
   * reason in `errno()`. */
  fill(fd: number): number {
    const count = splice(fd, this.#ends[1]);
    if (count > 0) this.held += count;
    return count;
  }

  /** Hands to the socket `fd` what it takes; true when that was all. @throws OSError when the connection is broken */
  flush(fd: number): boolean {
    const count = splice(this.#ends[0], fd, this.held);
    if (count >= 0) this.held -= count;
    else {
      const number = errno();
      if (number !== EAGAIN && number !== EINTR) throw systemError(number, 'splice');
    }
    if (this.held > 0) return false;
    this.#emptied(this);
    return true;
  }

  /** Closes it; what is in it is lost. */
  close(): void {
    this.held = 0;
    closeKernelPipe(this.#ends);
  }
}
