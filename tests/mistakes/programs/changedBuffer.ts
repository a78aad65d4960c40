import { getRunningLoop, openConnection, run, sleep, startServer } from '../../../src/asyncio.ts';

await run(
  async () => {
    getRunningLoop().slowCallbackDuration = Infinity;
    const server = await startServer(
      async (reader) => {
        await sleep(1);
        await reader.read();
      },
      '127.0.0.1',
      0,
    );
    const [, writer] = await openConnection('127.0.0.1', server.port);
    const block = Buffer.alloc(16_000_000, 'a');
    writer.write(block);
    block.fill('b');
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
  },
  { debug: true },
);
