// UTF-8, by the host where the bytes are right, and byte by byte to find out what is wrong.

import { isUtf8 } from 'node:buffer';
import type { Codec, Run } from './codec.ts';
import { loneSurrogates } from './surrogates.ts';

/** For each first byte: how many follow, and what the second may be. */
function leadOf(byte: number): readonly [follow: number, low: number, high: number] | undefined {
  if (byte >= 0xc2 && byte <= 0xdf) return [1, 0x80, 0xbf];
  if (byte >= 0xe0 && byte <= 0xef) return [2, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf];
  if (byte >= 0xf0 && byte <= 0xf4) return [3, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf];
  return undefined;
}

/** Where the last character begins, if it may be cut off. */
function wholeLength(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (leadOf(byte)?.[0] ?? 0) >= back ? length - back : length;
  }
  return length;
}

function decodeRun(bytes: Buffer, from: number, final: boolean, careful: boolean): Run<string> {
  if (!careful) {
    const end = final ? bytes.length : wholeLength(bytes);
    const part = bytes.subarray(from, end);
    if (isUtf8(part)) return { out: part.toString('utf8'), end };
  }
  return scan(bytes, from, final);
}

function scan(bytes: Buffer, from: number, final: boolean): Run<string> {
  const { length } = bytes;
  const until = (end: number): Pick<Run<string>, 'out' | 'end'> => ({
    out: bytes.toString('utf8', from, end),
    end,
  });
  for (let at = from; at < length;) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const lead = leadOf(byte);
    if (lead === undefined) return { ...until(at), fault: { end: at + 1, reason: 'invalid start byte' } };
    const [follow, low, high] = lead;
    let seen = 1;
    while (seen <= follow && at + seen < length) {
      const next = bytes[at + seen] as number;
      if (next < (seen === 1 ? low : 0x80) || next > (seen === 1 ? high : 0xbf)) break;
      seen++;
    }
    if (seen > follow) {
      at += seen;
      continue;
    }
    const cutOff = at + seen === length;
    if (cutOff && !final) return until(at);
    const reason = cutOff ? 'unexpected end of data' : 'invalid continuation byte';
    return { ...until(at), fault: { end: at + seen, reason } };
  }
  return until(length);
}

function encodeRun(text: string, from: number): Run<Buffer> {
  const rest = from === 0 ? text : text.slice(from);
  if (rest.isWellFormed()) return { out: Buffer.from(rest, 'utf8'), end: text.length };
  const lone = loneSurrogates(text, from);
  return { out: Buffer.from(text.slice(from, lone.start), 'utf8'), end: lone.start, fault: lone };
}

export const utf8: Codec = { name: 'utf-8', width: 1, plainLines: true, decodeRun, encodeRun };
