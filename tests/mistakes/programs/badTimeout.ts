import { run, sleep, timeout } from '../../../src/asyncio.ts';

await run(async () => {
  await timeout('1s' as never, () => sleep(10));
});
