// papaparse: its function, and row by row with `step`.

import { createReadStream } from 'node:fs';
import type { PeerWorks } from '../../sample.ts';
import { peerPackage } from '../subject.ts';
import { timeFile, timeText } from './document.ts';

interface Papa {
  parse(text: string, options: object): { data: string[][] };
  parse(
    stream: NodeJS.ReadableStream,
    options: {
      step: (result: { data: string[] }) => void;
      complete: () => void;
      error: (error: Error) => void;
      skipEmptyLines: boolean;
    },
  ): void;
}

const { default: papa } = await peerPackage<{ default: Papa }>('papaparse');

export const works: PeerWorks = {
  'csv-text': (size) =>
    timeText(size, (text, counter) => {
      for (const row of papa.parse(text, { skipEmptyLines: true }).data) {
        counter.rows++;
        counter.fields += row.length;
      }
    }),
  'csv-stream': (size) =>
    timeFile(size, (path, counter) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      papa.parse(createReadStream(path), {
        skipEmptyLines: true,
        step: ({ data }) => {
          counter.rows++;
          counter.fields += data.length;
        },
        complete: resolve,
        error: reject,
      });
      return promise;
    }),
};
