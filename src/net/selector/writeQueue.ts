// What the system has not taken yet: pieces in order, the first maybe sent in part.

import { errno } from '../../sys/ffi.ts';
import { EAGAIN, EINTR, systemError } from '../../sys/errno.ts';
import { MSG_NOSIGNAL, sendPieces } from '../../sys/gather.ts';
import { libc } from '../../sys/libc.ts';

const SENT = new Uint8Array(0);

export class WriteQueue {
  /** Bytes that wait. */
  size: number = 0;
  #pieces: Uint8Array[] = [];
  #first: number = 0;

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.size += piece.byteLength;
  }

  clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.size = 0;
  }

  /** Hands to the system what it takes. @throws OSError when the connection is broken */
  flush(fd: number): void {
    while (this.size > 0) {
      const pieces = this.#pieces;
      const first = pieces[this.#first] as Uint8Array;
      const sent =
        pieces.length - this.#first === 1
          ? libc().send(fd, first, first.byteLength, MSG_NOSIGNAL)
          : sendPieces(fd, pieces, this.#first);
      if (sent < 0) {
        const number = errno();
        if (number === EAGAIN || number === EINTR) return;
        throw systemError(number, 'send');
      }
      if (!this.#drop(sent)) return;
    }
  }

  // Whether whole pieces were taken, so that the next ones may be tried at once.
  #drop(sent: number): boolean {
    this.size -= sent;
    let rest = sent;
    while (rest > 0) {
      const piece = this.#pieces[this.#first] as Uint8Array;
      if (piece.byteLength > rest) {
        this.#pieces[this.#first] = piece.subarray(rest);
        break;
      }
      rest -= piece.byteLength;
      this.#pieces[this.#first++] = SENT;
    }
    if (this.#first === this.#pieces.length) this.clear();
    else if (this.#first > 1024) {
      this.#pieces = this.#pieces.slice(this.#first);
      this.#first = 0;
    }
    return rest === 0;
  }
}
