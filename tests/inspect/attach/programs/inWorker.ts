// The loop of a worker thread.

import { run, sleep } from '../../../../src/asyncio.ts';

await run(() => {
  console.log('in the worker');
  return sleep(60_000);
});
