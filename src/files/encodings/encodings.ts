// Encodings by Python's names.
//
// 1. A name is looked up as Python does: capitals, hyphens and spaces don't count.
// 2. Some encodings begin with a mark, which says in what order the bytes are. It is read where a file begins, and
//    written there.
// 3. Tables that few need are loaded when they are asked for.

import { InvalidArgumentError, UnsupportedError } from '../../asyncio.ts';
import type { Codec } from './codec.ts';
import { ascii, latin1, singleByte } from './singleByte.ts';
import { utf16be, utf16le } from './utf16.ts';
import { utf32be, utf32le } from './utf32.ts';
import { utf8 } from './utf8.ts';

/** What begins a file. */
export interface Mark {
  readonly bytes: Buffer;
  readonly codec: Codec;
}

export interface Encoding {
  /** For writing, and for reading where no mark says otherwise. */
  readonly codec: Codec;
  /** Those that a file may begin with; the first is written. */
  readonly marks: readonly Mark[];
  /** What is thrown for a file without one. */
  readonly required?: string;
}

const mark = (codec: Codec, ...bytes: number[]): Mark => ({ bytes: Buffer.from(bytes), codec });
const plain = (codec: Codec): Encoding => ({ codec, marks: [] });

const latin = plain(latin1);
const known: Record<string, Encoding> = {
  utf_8: plain(utf8),
  utf_8_sig: { codec: utf8, marks: [mark(utf8, 0xef, 0xbb, 0xbf)] },
  utf_16: {
    codec: utf16le,
    marks: [mark(utf16le, 0xff, 0xfe), mark(utf16be, 0xfe, 0xff)],
    required: 'UTF-16 stream does not start with BOM',
  },
  utf_16_le: plain(utf16le),
  utf_16_be: plain(utf16be),
  utf_32: {
    codec: utf32le,
    marks: [mark(utf32le, 0xff, 0xfe, 0, 0), mark(utf32be, 0, 0, 0xfe, 0xff)],
    required: 'UTF-32 stream does not start with BOM',
  },
  utf_32_le: plain(utf32le),
  utf_32_be: plain(utf32be),
  ascii: plain(ascii),
  latin_1: latin,
};

const names: Record<string, string> = {
  utf_8: 'u8 utf utf8 utf8_ucs2 utf8_ucs4 cp65001',
  utf_16: 'u16 utf16',
  utf_16_le: 'unicodelittleunmarked utf_16le',
  utf_16_be: 'unicodebigunmarked utf_16be',
  utf_32: 'u32 utf32',
  utf_32_le: 'utf_32le',
  utf_32_be: 'utf_32be',
  ascii:
    '646 ansi_x3_4_1968 ansi_x3_4_1986 cp367 csascii ibm367 iso646_us iso_646_irv_1991 iso_ir_6 us us_ascii',
  latin_1:
    '8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 iso_8859_1_1987 iso_ir_100 l1 latin latin1',
};
const aliasOf: ReadonlyMap<string, string> = new Map(
  Object.entries(names).flatMap(([name, aliases]) =>
    aliases.split(' ').map((alias) => [alias, name] as const),
  ),
);

// Python knows these, and they are not here.
const withState = /^(?:iso_?2022.*|csiso2022.*|hz.*|utf_?7|u7|unicode_1_1_utf_7)$/;
const rare =
  /^(?:big5_?hkscs|hkscs|euc_?jis.*|eucjis.*|shift_?jis(?:x|_)?(?:0213|2004)|s?_?jis.*(?:0213|2004)|johab|cp1361|ms1361)$/;

/** The encoding that Python means by this name. @throws InvalidArgumentError for one that is not known, UnsupportedError for
 * one that only Python knows */
export async function encodingNamed(name: string): Promise<Encoding> {
  const asked = String(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  const key = aliasOf.get(asked) ?? asked;
  if (String(name).includes('\0')) throw unknownEncoding(name, key);
  if (!Object.hasOwn(known, key)) {
    const found = await tableNamed(key);
    if (found === undefined) throw unknownEncoding(name, key);
    known[key] = plain(found);
  }
  return known[key] as Encoding;
}

async function tableNamed(key: string): Promise<Codec | undefined> {
  const { charmaps } = await import('./charmapTables.ts');
  for (const [name, aliases, table] of charmaps)
    if (aliases.split(' ').some((alias) => alias.replaceAll('.', '_') === key))
      return singleByte(name, table);
  const { eastAsianTables } = await import('./eastAsianTables.ts');
  for (const table of eastAsianTables) {
    if (table.name !== key && !table.aliases.split(' ').includes(key)) continue;
    const { eastAsian } = await import('./eastAsian.ts');
    return eastAsian(table);
  }
  return undefined;
}

function unknownEncoding(name: string, key: string): Error {
  if (withState.test(key))
    return new UnsupportedError(
      `${key} is not supported: its bytes mean what those before them say, so that no place in a file could be returned to`,
    );
  if (rare.test(key)) return new UnsupportedError(`${key} is not supported: no runtime has its tables`);
  return new InvalidArgumentError('encoding', `unknown encoding: ${String(name)}`);
}
