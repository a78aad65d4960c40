// StreamReader: bytes come in from a protocol, and go out as tasks ask for them.
//
// 1. At most one read waits at a time; another one meanwhile is an error.
// 2. A read whose bytes are there ends at once. Else it waits as a claim (readClaim.ts), which is woken when
//    its bytes are there and takes them when its task is resumed. Each byte is given out once, in order.
// 3. The transport is paused while more than twice the limit is held that no waiting read can use, and
//    resumed when no more than the limit is left or a read has to wait.
// 4. The error that a connection ended with is thrown by reads that can't be answered from what came before;
//    one that the program sets by all, as in asyncio. In either case a read that was woken gets its bytes.
// 5. A line that was given up as too long is dropped up to its end, however it comes, so that every read after
//    it begins behind it.

import { isCancelledError, UsageError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { copyBytes } from '../sys/libc/memory.ts';
import { checkBytes } from '../transport/byteArguments.ts';
import type { Parting, ReadTransport } from '../transport/transport.ts';
import { ReadBuffer } from './readBuffer.ts';
import { describeReader } from './describeReader.ts';
import type { Inspect } from '../base/show.ts';
import { DroppedLine } from './droppedLine.ts';
import { ReadClaim } from './readClaim.ts';
import type { ClaimedReader } from './readClaim.ts';
import { noBytes, readAll, readCount, readLine, readMessage, readSome } from './readRules.ts';
import type { ReadRule, ReadSource } from './readRules.ts';
import { ReadThrottle } from './readThrottle.ts';
import { expectsLittle, receiveBuffer, roomFor } from './receiveBuffer.ts';
import { NEWLINE, toSeparators } from './separators.ts';
import { checkLimit, countProblem } from './streamArguments.ts';
import type { StreamReaderOptions } from './streamArguments.ts';
import { StreamIterator } from './streamIterator.ts';

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
export class StreamReader implements ReadSource, ClaimedReader, AsyncIterable<Buffer>, AsyncDisposable {
  /** @internal */ readonly _limit: number;
  /** @internal */ readonly _loop: Loop;
  /** @internal */ readonly _bytes: ReadBuffer = new ReadBuffer();
  /** @internal */ _ended: boolean = false;
  /** @internal */ _cut: unknown = undefined;
  /** @internal */ readonly _dropped: DroppedLine = new DroppedLine();
  #claim: ReadClaim | undefined = undefined;
  #error: unknown = undefined;
  /** The error comes behind what is held. */
  #errorLast: boolean = false;
  readonly #throttle: ReadThrottle = new ReadThrottle();
  /** The transport receives into our own memory, not into the thread's. */
  #direct: boolean = false;

  /** @throws InvalidArgumentError when the limit is not above 0 */
  constructor(options: StreamReaderOptions = {}) {
    this._limit = checkLimit(options.limit);
    this._loop = options.loop ?? runningLoop('a stream');
  }

  /** Reads up to `n` bytes, as soon as there is one; an empty buffer at the end of the stream. Without `n`, or
   * below 0, all up to the end. @throws SSLEOFError at an end that TLS did not say; what came stays */
  read(n: number = -1): Promise<Buffer> {
    if (n < 0) return this.#read(readAll, undefined);
    const problem = countProblem(n, 'n', 0);
    if (problem !== undefined) return Promise.reject(problem);
    if (n === 0 && this.#error === undefined) return Promise.resolve(noBytes());
    return this.#read(readSome, n);
  }

  /** Reads a line with its `\n`; at the end of the stream what is left, at last an empty buffer.
   * @throws LineTooLongError when no end comes within the limit; that line is dropped up to its end, also what of
   * it comes later */
  readline(): Promise<Buffer> {
    return this.#read(readLine, undefined);
  }

  /** Reads exactly `n` bytes, however many that are.
   * @throws IncompleteReadError when the stream ends before; its `partial` is what had come */
  readExactly(n: number): Promise<Buffer> {
    const problem = countProblem(n, 'n', 0);
    if (problem !== undefined) return Promise.reject(problem);
    if (n === 0 && this.#error === undefined) return Promise.resolve(noBytes());
    return this.#read(readCount, n);
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
      const limit = checkLimit(options.limit ?? this._limit);
      const separators = separator === undefined ? NEWLINE : toSeparators(separator);
      return this.#read(readMessage, { separators, limit });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** True when the stream has ended and all of it was read. */
  atEof(): boolean {
    return this._ended && this._bytes.length === 0;
  }

  /** The error that the connection ended with, or undefined. What came before it may be there to be read. */
  exception(): unknown {
    return this.#error ?? this._cut;
  }

  /** Makes every read from now on throw `error`, whatever is held; one that waits throws it. */
  setException(error: unknown): void {
    this.#fail(error, false);
  }

  /** The connection was lost. What came before can still be read. @internal */
  _lost(error: unknown): void {
    this.#fail(error, this.#error === undefined);
  }

  /** The transport that is paused while the reader holds enough. @throws UsageError when it has one */
  setTransport(transport: ReadTransport): void {
    this.#throttle.attach(transport);
  }

  /** Another transport takes the place of the old one, as startTls does. @internal */
  _replaceTransport(transport: ReadTransport): void {
    this._dropped.open = false;
    this.#throttle.replace(transport, this._bytes.length, this._limit);
  }

  /** All that it holds, for another owner. @internal */
  _takeUnread(): Buffer | undefined {
    return this._bytes.length === 0 ? undefined : this._bytes.take(this._bytes.length);
  }

  /** Adds a copy of bytes that came. @throws UsageError after {@link feedEof}; InvalidArgumentError for no bytes */
  feedData(data: Uint8Array): void {
    if (this._ended) throw new UsageError('feedData after feedEof');
    if (checkBytes(data, 'data') > 0) this._feedOwned(copyBytes(data));
  }

  /** Says that no more will come. */
  feedEof(): void {
    this._ended = true;
    this.#waiting()?.wake();
  }

  /** As feedData, with bytes that nobody else has. @internal */
  _feedOwned(data: Buffer): void {
    if (this._ended || data.length === 0) return;
    this._bytes.appendOwned(data);
    this.#fed();
  }

  /** Nothing is held, and no large message is to be expected. @internal */
  _expectsLittle(): boolean {
    return this._bytes.length === 0 && expectsLittle(this._bytes, this.#claim?.missing(0) ?? -1);
  }

  /** Where the next bytes are to be put. @internal */
  _getBuffer(): Buffer {
    const room = roomFor(this._bytes, this.#claim?.missing(this._bytes.length) ?? -1);
    this.#direct = room !== receiveBuffer();
    return room;
  }

  /** So many bytes were put there. @internal */
  _bufferUpdated(count: number): void {
    if (this._ended) return;
    if (this.#direct) this._bytes.fill(count);
    else this._bytes.append(receiveBuffer(), count);
    this.#fed();
  }

  /** Reads by lines until the end of the stream. `break` leaves the rest in it. */
  [Symbol.asyncIterator](): StreamIterator {
    return new StreamIterator(this, readLine, undefined);
  }

  /** Reads the bytes as they come, up to `size` at once, until the end of the stream: `for await (const chunk of
   * reader.chunks())`. @throws InvalidArgumentError when the size is not above 0 */
  chunks(size: number = 262_144): StreamIterator {
    const problem = countProblem(size, 'size', 1);
    if (problem !== undefined) throw problem;
    return new StreamIterator(this, readSome, size);
  }

  /** What the iterators read with. @internal */
  _next<P, R>(rule: ReadRule<P>, param: P, wrap: (bytes: Buffer) => R): Promise<R> {
    return this.#read(rule, param, wrap) as Promise<unknown> as Promise<R>;
  }

  /** Closes the connection, drops what is left, and waits until it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { transport } = this.#throttle;
    if (transport === undefined) return;
    transport.close();
    (transport as Partial<Parting>)._needNoAnswer?.();
    this._bytes.clear();
    try {
      await this.read();
    } catch (error) {
      if (isCancelledError(error)) throw error;
    }
  }

  /** @internal */
  _serve(claim: ReadClaim): Buffer {
    if (this.#claim === claim) this.#claim = undefined;
    try {
      return claim.rule.take(this, claim.param);
    } finally {
      this.#throttle.changed(this._bytes.length, this._limit);
    }
  }

  /** @internal */
  _release(claim: ReadClaim): void {
    if (this.#claim !== claim) return;
    this.#claim = undefined;
    this.#throttle.rose(this._bytes.length, this._limit);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](_: unknown, _options: unknown, inspect: Inspect): string {
    return describeReader(this, this.#waiting()?.rule.name, this.#error, this.#throttle, inspect);
  }

  #read<P>(rule: ReadRule<P>, param: P, wrap?: (bytes: Buffer) => unknown): Promise<Buffer> {
    if (this.#error !== undefined && !(this.#errorLast && rule.ready(this, param)))
      return Promise.reject(this.#error);
    const other = this.#claim;
    if (other !== undefined) {
      if (!other.cancelled()) {
        return Promise.reject(new UsageError(`${rule.name}() called while another read waits for bytes`));
      }
      other.forfeit();
      this.#claim = undefined;
    }
    if (rule.ready(this, param)) return this.#readNow(rule, param, wrap);
    this._dropped.unread = 0;
    this.#throttle.resume();
    const claim = new ReadClaim<P>(this, rule, param, wrap);
    this.#claim = claim as unknown as ReadClaim;
    return claim as unknown as Promise<Buffer>;
  }

  #fail(error: unknown, last: boolean): void {
    this.#error = error;
    this.#errorLast = last;
    const claim = this.#waiting();
    if (claim === undefined) return;
    this.#claim = undefined;
    claim.setException(error);
  }

  #readNow<P>(rule: ReadRule<P>, param: P, wrap?: (bytes: Buffer) => unknown): Promise<Buffer> {
    let result: Promise<unknown>;
    try {
      const bytes = rule.take(this, param);
      result = Promise.resolve(wrap === undefined ? bytes : wrap(bytes));
    } catch (error) {
      result = Promise.reject(error);
    }
    if (this.#throttle.paused) this.#throttle.fell(this._bytes.length, this._limit);
    return result as Promise<Buffer>;
  }

  /** The claim that is neither woken nor cancelled. */
  #waiting(): ReadClaim | undefined {
    const claim = this.#claim;
    return claim !== undefined && claim.asleep ? claim : undefined;
  }

  #fed(): void {
    if (this._dropped.open) this._dropped.more(this._bytes);
    const claim = this.#claim;
    if (claim !== undefined && !claim.cancelled()) {
      // What it takes does not count.
      if (!claim.woken && claim.rule.ready(this, claim.param)) claim.wake();
      return;
    }
    this.#throttle.rose(this._bytes.length + this._dropped.unread, this._limit);
  }
}
