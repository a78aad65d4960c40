// What is sent in one direction of a fuzzed connection: bytes that follow from a seed, with line ends and
// other separators strewn in, some close together, some far apart. Who reads knows all of it, so every read
// has one right answer.

import type { Random } from '../../../src/testing/random.ts';

export const separators: readonly Buffer[] = ['\n', ';', '\r\n', '<end>', ';;\n'].map((text) =>
  Buffer.from(text),
);

export class Content {
  readonly bytes: Buffer;

  constructor(random: Random, size: number) {
    const bytes = Buffer.allocUnsafe(size);
    let at = 0;
    while (at < size) {
      // Most gaps are short; a few are longer than any limit.
      const gap = random.oneIn(200) ? random.int(100_000) : random.int(random.oneIn(10) ? 4000 : 100);
      const end = Math.min(size, at + gap);
      const letter = 97 + random.int(20);
      for (let n = 0; at < end; n += 1, at += 1) bytes[at] = letter + (n % 6);
      at += random.pick(separators).copy(bytes, at);
    }
    this.bytes = bytes;
  }

  /** Where a message that begins at `from` is over: the end of the separator that ends first. Undefined where
   * there is none any more. */
  endOf(from: number, among: readonly Buffer[]): { end: number; length: number } | undefined {
    let best: { end: number; length: number } | undefined;
    for (const separator of among) {
      const at = this.bytes.indexOf(separator, from);
      if (at < 0) continue;
      const end = at + separator.length;
      const found = { end, length: at - from };
      const shorter = best !== undefined && end === best.end && found.length > best.length;
      if (best === undefined || end < best.end || shorter) best = found;
    }
    return best;
  }
}
