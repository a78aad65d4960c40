// What is asked, and how it is measured, the same way for every client.

import { check, processorTime } from '../../sample.ts';
import type { PeerWorks, Sample, WorkFunction } from '../../sample.ts';

export const url: string = `http://127.0.0.1:${process.env['BENCH_HTTP_PORT'] ?? ''}/hello`;
const TEXT = 'Hello, world!';

/** Asks once, and reads the text. */
export type Ask = () => Promise<string>;

async function asking(ask: Ask, size: number, atOnce: number): Promise<Sample> {
  let left = size;
  let read = 0;
  const body = async (): Promise<void> => {
    while (left-- > 0) {
      const { length } = await ask();
      read += length;
    }
  };
  const processor = processorTime();
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, body));
  const wall = performance.now() - started;
  check(read, size * TEXT.length);
  return { value: processor() / size, wall: (wall * 1000) / size };
}

/** The works of one client; `inside` opens it around a measurement. */
export function worksOf(
  suffix: string,
  inside: (measure: (ask: Ask) => Promise<Sample>) => Promise<Sample>,
): PeerWorks {
  const work =
    (atOnce: number): WorkFunction =>
    async (size) =>
      await inside(async (ask) => {
        // Connections are there before.
        await asking(ask, atOnce, atOnce);
        return await asking(ask, size, atOnce);
      });
  return { [`http-client-one${suffix}`]: work(1), [`http-client-fifty${suffix}`]: work(50) };
}
