import { run, startServer } from '../../../src/asyncio.ts';

await run(async () => {
  const first = await startServer(() => {}, '127.0.0.1', 0);
  await startServer(() => {}, '127.0.0.1', first.port);
});
