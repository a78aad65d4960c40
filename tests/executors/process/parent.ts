// A program whose pool has a process that computes and one that is idle, until it is killed; see processPool.test.ts.

import type * as workModule from './work.mjs';
import { readFileSync } from 'node:fs';
import { ProcessPoolExecutor, run, sleep, workerModule } from '../../../src/asyncio.ts';

const work = workerModule<typeof workModule>(import.meta.resolve('./work.mjs'));
const log = process.argv[2] as string;

await run(async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
  const [one, two] = [pool.submit(work.pid), pool.submit(work.pid)];
  const pids = [await one, await two];
  const spinning = pool.submit(work.spin, log);
  while (readFileSync(log, 'utf8') === '') await sleep(2);
  console.log(JSON.stringify(pids));
  await spinning;
});
