// This library's walk.

import { stat } from 'node:fs/promises';
import { subject, wing } from '../subject.ts';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';
import { BYTES, NAMES, tree } from './tree.ts';
import type * as Files from '../../../src/files/files.ts';

const { run } = subject;
const { walk } = await wing<typeof Files>('files');

export const works: PeerWorks = {
  'walk-tree': (size) =>
    run(async () => {
      const top = tree();
      const started = performance.now();
      let names = 0;
      for (let i = 0; i < size; i++)
        for await (const [, dirs, files] of walk(top)) names += dirs.length + files.length;
      check(names, NAMES * size);
      return { value: microsecondsEach(started, names) };
    }),
  'index-tree': (size) =>
    run(async () => {
      const top = tree();
      const started = performance.now();
      let bytes = 0;
      for (let i = 0; i < size; i++) {
        for await (const [folder, , files] of walk(top)) {
          const sizes = await Promise.all(files.map((name) => stat(`${folder}/${name}`)));
          for (const stats of sizes) bytes += stats.size;
        }
      }
      check(bytes, BYTES * size);
      return { value: microsecondsEach(started, NAMES * size) };
    }),
};
