// The way of received bytes into a reader: right into the memory of the read that waits (landing.ts), right where
// a large message is put together, or through the buffer of the thread (receiveBuffer.ts).

import type { Landing } from './landing.ts';
import type { ReadClaim } from './readClaim.ts';
import type { ReadSource } from './readRules.ts';
import { expectsLittle, receiveBuffer, roomFor } from './receiveBuffer.ts';

export class Intake {
  /** Whose bytes they are. */
  readonly source: ReadSource;
  /** The transport receives into our own memory, not into the thread's. */
  #direct: boolean = false;
  /** A read's own memory: bytes are being received there, or have been (count) and are not taken yet. */
  #landing: Landing | undefined = undefined;

  constructor(source: ReadSource) {
    this.source = source;
  }

  /** Bytes have landed that the read has not taken yet. */
  get landed(): boolean {
    return this.#landing !== undefined && this.#landing.count > 0;
  }

  /** Whether nothing is held, and no large message is to be expected. */
  expectsLittleFor(claim: ReadClaim | undefined): boolean {
    const bytes = this.source._bytes;
    if (bytes.length > 0 || claim?.landing !== undefined) return false;
    return expectsLittle(bytes, claim?.missing(0) ?? -1);
  }

  /** Where the next bytes are to be put. @throws BufferError when the memory of the claim was taken away */
  roomFor(claim: ReadClaim | undefined): Buffer {
    const { _bytes: bytes, _dropped: dropped } = this.source;
    const landing = claim?.landing;
    if (!this.landed) this.#landing = undefined;
    if (landing !== undefined && bytes.length === 0 && !dropped.open) {
      const own = landing.room();
      this.#landing = landing;
      return own;
    }
    const room = roomFor(bytes, claim?.missing(bytes.length) ?? -1);
    this.#direct = room !== receiveBuffer();
    return room;
  }

  /** `count` bytes were put there; returns whether they have landed. */
  fill(count: number): boolean {
    const landing = this.#landing;
    if (landing?.count === 0) {
      landing.count = count;
      return true;
    }
    const bytes = this.source._bytes;
    if (this.#direct) bytes.fill(count);
    else bytes.append(receiveBuffer(), count);
    return false;
  }

  /** The read takes what has landed, if anything has; returns whether. */
  takeLanded(): boolean {
    const { landed } = this;
    this.#landing = undefined;
    return landed;
  }

  /** The read was cancelled: what has landed is for the next one. @throws BufferError when it was taken away */
  putBack(): void {
    const landing = this.#landing;
    if (!this.takeLanded() || landing === undefined) return;
    try {
      this.source._bytes.restore(landing.landed());
    } finally {
      landing.count = 0;
    }
  }
}
