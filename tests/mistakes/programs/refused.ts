import { openConnection, run } from '../../../src/asyncio.ts';

async function ask(): Promise<void> {
  await openConnection('localhost', 1, { family: 4 });
}

await run(async () => {
  await ask();
});
