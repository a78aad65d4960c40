// Starting children: what a process costs beside the system's own share.

import type { Area } from '../works.ts';

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
      columns: [{ key: 'value', label: 'a child', unit: 'µs' }],
      rows: [{ peer: 'bare', label: 'node:child_process' }],
    },
  ],
  goals: [],
};
