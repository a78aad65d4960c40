// A pool of processes, at work.

import { ProcessPoolExecutor, run } from '../../../../src/asyncio.ts';

await run(async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  try {
    await pool.submit(() => 1);
    const busy = pool.submit(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    console.log('ready');
    await busy;
  } finally {
    await pool.shutdown();
  }
});
