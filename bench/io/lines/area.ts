// Reading a large file line by line.

import type { Area, IoRow } from '../works.ts';

const rows: readonly IoRow[] = [
  { peer: 'ours', variant: 'readlines' },
  { peer: 'ours' },
  { peer: 'readline', label: 'node:readline', file: 'readline' },
  { peer: 'readLines', label: 'fs readLines', file: 'readLines' },
  { peer: 'python3' },
];

export const area: Area = {
  folder: 'lines',
  works: [
    {
      name: 'lines',
      title: 'Read the lines of a large file',
      description:
        'Reads a file of lines of 20 to 100 ASCII characters with `for await` (Python: `for`), and counts lines and characters. `readlines` takes them by 65,536 characters and more at a time, `await file.readlines(65536)`, and needs no `await` for each. The figure is wall time for a thousand lines.',
      size: 1_000_000,
      quickSize: 20_000,
      repeats: 2,
      warmUp: true,
      columns: [{ key: 'value', label: '1,000 lines', unit: 'µs' }],
      rows,
    },
  ],
  goals: [
    {
      work: 'lines',
      key: 'value',
      text: 'reading lines by `for await` is at least twice as fast as with node:readline',
      rule: { against: 'readline', atLeast: 2 },
    },
    {
      work: 'lines',
      key: 'value',
      text: 'reading lines by `for await` is at least twice as fast as with fs readLines',
      rule: { against: 'readLines', atLeast: 2 },
    },
  ],
};
