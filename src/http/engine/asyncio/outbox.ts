// The memory that responses are put together in: one for the thread, used again for each. What the system does not take
// at once is copied by the transport, which knows that it is reused.
//
// 1. A body is put at a fixed place and its head right in front of it, since how long the head is depends on how many
//    bytes the body has. One write for both.
// 2. What is large is written from where it is, with its head in one call of the system's.

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
const CHUNK_END: Uint8Array = Buffer.from('\r\n');

let made: NativeBuffer | undefined;

function memory(): NativeBuffer {
  return (made ??= reusedMemory(ROOM) as NativeBuffer);
}

/** Writes a response whose head lacks only the size of its body, and the body unless it is to be kept back. */
export function writeWhole(
  transport: Transport,
  head: string,
  body: string | Uint8Array,
  kept: boolean,
): void {
  const out = memory();
  let size: number;
  let large: Uint8Array | undefined;
  if (typeof body === 'string' && body.length <= MOST_TEXT) size = out.utf8Write(body, HEAD);
  else {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    size = bytes.byteLength;
    if (size <= MOST_COPIED) out.set(bytes, HEAD);
    else large = bytes;
  }
  const whole = `${head}content-length: ${size}\r\n\r\n`;
  if (whole.length > HEAD)
    return writeLong(transport, whole, kept ? undefined : out.subarray(HEAD, HEAD + size), large);
  const start = HEAD - whole.length;
  out.latin1Write(whole, start);
  if (kept || large !== undefined) {
    const first = out.subarray(start, HEAD);
    if (kept || large === undefined) transport.write(first);
    else transport.writelines([first, large]);
  } else transport.write(out.subarray(start, HEAD + size));
}

// A head that has no room.
function writeLong(
  transport: Transport,
  head: string,
  body: Uint8Array | undefined,
  large: Uint8Array | undefined,
): void {
  const first = Buffer.from(head, 'latin1');
  if (body === undefined) transport.write(first);
  else transport.writelines([first, large ?? Buffer.from(body)]);
}

/** Writes text of Latin-1. */
export function writeText(transport: Transport, text: string): void {
  if (text.length > ROOM) return transport.write(Buffer.from(text, 'latin1'));
  const out = memory();
  out.latin1Write(text, 0);
  transport.write(out.subarray(0, text.length));
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
  out.latin1Write(before, 0);
  out.set(bytes, before.length);
  out.latin1Write(after, before.length + size);
  transport.write(out.subarray(0, before.length + size + after.length));
}
