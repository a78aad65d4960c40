// The work that burns: a page of made-up text, hashed and compressed, as a build or a backup does it all day. It never
// waits, so nobody else has the thread while it runs.
//
// It is a module of its own since a worker loads it by its name; it asks between pieces whether it is still wanted.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { checkCancelled } from '../../src/asyncio.ts';

export interface Burnt {
  readonly hash: string;
  readonly bytes: number;
  readonly compressed: number;
}

const pieces = 12;
const pieceBytes = 1 << 18;

/** Hashes and compresses text that depends on `seed` alone. */
export function hashAndCompress(seed: number): Burnt {
  const hash = createHash('sha256');
  let compressed = 0;
  let state = seed + 1;
  for (let piece = 0; piece < pieces; piece += 1) {
    checkCancelled();
    const text = Buffer.alloc(pieceBytes);
    for (let at = 0; at < pieceBytes; at += 1) {
      // A linear congruential generator; few letters, so that there is something to compress.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      text[at] = 97 + ((state >>> 24) & 15);
    }
    hash.update(text);
    compressed += gzipSync(text).length;
  }
  return { hash: hash.digest('hex'), bytes: pieces * pieceBytes, compressed };
}
