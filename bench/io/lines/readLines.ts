// `readLines` of a FileHandle.

import { open } from 'node:fs/promises';
import type { PeerWorks } from '../../sample.ts';
import { measureLines } from './file.ts';

export const works: PeerWorks = {
  lines: (size) =>
    measureLines(size, async (path) => {
      const counted = { lines: 0, characters: 0 };
      await using file = await open(path);
      for await (const line of file.readLines()) {
        counted.lines++;
        counted.characters += line.length;
      }
      return counted;
    }),
};
