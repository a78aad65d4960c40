// The works of a pool that piscina's interface fits: piscina itself, and tinypool.

import { fileURLToPath } from 'node:url';
import type { PeerWorks, Sample } from '../../sample.ts';
import { peerPackage } from '../subject.ts';
import { manyInFlight, oneByOne, ROUNDS } from './calls.ts';
import type { CallAdd } from './calls.ts';

interface Pool {
  run(task: unknown, options?: { name: string }): Promise<unknown>;
  destroy(): Promise<void>;
}

type Make = new (options: { filename: string; minThreads: number; maxThreads: number }) => Pool;

/** The works of the pool that the package `name` exports. */
export async function poolWorks(name: string): Promise<PeerWorks> {
  const { default: Pool } = await peerPackage<{ default: Make }>(name);
  const filename = fileURLToPath(new URL('./work.mjs', import.meta.url));

  async function withPool(
    threads: number,
    body: (call: CallAdd, pool: Pool) => Promise<Sample>,
  ): Promise<Sample> {
    const pool = new Pool({ filename, minThreads: threads, maxThreads: threads });
    try {
      return await body((numbers) => pool.run(numbers, { name: 'add' }) as Promise<number>, pool);
    } finally {
      await pool.destroy();
    }
  }

  return {
    'pool-latency': (size) => withPool(1, (call) => oneByOne(call, size)),
    'pool-throughput': (size) => withPool(2, (call) => manyInFlight(call, size)),
    'pool-compute': (size) =>
      withPool(2, async (_, pool) => {
        const jobs = (count: number) =>
          Promise.all(Array.from({ length: count }, () => pool.run(ROUNDS, { name: 'burn' })));
        await jobs(2);
        const started = performance.now();
        await jobs(size);
        return { value: performance.now() - started };
      }),
  };
}
