// The text of a file: characters that were decoded ahead, and the place in the file that they stand for.
//
// 1. Bytes that are not decoded stay in the buffer: a character, or a '\r' and its '\n', that is cut off there comes with
//    the next read.
// 2. Of what was decoded, only its place in the file is kept. Where the program stands inside of it is found out when it
//    asks, by reading those bytes again. So places are plain byte offsets.
// 3. Who reads lines has bytes decoded up to the end of a line, where one is there: what was decoded is then all gone
//    when the next part comes, and nothing has to be put together. The rest of a line waits in the buffer for its end.
// 4. An operation that fails or is cancelled has taken no character.

import type { Buffered } from '../binary/buffered.ts';
import type { Codec } from '../encodings/codec.ts';
import { decode, encode } from '../encodings/transcode.ts';
import type { Decoded } from '../encodings/transcode.ts';
import type { Encoding } from '../encodings/encodings.ts';
import type { ErrorHandler } from '../encodings/errorHandlers.ts';
import { UnicodeDecodeError } from '../encodings/unicodeErrors.ts';
import { looking } from '../host/hostCall.ts';
import { UnsupportedOperation } from '../open/unsupportedOperation.ts';
import { countPoints, hasPairs } from './codePoints.ts';
import { endsInFeed, isUniversal, lineEnd, readAs, writtenAs } from './newlines.ts';
import type { Newline, Seen } from './newlines.ts';

/** As many bytes are decoded together: a longer string is a large object, which V8 keeps until it collects everything. */
const MOST = 65_536;
const LF = 10;
const CR = 13;

/** Bytes that were decoded together. */
interface Stretch {
  readonly start: number;
  readonly bytes: number;
  readonly chars: number;
  /** How many of its characters are gone. */
  gone: number;
}

interface DecodedPart {
  readonly text: string;
  readonly stretch: Stretch;
}

export interface TextOptions {
  readonly encoding: Encoding;
  readonly errors: ErrorHandler;
  readonly newline: Newline;
}

export class TextSide {
  readonly #buffered: Buffered;
  readonly #encoding: Encoding;
  readonly #errors: ErrorHandler;
  readonly newline: Newline;
  readonly seen: Seen = { crlf: false, cr: false, lf: false };
  /** What was decoded; the program stands at `at`. */
  chars: string = '';
  at: number = 0;
  /** Some of them count as two in JavaScript. */
  hasPairs: boolean = false;
  #stretches: Stretch[] = [];
  /** What was decoded last, and one character before it. */
  #last: string = '';
  /** Bytes at the front of the buffer that need more to be decoded. */
  #left: number = 0;
  /** Bytes at the front of the buffer that are a line without its end. */
  #begun: number = 0;
  /** What the file's mark said; undefined as long as it has not been read. */
  #codec: Codec | undefined;
  #markDue: boolean;
  /** What was decoded in {@link restoring}. */
  #since: DecodedPart[] | undefined = undefined;

  constructor(buffered: Buffered, { encoding, errors, newline }: TextOptions) {
    this.#buffered = buffered;
    this.#encoding = encoding;
    this.#errors = errors;
    this.newline = newline;
    this.#codec = encoding.marks.length === 0 ? encoding.codec : undefined;
    this.#markDue = encoding.marks.length > 0 && buffered.position === 0;
  }

  /** Characters that were decoded ahead. */
  get ahead(): number {
    return this.chars.length - this.at;
  }

  /** Where the line ends that the program stands in; -1 where its end is not there. With `on`, only what was decoded last
   * is looked at: to look at all that is there of a long line, again and again, takes its length squared. */
  lineEnd(on: boolean = false): number {
    if (!on) return lineEnd(this.newline, this.chars, this.at);
    const end = lineEnd(this.newline, this.#last, 0);
    return end < 0 ? -1 : this.chars.length - this.#last.length + end;
  }

  /** The line that the program stands in, where all of it is there and it has `most` characters at most; else empty. */
  takeLine(most: number): string {
    const { at } = this;
    const end = lineEnd(this.newline, this.chars, at);
    if (end < 0 || end - at > most) return '';
    this.at = end;
    return this.chars.slice(at, end);
  }

  /** Adds the lines to `lines` of which all is there, until more than `most` characters have come. Returns how many. */
  takeLines(lines: string[], most: number): number {
    const { chars, newline } = this;
    let { at } = this;
    let count = 0;
    while (count <= most) {
      const end = lineEnd(newline, chars, at);
      if (end < 0) break;
      const line = chars.slice(at, end);
      lines.push(line);
      count += this.hasPairs ? countPoints(line) : end - at;
      at = end;
    }
    this.at = at;
    return count;
  }

  take(end: number): string {
    const text = this.chars.slice(this.at, end);
    this.at = end;
    return text;
  }

  /** Runs what takes several times. If it fails, what it took is put back. */
  async restoring<T>(body: () => Promise<T>): Promise<T> {
    const { chars, at } = this;
    const stretches = this.#stretches.map((each) => ({ ...each }));
    const since: DecodedPart[] = [];
    this.#since = since;
    try {
      return await body();
    } catch (error) {
      this.chars = this.#last = chars + since.map(({ text }) => text).join('');
      this.at = at;
      this.hasPairs = hasPairs(this.chars);
      this.#stretches = [...stretches, ...since.map(({ stretch }) => stretch)];
      throw error;
    } finally {
      this.#since = undefined;
    }
  }

  /** Decodes on; for a line, whose longest is given, up to the end of one if it can. Resolves to false at the end. */
  async more(wanted: number = 1, longestLine: number = 0): Promise<boolean> {
    const buffered = this.#buffered;
    for (;;) {
      const useless = this.#begun > longestLine ? this.#left : Math.max(this.#left, this.#begun);
      const final = buffered.available <= useless && (await buffered.more(wanted)) === 0;
      if (this.#codec === undefined && !(await this.#readMark(final))) continue;
      const start = buffered.position;
      const view = buffered.view();
      const bytes = view.subarray(0, final ? MOST : this.#goodEnd(view, longestLine));
      const { text, used } = this.#decode(this.#codec as Codec, bytes, final, start);
      buffered.skip(used);
      this.#left = bytes.length - used;
      this.#begun = view.length <= MOST ? view.length - bytes.length : 0;
      if (used > 0) this.#append(readAs(this.newline, text, this.seen), start, used);
      if (text !== '' || final) return text !== '';
    }
  }

  /** Up to where bytes are decoded: for a line up to the end of one, unless what is left could hold a whole line or is
   * longer than a line may be. */
  #goodEnd(bytes: Buffer, longestLine: number): number {
    if (longestLine === 0 || !endsInFeed(this.newline) || this.#codec?.plainLines !== true) return MOST;
    const most = Math.min(bytes.length, MOST);
    const end = bytes.lastIndexOf(LF, most - 1) + 1;
    if (end === 0 || most - end > longestLine) return MOST;
    const rest = bytes.subarray(end, most);
    return isUniversal(this.newline) && rest.includes(CR) ? MOST : end;
  }

  #decode(codec: Codec, bytes: Buffer, final: boolean, start?: number): Decoded {
    const handler = this.#errors.decode;
    const decoded = decode(codec, bytes, final, handler, start);
    const { text, used, stopped } = decoded;
    // The '\n' of a '\r' may be in bytes that have not come, or not whole.
    if (final || stopped === true || !isUniversal(this.newline) || !text.endsWith('\r')) return decoded;
    const last = bytes.subarray(used - codec.width, used);
    if (handler === undefined || decode(codec, last, true, handler).text === '\r')
      return { text: text.slice(0, -1), used: used - codec.width };
    const charsOf = (length: number): number =>
      decode(codec, bytes.subarray(0, length), false, handler).text.length;
    return { text: text.slice(0, -1), used: leastLength(used, text.length - 1, charsOf) };
  }

  #append(text: string, start: number, bytes: number): void {
    this.#drop();
    this.hasPairs = (this.chars !== '' && this.hasPairs) || hasPairs(text);
    // The first half of a '\r\n' may be in the part before.
    this.#last = this.chars === '' ? text : this.#last.slice(-1) + text;
    this.chars = this.chars === '' ? text : this.chars + text;
    const stretch = { start, bytes, chars: text.length, gone: 0 };
    this.#stretches.push(stretch);
    this.#since?.push({ text, stretch: { ...stretch } });
  }

  /** Forgets the characters that the program has had. */
  #drop(): void {
    let gone = this.at;
    this.chars = gone === this.chars.length ? '' : this.chars.slice(gone);
    this.at = 0;
    while (gone > 0) {
      const first = this.#stretches[0] as Stretch;
      const part = Math.min(gone, first.chars - first.gone);
      first.gone += part;
      gone -= part;
      if (first.gone === first.chars) this.#stretches.shift();
    }
    if (this.chars === '') this.#stretches = [];
  }

  /** What the file begins with, which says how it goes on. False where more of it is needed. */
  async #readMark(final: boolean): Promise<boolean> {
    const { marks, codec, required } = this.#encoding;
    const bytes = this.#buffered.view();
    const mark = marks.find((each) => bytes.subarray(0, each.bytes.length).equals(each.bytes));
    const longest = Math.max(...marks.map((each) => each.bytes.length));
    if (mark === undefined && bytes.length < longest && !final) {
      this.#left = bytes.length;
      return false;
    }
    if (mark === undefined && required !== undefined && bytes.length >= codec.width)
      throw new UnicodeDecodeError(codec.name, Buffer.from(bytes), 0, bytes.length, required, 0);
    this.#buffered.skip(mark?.bytes.length ?? 0);
    this.#left = 0;
    this.#codec = mark?.codec ?? codec;
    return true;
  }

  /** Where the program stands, in bytes. */
  async place(): Promise<number> {
    if (this.ahead === 0) return this.#buffered.position;
    this.#drop();
    const first = this.#stretches[0] as Stretch;
    const { width } = this.#codec as Codec;
    if (this.#errors.decode === undefined && width < 4 && first.bytes === first.chars * width)
      return first.start + first.gone * width;
    return first.start + (await this.#bytesOf(first));
  }

  /** How many bytes the characters are that are gone of a stretch. */
  async #bytesOf({ start, bytes, gone }: Stretch): Promise<number> {
    const room = Buffer.alloc(bytes);
    for (let done = 0; done < bytes;) {
      const count = await looking(() => this.#buffered.descriptor.read(room.subarray(done), start + done));
      if (count === undefined || count === 0) break;
      done += count;
    }
    const codec = this.#codec as Codec;
    const lengthOf = ({ text }: Decoded): number => readAs(this.newline, text, { ...this.seen }).length;
    const held = (length: number): number => lengthOf(this.#decode(codec, room.subarray(0, length), false));
    const found = leastLength(bytes, gone, held);
    if (held(found) === gone) return found;
    // After a '\r' that had to wait for what follows.
    const whole = (length: number): number =>
      lengthOf(decode(codec, room.subarray(0, length), false, this.#errors.decode));
    const after = leastLength(bytes, gone, whole);
    if (whole(after) === gone) return after;
    throw new UnsupportedOperation(
      "the place is inside of what an error handler has made of a byte: it can't be told",
    );
  }

  /** Forgets what was decoded; the file stands at `position` now. */
  reset(position: number): void {
    this.chars = '';
    this.at = 0;
    this.#stretches = [];
    this.#left = this.#begun = 0;
    this.#markDue = position === 0 && this.#encoding.marks.length > 0;
    if (position === 0 && this.#markDue) this.#codec = undefined;
  }

  /** In the middle of a file whose mark nobody has read. */
  async findMark(): Promise<void> {
    if (this.#codec !== undefined || this.#encoding.marks.length === 0) return;
    const room = Buffer.alloc(4);
    const count = await looking(() => this.#buffered.descriptor.read(room, 0));
    const begin = room.subarray(0, count ?? 0);
    const mark = this.#encoding.marks.find(({ bytes }) => begin.subarray(0, bytes.length).equals(bytes));
    this.#codec = mark?.codec ?? this.#encoding.codec;
  }

  /** The bytes for a text, with the file's mark before them where it is due. */
  encode(text: string): Buffer {
    const { codec, marks } = this.#encoding;
    const bytes = encode(codec, writtenAs(this.newline, text), this.#errors.encode);
    if (!this.#markDue) return bytes;
    return Buffer.concat([marks[0]?.bytes ?? Buffer.alloc(0), bytes]);
  }

  /** The mark has been written with what {@link encode} made. */
  written(): void {
    this.#markDue = false;
  }
}

/** How many bytes it takes for so many characters. */
function leastLength(bytes: number, chars: number, charsOf: (length: number) => number): number {
  let [low, high] = [0, bytes];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (charsOf(middle) >= chars) high = middle;
    else low = middle + 1;
  }
  return low;
}
