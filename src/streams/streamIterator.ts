// `for await` over a reader: each step is one read, and the end of the stream is the end.
//
// It is an object and not an async generator: a generator's body runs in the context of whoever calls `next`,
// and a cancel of its caller would end it.

import type { ReadRule } from './readRules.ts';

/** What the iterator reads from. */
export interface IterableReader {
  /** @internal */
  _next(
    rule: ReadRule<unknown>,
    param: unknown,
    wrap: (bytes: Buffer) => IteratorResult<Buffer, undefined>,
  ): Promise<IteratorResult<Buffer, undefined>>;
}

const toResult = (value: Buffer): IteratorResult<Buffer, undefined> =>
  value.length === 0 ? { value: undefined, done: true } : { value, done: false };

/** Reads a {@link StreamReader} chunk by chunk; what `for await` uses.
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('one\ntwo\n'));
 *   reader.feedEof();
 *   for await (const line of reader) console.log(String(line).trim()); // -> one
 *   // -> two
 * });
 * ```
 */
export class StreamIterator implements AsyncIterableIterator<Buffer, undefined> {
  #reader: IterableReader | undefined;
  readonly #rule: ReadRule<unknown>;
  readonly #param: unknown;

  /** @internal */
  constructor(reader: IterableReader, rule: ReadRule<unknown>, param: unknown) {
    this.#reader = reader;
    this.#rule = rule;
    this.#param = param;
  }

  /** The next chunk. A wait that is cancelled takes nothing, and the iterator can be used on. */
  next(): Promise<IteratorResult<Buffer, undefined>> {
    return this.#reader === undefined
      ? this.return()
      : this.#reader._next(this.#rule, this.#param, toResult);
  }

  /** Ends the iteration; what was not read stays in the stream. */
  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#reader = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
