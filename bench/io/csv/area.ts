// CSV: rows of a document that is there, and of a file as it is read.

import type { Area, IoRow } from '../works.ts';

const peers: readonly IoRow[] = [
  { peer: 'ours' },
  { peer: 'csv-parse' },
  { peer: 'papaparse' },
  { peer: 'python3' },
];
const shape = 'eight fields a row, of which one has quotes, a comma and a doubled quote';

export const area: Area = {
  folder: 'csv',
  works: [
    {
      name: 'csv-text',
      title: 'Read the rows of a CSV document that is there',
      description: `Reads a string with ${shape}, and counts rows and fields. Python iterates over csv.reader(io.StringIO(text)). The figure is processor time for a thousand rows.`,
      size: 200_000,
      quickSize: 5_000,
      repeats: 2,
      warmUp: true,
      columns: [{ key: 'value', label: '1,000 rows', unit: 'µs' }],
      rows: peers,
    },
    {
      name: 'csv-stream',
      title: 'Read the rows of a CSV file as a stream',
      description: `Reads a file with ${shape}, row by row: \`for await\` over a stream of the file, papaparse by its \`step\`, Python by csv.reader over the open file. \`batches\` takes the rows of each piece at once. The figure is processor time for a thousand rows.`,
      size: 200_000,
      quickSize: 5_000,
      repeats: 2,
      warmUp: true,
      columns: [{ key: 'value', label: '1,000 rows', unit: 'µs' }],
      rows: [{ peer: 'ours', variant: 'batches' }, ...peers],
    },
  ],
  goals: ['csv-text', 'csv-stream'].flatMap((work) =>
    ['csv-parse', 'papaparse'].map((against) => ({
      work,
      key: 'value',
      text: `${work}: at least as fast as ${against}`,
      rule: { against, atLeast: 1 },
    })),
  ),
};
