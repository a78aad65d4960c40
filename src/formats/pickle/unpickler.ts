// Reading pickles from streams: one, or one after the other.
//
// 1. The machine runs as the bytes come, up to `maxBytes` of a pickle; a length that goes beyond is refused before its
//    bytes are waited for.
// 2. No byte behind a pickle is lost: of a StreamReader it is given back, of what can be read by counts it is not read,
//    and of an iterable it is kept for the next pickle.
// 3. A cancel loses nothing: of a StreamReader the pickle is given back from its begin on, of another source the Unpickler
//    goes on where it was.
// 4. Where a pickle that is wrong ends can't be told: after its error each call has the same one.

import { InvalidArgumentError, StreamReader, UsageError } from '../../asyncio.ts';
import { unread } from '../../lowlevel.ts';
import { PieceSource } from '../source/pieceSource.ts';
import { finish } from './loads.ts';
import { loadSettings } from './read/loadOptions.ts';
import type { LoadOptions } from './read/loadOptions.ts';
import { Machine } from './read/machine.ts';
import { runMachine } from './read/run.ts';

/** What can be read by counts: a StreamReader, a file, or anything like them. Nothing is read at the end. */
export interface PickleReadable {
  read(count: number): PromiseLike<Uint8Array> | Uint8Array;
}

/** Where pickles come from. */
export type PickleSource = PickleReadable | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface UnpicklerOptions extends LoadOptions {
  /** Whether a pickle may refer to what those before it have, as a Pickler writes them; `'fresh'` is for pickles that
   * were written each by itself. `'kept'` by default, as in Python. */
  memo?: 'kept' | 'fresh';
}

interface Chunks {
  /** Up to `most` bytes where it is counted; none at the end. */
  next(most: number): PromiseLike<Uint8Array> | Uint8Array;
  readonly counted: boolean;
  readonly reader: StreamReader | undefined;
  close(): unknown;
}

/** Of one pickle that comes as a stream, unless `maxBytes` says otherwise. */
const MOST_BYTES = 67_108_864;
const CHUNK = 4096;

/** Reads pickles one after the other, by `load()` or as an async iterator. Of a pickle up to 64 MiB are read, unless
 * `maxBytes` says otherwise. Semantics: pickle.Unpickler.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const chunks = [pickle.dumps(1), pickle.dumps('two')];
 * const unpickler = new pickle.Unpickler(chunks);
 * console.log(await unpickler.load(), await unpickler.load()); // -> 1 two
 * ```
 */
export class Unpickler implements AsyncIterableIterator<unknown> {
  readonly #machine: Machine;
  readonly #chunks: Chunks;
  readonly #fresh: boolean;
  #bytes: Buffer = Buffer.alloc(0);
  #length: number = 0;
  /** A pickle is being read. */
  #begun: boolean = false;
  #busy: boolean = false;
  #failed: { readonly error: unknown } | undefined = undefined;

  /** @throws InvalidArgumentError for a source, or options, that can't be used */
  constructor(source: PickleSource, options: UnpicklerOptions = {}) {
    this.#machine = new Machine(loadSettings(options, MOST_BYTES));
    this.#chunks = chunksOf(source);
    this.#fresh = options.memo === 'fresh';
  }

  /** Reads the next pickle. A cancel loses nothing: the next call reads it.
   * @throws UnpicklingError also at the end of the stream, and again after a pickle that is wrong; UsageError while another one is being read */
  async load(): Promise<unknown> {
    const { value, done } = await this.next();
    if (done === true) throw this.#machine.truncated();
    return value;
  }

  /** As load, for `for await`; done at the end of the stream. */
  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#busy) throw new UsageError('an Unpickler reads one pickle at a time: await the one before');
    this.#busy = true;
    try {
      return (await this.#read())
        ? { done: false, value: finish(this.#machine) }
        : { done: true, value: undefined };
    } finally {
      this.#busy = false;
    }
  }

  /** Leaves what was not read to the StreamReader, and closes an iterable. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#giveBack();
    await this.#chunks.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What comes refers to nothing before it. */
  clearMemo(): void {
    this.#machine.clearMemo();
  }

  /** Runs one pickle to its end; false where the stream has ended before it. */
  async #read(): Promise<boolean> {
    const machine = this.#machine;
    if (!this.#begun) this.#begin();
    if (this.#failed !== undefined) throw this.#failed.error;
    while (!this.#run()) {
      for (let missing = this.#missing(); missing > 0; missing = this.#missing())
        if (!(await this.#receive(missing))) {
          if (this.#length > 0) throw machine.truncated();
          this.#begun = false;
          machine.feed(this.#bytes, 0);
          return false;
        }
      machine.feed(this.#bytes, this.#length);
    }
    this.#begun = false;
    if (machine.at > machine.settings.maxBytes) throw machine.overLimit('maxBytes');
    this.#bytes = this.#bytes.subarray(machine.at, this.#length);
    this.#length = this.#bytes.length;
    if (this.#length > 0 && this.#chunks.reader !== undefined) this.#giveBack();
    return true;
  }

  #run(): boolean {
    try {
      return runMachine(this.#machine);
    } catch (error) {
      this.#failed = { error };
      throw error;
    }
  }

  #begin(): void {
    const machine = this.#machine;
    if (this.#fresh) this.clearMemo();
    this.#begun = true;
    machine.begin(this.#bytes, this.#length);
  }

  #missing(): number {
    // No pickle is shorter than two bytes.
    return Math.max(this.#machine.at + this.#machine.needs, 2) - this.#length;
  }

  /** Takes bytes in; false at the end of the stream. */
  async #receive(missing: number): Promise<boolean> {
    const { counted, reader } = this.#chunks;
    const exact = this.#length < 2 || this.#machine.protocol >= 4 || reader === undefined;
    const most = counted && exact ? missing : Math.max(missing, CHUNK, this.#length);
    let bytes: Uint8Array;
    try {
      bytes = await this.#chunks.next(most);
    } catch (error) {
      if (reader !== undefined) this.#giveBack();
      throw error;
    }
    if (!(bytes instanceof Uint8Array))
      throw new InvalidArgumentError('source', 'a pickle is read from a source of Uint8Array');
    this.#append(bytes);
    return bytes.length > 0;
  }

  #append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, Math.min(2 * this.#length, end + 16_777_216)));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  /** All that is held goes back to the reader, and the pickle begins again. */
  #giveBack(): void {
    const { reader } = this.#chunks;
    if (reader === undefined) return;
    if (this.#length > 0) unread(reader, this.#bytes.subarray(0, this.#length));
    if (this.#begun) this.#machine.forgetPickle();
    this.#begun = false;
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
  }
}

/** Reads one pickle from a reader; what is behind it is left in the reader. A cancel of the wait leaves the pickle in a
 * StreamReader from its begin on; of another source use an {@link Unpickler}, which goes on where it was. Semantics:
 * pickle.load.
 * @throws UnpicklingError as `pickle.loads`, and at the end of the stream
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * import { pickle } from 'asyncio-ts/formats';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.concat([pickle.dumps({ id: 7 }), Buffer.from('and text\n')]));
 *   console.log(await pickle.load(reader, { dicts: 'object' })); // -> { id: 7 }
 *   console.log(String(await reader.readline()).trim()); // -> and text
 * });
 * ```
 */
export function loadPickleFrom(source: PickleReadable, options?: LoadOptions): Promise<unknown> {
  if (typeof (source as Partial<PickleReadable> | null | undefined)?.read !== 'function')
    return Promise.reject(
      new InvalidArgumentError('source', 'a pickle is read from something that has read(count)'),
    );
  return new Unpickler(source, options).load();
}

/** Reads all pickles of a stream that were written each by itself: `for await (const value of pickle.loadAll(reader))`.
 * Leaving the loop leaves the rest in a StreamReader. The result may be read on after a cancel.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const stream = Buffer.concat([pickle.dumps('one'), pickle.dumps('two')]);
 * for await (const value of pickle.loadAll([stream])) console.log(value); // -> one
 * // -> two
 * ```
 */
export function loadPickles(source: PickleSource, options?: LoadOptions): Unpickler {
  return new Unpickler(source, { ...options, memo: 'fresh' });
}

function chunksOf(source: PickleSource): Chunks {
  const given = source as Partial<PickleReadable & AsyncIterable<Uint8Array> & Iterable<Uint8Array>> | null;
  if (source instanceof StreamReader)
    return { next: (most) => source.read(most), counted: true, reader: source, close: () => {} };
  if (typeof given?.read === 'function' && !isHostStream(given)) {
    const { read } = given;
    return { next: (most) => read.call(source, most), counted: true, reader: undefined, close: () => {} };
  }
  const iterator = given?.[Symbol.iterator]?.();
  if (iterator !== undefined) return chunksOfIterable(iterator);
  if (typeof given?.[Symbol.asyncIterator] !== 'function')
    throw new InvalidArgumentError('source', 'pickles are read from a reader or an iterable of Uint8Array');
  const pieces = new PieceSource(source as AsyncIterable<Uint8Array>);
  return {
    async next(): Promise<Uint8Array> {
      return ((await pieces.next()) ?? Buffer.alloc(0)) as Uint8Array;
    },
    counted: false,
    reader: undefined,
    close: () => pieces.close(),
  };
}

function chunksOfIterable(iterator: Iterator<Uint8Array>): Chunks {
  return {
    next(): Uint8Array {
      for (;;) {
        const { done, value } = iterator.next();
        if (done === true) return Buffer.alloc(0);
        if (!(value instanceof Uint8Array) || value.length > 0) return value;
      }
    },
    counted: false,
    reader: undefined,
    close: () => iterator.return?.(),
  };
}

/** A Readable of the host's reads by counts only what it holds already. */
function isHostStream(source: object): boolean {
  return 'readableFlowing' in source && Symbol.asyncIterator in source;
}
