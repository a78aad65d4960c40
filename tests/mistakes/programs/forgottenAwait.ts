import { run, sleep } from '../../../src/asyncio.ts';

async function save(): Promise<void> {
  await sleep(10);
}

await run(
  async () => {
    void save();
  },
  { debug: true },
);
