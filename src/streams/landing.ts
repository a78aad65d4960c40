// Where the bytes of a read are put so that none need fresh memory: the caller's buffer, or memory of an iterator's
// that is used again for each of its steps.
//
// 1. While nothing is held, a transport receives right into it; what is held already is moved there.
// 2. Bytes that have landed belong to the read that waits. When that is cancelled they are put back in front of
//    what is held (streamReader.ts).
// 3. The caller's memory may be taken away at any time. It is looked at whenever something is put there: before
//    bytes have landed only the read fails, with a BufferError; behind that they are lost, and so is the stream.
// 4. An iterator's memory is made when the first bytes are there, so that a silent connection has none. It is made
//    larger for who fills it: one large read costs less than several.

import { plainBytes } from '../base/bytes.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { BufferError } from '../transport/bufferError.ts';
import { checkBytes } from '../transport/byteArguments.ts';
import { markReused, reusedMemory } from '../transport/reusedMemory.ts';

/** How much memory an iterator has at first. */
const FIRST = 65_536;
const NOTHING: Buffer = Buffer.alloc(0);

export class Landing {
  /** How many bytes were received, and are not taken yet. */
  count: number = 0;
  #room: Buffer | undefined;
  /** How much memory is made at most; 0 for the caller's. */
  readonly #most: number;
  /** How much is made the next time. */
  #size: number;

  private constructor(room: Buffer | undefined, most: number) {
    this.#room = room;
    this.#most = most;
    this.#size = Math.min(most, FIRST);
  }

  /** @throws InvalidArgumentError for what is no bytes, or none at all: a count of 0 would look like the end */
  static into(buffer: Uint8Array): Landing {
    if (checkBytes(buffer, 'buffer') === 0)
      throw new InvalidArgumentError('buffer', 'the buffer has room for no byte: give it one at least');
    const { buffer: memory, byteOffset, byteLength } = plainBytes(buffer);
    const room = Buffer.from(memory, byteOffset, byteLength);
    markReused(room);
    return new Landing(room, 0);
  }

  /** Memory of its own, up to `most` bytes. */
  static reusing(most: number): Landing {
    return new Landing(undefined, most);
  }

  /** Where bytes are to be put. @throws BufferError when the caller's memory was taken away */
  room(): Buffer {
    const room = this.#room;
    if (this.#most === 0) {
      if (room === undefined || room.byteLength === 0) throw takenAway();
      return room;
    }
    if (room !== undefined && room.byteLength >= this.#size) return room;
    return (this.#room = reusedMemory(this.#size));
  }

  /** What has landed. @throws BufferError when it was taken away */
  landed(): Uint8Array {
    const room = this.#room as Buffer;
    if (room.byteLength === 0) throw takenAway();
    return room.subarray(0, this.count);
  }

  /** The first `count` bytes, for the user of an iterator. */
  part(count: number): Buffer {
    if (this.#room === undefined) return NOTHING;
    if (count === this.#size) this.#size = Math.min(this.#most, 2 * count);
    return this.#room.subarray(0, count);
  }
}

function takenAway(): BufferError {
  return new BufferError(
    'the buffer of a read was transferred, or its memory made smaller, while the read waited: leave it alone until the read has ended',
  );
}
