// Bytes that wait for a pipe: pieces in order, the first maybe written in part.

import { libc } from '../../sys/libc.ts';

export class Pieces {
  /** Bytes that wait. */
  size: number = 0;
  #list: Uint8Array[] = [];
  #first: number = 0;

  push(piece: Uint8Array): void {
    this.#list.push(piece);
    this.size += piece.byteLength;
  }

  clear(): void {
    this.#list = [];
    this.#first = 0;
    this.size = 0;
  }

  /** Writes as much as the pipe takes; below zero when the first call failed, with its error in `errno()`. */
  writeTo(fd: number): number {
    let total = 0;
    while (this.size > 0) {
      const piece = this.#list[this.#first] as Uint8Array;
      const written = libc().write(fd, piece, piece.byteLength);
      if (written < 0) return total > 0 ? total : written;
      total += written;
      this.size -= written;
      if (written < piece.byteLength) {
        this.#list[this.#first] = piece.subarray(written);
        break;
      }
      if (++this.#first === this.#list.length) this.clear();
    }
    return total;
  }
}
