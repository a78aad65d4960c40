// Starting children: what a process costs beside the system's own share.

import type { Area, IoRow } from '../works.ts';

const rows: readonly IoRow[] = [
  { peer: 'ours' },
  { peer: 'bare', label: 'node:child_process' },
  { peer: 'execa' },
  { peer: 'python3' },
];
const columns = [{ key: 'value', label: 'a child', unit: 'µs' }] as const;

export const area: Area = {
  folder: 'spawn',
  works: [
    {
      name: 'spawn-children',
      title: 'Start children and wait for them',
      description:
        'Starts `true` without pipes, one child after another, and waits for the end of each. The figure is wall time for one child.',
      size: 200,
      quickSize: 10,
      repeats: 2,
      warmUp: true,
      columns,
      rows,
    },
    {
      name: 'read-children',
      title: 'Start children and read their output',
      description:
        'Starts `echo hello` with pipes for its output and errors, one child after another, and reads both to their end. The figure is wall time for one child.',
      size: 200,
      quickSize: 10,
      repeats: 2,
      warmUp: true,
      columns,
      rows,
    },
  ],
  goals: [
    {
      work: 'spawn-children',
      key: 'value',
      text: 'starting a child takes at most 1.15 times as long as with node:child_process alone',
      rule: { against: 'bare', atLeast: 1 / 1.15 },
    },
  ],
};
