// The way of received bytes into a reader: right into the memory of the read that waits (landing.ts), right where
// a large message is put together, or through the buffer of the thread (receiveBuffer.ts).

import type { DroppedLine } from './droppedLine.ts';
import type { Landing } from './landing.ts';
import type { ReadBuffer } from './readBuffer.ts';
import type { ReadClaim } from './readClaim.ts';
import { expectsLittle, receiveBuffer, roomFor } from './receiveBuffer.ts';

export class Intake {
  readonly #bytes: ReadBuffer;
  readonly #dropped: DroppedLine;
  /** The transport receives into our own memory, not into the thread's. */
  #direct: boolean = false;
  /** Where it receives right now, when that is a read's own memory. */
  #target: Landing | undefined = undefined;
  /** Where bytes were received that the read has not taken yet. */
  #landed: Landing | undefined = undefined;

  constructor(bytes: ReadBuffer, dropped: DroppedLine) {
    this.#bytes = bytes;
    this.#dropped = dropped;
  }

  /** Bytes have landed that the read has not taken yet. */
  get landed(): boolean {
    return this.#landed !== undefined;
  }

  /** Nothing is held, and no large message is to be expected. */
  expectsLittle(claim: ReadClaim | undefined): boolean {
    const bytes = this.#bytes;
    if (bytes.length > 0 || claim?.landing !== undefined) return false;
    return expectsLittle(bytes, claim?.missing(0) ?? -1);
  }

  /** Where the next bytes are to be put. @throws BufferError when the memory of the claim was taken away */
  room(claim: ReadClaim | undefined): Buffer {
    const bytes = this.#bytes;
    const landing = claim?.landing;
    this.#target = undefined;
    if (landing !== undefined && bytes.length === 0 && !this.#dropped.open) {
      const own = landing.room();
      this.#target = landing;
      return own;
    }
    const room = roomFor(bytes, claim?.missing(bytes.length) ?? -1);
    this.#direct = room !== receiveBuffer();
    return room;
  }

  /** `count` bytes were put there; returns whether they have landed. */
  filled(count: number): boolean {
    const target = this.#target;
    if (target !== undefined) {
      target.count = count;
      this.#landed = target;
      this.#target = undefined;
      return true;
    }
    if (this.#direct) this.#bytes.fill(count);
    else this.#bytes.append(receiveBuffer(), count);
    return false;
  }

  /** The read takes what has landed, if anything has; returns whether. */
  takeLanded(): boolean {
    const { landed } = this;
    this.#landed = undefined;
    return landed;
  }

  /** The read was cancelled: what has landed is for the next one. @throws BufferError when it was taken away */
  putBack(): void {
    const landed = this.#landed;
    if (landed === undefined) return;
    this.#landed = undefined;
    try {
      this.#bytes.restore(landed.landed());
    } finally {
      landed.count = 0;
    }
  }
}
