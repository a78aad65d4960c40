// Values out of a source as they come: the iterator that all formats read streams with.
//
// 1. What was read ahead stays here. A cancelled wait loses nothing, and a loop that was left goes on where it was, unless
//    leaving it closed the source, as `for await` does.
// 2. It is an object and no async generator: an error ends a generator, and with it what could still be read.

import { PieceSource } from './pieceSource.ts';
import type { PieceStream } from './pieceSource.ts';
import { TextDecoding } from './textDecoding.ts';

/** Cuts text that comes in pieces into values. */
export interface Cutter<T> {
  feed(text: string): void;
  /** No more text will come. */
  finish(): void;
  /** The next value, or the end, or undefined: it needs more text. */
  next(): IteratorResult<T, undefined> | undefined;
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** `for await (const value of values)`. */
export class PulledValues<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #source: PieceSource;
  readonly #decoding: TextDecoding;
  readonly #cutter: Cutter<T>;
  #over: boolean = false;
  #closed: boolean = false;

  constructor(source: PieceStream, encoding: string | undefined, cutter: Cutter<T>) {
    this.#source = new PieceSource(source);
    this.#decoding = new TextDecoding(encoding);
    this.#cutter = cutter;
  }

  /** The next value. A cancel loses nothing.
   * @throws JSONDecodeError for what is no JSON, or too large; DecodingError for bytes that are no text; what the source
   * throws; UsageError while another task waits for a value */
  next(): Promise<IteratorResult<T, undefined>> {
    try {
      const result = this.#closed || this.#decoding.failed ? DONE : this.#cutter.next();
      return result === undefined ? this.#wait() : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #wait(): Promise<IteratorResult<T, undefined>> {
    while (!this.#closed && !this.#decoding.failed) {
      const result = this.#cutter.next();
      if (result !== undefined) return result;
      if (this.#over) break;
      this.#decoding.check();
      const piece = await this.#source.next();
      if (piece === undefined) {
        this.#over = true;
        const rest = this.#decoding.end();
        if (rest !== '') this.#cutter.feed(rest);
        this.#cutter.finish();
      } else this.#cutter.feed(typeof piece === 'string' ? piece : this.#decoding.decode(piece));
    }
    return DONE;
  }

  /** Closes the source, where it is one that `for await` closes. */
  async return(): Promise<IteratorResult<T, undefined>> {
    if (await this.#source.close()) this.#closed = true;
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
