// `node:readline` over a stream of the file.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { PeerWorks } from '../../sample.ts';
import { measureLines } from './file.ts';

export const works: PeerWorks = {
  lines: (size) =>
    measureLines(size, async (path) => {
      const counted = { lines: 0, characters: 0 };
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        counted.lines++;
        counted.characters += line.length;
      }
      return counted;
    }),
};
