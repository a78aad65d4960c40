// Where the last lines of a file begin.

import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

const BLOCK = 64 * 1024;
const NEWLINE = 10;

/** The offset of the last `count` lines, read from the end. A last line without an end counts as one. */
export async function offsetOfLastLines(file: FileHandle, size: number, count: number): Promise<number> {
  if (count === 0) return size;
  const block = Buffer.allocUnsafe(BLOCK);
  let left = count;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let i = bytesRead - 1; i >= 0; i--) {
      // The very last newline ends the last line, and begins none.
      if (block[i] !== NEWLINE || start + i === size - 1) continue;
      if (--left === 0) return start + i + 1;
    }
    end = start;
  }
  return 0;
}
