// The TCP proxy, before servers of ours.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConnection, run, startServer } from '../../src/asyncio.ts';
import type { StreamReader, StreamServer, StreamWriter } from '../../src/asyncio.ts';
import { interrupt, posix, startExample, stopExample } from './example.ts';
import type { Serving } from './example.ts';

type Handler = (reader: StreamReader, writer: StreamWriter) => Promise<void>;

/** Runs `body` against a proxy before a server of ours; returns what the proxy said. */
async function behindProxy(
  handler: Handler,
  body: (serving: Serving, backend: StreamServer) => Promise<void>,
): Promise<string> {
  let said = '';
  await run(
    async () => {
      const backend = await startServer(handler, '127.0.0.1', 0);
      const program = startExample('tcp-proxy', ['0', `127.0.0.1:${backend.port}`]);
      await program.printed('\n');
      const [, host = '', port = ''] = /on ([\d.]+):(\d+)/.exec(program.output) ?? [];
      const serving: Serving = { program, interrupted: false, host, port: Number(port) };
      try {
        await body(serving, backend);
      } catch (error) {
        program.signal('SIGKILL');
        await program.ended;
        throw error;
      }
      said = (await stopExample(serving)).stdout;
      await backend.shutdown();
    },
    { handleSignals: false },
  );
  return said;
}

/** Hears everything, then says it in capitals. */
async function capitals(reader: StreamReader, writer: StreamWriter): Promise<void> {
  writer.write(Buffer.from(String(await reader.read()).toUpperCase()));
  await writer.drain();
}

test(
  'tcp-proxy: a half-close goes through, and the bytes of both directions are counted',
  { skip: posix },
  async () => {
    const size = 3_000_000;
    const said = await behindProxy(capitals, async ({ program, host, port }) => {
      const [reader, writer] = await openConnection(host, port);
      writer.write(Buffer.alloc(size, 'a'));
      writer.writeEof();
      assert.ok((await reader.read()).equals(Buffer.alloc(size, 'A')));
      await writer[Symbol.asyncDispose]();
      await program.printed('done\n');
    });
    assert.match(said, new RegExp(`^${size} bytes there, ${size} back: done$`, 'm'));
  },
);

test('tcp-proxy: a server that breaks off ends the client’s connection', { skip: posix }, async () => {
  const breaking: Handler = async (reader, writer) => {
    await reader.readline();
    writer.transport.abort();
  };
  await behindProxy(breaking, async ({ host, port }) => {
    const [reader, writer] = await openConnection(host, port);
    writer.write(Buffer.from('line\n'));
    await reader.read().catch(() => {});
    await writer[Symbol.asyncDispose]();
  });
});

test('tcp-proxy: a server that is not there', { skip: posix }, async () => {
  const program = startExample('tcp-proxy', ['0', '127.0.0.1:1']);
  await program.printed('\n');
  const [, host = '', port = ''] = /on ([\d.]+):(\d+)/.exec(program.output) ?? [];
  await run(
    async () => {
      const [reader, writer] = await openConnection(host, Number(port));
      assert.equal(String(await reader.read()), '');
      await writer[Symbol.asyncDispose]();
    },
    { handleSignals: false },
  );
  await program.printed('ECONNREFUSED');
  program.signal('SIGINT');
  const { code, stderr } = await program.ended;
  assert.deepEqual([code, stderr], [130, '']);
});

test('tcp-proxy: Ctrl-C closes connections that say nothing', { skip: posix }, async () => {
  await behindProxy(capitals, async (serving) => {
    const [reader, writer] = await openConnection(serving.host, serving.port);
    interrupt(serving);
    await reader.read().catch(() => {});
    await writer[Symbol.asyncDispose]();
  });
});
