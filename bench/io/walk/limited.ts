// All at once by Promise.all, 16 calls of the host at a time by p-limit.

import { readdir, stat } from 'node:fs/promises';
import type * as Limited from 'p-limit';
import { peerPackage } from '../subject.ts';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';
import { BYTES, NAMES, tree } from './tree.ts';

const { default: pLimit } = await peerPackage<typeof Limited>('p-limit');

type Limit = ReturnType<typeof pLimit>;

async function visit(folder: string, limit: Limit, file: (path: string) => Promise<void>): Promise<number> {
  const entries = await limit(() => readdir(folder, { withFileTypes: true }));
  const below = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isDirectory()) return await visit(`${folder}/${entry.name}`, limit, file);
      await file(`${folder}/${entry.name}`);
      return 0;
    }),
  );
  return below.reduce((sum, names) => sum + names, entries.length);
}

export const works: PeerWorks = {
  'walk-tree': async (size) => {
    const top = tree();
    const started = performance.now();
    let names = 0;
    for (let i = 0; i < size; i++) names += await visit(top, pLimit(16), async () => {});
    check(names, NAMES * size);
    return { value: microsecondsEach(started, names) };
  },
  'index-tree': async (size) => {
    const top = tree();
    const started = performance.now();
    let bytes = 0;
    for (let i = 0; i < size; i++) {
      const limit = pLimit(16);
      await visit(top, limit, async (path) => {
        const { size: more } = await limit(() => stat(path));
        bytes += more;
      });
    }
    check(bytes, BYTES * size);
    return { value: microsecondsEach(started, NAMES * size) };
  },
};
