// Numbers, text and bytes, as each protocol has them.

import { floatRepr, isInt } from '../../float.ts';
import { PicklingError } from '../pickleErrors.ts';
import type { Sink } from './sink.ts';

/** A number: an int where it is a safe integer and no -0, else a float. */
export function writeNumber(sink: Sink, value: number, protocol: number): void {
  if (!isInt(value)) writeFloat(sink, value, protocol);
  else if (value >= -0x8000_0000 && value <= 0x7fff_ffff) writeInt32(sink, value, protocol);
  else writeLong(sink, BigInt(value), protocol);
}

export function writeBigInt(sink: Sink, value: bigint, protocol: number): void {
  if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) writeInt32(sink, Number(value), protocol);
  else writeLong(sink, value, protocol);
}

function writeInt32(sink: Sink, value: number, protocol: number): void {
  if (protocol === 0) sink.latin1(`I${value}\n`);
  else if (value >= 0 && value <= 0xff) sink.bytePair(0x4b, value);
  else if (value >= 0 && value <= 0xffff) {
    const at = sink.room(3);
    sink.bytes[at] = 0x4d;
    sink.bytes[at + 1] = value;
    sink.bytes[at + 2] = value >> 8;
  } else sink.uint4(0x4a, value);
}

/** Python reads no more of them as text. */
const MOST_DIGITS = 4300;

function writeLong(sink: Sink, value: bigint, protocol: number): void {
  if (protocol < 2) {
    const text = String(value);
    if (text.length > MOST_DIGITS)
      throw new PicklingError(
        `an int of ${text.length} digits wants protocol 2 or later: Python reads 4300`,
      );
    sink.latin1(`L${text}L\n`);
    return;
  }
  const bytes = encodeLong(value);
  if (bytes.length <= 0xff) sink.bytePair(0x8a, bytes.length);
  else sink.uint4(0x8b, bytes.length);
  sink.bytes.set(bytes, sink.room(bytes.length));
}

/** Two's complement in the fewest bytes, the lowest first. */
function encodeLong(value: bigint): Buffer {
  const magnitude = value < 0n ? -value - 1n : value;
  const hex = magnitude.toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  // The highest bit is the sign.
  const spaced = parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits;
  const bytes = Buffer.from(spaced, 'hex').reverse();
  if (value < 0n) for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] as number) ^ 0xff;
  return bytes;
}

export function writeFloat(sink: Sink, value: number, protocol: number): void {
  if (protocol === 0) sink.latin1(`F${floatRepr(value)}\n`);
  else {
    const at = sink.room(9);
    sink.bytes[at] = 0x47;
    sink.bytes.writeDoubleBE(value, at + 1);
  }
}

/** Below this a loop is faster than a call of the host's. */
const SHORT = 24;

export function writeText(sink: Sink, text: string, protocol: number): void {
  if (protocol === 0) return writeRawUnicode(sink, text);
  const { length } = text;
  if (length < SHORT && writeShortAscii(sink, text, protocol)) return;
  if (!text.isWellFormed()) return writeEncoded(sink, encodeSurrogates(text), protocol);
  if (length > 20_000) return writeEncoded(sink, Buffer.from(text), protocol);
  // Three bytes for each unit at most: the length is filled in when it is known.
  const most = length * 3;
  const short = protocol >= 4 && most <= 0xff;
  const header = short ? 2 : 5;
  const at = sink.room(header + most);
  const written = sink.bytes.write(text, at + header, most, 'utf8');
  if (!short && protocol >= 4 && written <= 0xff) {
    sink.bytes.copyWithin(at + 2, at + 5, at + 5 + written);
    sink.bytes[at] = 0x8c;
    sink.bytes[at + 1] = written;
    sink.length = at + 2 + written;
    return;
  }
  sink.bytes[at] = short ? 0x8c : 0x58;
  if (short) sink.bytes[at + 1] = written;
  else sink.bytes.writeUInt32LE(written, at + 1);
  sink.length = at + header + written;
}

function writeShortAscii(sink: Sink, text: string, protocol: number): boolean {
  const { length } = text;
  const header = protocol >= 4 ? 2 : 5;
  const start = sink.room(header + length);
  const { bytes } = sink;
  let at = start + header;
  let all = 0;
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    all |= unit;
    bytes[at++] = unit;
  }
  if (all >= 0x80) {
    sink.length = start;
    return false;
  }
  bytes[start] = header === 2 ? 0x8c : 0x58;
  bytes[start + 1] = length;
  if (header === 5) bytes.fill(0, start + 2, start + 5);
  return true;
}

function writeEncoded(sink: Sink, data: Uint8Array, protocol: number): void {
  if (protocol >= 4 && data.length <= 0xff) sink.blob(Buffer.of(0x8c, data.length), data);
  else if (data.length <= 0xffff_ffff) sink.blob(header4(0x58, data.length), data);
  else if (protocol >= 4) sink.blob(header8(0x8d, data.length), data);
  else throw new PicklingError('text of more than 4 GiB wants protocol 4 or later');
}

/** UTF-8 in which each lone surrogate is three bytes. */
function encodeSurrogates(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const part of text.split(
    /([\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/,
  )) {
    const unit = part.charCodeAt(0);
    const lone = part.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    parts.push(
      lone ? Buffer.of(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)) : Buffer.from(part),
    );
  }
  return Buffer.concat(parts);
}

/** As raw-unicode-escape, and what would end the line, or an escape, escaped too. */
function writeRawUnicode(sink: Sink, text: string): void {
  const escaped = text.replaceAll(/[\u{10000}-\u{10ffff}]|[\u0100-\uffff\\\0\n\r]/gu, (unit) => {
    const code = unit.codePointAt(0) as number;
    const hex = code.toString(16);
    return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
  // The end of a file, on some systems.
  sink.latin1(`V${escaped.replaceAll('\x1a', '\\u001a')}\n`);
}

/** Bytes, from protocol 3 on. */
export function writeBytes(sink: Sink, data: Uint8Array, protocol: number): void {
  if (data.length <= 0xff) sink.blob(Buffer.of(0x43, data.length), data);
  else if (data.length <= 0xffff_ffff) sink.blob(header4(0x42, data.length), data);
  else if (protocol >= 4) sink.blob(header8(0x8e, data.length), data);
  else throw new PicklingError('bytes of more than 4 GiB want protocol 4 or later');
}

/** A bytearray of protocol 5. */
export function writeByteArray(sink: Sink, data: Uint8Array): void {
  sink.blob(header8(0x96, data.length), data);
}

function header4(code: number, length: number): Buffer {
  const header = Buffer.of(code, 0, 0, 0, 0);
  header.writeUInt32LE(length, 1);
  return header;
}

function header8(code: number, length: number): Buffer {
  const header = Buffer.of(code, 0, 0, 0, 0, 0, 0, 0, 0);
  header.writeBigUInt64LE(BigInt(length), 1);
  return header;
}
