import { createTask, run, sleep } from '../../../src/asyncio.ts';

await run(async () => {
  void createTask(() => sleep(60_000), { name: 'saver' });
  await sleep(1);
  process.exit(3);
});
