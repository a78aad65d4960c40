// What comes from a source, piece by piece: bytes or text, whatever kind of stream it is.
//
// 1. A cancelled wait loses nothing. A reader of this library keeps its bytes; the step of any other source that was
//    asked for goes on, and what it brings is there for the next wait. An async generator that awaits what this library
//    can cancel is cancelled with the wait, and ended by it as any other: that is said, and is never taken for the end.
// 2. Closing is what `for await` does when it is left: an iterator is told, by its `return`; what has none, a reader or
//    a file among them, stays open, and can be read on. A step that was given up and may never end is not waited for.
// 3. What failed is never taken for the end: each call has the error again.
// 4. One wait at a time.

import { InvalidArgumentError, isCancelled, UsageError, wrapFuture } from '../../asyncio.ts';
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

interface Step {
  readonly outcome: Promise<Outcome>;
  ended: boolean;
}

export class PieceSource {
  /** Whether its pieces are cut anywhere, also where they are text. */
  readonly cutsAnywhere: boolean;
  readonly #reader: PieceReader | undefined;
  readonly #iterator: AsyncIterator<Piece> | undefined;
  /** Ends a stream of the host's while a step of it waits. */
  readonly #destroy: (() => unknown) | undefined;
  #step: Step | undefined = undefined;
  #waits: boolean = false;
  #failure: { readonly error: unknown } | undefined = undefined;
  #over: boolean = false;

  /** @throws InvalidArgumentError for what can't be read */
  constructor(source: PieceStream) {
    const kind = source as Partial<PieceReader & AsyncIterable<Piece> & ReadableStream<Piece>> & {
      pipe?: unknown;
      destroy?: () => unknown;
    };
    const isWeb = typeof kind?.getReader === 'function';
    const isHosts = isWeb || typeof kind?.pipe === 'function';
    if (!isHosts && typeof kind?.read === 'function') this.#reader = source as PieceReader;
    else if (isWeb) this.#iterator = webIterator(kind as ReadableStream<Piece>);
    else if (typeof kind?.[Symbol.asyncIterator] === 'function')
      this.#iterator = (source as AsyncIterable<Piece>)[Symbol.asyncIterator]();
    else
      throw new InvalidArgumentError(
        'source',
        'a source is a StreamReader, a file, a stream or an async iterable of bytes or text',
      );
    if (isHosts && typeof kind.destroy === 'function') this.#destroy = () => kind.destroy?.();
    this.cutsAnywhere = isHosts || this.#reader !== undefined;
  }

  /** The next piece, an empty one only where it may be an empty line, or undefined at the end. */
  async next(): Promise<Piece | undefined> {
    if (this.#waits) throw new UsageError('another task waits for the same source');
    if (this.#failure !== undefined) throw this.#failure.error;
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
    for (;;) {
      const isLeft = this.#step !== undefined;
      const { outcome } = (this.#step ??= begin(this.#iterator as AsyncIterator<Piece>));
      const result = await (isInTask() ? wrapFuture(outcome) : outcome);
      this.#step = undefined;
      if (!('error' in result)) return result.piece;
      // The step of a wait that was cancelled was cancelled with it.
      const wasCancelled = isLeft && isCancelled(result.error);
      if (wasCancelled && !isGenerator(this.#iterator)) continue;
      this.#failure = { error: wasCancelled ? endedByCancel(result.error) : result.error };
      throw this.#failure.error;
    }
  }

  /** Nobody reads any more. @returns whether it is over with that */
  async close(): Promise<boolean> {
    const iterator = this.#iterator;
    if (iterator?.return === undefined) return this.#over;
    this.#over = true;
    const isLeft = this.#step?.ended === false;
    if (isLeft) this.#destroy?.();
    const closed = iterator.return();
    if (isLeft) closed.catch(() => {});
    else await (isInTask() ? wrapFuture(closed) : closed);
    return true;
  }
}

async function read(reader: PieceReader): Promise<Piece> {
  return await (reader.read1 === undefined ? reader.read(SIZE) : reader.read1(SIZE));
}

function begin(iterator: AsyncIterator<Piece>): Step {
  const step: Step = {
    outcome: take(iterator).finally(() => {
      step.ended = true;
    }),
    ended: false,
  };
  return step;
}

async function take(iterator: AsyncIterator<Piece>): Promise<Outcome> {
  try {
    const { done, value } = await iterator.next();
    if (done === true) return { piece: undefined };
    if (typeof value === 'string' || value instanceof Uint8Array) return { piece: value };
    throw new InvalidArgumentError('source', `a source has strings or bytes, not ${typeof value}`);
  } catch (error) {
    return { error };
  }
}

/** Its own iterator can't be closed while a step waits. */
function webIterator(stream: ReadableStream<Piece>): AsyncIterator<Piece> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<Piece>>,
    async return() {
      const cancelled = reader.cancel();
      reader.releaseLock();
      await cancelled;
      return { done: true, value: undefined };
    },
  };
}

function isGenerator(iterator: unknown): boolean {
  return Object.prototype.toString.call(iterator) === '[object AsyncGenerator]';
}

function endedByCancel(cause: unknown): UsageError {
  return new UsageError(
    'a cancelled wait has ended the source, an async generator, before its end: to read on after a cancel give what ' +
      'it reads itself, or a stream',
    { cause },
  );
}
