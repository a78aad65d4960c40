// This library's files.

import type * as Files from '../../../src/files/files.ts';
import { subject, wing } from '../subject.ts';
import type { PeerWorks } from '../../sample.ts';
import { measureLines } from './file.ts';

const { run } = subject;
const { open } = await wing<typeof Files>('files');

export const works: PeerWorks = {
  'lines:readlines': (size) =>
    run(() =>
      measureLines(size, async (path) => {
        const counted = { lines: 0, characters: 0 };
        await using file = await open(path);
        for (;;) {
          const lines = await file.readlines(65536);
          if (lines.length === 0) return counted;
          counted.lines += lines.length;
          for (const line of lines) counted.characters += line.length - 1;
        }
      }),
    ),
  lines: (size) =>
    run(() =>
      measureLines(size, async (path) => {
        const counted = { lines: 0, characters: 0 };
        await using file = await open(path);
        for await (const line of file) {
          counted.lines++;
          counted.characters += line.length - 1;
        }
        return counted;
      }),
    ),
};
