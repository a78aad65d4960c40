// Says which backend it runs on, after an echo over it. With `worker` it does so in a worker that it then
// terminates while the server is open.

import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { getRunningLoop, openConnection, run, startServer } from '../../../src/asyncio.ts';

async function echo(hold: boolean): Promise<void> {
  const { name, reason } = getRunningLoop().backend;
  const server = await startServer(
    async (reader, writer) => {
      for await (const line of reader) writer.write(line);
      writer.close();
    },
    '127.0.0.1',
    0,
  );
  const address = server.sockets[0]?.getsockname() as readonly [string, number];
  const [reader, writer] = await openConnection(address[0], address[1]);
  writer.write(Buffer.from('there and back\n'));
  const answer = { name, reason, line: String(await reader.readline()).trim() };
  if (hold) {
    parentPort?.postMessage(answer);
    for (;;) {
      writer.write(Buffer.from('on and on\n'));
      await reader.readline();
    }
  }
  console.log(JSON.stringify(answer));
  writer.close();
  await writer.waitClosed();
  server.close();
  await server.waitClosed();
}

if (!isMainThread) await run(() => echo(true));
else if (process.argv[2] === 'worker') {
  const worker = new Worker(new URL(import.meta.url));
  const answer = await new Promise((resolve) => void worker.once('message', resolve));
  await worker.terminate();
  console.log(JSON.stringify(answer));
} else await run(() => echo(false));
