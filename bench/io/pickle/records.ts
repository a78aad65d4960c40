// The records, and how a codec's time for them is taken.

import { check, processorTime } from '../../sample.ts';
import type { PeerWorks, Sample } from '../../sample.ts';

const COUNT = 10_000;
const records: readonly object[] = Array.from({ length: COUNT }, (_, id) => ({
  id,
  name: `user ${id}`,
  email: `user${id}@example.com`,
  active: id % 2 === 0,
  score: id * 1.5 + 0.25,
  tags: ['a', 'b', `tag${id % 10}`],
  address: { city: 'Berlin', zip: `1${id}` },
}));

export interface Codec {
  write(value: unknown): Uint8Array;
  read(bytes: Uint8Array): unknown;
  readonly readMaps?: (bytes: Uint8Array) => unknown;
}

export function codecWorks({ write, read, readMaps }: Codec): PeerWorks {
  const loads = (reader: (bytes: Uint8Array) => unknown) => async (size: number) => {
    const bytes = write(records);
    return each(size, () => (reader(bytes) as unknown[]).length);
  };
  return {
    'pickle-dumps': async (size) => each(size, () => (write(records).length > 0 ? COUNT : 0)),
    'pickle-loads': loads(read),
    ...(readMaps && { 'pickle-loads:maps': loads(readMaps) }),
    'pickle-small': async (size) =>
      each(
        size,
        () => records.filter((one) => (read(write(one)) as { id?: number }).id !== undefined).length,
      ),
  };
}

/** Microseconds of one record; `work` does all of them once, and returns how many. */
function each(size: number, work: () => number): Sample {
  const rounds = Math.max(1, size / COUNT);
  const used = processorTime();
  for (let round = 0; round < rounds; round += 1) check(work(), COUNT);
  return { value: used() / (rounds * COUNT) };
}
