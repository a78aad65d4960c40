import { run } from '../../../src/asyncio.ts';

async function load(): Promise<number> {
  return await run(async () => 1);
}

await run(async () => {
  await load();
});
