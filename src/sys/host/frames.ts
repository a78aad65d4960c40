// Values over a pipe between two processes of the same runtime: each a length of four bytes, and what structured clone
// makes of it.

import process from 'node:process';
import type * as V8 from 'node:v8';

/** Bytes of a frame's head. */
const HEAD = 4;

/** @throws DataCloneError, as postMessage does */
export function packFrame(message: unknown): Uint8Array {
  const body = serialize(message);
  const frame = new Uint8Array(HEAD + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, HEAD);
  return frame;
}

function serialize(message: unknown): Uint8Array {
  try {
    return v8().serialize(message);
  } catch (error) {
    throw new DOMException((error as Error).message, 'DataCloneError');
  }
}

/** Takes the frames out of what comes over a pipe. */
export class FrameReader {
  readonly #heard: (message: unknown) => void;
  #kept: Uint8Array[] = [];
  #size: number = 0;
  /** Bytes that the next frame needs, its head included; the head alone while that is not there. */
  #needed: number = HEAD;

  constructor(heard: (message: unknown) => void) {
    this.#heard = heard;
  }

  push(chunk: Uint8Array): void {
    this.#kept.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#needed) {
      const bytes = this.#kept.length === 1 ? (this.#kept[0] as Uint8Array) : Buffer.concat(this.#kept);
      this.#kept = [bytes];
      const end = HEAD + lengthIn(bytes);
      if (bytes.length < end) {
        this.#needed = end;
        return;
      }
      this.#needed = HEAD;
      this.#size = bytes.length - end;
      this.#kept = this.#size === 0 ? [] : [bytes.subarray(end)];
      this.#heard(v8().deserialize(bytes.subarray(HEAD, end)));
    }
  }
}

/** Writes a frame to a descriptor that blocks. @throws DataCloneError, and what the host says of the pipe */
export function writeFrame(descriptor: number, message: unknown): void {
  const frame = packFrame(message);
  const { writeSync } = process.getBuiltinModule('node:fs');
  for (let at = 0; at < frame.length;)
    at += again(() => writeSync(descriptor, frame, at, frame.length - at));
}

/** Waits, with the whole process, for the next frame; undefined at the pipe's end. @throws what the host says of the pipe */
export function readFrame(descriptor: number): { readonly message: unknown } | undefined {
  const head = readWhole(descriptor, HEAD);
  const body = head && readWhole(descriptor, lengthIn(head));
  return body && { message: v8().deserialize(body) };
}

export function closePipe(descriptor: number): void {
  process.getBuiltinModule('node:fs').closeSync(descriptor);
}

function readWhole(descriptor: number, length: number): Uint8Array | undefined {
  const { readSync } = process.getBuiltinModule('node:fs');
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = again(() => readSync(descriptor, bytes, at, length - at, null));
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

// A signal interrupts a wait in the system.
function again(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EINTR') throw error;
    }
  }
}

function lengthIn(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset).getUint32(0);
}

function v8(): typeof V8 {
  return process.getBuiltinModule('node:v8');
}
