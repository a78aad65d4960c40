// UTF-16 in both orders of bytes.

import type { Codec, Run } from './codec.ts';
import { firstLoneSurrogate, loneSurrogates } from './surrogates.ts';

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

function decodeRun(bytes: Buffer, from: number, final: boolean, big: boolean): Run<string> {
  let even = from + ((bytes.length - from) & ~1);
  const part = bytes.subarray(from, even);
  let out = (big ? swapped(part) : part).toString('utf16le');
  const last = out.length > 0 && isHigh(out.charCodeAt(out.length - 1));
  if (last) {
    out = out.slice(0, -1);
    even -= 2;
  }
  const lone = firstLoneSurrogate(out);
  if (lone >= 0) {
    const end = from + 2 * lone;
    const reason = isHigh(out.charCodeAt(lone)) ? 'illegal UTF-16 surrogate' : 'illegal encoding';
    return { out: out.slice(0, lone), end, fault: { end: end + 2, reason } };
  }
  if (!final || even === bytes.length) return { out, end: even };
  return {
    out,
    end: even,
    fault: { end: bytes.length, reason: last ? 'unexpected end of data' : 'truncated data' },
  };
}

function encodeRun(text: string, from: number, big: boolean): Run<Buffer> {
  const rest = from === 0 ? text : text.slice(from);
  const lone = rest.isWellFormed() ? undefined : loneSurrogates(text, from);
  const end = lone?.start ?? text.length;
  const out = Buffer.from(text.slice(from, end), 'utf16le');
  return { out: big ? out.swap16() : out, end, fault: lone };
}

function utf16(name: string, big: boolean): Codec {
  return {
    name,
    width: 2,
    decodeRun: (bytes, from, final) => decodeRun(bytes, from, final, big),
    encodeRun: (text, from) => encodeRun(text, from, big),
  };
}

export const utf16le: Codec = utf16('utf-16-le', false);
export const utf16be: Codec = utf16('utf-16-be', true);
