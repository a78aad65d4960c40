// Encodings of East Asia, whose characters have one to four bytes, or eight.
//
// 1. A character is what Python says it is: the host's decoder gives most of the table, eastAsianTables.ts the rest.
// 2. Bytes below 128 at a character's beginning are ASCII, and no other byte of a character is below 0x30: lines can be
//    told by their bytes.
// 3. Of what is no character one byte is refused, and the next is looked at anew; what the bytes cut off is refused as a
//    whole, where none follow.

import type { Codec, Fault, Run } from './codec.ts';
import type { EastAsianTable } from './eastAsianTables.ts';

const ILLEGAL = 'illegal multibyte sequence';
const INCOMPLETE = 'incomplete multibyte sequence';
/** How many characters of the plane that two bytes count have four bytes in GB 18030; the others follow from there. */
const FOURS = 39420;
const FIRST_ASTRAL = 189000;

interface Characters {
  /** By their bytes as a number, for one and two bytes; 0 for none. */
  readonly short: Uint16Array;
  /** By the last two, for three. */
  readonly three: Uint16Array;
  /** By their number, for four. */
  readonly four: Uint16Array;
  readonly leads: ReadonlySet<number>;
  /** The bytes of each, as a number. */
  readonly codes: ReadonlyMap<number, number>;
}

export function eastAsian(table: EastAsianTable): Codec {
  const characters = charactersOf(table);
  const { name } = table;
  return {
    name,
    width: 1,
    plainLines: true,
    decodeRun: (bytes, from, final) => decodeRun(name, characters, bytes, from, final),
    encodeRun: (text, from) => encodeRun(name, characters, text, from),
  };
}

function decodeRun(
  name: string,
  characters: Characters,
  bytes: Buffer,
  from: number,
  final: boolean,
): Run<string> {
  let text = '';
  let count = 0;
  let at = from;
  let fault: Fault | undefined;
  while (at < bytes.length) {
    if (count > units.length - 2) {
      text += textOf(count);
      count = 0;
    }
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      units[count++] = lead;
      at++;
      continue;
    }
    const length = characters.leads.has(lead) ? lengthAt(name, bytes, at) : 1;
    if (at + length > bytes.length) {
      if (final) fault = { end: bytes.length, reason: INCOMPLETE };
      break;
    }
    const found = characterAt(characters, bytes, at, length);
    if (found === 0) {
      fault = { end: at + 1, reason: ILLEGAL };
      break;
    }
    if (found > 0xffff) {
      units[count++] = 0xd800 + ((found - 0x10000) >> 10);
      units[count++] = 0xdc00 + (found & 0x3ff);
    } else units[count++] = found;
    at += length;
  }
  return { out: text + textOf(count), end: at, fault };
}

// Many faults are many short runs: what they share spares each its memory.
const units: Uint16Array = new Uint16Array(4096);
const written: Buffer = Buffer.alloc(4096);

const textOf = (count: number): string => String.fromCharCode(...units.subarray(0, count));

/** How many bytes the character at `at` has, as far as they tell. */
function lengthAt(name: string, bytes: Buffer, at: number): number {
  const lead = bytes[at] as number;
  const next = bytes[at + 1];
  if (next === undefined) return 2;
  if (name === 'euc_jp' && lead === 0x8f) return 3;
  if (name === 'gb18030' && next >= 0x30 && next <= 0x39) return 4;
  return name === 'euc_kr' && lead === 0xa4 && next === FILLER ? 8 : 2;
}

/** The code point; 0 for no character. */
function characterAt(characters: Characters, bytes: Buffer, at: number, length: number): number {
  switch (length) {
    case 1:
      return characters.short[bytes[at] as number] as number;
    case 2:
      return characters.short[bytes.readUInt16BE(at)] as number;
    case 3:
      return characters.three[bytes.readUInt16BE(at + 1)] as number;
    case 8:
      return joinJamo(bytes, at);
    default: {
      const number = fourNumber(bytes, at);
      if (number === undefined) return 0;
      if (number < FOURS) return characters.four[number] as number;
      const astral = number - FIRST_ASTRAL;
      return astral >= 0 && astral < 0x100000 ? 0x10000 + astral : 0;
    }
  }
}

function fourNumber(bytes: Buffer, at: number): number | undefined {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [
    number,
    number,
    number,
    number,
  ];
  if (a < 0x81 || a === 0xff || c < 0x81 || c === 0xff || d < 0x30 || d > 0x39) return undefined;
  return (((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30;
}

function fourBytes(number: number): number {
  const d = number % 10;
  const c = Math.floor(number / 10) % 126;
  const b = Math.floor(number / 1260) % 10;
  const a = Math.floor(number / 12600);
  return (((a + 0x81) << 24) | ((b + 0x30) << 16) | ((c + 0x81) << 8) | (d + 0x30)) >>> 0;
}

function encodeRun(name: string, { codes }: Characters, text: string, from: number): Run<Buffer> {
  const pieces: Buffer[] = [];
  let count = 0;
  let at = from;
  let fault: Fault | undefined;
  while (at < text.length) {
    if (count > written.length - 8) {
      pieces.push(Buffer.from(written.subarray(0, count)));
      count = 0;
    }
    const point = text.codePointAt(at) as number;
    const size = point > 0xffff ? 2 : 1;
    const code = point < 0x80 ? point : codes.get(point);
    if (code !== undefined) count = putCode(count, code);
    else if (name === 'gb18030' && size === 2)
      count = putCode(count, fourBytes(point - 0x10000 + FIRST_ASTRAL));
    else if (name === 'euc_kr' && point >= HANGUL && point < HANGUL + SYLLABLES)
      count += written.write(splitJamo(point), count, 'latin1');
    else {
      fault = { end: at + size, reason: ILLEGAL };
      break;
    }
    at += size;
  }
  const out = Buffer.concat([...pieces, written.subarray(0, count)]);
  return { out, end: at, fault };
}

function putCode(at: number, code: number): number {
  const length = code < 0x100 ? 1 : code < 0x10000 ? 2 : code < 0x1000000 ? 3 : 4;
  written.writeUIntBE(code, at, length);
  return at + length;
}

// A Hangul that KS X 1001 does not have is its three letters behind a filler, each as two bytes.
const HANGUL = 0xac00;
const SYLLABLES = 11172;
const FILLER = 0xd4;
const JAMO = 0xa4;
const INITIALS = '\xa1\xa2\xa4\xa7\xa8\xa9\xb1\xb2\xb3\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe';
const FINALS =
  '\xd4\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb4\xb5\xb6\xb7\xb8\xba\xbb\xbc\xbd\xbe';
const FIRST_VOWEL = 0xbf;
const VOWELS = 21;

function joinJamo(bytes: Buffer, at: number): number {
  if (bytes[at + 2] !== JAMO || bytes[at + 4] !== JAMO || bytes[at + 6] !== JAMO) return 0;
  const letter = (offset: number): string => String.fromCharCode(bytes[at + offset] as number);
  const initial = INITIALS.indexOf(letter(3));
  const vowel = (bytes[at + 5] as number) - FIRST_VOWEL;
  const final = FINALS.indexOf(letter(7));
  if (initial < 0 || vowel < 0 || vowel >= VOWELS || final < 0) return 0;
  return HANGUL + (initial * VOWELS + vowel) * FINALS.length + final;
}

function splitJamo(point: number): string {
  const number = point - HANGUL;
  const final = number % FINALS.length;
  const vowel = Math.floor(number / FINALS.length) % VOWELS;
  const initial = Math.floor(number / FINALS.length / VOWELS);
  return `\xa4\xd4\xa4${INITIALS[initial]}\xa4${String.fromCharCode(FIRST_VOWEL + vowel)}\xa4${FINALS[final]}`;
}

function charactersOf(table: EastAsianTable): Characters {
  const { name, label } = table;
  const short = new Uint16Array(0x10000);
  const three = new Uint16Array(name === 'euc_jp' ? 0x10000 : 0);
  const four = new Uint16Array(name === 'gb18030' ? FOURS : 0);
  const set = (code: number, char: string | undefined): void => {
    const unit = (char as string).charCodeAt(0);
    if (code < 0x10000) short[code] = unit;
    else if (code < 0x1000000) three[code & 0xffff] = unit;
    else four[fourNumber(bytesOf(code), 0) as number] = unit;
  };
  const valid = [...rangesIn(table.valid)];
  for (let number = 0; number < four.length; number++) valid.push(fourBytes(number));
  for (const [code, char] of askHost(label, valid)) set(code, char);
  if (name === 'cp949') for (const [code, char] of addedHangul(valid, short)) set(code, char);
  for (const fix of wordsIn(table.fixes)) {
    const [code, characters] = parted(fix);
    for (const [offset, char] of characters.split('').entries()) set(code + offset, char);
  }
  const codes: Map<number, number> = new Map();
  for (const code of valid) {
    const bytes = bytesOf(code);
    const length = bytes.length === 2 && code < 0x100 ? 1 : bytes.length;
    const unit = characterAt({ short, three, four, leads: new Set(), codes }, bytes, 0, length);
    if (!codes.has(unit)) codes.set(unit, code);
  }
  for (const exception of wordsIn(table.written)) {
    const [unit, hex] = parted(exception);
    if (hex === '') codes.delete(unit);
    else codes.set(unit, Number.parseInt(hex, 16));
  }
  return { short, three, four, leads: new Set(rangesIn(table.leads)), codes };
}

/** What the host's decoder takes each for. */
function askHost(label: string, codes: readonly number[]): [code: number, char: string | undefined][] {
  const parts = codes.map((code) => bytesOf(code));
  const text = new TextDecoder(label).decode(Buffer.concat(parts.flatMap((part) => [part, NEWLINE])));
  return text
    .split('\n')
    .slice(0, -1)
    .map((char, index) => [codes[index] as number, char === '' ? '\ufffd' : char]);
}

const NEWLINE: Buffer = Buffer.from('\n');

/** The Hangul that KS X 1001 does not have, in the order of Unicode. */
function* addedHangul(codes: readonly number[], short: Uint16Array): Generator<[number, string]> {
  const isAdded = (code: number): boolean => code >> 8 < 0xa1 || (code & 0xff) < 0xa1;
  const known = new Set(codes.filter((code) => !isAdded(code)).map((code) => short[code]));
  const added = codes.filter((code) => isAdded(code))[Symbol.iterator]();
  for (let point = HANGUL; point < HANGUL + SYLLABLES; point++)
    if (!known.has(point)) yield [added.next().value as number, String.fromCharCode(point)];
}

function bytesOf(code: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(code);
  return bytes.subarray(code < 0x100 ? 3 : code < 0x10000 ? 2 : code < 0x1000000 ? 1 : 0);
}

function wordsIn(list: string): string[] {
  return list === '' ? [] : list.split(' ');
}

function* rangesIn(list: string): Generator<number> {
  for (const range of wordsIn(list)) {
    const [from, to = from] = range.split('-') as [string, string?];
    for (let code = Number.parseInt(from, 16); code <= Number.parseInt(to, 16); code++) yield code;
  }
}

function parted(pair: string): [code: number, what: string] {
  const at = pair.indexOf('=');
  return [Number.parseInt(pair.slice(0, at), 16), pair.slice(at + 1)];
}
