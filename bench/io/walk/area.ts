// Going through a tree of folders: names alone, and an index of what is there.

import type { Area, IoRow } from '../works.ts';

const rows: readonly IoRow[] = [
  { peer: 'ours' },
  { peer: 'sequential', label: 'node:fs/promises, one after the other' },
  { peer: 'p-limit', file: 'limited' },
  { peer: 'python3' },
];
const columns = [{ key: 'value', label: 'an entry', unit: 'µs' }] as const;

export const area: Area = {
  folder: 'walk',
  works: [
    {
      name: 'walk-tree',
      title: 'Walk a tree',
      description:
        'Goes through a tree of 1,110 folders with 10 files in each and counts the names, 16 folders at a time where the peer reads ahead: our `walk`, a loop over `readdir` with kinds, the same under `Promise.all` with p-limit, `os.walk`. The figure is wall time for one name.',
      size: 5,
      quickSize: 1,
      repeats: 2,
      warmUp: true,
      columns,
      rows,
    },
    {
      name: 'index-tree',
      title: 'Walk a tree and sum up the sizes',
      description:
        'The same, and asks the size of each file: ours by `walk` with 16 `stat` at a time, the loop one after the other, p-limit 16 calls at a time over all, Python by `os.path.getsize`. The figure is wall time for one name.',
      size: 3,
      quickSize: 1,
      repeats: 2,
      warmUp: true,
      columns,
      rows,
    },
  ],
  goals: [
    {
      work: 'walk-tree',
      key: 'value',
      text: 'walking a tree is faster than one folder after the other',
      rule: { against: 'sequential', atLeast: 1 },
    },
    {
      work: 'walk-tree',
      key: 'value',
      text: 'walking a tree is at least as fast as Promise.all with p-limit',
      rule: { against: 'p-limit', atLeast: 0.95 },
    },
    {
      work: 'index-tree',
      key: 'value',
      text: 'indexing a tree is at least as fast as Promise.all with p-limit',
      rule: { against: 'p-limit', atLeast: 0.95 },
    },
  ],
};
