import { Lock, run } from '../../../src/asyncio.ts';

const lock = new Lock({ name: 'db' });

await run(async () => {
  lock.release();
});
