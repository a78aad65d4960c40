// Encodings with a byte for each character: ASCII and Latin-1 by the host, the others by tables.

import { isAscii } from 'node:buffer';
import type { Codec, Run } from './codec.ts';

const NONE = '\ufffe';
const ASCII: string = String.fromCharCode(...Array(128).keys());

/** Latin-1 up to a code, 128 for ASCII. */
function below(name: string, limit: 128 | 256): Codec {
  const reason = `ordinal not in range(${limit})`;
  const outside = limit === 128 ? /[^\0-\x7f]+/g : /[^\0-\xff]+/g;
  return {
    name,
    width: 1,
    plainLines: true,
    decodeRun(bytes, from) {
      const part = from === 0 ? bytes : bytes.subarray(from);
      if (limit === 256 || isAscii(part)) return { out: part.toString('latin1'), end: bytes.length };
      const length = part.findIndex((byte) => byte >= limit);
      const end = from + length;
      return { out: part.toString('latin1', 0, length), end, fault: { end: end + 1, reason } };
    },
    encodeRun: (text, from) =>
      encodeUntil(text, from, outside, reason, (part) => Buffer.from(part, 'latin1')),
  };
}

export const ascii: Codec = below('ascii', 128);
export const latin1: Codec = below('latin-1', 256);

function encodeUntil(
  text: string,
  from: number,
  outside: RegExp,
  reason: string,
  make: (part: string) => Buffer,
): Run<Buffer> {
  outside.lastIndex = from;
  const found = outside.exec(text);
  const end = found?.index ?? text.length;
  const out = make(from === 0 && end === text.length ? text : text.slice(from, end));
  return { out, end, fault: found === null ? undefined : { end: end + found[0].length, reason } };
}

/** The encoding with this table of 256 characters, or of the upper 128. */
export function singleByte(name: string, table: string): Codec {
  const characters = table.length === 256 ? table : ASCII + table;
  const bytes: Map<string, number> = new Map();
  for (const [byte, char] of characters.split('').entries()) if (char !== NONE) bytes.set(char, byte);
  const reason = 'character maps to <undefined>';
  const escaped = [...bytes.keys()].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const outside = new RegExp(`[^${escaped.join('')}]+`, 'g');
  return {
    name,
    width: 1,
    plainLines: table.length < 256,
    decodeRun(given, from) {
      const part = from === 0 ? given : given.subarray(from);
      const out = part
        .toString('latin1')
        .replace(/[\s\S]/g, (char) => characters[char.charCodeAt(0)] as string);
      const length = out.indexOf(NONE);
      if (length < 0) return { out, end: given.length };
      const end = from + length;
      return { out: out.slice(0, length), end, fault: { end: end + 1, reason } };
    },
    encodeRun: (text, from) =>
      encodeUntil(text, from, outside, reason, (part) =>
        Buffer.from(part.split('').map((char) => bytes.get(char) as number)),
      ),
  };
}
