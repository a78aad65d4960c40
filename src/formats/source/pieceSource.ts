// What comes from a source, piece by piece: bytes or text, whatever kind of stream it is.
//
// 1. A cancelled wait loses nothing. A reader of this library keeps its bytes; the step of any other source that was
//    asked for goes on, and what it brings is there for the next wait.
// 2. Closing is what `for await` does when it is left: an iterator is told, by its `return`; what has none, a reader or
//    a file among them, stays open, and can be read on.
// 3. One wait at a time.

import { InvalidArgumentError, UsageError, wrapFuture } from '../../asyncio.ts';
import { isInTask } from '../../lowlevel.ts';

export type Piece = Uint8Array | string;

/** What is read as a reader of this library, or a file, is: an empty piece is the end. */
export interface PieceReader {
  read(size: number): PromiseLike<Piece>;
  read1?(size: number): PromiseLike<Piece>;
}

/** What formats are read from, piece by piece: a StreamReader, a file of `asyncio-ts/files`, a stream of the host's, or
 * any async iterable of bytes or text. */
export type PieceStream = PieceReader | AsyncIterable<Piece>;

const SIZE = 65_536;

/** A step that never fails: what comes of it may have to wait for whoever asks next. */
type Outcome = { readonly piece: Piece | undefined } | { readonly error: unknown };

export class PieceSource {
  /** Whether its pieces are cut anywhere, also where they are text. */
  readonly cutsAnywhere: boolean;
  readonly #reader: PieceReader | undefined;
  readonly #iterator: AsyncIterator<Piece> | undefined;
  #step: Promise<Outcome> | undefined = undefined;
  #waits: boolean = false;
  #over: boolean = false;

  /** @throws InvalidArgumentError for what can't be read */
  constructor(source: PieceStream) {
    const kind = source as Partial<PieceReader & AsyncIterable<Piece>> & {
      pipe?: unknown;
      getReader?: unknown;
    };
    const isHosts = typeof kind?.pipe === 'function' || typeof kind?.getReader === 'function';
    if (!isHosts && typeof kind?.read === 'function') this.#reader = source as PieceReader;
    else if (typeof kind?.[Symbol.asyncIterator] === 'function')
      this.#iterator = (source as AsyncIterable<Piece>)[Symbol.asyncIterator]();
    else
      throw new InvalidArgumentError(
        'source',
        'a source is a StreamReader, a file, a stream or an async iterable of bytes or text',
      );
    this.cutsAnywhere = isHosts || this.#reader !== undefined;
  }

  /** The next piece, an empty one only where it may be an empty line, or undefined at the end. */
  async next(): Promise<Piece | undefined> {
    if (this.#waits) throw new UsageError('another task waits for the same source');
    if (this.#over) return undefined;
    this.#waits = true;
    try {
      const piece = await this.#take();
      if (piece === undefined) this.#over = true;
      return piece;
    } finally {
      this.#waits = false;
    }
  }

  async #take(): Promise<Piece | undefined> {
    for (;;) {
      const piece = this.#reader === undefined ? await this.#iterate() : await read(this.#reader);
      const isLine = typeof piece === 'string' && !this.cutsAnywhere;
      if (piece === undefined || piece.length > 0 || isLine) return piece;
      if (this.#reader !== undefined) return undefined;
    }
  }

  async #iterate(): Promise<Piece | undefined> {
    this.#step ??= step(this.#iterator as AsyncIterator<Piece>);
    const outcome = await (isInTask() ? wrapFuture(this.#step) : this.#step);
    this.#step = undefined;
    if (!('error' in outcome)) return outcome.piece;
    this.#over = true;
    throw outcome.error;
  }

  /** Nobody reads any more. @returns whether it is over with that */
  async close(): Promise<boolean> {
    if (this.#iterator?.return === undefined) return this.#over;
    this.#over = true;
    await this.#iterator.return();
    return true;
  }
}

async function read(reader: PieceReader): Promise<Piece> {
  return await (reader.read1 === undefined ? reader.read(SIZE) : reader.read1(SIZE));
}

async function step(iterator: AsyncIterator<Piece>): Promise<Outcome> {
  try {
    const { done, value } = await iterator.next();
    if (done === true) return { piece: undefined };
    if (typeof value === 'string' || value instanceof Uint8Array) return { piece: value };
    throw new InvalidArgumentError('source', `a source has strings or bytes, not ${typeof value}`);
  } catch (error) {
    return { error };
  }
}
