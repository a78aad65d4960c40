// What came behind the request that is being dealt with: requests that wait for their turn, or another protocol.

import { OK, PAUSED, PAUSED_UPGRADE } from './llhttp.ts';
import type { RequestParser } from './requestParser.ts';

/** What may be held before reading rests. With what one read brings it fits into llhttp's room. */
const MOST_HELD: number = 64 * 1024;

export class Backlog {
  #bytes: Buffer | undefined = undefined;
  /** How the parser stopped before it. */
  #code: number = OK;

  get empty(): boolean {
    return this.#bytes === undefined;
  }

  get full(): boolean {
    return this.#bytes !== undefined && this.#bytes.byteLength >= MOST_HELD;
  }

  /** Holds what the parser left of the last read. */
  holdRest(parser: RequestParser, count: number): void {
    const { code } = parser;
    this.#code = code;
    if (code === PAUSED || code === PAUSED_UPGRADE) this.hold(parser, parser.stoppedAt, count);
  }

  hold({ llhttp }: RequestParser, start: number, end: number): void {
    if (start >= end) return;
    const bytes = llhttp.memory.subarray(llhttp.address + start, llhttp.address + end);
    this.#bytes = this.#bytes === undefined ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
  }

  /** The parser goes on behind the last request. */
  next(parser: RequestParser): void {
    parser.next(this.#code === PAUSED, this.#code === PAUSED_UPGRADE);
    this.#code = OK;
  }

  /** Puts what is held where it is parsed. @returns how many bytes */
  toParser({ llhttp }: RequestParser): number {
    const bytes = this.take();
    llhttp.memory.set(bytes, llhttp.address);
    return bytes.byteLength;
  }

  take(): Buffer {
    const bytes = this.#bytes ?? Buffer.alloc(0);
    this.#bytes = undefined;
    return bytes;
  }
}
