// StreamReader: bytes come in from a protocol, and go out as tasks ask for them.
//
// 1. Each byte is given out once, in order. How a read waits and ends stands in readTurn.ts, what it waits for in
//    readRules.ts.
// 2. A line that was given up as too long is dropped up to its end, however it comes, so that every read after
//    it begins behind it.

import { checkOptions } from '../base/checkOptions.ts';
import { showAsText } from '../base/show.ts';
import { isCancelledError, UsageError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { copyBytes } from '../sys/libc/memory.ts';
import { checkBytes } from '../transport/byteArguments.ts';
import type { RelayCount, Spliceable, Splicing } from '../transport/splicing.ts';
import type { Parting } from '../transport/contract.ts';
import type { ReadTransport } from '../transport/transport.ts';
import { ReadBuffer } from './readBuffer.ts';
import { ReadTurn } from './readTurn.ts';
import { relayBytes } from './relayBytes.ts';
import type { RelayOptions, RelayTarget } from './relayBytes.ts';
import { describeReader } from './describeReader.ts';
import type { Inspect } from '../base/show.ts';
import { DroppedLine } from './droppedLine.ts';
import { Landing } from './landing.ts';
import {
  lendLine,
  noBytes,
  readAll,
  readCount,
  readInto,
  readLine,
  readMessage,
  readSome,
} from './readRules.ts';
import type { ReadRule, ReadSource } from './readRules.ts';
import { NEWLINE, toSeparators } from './separators.ts';
import { checkLimit, countProblem } from './streamArguments.ts';
import type { ChunksOptions, LinesOptions, StreamReaderOptions } from './streamArguments.ts';
import { reusingSteps, StreamIterator, steps } from './streamIterator.ts';

/** How much an iterator over chunks reads at once at most: in fresh memory, and in memory that is used again. */
const CHUNK = 262_144;
const REUSED = 1_048_576;

/** The reading side of a stream; {@link openConnection} and {@link startServer} make it.
 *
 * `for await (const line of reader)` reads by lines, {@link chunks} as the bytes come. Cancelling a read loses
 * nothing: the bytes stay for the next one. What is read may share its memory: copy it (`new Uint8Array(line)`)
 * to transfer it to a worker. Semantics: asyncio.StreamReader.
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('first\nsecond\nrest'));
 *   reader.feedEof();
 *   console.log(String(await reader.readline()).trim()); // -> first
 *   console.log(String(await reader.readExactly(6))); // -> second
 *   console.log(String(await reader.read()).trim(), reader.atEof()); // -> rest true
 * });
 * ```
 */
export class StreamReader implements ReadSource, AsyncIterable<Buffer>, AsyncDisposable {
  /** @internal */ readonly _limit: number;
  /** @internal */ readonly _loop: Loop;
  /** @internal */ readonly _bytes: ReadBuffer = new ReadBuffer();
  /** @internal */ _ended: boolean | 'here' = false;
  /** @internal */ _cut: unknown = undefined;
  /** @internal */ readonly _dropped: DroppedLine = new DroppedLine();
  readonly #turn: ReadTurn;

  /** @throws InvalidArgumentError when the limit is not above 0 */
  constructor(options: StreamReaderOptions = {}) {
    this._limit = checkLimit(options.limit);
    this._loop = options.loop ?? runningLoop('a stream');
    this.#turn = new ReadTurn(this);
  }

  /** Reads up to `n` bytes, as soon as there is one; an empty buffer at the end of the stream. Without `n`, or
   * below 0, all up to the end. @throws SSLEOFError at an end without close_notify; what came stays */
  read(n: number = -1): Promise<Buffer> {
    if (n < 0) return this.#turn.read(readAll, undefined);
    const problem = countProblem(n, 'n', 0);
    if (problem !== undefined) return Promise.reject(problem);
    if (n === 0 && this.#turn.error === undefined) return Promise.resolve(noBytes());
    return this.#turn.read(readSome, n);
  }

  /** Reads into `buffer`, as soon as there is a byte, and returns how many there were: as many as it has room for at
   * most, 0 at the end of the stream. It needs no memory besides: while nothing is held, the bytes are received
   * right there. Leave the buffer alone until then. What was read may be written on, and the buffer read into
   * again, without waiting until it is sent. Cancelling loses nothing: the bytes stay for the next read.
   * @throws InvalidArgumentError for a buffer without room; BufferError (`ERR_ASYNCIO_BUFFER`) when its memory was
   * taken away meanwhile: for this read alone, or for all from now on if bytes went with it; SSLEOFError at an end
   * without close_notify
   * @example
   * ```ts
   * import { run, StreamReader } from 'asyncio-ts';
   * await run(async () => {
   *   const reader = new StreamReader();
   *   reader.feedData(Buffer.from('four'));
   *   reader.feedEof();
   *   const buffer = Buffer.alloc(3);
   *   for (let count; (count = await reader.readInto(buffer)) > 0; ) {
   *     console.log(count, String(buffer.subarray(0, count))); // -> 3 fou
   *   } // -> 1 r
   * });
   * ```
   */
  readInto(buffer: Uint8Array): Promise<number> {
    try {
      return this.#turn.read(readInto, Landing.into(buffer));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Reads a line with its `\n`; at the end of the stream what is left, at last an empty buffer.
   * @throws LineTooLongError when no end comes within the limit; that line is dropped up to its end, also what of
   * it comes later */
  readline(): Promise<Buffer> {
    return this.#turn.read(readLine, undefined);
  }

  /** Reads exactly `n` bytes, however many that are.
   * @throws IncompleteReadError when the stream ends before; its `partial` is what had come */
  readExactly(n: number): Promise<Buffer> {
    const problem = countProblem(n, 'n', 0);
    if (problem !== undefined) return Promise.reject(problem);
    if (n === 0 && this.#turn.error === undefined) return Promise.resolve(noBytes());
    return this.#turn.read(readCount, n);
  }

  /** Reads up to and including `separator`, `\n` by default; of several the one that ends first. `limit` is how
   * long the message may be without it, the stream's limit by default.
   * @throws IncompleteReadError when the stream ends before, with what had come as `partial`
   * @throws LimitOverrunError when the message is longer; it stays in the stream
   * @throws InvalidArgumentError for a separator that is empty or no bytes */
  readUntil(
    separator?: Uint8Array | readonly Uint8Array[],
    options: { limit?: number | undefined } = {},
  ): Promise<Buffer> {
    try {
      checkOptions(options, 'readUntil');
      const limit = checkLimit(options.limit ?? this._limit);
      const separators = separator === undefined ? NEWLINE : toSeparators(separator);
      return this.#turn.read(readMessage, { separators, limit });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** True when the stream has ended and all of it was read. */
  atEof(): boolean {
    return this._ended !== false && this._bytes.length === 0 && !this.#turn.landed;
  }

  /** The error that the connection ended with, or undefined. What came before it may be there to be read. */
  exception(): unknown {
    return this.#turn.error ?? this._cut;
  }

  /** Makes every read from now on throw `error`, whatever is held; one that waits throws it. */
  setException(error: unknown): void {
    this.#turn.fail(error, false);
  }

  /** The connection was lost. What came before can still be read. @internal */
  _lost(error: unknown): void {
    this.#turn.fail(error, this.#turn.error === undefined);
  }

  /** The transport that is paused while the reader holds enough. @throws UsageError when it has one */
  setTransport(transport: ReadTransport): void {
    this.#turn.throttle.attach(transport);
  }

  /** Another transport takes the place of the old one, as startTls does. @internal */
  _replaceTransport(transport: ReadTransport): void {
    this._dropped.open = false;
    this.#turn.throttle.replace(transport, this._bytes.length, this._limit);
  }

  /** All that it holds, for another owner. @internal */
  _takeUnread(): Buffer | undefined {
    return this._bytes.length === 0 ? undefined : this._bytes.take(this._bytes.length);
  }

  /** Adds a copy of bytes that came. @throws UsageError after {@link feedEof}; InvalidArgumentError for no bytes */
  feedData(data: Uint8Array): void {
    if (this._ended !== false) throw new UsageError('feedData after feedEof');
    if (checkBytes(data, 'data') > 0) this._feedOwned(copyBytes(data));
  }

  /** Says that no more will come. */
  feedEof(): void {
    this._end(true);
  }

  /** No more will come; `'here'` where this side has closed the connection. @internal */
  _end(how: true | 'here'): void {
    if (this._ended === false) this._ended = how;
    this.#turn.waiting?.wake();
  }

  /** As feedData, with bytes that nobody else has. @internal */
  _feedOwned(data: Buffer): void {
    if (this._ended !== false || data.length === 0 || this.#turn.deliver(data)) return;
    this._bytes.appendOwned(data);
    this.#turn.fed();
  }

  /** Nothing is held, and no large message is to be expected. @internal */
  _expectsLittle(): boolean {
    return this.#turn.expectsLittle();
  }

  /** Where the next bytes are to be put. @internal */
  _getBuffer(): Buffer {
    return this.#turn.room();
  }

  /** `count` bytes were put there. @internal */
  _bufferUpdated(count: number): void {
    if (this._ended === false) this.#turn.filled(count);
  }

  /** Reads by lines until the end of the stream. `break` leaves the rest in it. */
  [Symbol.asyncIterator](): StreamIterator {
    return new StreamIterator(this, steps(readLine, undefined));
  }

  /** Reads by lines until the end of the stream, as `for await (const line of reader)`. With `reuse` a line is valid
   * until the next one is asked for, or anything else is read: long ones come in memory that is used again. It may
   * be written without a copy all the same.
   * @example
   * ```ts
   * import { run, StreamReader } from 'asyncio-ts';
   * await run(async () => {
   *   const reader = new StreamReader();
   *   reader.feedData(Buffer.from('one\ntwo\n'));
   *   reader.feedEof();
   *   let bytes = 0;
   *   for await (const line of reader.lines({ reuse: true })) bytes += line.length;
   *   console.log(bytes); // -> 8
   * });
   * ```
   */
  lines(options: LinesOptions = {}): StreamIterator {
    checkOptions(options, 'lines');
    const { reuse = false } = options;
    return new StreamIterator(this, steps(reuse ? lendLine : readLine, undefined));
  }

  /** Reads the bytes as they come, up to `size` at once, until the end of the stream: `for await (const
   * chunk of reader.chunks())`. With `reuse` a chunk is valid until the next one is asked for: all come in the same
   * memory. It may be written without a copy all the same.
   * @throws InvalidArgumentError when the size is not above 0, or `options` neither a size nor an object
   * @example
   * ```ts
   * import { run, StreamReader } from 'asyncio-ts';
   * await run(async () => {
   *   const reader = new StreamReader();
   *   reader.feedData(Buffer.from('as it comes'));
   *   reader.feedEof();
   *   for await (const chunk of reader.chunks({ reuse: true, size: 5 })) console.log(String(chunk)); // -> as it
   *   // ->  come
   *   // -> s
   * });
   * ```
   */
  chunks(options: number | ChunksOptions = {}): StreamIterator {
    const asked: ChunksOptions = typeof options === 'number' ? { size: options } : options;
    checkOptions(asked, 'chunks');
    const { reuse = false, size = reuse ? REUSED : CHUNK } = asked;
    const problem = countProblem(size, 'size', 1);
    if (problem !== undefined) throw problem;
    return new StreamIterator(this, reuse ? reusingSteps(Math.min(size, REUSED)) : steps(readSome, size));
  }

  /** As {@link relay}: writes to `writer` what is received, until it ends; returns how many bytes that were.
   * @throws RelayError; InvalidArgumentError for a writer, options or a progress that can't be used */
  pipeTo(writer: RelayTarget, options: RelayOptions = {}): Promise<number> {
    return relayBytes(this, writer, options);
  }

  /** @internal */
  _spliceInto(target: unknown, count: RelayCount, stopped: () => void): Splicing | undefined {
    const transport = this.#turn.throttle.transport as Partial<Spliceable> | undefined;
    if (this._bytes.length > 0 || this._ended !== false || this._dropped.open) return undefined;
    return transport?.spliceInto?.(target, count, stopped);
  }

  /** @internal */
  _lookAgain(): void {
    this.#turn.fed();
  }

  /** @internal */
  _giveBack(bytes: Uint8Array): void {
    this._bytes.restore(bytes);
    this.#turn.fed();
  }

  /** What the iterators read with. @internal */
  _next<P, T, R>(rule: ReadRule<P, T>, param: P, wrap: (read: T) => R): Promise<R> {
    return this.#turn.read(rule, param, wrap);
  }

  /** @internal */
  _endLending(): void {
    this._bytes.endLending();
  }

  /** Closes the connection, drops what is left, and waits until it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { transport } = this.#turn.throttle;
    if (transport === undefined) return;
    transport.close();
    (transport as Partial<Parting>).needNoAnswer?.();
    this._bytes.clear();
    try {
      await this.read();
    } catch (error) {
      if (isCancelledError(error)) throw error;
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](_: unknown, _options: unknown, inspect: Inspect): string {
    return describeReader(
      this,
      this.#turn.waiting?.rule.name,
      this.#turn.error,
      this.#turn.throttle,
      inspect,
    );
  }
}

showAsText(StreamReader);
