// One call after the other.

import { readdir, stat } from 'node:fs/promises';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';
import { BYTES, NAMES, tree } from './tree.ts';

async function visit(folder: string, file: (path: string) => Promise<void>): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  let names = entries.length;
  for (const entry of entries) {
    if (entry.isDirectory()) names += await visit(`${folder}/${entry.name}`, file);
    else await file(`${folder}/${entry.name}`);
  }
  return names;
}

export const works: PeerWorks = {
  'walk-tree': async (size) => {
    const top = tree();
    const started = performance.now();
    let names = 0;
    for (let i = 0; i < size; i++) names += await visit(top, async () => {});
    check(names, NAMES * size);
    return { value: microsecondsEach(started, names) };
  },
  'index-tree': async (size) => {
    const top = tree();
    const started = performance.now();
    let bytes = 0;
    for (let i = 0; i < size; i++)
      await visit(top, async (path) => {
        const { size: more } = await stat(path);
        bytes += more;
      });
    check(bytes, BYTES * size);
    return { value: microsecondsEach(started, NAMES * size) };
  },
};
