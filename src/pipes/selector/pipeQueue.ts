// Bytes that wait for a pipe.

import { libc } from '../../sys/libc/libc.ts';
import { PendingBytes } from '../../transport/pendingBytes.ts';

export class PipeQueue extends PendingBytes {
  /** Writes as much as the pipe takes; below zero when the first call failed, with its error in `errno()`.
   * @throws BufferError when bytes were taken away */
  writeTo(fd: number): number {
    let total = 0;
    while (this.size > 0) {
      const chunk = this._next();
      const written = libc().write(fd, chunk, chunk.byteLength);
      if (written < 0) return total > 0 ? total : written;
      total += written;
      this._drop(written);
      if (written < chunk.byteLength) break;
    }
    return total;
  }
}
