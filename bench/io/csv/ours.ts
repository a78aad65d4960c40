// csv of asyncio-ts/formats.

import { createReadStream } from 'node:fs';
import type * as Formats from '../../../src/formats/formats.ts';
import type { PeerWorks } from '../../sample.ts';
import { wing } from '../subject.ts';
import { timeFile, timeText } from './document.ts';

const { csv } = await wing<typeof Formats>('formats');

export const works: PeerWorks = {
  'csv-text': (size) =>
    timeText(size, (text, counter) => {
      for (const row of csv.reader(text)) {
        counter.rows++;
        counter.fields += row.length;
      }
    }),
  'csv-stream': (size) =>
    timeFile(size, async (path, counter) => {
      for await (const row of csv.reader(createReadStream(path))) {
        counter.rows++;
        counter.fields += row.length;
      }
    }),
  'csv-stream:batches': (size) =>
    timeFile(size, async (path, counter) => {
      for await (const rows of csv.reader(createReadStream(path)).batches()) {
        for (const row of rows) {
          counter.rows++;
          counter.fields += row.length;
        }
      }
    }),
};
