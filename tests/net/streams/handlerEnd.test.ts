// What becomes of a connection when the handler that was called for it ends.

import '../../harness.ts';
import assert from 'node:assert/strict';
import {
  createTask,
  Event,
  openConnection,
  sleep,
  startServer,
  toNodeDuplex,
  toWebStreams,
} from '../../../src/asyncio.ts';
import type { ClientConnected, Stream, StreamServer, StreamWriter } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';

function serve(handler: ClientConnected): Promise<StreamServer> {
  return startServer(handler, '127.0.0.1', 0);
}

function open(server: StreamServer): Promise<Stream> {
  const [, port] = server.sockets[0]!.getsockname() as [string, number];
  return openConnection('127.0.0.1', port);
}

onBackends('startServer: a handler that returns closes the connection after what it wrote', async () => {
  const server = await serve(async (_reader, writer) => {
    writer.write(Buffer.alloc(5_000_000, 1));
  });
  const [reader, writer] = await open(server);
  assert.equal((await reader.read()).length, 5_000_000);
  writer.close();
  await writer.waitClosed();
  while (server.connections > 0) await sleep(1);
  await server.shutdown();
});

onBackends(
  'startServer: a handler that returns at the end of data leaves no connection behind',
  async () => {
    const server = await serve(async (reader) => {
      for await (const _line of reader);
    });
    const [reader, writer] = await open(server);
    writer.writeEof();
    assert.equal((await reader.read()).length, 0);
    writer.close();
    await writer.waitClosed();
    while (server.connections > 0) await sleep(1);
    await server.shutdown();
  },
);

onBackends('startServer: a function that is not async hands the connection on', async () => {
  const writers: StreamWriter[] = [];
  const came = new Event();
  const server = await serve((_reader, writer) => {
    writers.push(writer);
    came.set();
  });
  const [reader, writer] = await open(server);
  await came.wait();
  await sleep(5);
  writers[0]!.write(Buffer.from('later\n'));
  assert.equal(String(await reader.readline()), 'later\n');
  writers[0]!.close();
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
});

onBackends('toNodeDuplex, toWebStreams: outlive the handler that made them', async () => {
  let turn = 0;
  const server = await serve(async (reader, writer) => {
    if (turn++ === 0) {
      const duplex = toNodeDuplex(reader, writer);
      duplex.pipe(duplex);
    } else {
      const { readable, writable } = toWebStreams(reader, writer);
      void readable.pipeTo(writable);
    }
  });
  for (let i = 0; i < 2; i++) {
    const [reader, writer] = await open(server);
    await sleep(5);
    writer.write(Buffer.from('piped'));
    writer.writeEof();
    assert.equal(String(await reader.read()), 'piped');
    writer.close();
    await writer.waitClosed();
  }
  await server.shutdown();
});

onBackends('startServer: a task that a handler waits for keeps the connection open', async () => {
  const server = await serve(async (reader, writer) => {
    await createTask(async () => {
      writer.write(await reader.readline());
    });
  });
  const [reader, writer] = await open(server);
  writer.write(Buffer.from('x\n'));
  assert.equal(String(await reader.read()), 'x\n');
  writer.close();
  await server.shutdown();
});
