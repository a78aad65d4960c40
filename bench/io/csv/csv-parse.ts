// csv-parse: its synchronous function, and its stream.

import { createReadStream } from 'node:fs';
import type { PeerWorks } from '../../sample.ts';
import { peerPackage } from '../subject.ts';
import { timeFile, timeText } from './document.ts';

const stream = await peerPackage<{ parse(): NodeJS.ReadWriteStream }>('csv-parse');
const sync = await peerPackage<{ parse(text: string): string[][] }>('csv-parse/sync');

export const works: PeerWorks = {
  'csv-text': (size) =>
    timeText(size, (text, counter) => {
      for (const row of sync.parse(text)) {
        counter.rows++;
        counter.fields += row.length;
      }
    }),
  'csv-stream': (size) =>
    timeFile(size, async (path, counter) => {
      for await (const row of createReadStream(path).pipe(stream.parse())) {
        counter.rows++;
        counter.fields += row.length;
      }
    }),
};
