// A file of bytes.

import { looking } from '../host/hostCall.ts';
import { FileFace } from '../open/fileFace.ts';
import type { OpenFile } from '../open/openFile.ts';
import { checkBytes, checkCount, checkOffset } from '../open/fileArguments.ts';
import {
  lineTooLong,
  placeOf,
  readAtOffset,
  truncateTo,
  writeAtOffset,
  writeTo,
} from '../open/fileOperations.ts';
import type { Whence } from '../open/fileOperations.ts';
import type { Buffered } from './buffered.ts';

const NEWLINE = 10;

/** A file of bytes, as {@link open} makes it where the mode has a `b`. Semantics: Python's BufferedReader,
 * BufferedWriter and BufferedRandom.
 *
 * Operations run one after the other in the order of their calls, whichever task calls. A read that is cancelled loses
 * nothing: what it was about to return is there for the next. A write that is cancelled has not begun, or all of it
 * is accepted: nothing of it reaches the system after the cancel was thrown, until the next write, flush or close.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile();
 *   await file.write(Buffer.from('one\ntwo\n'));
 *   await file.seek(0);
 *   for await (const line of file) console.log(line.length); // -> 4
 *   // -> 4
 * });
 * ```
 */
export class BinaryFile extends FileFace implements AsyncIterable<Buffer> {
  readonly #file: OpenFile;
  readonly #buffered: Buffered;
  readonly #lineLimit: number;

  /** @internal */
  constructor(file: OpenFile, lineLimit: number) {
    super(file);
    this.#file = file;
    this.#buffered = file.buffered;
    this.#lineLimit = lineLimit;
  }

  /** Reads `size` bytes, fewer only at the end; without a size, or with a negative one, all that is left. Empty at the end.
   * @throws OSError; UnsupportedOperation; UsageError when it is closed */
  async read(size?: number): Promise<Buffer> {
    const wanted = checkCount(size, 'size');
    return await this.#reading(this.read, () => this.#readUpTo(wanted));
  }

  /** Reads what is there, `size` bytes at most, with one call of the system's at most. */
  async read1(size?: number): Promise<Buffer> {
    const wanted = Math.min(checkCount(size, 'size'), Math.max(this.#buffered.size, 1));
    return await this.#reading(this.read1, async () => {
      if (this.#buffered.available === 0 && wanted > 0) await this.#buffered.more();
      return this.#buffered.take(Math.min(wanted, this.#buffered.available));
    });
  }

  /** What comes next, some of it, without taking it: more than `size` or less. */
  async peek(_size?: number): Promise<Buffer> {
    return await this.#reading(this.peek, async () => {
      if (this.#buffered.available === 0) await this.#buffered.more();
      return Buffer.from(this.#buffered.view());
    });
  }

  /** Fills `target`, or as much of it as there is before the end. Resolves to how many bytes that is. */
  async readInto(target: NodeJS.ArrayBufferView): Promise<number> {
    const room = checkBytes(target, 'target');
    return await this.#reading(this.readInto, async () => {
      while (this.#buffered.available < room.length)
        if ((await this.#buffered.more(room.length - this.#buffered.available)) === 0) break;
      const part = this.#buffered.view().subarray(0, room.length);
      room.set(part);
      this.#buffered.skip(part.length);
      return part.length;
    });
  }

  /** Reads a line with its end, `limit` bytes of it at most. Empty at the end. */
  async readline(limit?: number): Promise<Buffer> {
    const most = checkCount(limit, 'limit');
    return await this.#reading(this.readline, async () => await this.#line(most));
  }

  /** Reads the lines that are left; with a `hint`, until more than that many bytes have come. */
  async readlines(hint?: number | null): Promise<Buffer[]> {
    const most = checkCount(hint ?? -1, 'hint') || Infinity;
    return await this.#reading(this.readlines, async () => {
      // Nothing is taken before all is there: a read that is cancelled takes nothing.
      const buffered = this.#buffered;
      const ends: number[] = [];
      for (let begin = 0, searched = 0; begin <= most;) {
        const end = buffered.view().indexOf(NEWLINE, searched) + 1;
        searched = end > 0 ? end : buffered.available;
        if (end === 0 && (await buffered.more()) > 0) continue;
        if (searched > begin) ends.push(searched);
        if (end === 0) break;
        begin = end;
      }
      return ends.map((end, index) => buffered.take(end - (ends[index - 1] ?? 0)));
    });
  }

  /** Reads at an offset, and leaves alone where the file stands. Fewer bytes only at the end. */
  async readAt(size: number, offset: number): Promise<Buffer> {
    const wanted = checkCount(size, 'size');
    const from = checkOffset(offset, 'offset');
    this.#file.checkReadable();
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.readAt, async () => {
      return await readAtOffset(this.#file, wanted, from);
    });
  }

  /** Writes at an offset, at once, and leaves alone where the file stands. */
  async writeAt(bytes: NodeJS.ArrayBufferView, offset: number): Promise<number> {
    const data = checkBytes(bytes, 'bytes');
    const from = checkOffset(offset, 'offset');
    this.#file.checkWritable();
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.writeAt, async () => {
      await writeAtOffset(this.#file, data, from);
      return data.length;
    });
  }

  /** Accepts bytes for writing: they are with the system after {@link flush} or {@link close}, or when the buffer is full.
   * Resolves to their number.
   * @throws OSError, as for a full disk; UnsupportedOperation; InvalidArgumentError for a string */
  async write(bytes: NodeJS.ArrayBufferView): Promise<number> {
    const data = checkBytes(bytes, 'bytes');
    this.#file.checkWritable();
    if (
      this.#file.isFree &&
      !this.#buffered.isReading &&
      this.#buffered.available === 0 &&
      this.#buffered.size > 0 &&
      this.#buffered.fits(data.length)
    ) {
      this.#buffered.put(data);
      return data.length;
    }
    return await this.#file.inTurn(this.write, async () => await writeTo(this.#buffered, data));
  }

  /** Writes several, one after the other. */
  async writelines(lines: Iterable<NodeJS.ArrayBufferView>): Promise<void> {
    this.#file.checkWritable();
    return await this.#file.inTurn(this.writelines, async () => {
      for (const line of lines) await writeTo(this.#buffered, checkBytes(line, 'lines'));
    });
  }

  /** Goes to a place: from the beginning, from here (`1`) or from the end (`2`). Resolves to the new position. */
  async seek(offset: number, whence: Whence = 0): Promise<number> {
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.seek, async () => {
      const position = await placeOf(this.#file, offset, whence);
      await this.#buffered.seek(position);
      return position;
    });
  }

  /** Where it stands, in bytes from the beginning. */
  async tell(): Promise<number> {
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.tell, async () => {
      await this.#buffered.settled();
      return this.#buffered.position;
    });
  }

  /** Cuts the file off, or makes it longer with zeros; at the present position by default. Resolves to the size. */
  async truncate(size?: number | null): Promise<number> {
    this.#file.checkWritable();
    this.#file.checkSeekable();
    const given = size == null ? undefined : checkCount(size, 'size');
    return await this.#file.inTurn(this.truncate, async () => await truncateTo(this.#file, given));
  }

  /** Line by line, each with its end. A line longer than the option `lineLimit` is a LimitOverrunError, and
   * stays in the file. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    this.#file.checkReadable();
    const iterator: AsyncIterableIterator<Buffer> = {
      next: () => this.#next(),
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  override toString(): string {
    return `<BinaryFile '${this.name}' mode='${this.mode}'${this.closed ? ' closed' : ''}>`;
  }

  #next(): Promise<IteratorResult<Buffer>> {
    if (this.#file.isFree && !this.#buffered.isReading && this.#buffered.available > 0) {
      const end = this.#buffered.view().indexOf(NEWLINE);
      if (end >= 0 && end < this.#lineLimit)
        return Promise.resolve({ done: false, value: this.#buffered.take(end + 1) });
    }
    return this.#reading(this.#next, async () => {
      const value = await this.#line(this.#lineLimit, true);
      return value.length === 0 ? { done: true, value: undefined } : { done: false, value };
    });
  }

  async #line(most: number, strictly: boolean = false): Promise<Buffer> {
    const buffered = this.#buffered;
    for (let searched = 0; ;) {
      const end = buffered.view().indexOf(NEWLINE, searched);
      if (end >= 0 && end < most) return buffered.take(end + 1);
      if (buffered.available >= most) {
        if (strictly) throw lineTooLong(this.#file, buffered.available, most);
        return buffered.take(most);
      }
      searched = buffered.available;
      if ((await buffered.more()) === 0) return buffered.take(buffered.available);
    }
  }

  async #readUpTo(wanted: number): Promise<Buffer> {
    const { descriptor } = this.#file;
    // The size tells how much memory to take; a file that says 0 may have contents all the same (/proc).
    const known = wanted > 65536 && descriptor.regular ? await looking(() => descriptor.length()) : 0;
    const rest = Math.max(known - this.#buffered.position + 1, 65536);
    while (this.#buffered.available < wanted) {
      const missing = Math.min(
        wanted - this.#buffered.available,
        Math.max(rest - this.#buffered.available, this.#buffered.available, 1),
      );
      if ((await this.#buffered.more(missing)) === 0) break;
    }
    return this.#buffered.take(Math.min(wanted, this.#buffered.available));
  }

  #reading<T>(below: (...args: never[]) => unknown, body: () => Promise<T>): Promise<T> {
    this.#file.checkReadable();
    return this.#file.inTurn(below, async () => {
      await this.#buffered.flush();
      return await body();
    });
  }
}
