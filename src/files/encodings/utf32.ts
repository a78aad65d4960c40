// UTF-32 in both orders of bytes.

import type { Codec, Run } from './codec.ts';
import { loneSurrogates } from './surrogates.ts';

/** Characters that are made at a time: as many as a call takes arguments. */
const BLOCK = 4096;

function decodeRun(bytes: Buffer, from: number, final: boolean, big: boolean): Run<string> {
  const points: number[] = [];
  const pieces: string[] = [];
  const until = (end: number): Pick<Run<string>, 'out' | 'end'> => {
    pieces.push(String.fromCodePoint(...points));
    return { out: pieces.join(''), end };
  };
  let at = from;
  for (; at + 4 <= bytes.length; at += 4) {
    const point = big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const fault = (reason: string): Run<string> => ({ ...until(at), fault: { end: at + 4, reason } });
    if (point >= 0xd800 && point < 0xe000)
      return fault('code point in surrogate code point range(0xd800, 0xe000)');
    if (point >= 0x110000) return fault('code point not in range(0x110000)');
    if (points.push(point) === BLOCK) {
      pieces.push(String.fromCodePoint(...points));
      points.length = 0;
    }
  }
  if (!final || at === bytes.length) return until(at);
  return { ...until(at), fault: { end: bytes.length, reason: 'truncated data' } };
}

function encodeRun(text: string, from: number, big: boolean): Run<Buffer> {
  const rest = from === 0 ? text : text.slice(from);
  const lone = rest.isWellFormed() ? undefined : loneSurrogates(text, from);
  const end = lone?.start ?? text.length;
  const points = Array.from(text.slice(from, end), (char) => char.codePointAt(0) as number);
  const out = Buffer.allocUnsafe(4 * points.length);
  for (const [index, point] of points.entries())
    if (big) out.writeUInt32BE(point, 4 * index);
    else out.writeUInt32LE(point, 4 * index);
  return { out, end, fault: lone };
}

function utf32(name: string, big: boolean): Codec {
  return {
    name,
    width: 4,
    decodeRun: (bytes, from, final) => decodeRun(bytes, from, final, big),
    encodeRun: (text, from) => encodeRun(text, from, big),
  };
}

export const utf32le: Codec = utf32('utf-32-le', false);
export const utf32be: Codec = utf32('utf-32-be', true);
