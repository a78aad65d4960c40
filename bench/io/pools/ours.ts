// This library's executors.

import { check } from '../../sample.ts';
import type { PeerWorks, Sample } from '../../sample.ts';
import { subject } from '../subject.ts';
import { manyInFlight, oneByOne, ROUNDS } from './calls.ts';
import type { CallAdd } from './calls.ts';
import type * as Work from './work.mjs';

const { gather, ProcessPoolExecutor, run, ThreadPoolExecutor, workerModule } = subject;
const { add, burn } = workerModule<typeof Work>(new URL('./work.mjs', import.meta.url));

type Pool = InstanceType<typeof ThreadPoolExecutor> | InstanceType<typeof ProcessPoolExecutor>;

function withPool(make: () => Pool, body: (call: CallAdd, pool: Pool) => Promise<Sample>): Promise<Sample> {
  return run(async () => {
    await using pool = make();
    return await body((numbers) => pool.submit(add, numbers), pool);
  });
}

export const works: PeerWorks = {
  'pool-latency': (size) =>
    withPool(
      () => new ThreadPoolExecutor({ maxWorkers: 1 }),
      (call) => oneByOne(call, size),
    ),
  'pool-throughput': (size) =>
    withPool(
      () => new ThreadPoolExecutor({ maxWorkers: 2 }),
      (call) => manyInFlight(call, size),
    ),
  'process-latency': (size) =>
    withPool(
      () => new ProcessPoolExecutor({ maxWorkers: 1 }),
      (call) => oneByOne(call, size),
    ),
  'process-throughput': (size) =>
    withPool(
      () => new ProcessPoolExecutor({ maxWorkers: 2 }),
      (call) => manyInFlight(call, size),
    ),
  'pool-compute': (size) =>
    withPool(
      () => new ThreadPoolExecutor({ maxWorkers: 2 }),
      async (_, pool) => {
        await gather([pool.submit(burn, ROUNDS), pool.submit(burn, ROUNDS)]);
        const started = performance.now();
        const all = await gather(Array.from({ length: size }, () => pool.submit(burn, ROUNDS)));
        check(all.length, size);
        return { value: performance.now() - started };
      },
    ),
};
