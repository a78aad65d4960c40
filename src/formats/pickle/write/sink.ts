// The bytes of a pickle as they are written, in memory that grows.
//
// Frames, from protocol 4 on, are those of Python's own pickler, byte for byte:
// 1. A frame is opened by the first byte that is written, and closed before the next value when it holds 64 KiB.
// 2. What is that large itself is outside of frames.
// 3. A frame of less than 4 bytes is none.

const FRAME_HEADER = 9;
const FRAME_TARGET = 65_536;
const FRAME_LEAST = 4;

/** Memory that is used again by the next pickle, while no other one is being written. */
let spare: Buffer | undefined = Buffer.allocUnsafeSlow(65_536);
const SPARE_MOST = 1_048_576;

export class Sink {
  bytes: Buffer;
  length: number = 0;
  #framing: boolean = false;
  #frameStart: number = -1;

  constructor() {
    this.bytes = spare ?? Buffer.allocUnsafeSlow(16_384);
    spare = undefined;
  }

  /** A copy of what was written; the memory goes back. */
  finish(): Buffer {
    const result = Buffer.allocUnsafe(this.length);
    this.bytes.copy(result, 0, 0, this.length);
    this.release();
    return result;
  }

  release(): void {
    if (spare === undefined && this.bytes.length <= SPARE_MOST) spare = this.bytes;
    this.bytes = NOTHING;
    this.length = 0;
  }

  startFraming(): void {
    this.#framing = true;
  }

  stopFraming(): void {
    this.closeFrame();
    this.#framing = false;
  }

  /** Between two values: a frame that is full is closed. */
  boundary(): void {
    if (this.#frameStart >= 0 && this.length - this.#frameStart - FRAME_HEADER >= FRAME_TARGET)
      this.closeFrame();
  }

  closeFrame(): void {
    const start = this.#frameStart;
    if (start < 0) return;
    this.#frameStart = -1;
    const length = this.length - start - FRAME_HEADER;
    if (length < FRAME_LEAST) {
      this.bytes.copyWithin(start, start + FRAME_HEADER, this.length);
      this.length -= FRAME_HEADER;
      return;
    }
    this.bytes[start] = 0x95;
    this.bytes.writeUInt32LE(length >>> 0, start + 1);
    this.bytes.writeUInt32LE(Math.floor(length / 0x1_0000_0000), start + 5);
  }

  /** Room for `count` bytes more; where they begin. */
  room(count: number): number {
    if (this.#framing && this.#frameStart < 0) {
      this.#frameStart = this.length;
      this.length += FRAME_HEADER;
    }
    const at = this.length;
    const end = at + count;
    if (end > this.bytes.length) this.#grow(end);
    this.length = end;
    return at;
  }

  byte(code: number): void {
    const at = this.room(1);
    this.bytes[at] = code;
  }

  bytePair(code: number, value: number): void {
    const at = this.room(2);
    this.bytes[at] = code;
    this.bytes[at + 1] = value;
  }

  /** An opcode with an argument of four bytes. */
  uint4(code: number, value: number): void {
    const at = this.room(5);
    const { bytes } = this;
    bytes[at] = code;
    bytes[at + 1] = value;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value >>> 16;
    bytes[at + 4] = value >>> 24;
  }

  /** Text whose characters are bytes. */
  latin1(text: string): void {
    const at = this.room(text.length);
    this.bytes.write(text, at, text.length, 'latin1');
  }

  /** What large data is written with, outside of frames: opcode and length, then the data. */
  blob(header: Uint8Array, data: Uint8Array): void {
    const outside = data.length >= FRAME_TARGET && this.#framing;
    if (outside) this.stopFraming();
    this.bytes.set(header, this.room(header.length));
    const at = this.room(data.length);
    this.bytes.set(data, at);
    if (outside) this.startFraming();
  }

  #grow(least: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(least, this.bytes.length * 2));
    this.bytes.copy(bytes);
    this.bytes = bytes;
  }
}

const NOTHING = Buffer.alloc(0);
