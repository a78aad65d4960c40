// `for await` over a reader: each step is one read, and the end of the stream is the end.
//
// It is an object and not an async generator: a generator's body runs in the context of whoever calls `next`,
// and a cancel of its caller would end it.

import { OneLine } from '../base/show.ts';
import { Landing } from './landing.ts';
import { readInto } from './readRules.ts';
import type { ReadRule } from './readRules.ts';

/** What the iterator reads from. */
export interface IterableReader {
  toString(): string;
  /** @internal */
  _next<P, T>(
    rule: ReadRule<P, T>,
    param: P,
    wrap: (read: T) => IteratorResult<Buffer, undefined>,
  ): Promise<IteratorResult<Buffer, undefined>>;
  /** Nobody iterates any more. @internal */
  _endLending(): void;
}

/** Each step is one read, or ends it. */
export type Step = (reader: IterableReader) => Promise<IteratorResult<Buffer, undefined>>;

/** Steps that read by `rule`. */
export function steps<P>(rule: ReadRule<P>, param: P): Step {
  return (reader) => reader._next(rule, param, toResult);
}

/** Steps that read into memory that is used again, `size` bytes at most. */
export function reusingSteps(size: number): Step {
  const landing = Landing.reusing(size);
  const wrap = (count: number): IteratorResult<Buffer, undefined> =>
    count === 0 ? { value: undefined, done: true } : { value: landing.part(count), done: false };
  return (reader) => reader._next(readInto, landing, wrap);
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
export class StreamIterator extends OneLine implements AsyncIterableIterator<Buffer, undefined> {
  #reader: IterableReader | undefined;
  readonly #step: Step;

  /** @internal */
  constructor(reader: IterableReader, step: Step) {
    super();
    this.#reader = reader;
    this.#step = step;
  }

  /** The next chunk. A wait that is cancelled takes nothing, and the iterator can be used on. */
  next(): Promise<IteratorResult<Buffer, undefined>> {
    return this.#reader === undefined ? this.return() : this.#step(this.#reader);
  }

  /** Ends the iteration; what was not read stays in the stream. */
  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.#reader?._endLending();
    this.#reader = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @internal */
  protected override line(): string {
    return `<StreamIterator ${this.#reader === undefined ? 'ended' : `of ${String(this.#reader)}`}>`;
  }
}
