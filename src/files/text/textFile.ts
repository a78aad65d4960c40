// A file of text.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Buffered } from '../binary/buffered.ts';
import { checkCount } from '../open/fileArguments.ts';
import { lineTooLong, placeOf, truncateTo, writeTo } from '../open/fileOperations.ts';
import type { Whence } from '../open/fileOperations.ts';
import { FileFace } from '../open/fileFace.ts';
import type { OpenFile } from '../open/openFile.ts';
import { UnsupportedOperation } from '../open/unsupportedOperation.ts';
import { countPoints, indexAfter } from './codePoints.ts';
import type { TextSide } from './textSide.ts';

/** As much is decoded at once when everything is wanted. */
const MUCH = 2 ** 20;

export interface TextFileOptions {
  readonly encoding: string;
  readonly errors: string;
  readonly lineLimit: number;
  /** Gives each line that was written to the system at once. */
  readonly lineBuffering: boolean;
}

/** A file of text, as {@link open} makes it where the mode has no `b`. Semantics: Python's TextIOWrapper. Characters are
 * counted as Python counts them, by code points.
 *
 * Operations run one after the other in the order of their calls, whichever task calls. A read that is cancelled takes
 * nothing. A write that is cancelled has not begun, or all of it is accepted: nothing of it reaches the system after
 * the cancel was thrown, until the next write, flush or close.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile('w+', { encoding: 'utf-16', newline: '\r\n' });
 *   await file.write('one\ntwo\n');
 *   await file.seek(0);
 *   for await (const line of file) console.log(JSON.stringify(line)); // -> "one\r\n"
 *   // -> "two\r\n"
 * });
 * ```
 */
export class TextFile extends FileFace implements AsyncIterable<string> {
  readonly #file: OpenFile;
  readonly #buffered: Buffered;
  readonly #text: TextSide;
  readonly #options: TextFileOptions;
  readonly #lineLimit: number;

  /** @internal */
  constructor(file: OpenFile, text: TextSide, options: TextFileOptions) {
    super(file);
    this.#file = file;
    this.#buffered = file.buffered;
    this.#text = text;
    this.#options = options;
    this.#lineLimit = options.lineLimit;
  }

  /** As it was given; `utf-8` by default. */
  get encoding(): string {
    return this.#options.encoding;
  }

  /** As it was given; `strict` by default. */
  get errors(): string {
    return this.#options.errors;
  }

  /** The kinds of line ends that have been read so far, where lines may end in several. */
  get newlines(): readonly string[] {
    const { cr, lf, crlf } = this.#text.seen;
    return [cr && '\r', lf && '\n', crlf && '\r\n'].filter((kind) => kind !== false);
  }

  /** Reads `size` characters, fewer only at the end; without a size, or with a negative one, all that is left. Empty at
   * the end.
   * @throws UnicodeDecodeError, and again until one has gone to another place; OSError; UnsupportedOperation;
   * UsageError when it is closed */
  async read(size?: number | null): Promise<string> {
    const wanted = checkCount(size ?? undefined, 'size');
    return await this.#reading(this.read, async () => {
      const text = this.#text;
      if (wanted === Infinity) {
        while (await text.more(MUCH));
        return text.take(text.chars.length);
      }
      for (;;) {
        const end = indexAfter(text.chars, text.at, wanted);
        if (end !== undefined) return text.take(end);
        if (!(await text.more())) return text.take(text.chars.length);
      }
    });
  }

  /** Reads a line with its end, `limit` characters of it at most. Empty at the end. */
  async readline(limit?: number): Promise<string> {
    const most = checkCount(limit, 'limit');
    return await this.#reading(this.readline, () => this.#line(most));
  }

  /** Reads the lines that are left; with a `hint`, until more than that many characters have come. */
  async readlines(hint?: number | null): Promise<string[]> {
    const most = checkCount(hint ?? -1, 'hint') || Infinity;
    return await this.#reading(this.readlines, async () => {
      const lines = await this.#text.restoring(() => this.#lines(most));
      this.#buffered.readAhead();
      return lines;
    });
  }

  /** Accepts text for writing: it is with the system after {@link flush} or {@link close}, or when the buffer is full.
   * Resolves to the number of its characters.
   * @throws UnicodeEncodeError, and nothing is written; OSError, as for a full disk; UnsupportedOperation;
   * InvalidArgumentError for bytes */
  async write(text: string): Promise<number> {
    this.#file.checkWritable();
    checkText(text);
    const flushes = this.#options.lineBuffering && /[\r\n]/.test(text);
    const empty = this.#buffered.available === 0 && this.#text.ahead === 0 && !this.#buffered.isReading;
    if (this.#file.isFree && empty && !flushes) {
      if (this.#buffered.fits(text.length)) {
        const bytes = this.#text.encode(text);
        if (this.#buffered.fits(bytes.length)) {
          this.#buffered.put(bytes);
          this.#text.written();
          return countPoints(text);
        }
      }
    }
    return await this.#file.inTurn(this.write, async () => {
      await this.#accept(text);
      if (flushes) await this.#buffered.flush();
      return countPoints(text);
    });
  }

  /** Writes several, one after the other; line ends are not added. */
  async writelines(lines: Iterable<string>): Promise<void> {
    this.#file.checkWritable();
    return await this.#file.inTurn(this.writelines, async () => {
      for (const line of lines) {
        checkText(line);
        await this.#accept(line);
      }
    });
  }

  /** Goes to a place that {@link tell} returned, to the beginning, or with `whence` 2 to the end. Resolves to the place.
   * @throws UnsupportedOperation for any other way */
  async seek(place: number, whence: Whence = 0): Promise<number> {
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.seek, async () => {
      if (whence !== 0 && place !== 0)
        throw new UnsupportedOperation(`can't do nonzero ${whence === 1 ? 'cur' : 'end'}-relative seeks`);
      const position = whence === 1 ? await this.#place() : await placeOf(this.#file, place, whence);
      await this.#buffered.seek(position);
      this.#text.reset(position);
      if (position > 0 && this.#file.mode.reading) await this.#text.findMark();
      return position;
    });
  }

  /** Where it stands, for {@link seek}: in bytes from the beginning, between two characters. */
  async tell(): Promise<number> {
    this.#file.checkSeekable();
    return await this.#file.inTurn(this.tell, () => this.#place());
  }

  /** Cuts the file off, or makes it longer with zeros; `size` is in bytes, the present place by default. Resolves to the
   * size. */
  async truncate(size?: number | null): Promise<number> {
    this.#file.checkWritable();
    this.#file.checkSeekable();
    const given = size == null ? undefined : checkCount(size, 'size');
    return await this.#file.inTurn(this.truncate, async () => {
      await this.#goWhereItStands();
      return await truncateTo(this.#file, given);
    });
  }

  /** Line by line, each with its end. A line longer than the option `lineLimit` is a LimitOverrunError, and stays in the
   * file. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string> {
    this.#file.checkReadable();
    const iterator: AsyncIterableIterator<string> = {
      next: () => this.#next(),
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  override toString(): string {
    const { name, mode, encoding, closed } = this;
    return `<TextFile '${name}' mode='${mode}' encoding='${encoding}'${closed ? ' closed' : ''}>`;
  }

  #next(): Promise<IteratorResult<string>> {
    if (this.#file.isFree) {
      const value = this.#text.takeLine(this.#lineLimit);
      if (value !== '') return Promise.resolve({ done: false, value });
    }
    return this.#reading(this.#next, async () => {
      const value = await this.#line(this.#lineLimit, true);
      this.#buffered.readAhead();
      return value === '' ? { done: true, value: undefined } : { done: false, value };
    });
  }

  async #lines(most: number): Promise<string[]> {
    const text = this.#text;
    const lines: string[] = [];
    for (let length = 0; ;) {
      // Most lines are there as a whole: they need no wait.
      length += text.takeLines(lines, most - length);
      if (length > most) return lines;
      const line = await this.#line(Infinity);
      if (line === '') return lines;
      length += text.hasPairs ? countPoints(line) : line.length;
      lines.push(line);
    }
  }

  async #line(most: number, strictly: boolean = false): Promise<string> {
    const text = this.#text;
    for (let goingOn = false; ;) {
      const end = text.lineEnd(goingOn);
      const limit = most === Infinity ? undefined : indexAfter(text.chars, text.at, most);
      if (end >= 0 && (limit === undefined || end <= limit)) return text.take(end);
      if (limit !== undefined) {
        if (strictly) throw lineTooLong(this.#file, text.ahead, most);
        return text.take(limit);
      }
      goingOn = text.ahead > 0;
      if (!(await text.more(1, most))) return text.take(text.chars.length);
    }
  }

  async #place(): Promise<number> {
    await this.#buffered.settled();
    return await this.#text.place();
  }

  /** What is written goes to where the program stands, not behind what was read ahead. */
  async #goWhereItStands(): Promise<void> {
    if (this.#buffered.available === 0 && this.#text.ahead === 0) return;
    if (!this.#file.descriptor.seekable) return;
    const place = await this.#place();
    await this.#buffered.seek(place);
    this.#text.reset(place);
  }

  async #accept(text: string): Promise<void> {
    await this.#goWhereItStands();
    const bytes = this.#text.encode(text);
    await writeTo(this.#buffered, bytes);
    this.#text.written();
  }

  #reading<T>(below: (...args: never[]) => unknown, body: () => Promise<T>): Promise<T> {
    this.#file.checkReadable();
    return this.#file.inTurn(below, async () => {
      await this.#buffered.flush();
      return await body();
    });
  }
}

function checkText(text: unknown): void {
  if (typeof text !== 'string')
    throw new InvalidArgumentError(
      'text',
      `a file of text takes a string, not ${text === null ? 'null' : typeof text}`,
    );
}
