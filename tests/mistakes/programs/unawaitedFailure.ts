import { createTask, run, sleep } from '../../../src/asyncio.ts';

async function save(): Promise<void> {
  await sleep(1);
  throw new Error('disk full');
}

await run(async () => {
  void createTask(save, { name: 'saver' });
  await sleep(5);
});
