// What a connection has not taken yet, sent in gathered writes.

import { errno } from '../sys/libc/ffi.ts';
import { EAGAIN, EINTR, systemError } from '../sys/libc/errno.ts';
import { sendGathered } from '../sys/libc/gatheredWrite.ts';
import { libc } from '../sys/libc/libc.ts';
import { MSG_NOSIGNAL } from '../sys/libc/socketConstants.ts';
import { PendingBytes } from './pendingBytes.ts';

export class WriteQueue extends PendingBytes {
  /** Hands to the system what it takes. @throws OSError when the connection is broken; BufferError when bytes
   * were taken away */
  flush(fd: number): void {
    while (this.size > 0) {
      const chunks = this._chunks;
      const first = this._next();
      const sent =
        chunks.length - this._first === 1
          ? libc().send(fd, first, first.byteLength, MSG_NOSIGNAL)
          : sendGathered(fd, chunks, this._first);
      if (sent < 0) {
        const number = errno();
        if (number === EAGAIN || number === EINTR) return;
        throw systemError(number, 'send');
      }
      if (!this._drop(sent)) return;
    }
  }
}
