// The memory that responses are put together in: one for the thread, used again for each. What the system does not take
// at once is copied by the transport, which knows that it is reused.
//
// 1. Head, size and body stand one behind the other, for one write. A head that is the last one again is there already.
// 2. The size is taken to be that of ASCII, which says where the body stands; where the text had other letters it is put
//    there once more.
// 3. What is large is written from where it is, with its head in one call of the system's.

import type { Transport } from '../../../asyncio.ts';
import { reusedMemory } from '../../../lowlevel.ts';
import type { NativeBuffer } from './nativeBuffer.ts';

/** Room for a head. */
const HEAD: number = 4 * 1024;
/** A text of this many units has at most three times as many bytes. */
const MOST_TEXT: number = 64 * 1024;
const ROOM: number = HEAD + 3 * MOST_TEXT;
/** More is written from where it is. */
const MOST_COPIED: number = 16 * 1024;
/** Room for the size and the end of the head. */
const LONGEST_SIZE = 24;
const SIZE = 'content-length: ';
const CR = 13;
const LF = 10;
const ZERO = 48;
const CHUNK_END: Uint8Array = Buffer.from('\r\n');
/** Views of the memory's first bytes, by how many they are: making one costs as much as filling it. */
const MOST_VIEWS = 1024;
const views: Uint8Array[] = [];

let made: NativeBuffer | undefined;
/** The head that the memory begins with, up to the digits of its size. */
let headInMemory: string | undefined;
let headSize: number = 0;

function memory(): NativeBuffer {
  return (made ??= reusedMemory(ROOM) as NativeBuffer);
}

/** The first bytes of the memory. */
function firstOf(out: NativeBuffer, size: number): Uint8Array {
  return size < MOST_VIEWS ? (views[size] ??= out.subarray(0, size)) : out.subarray(0, size);
}

function placeHead(out: NativeBuffer, head: string): number {
  if (head === headInMemory) return headSize;
  headSize = out.latin1Write(head + SIZE, 0);
  headInMemory = head;
  return headSize;
}

/** Puts a size there, and the end of the head. @returns where the body begins */
function placeSize(out: NativeBuffer, at: number, size: number): number {
  let digits = 1;
  for (let least = 10; least <= size; least *= 10) digits++;
  const end = at + digits;
  let rest = size;
  for (let index = end - 1; index >= at; index--) {
    const next = Math.trunc(rest / 10);
    out[index] = ZERO + rest - 10 * next;
    rest = next;
  }
  out[end] = out[end + 2] = CR;
  out[end + 1] = out[end + 3] = LF;
  return end + 4;
}

/** Writes a response whose head lacks only the size of its body, and the body unless it is to be kept back. */
export function writeWhole(
  transport: Transport,
  head: string,
  body: string | Uint8Array,
  kept: boolean,
): void {
  const out = memory();
  if (head.length + LONGEST_SIZE + SIZE.length > HEAD) return writeLong(transport, head, body, kept);
  const at = placeHead(out, head);
  if (typeof body === 'string' && body.length <= MOST_TEXT) {
    let start = placeSize(out, at, body.length);
    const size = out.utf8Write(body, start);
    if (size !== body.length) {
      start = placeSize(out, at, size);
      out.utf8Write(body, start);
    }
    return transport.write(firstOf(out, kept ? start : start + size));
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const start = placeSize(out, at, bytes.byteLength);
  if (kept) transport.write(firstOf(out, start));
  else if (bytes.byteLength > MOST_COPIED) transport.writelines([firstOf(out, start), bytes]);
  else {
    out.set(bytes, start);
    transport.write(firstOf(out, start + bytes.byteLength));
  }
}

// A head that has no room.
function writeLong(transport: Transport, head: string, body: string | Uint8Array, kept: boolean): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const first = Buffer.from(`${head}${SIZE}${bytes.byteLength}\r\n\r\n`, 'latin1');
  if (kept) transport.write(first);
  else transport.writelines([first, bytes]);
}

/** Writes text of Latin-1. */
export function writeText(transport: Transport, text: string): void {
  if (text.length > ROOM) return transport.write(Buffer.from(text, 'latin1'));
  const out = memory();
  headInMemory = undefined;
  transport.write(firstOf(out, out.latin1Write(text, 0)));
}

/** Writes bytes behind a text, and a text behind them. */
export function writeBetween(
  transport: Transport,
  before: string,
  bytes: Uint8Array,
  after: '' | '\r\n',
): void {
  const size = bytes.byteLength;
  if (before === '' && after === '') return transport.write(bytes);
  if (before.length + size + 2 > MOST_COPIED) {
    const chunks = [Buffer.from(before, 'latin1'), bytes];
    if (after !== '') chunks.push(CHUNK_END);
    return transport.writelines(chunks);
  }
  const out = memory();
  headInMemory = undefined;
  out.latin1Write(before, 0);
  out.set(bytes, before.length);
  out.latin1Write(after, before.length + size);
  transport.write(firstOf(out, before.length + size + after.length));
}
