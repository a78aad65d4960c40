import { openConnection, run, startServer } from '../../../src/asyncio.ts';

await run(async () => {
  const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
  const [, writer] = await openConnection('127.0.0.1', server.port);
  writer.close();
  writer.write(Buffer.from('hello\n'));
  await writer.drain();
});
