import { createTask, run, sleep } from '../../../src/asyncio.ts';

async function work(): Promise<void> {
  await sleep(1);
}

await run(async () => {
  await createTask(work() as never);
});
