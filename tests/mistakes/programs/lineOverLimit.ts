import { openConnection, run, startServer } from '../../../src/asyncio.ts';

await run(async () => {
  const server = await startServer(
    async (_, writer) => {
      writer.write(Buffer.alloc(100_000, 'a'));
      await writer.drain();
    },
    '127.0.0.1',
    0,
  );
  const [reader] = await openConnection('127.0.0.1', server.port);
  await reader.readline();
});
