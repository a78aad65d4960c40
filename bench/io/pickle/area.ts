// Writing and reading records: pickle beside Python's C module, and msgpackr, which has a format of its own.

import type { Area, IoRow } from '../works.ts';

const records =
  'Records have an int, three texts, a boolean, a float, a list of three texts and an object of two texts; 10,000 of them are one value.';
const rows: readonly IoRow[] = [{ peer: 'ours' }, { peer: 'python3' }, { peer: 'msgpackr' }];
const columns = [{ key: 'value', label: 'a record', unit: 'µs' }] as const;
const sizes = { size: 200_000, quickSize: 10_000, repeats: 3, warmUp: true } as const;

export const area: Area = {
  folder: 'pickle',
  works: [
    {
      name: 'pickle-dumps',
      title: 'Write records as a pickle',
      description: `${records} Protocol 5; msgpackr without its extension of records. The figure is processor time for one record.`,
      ...sizes,
      columns,
      rows,
    },
    {
      name: 'pickle-loads',
      title: 'Read records from a pickle',
      description: `${records} Dicts are read as objects; the variant reads Maps. The figure is processor time for one record.`,
      ...sizes,
      columns,
      rows: [{ peer: 'ours' }, { peer: 'ours', variant: 'maps' }, ...rows.slice(1)],
    },
    {
      name: 'pickle-small',
      title: 'Write and read one record at a time',
      description:
        'Each record by itself is written and read again, as a message would be. The figure is processor time for one record.',
      ...sizes,
      columns,
      rows,
    },
  ],
  goals: [],
};
