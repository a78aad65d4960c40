// What a stream's writer and transport refuse: the class of a bad argument, at once, and the stream goes on.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError, openConnection, startServer, StreamReader } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';

onBackends(
  'write, writelines and setWriteBufferLimits refuse what they can’t take, and lose nothing',
  async () => {
    const server = await startServer(
      async (reader, writer) => {
        writer.write(await reader.readline());
        writer.close();
      },
      '127.0.0.1',
      0,
    );
    const [reader, writer] = await openConnection('127.0.0.1', server.port);
    for (const data of [null, undefined, 'text', 0, {}, [1], new ArrayBuffer(1)] as never[])
      assert.throws(() => writer.write(data), InvalidArgumentError);
    for (const data of [
      null,
      undefined,
      0,
      {},
      'text',
      Buffer.from('no list'),
      [null],
      ['x'],
      [1],
    ] as never[])
      assert.throws(() => writer.writelines(data), InvalidArgumentError);
    for (const limits of [
      { high: -1 },
      { low: 5, high: 1 },
      { high: Number.NaN },
      { high: 'x' },
    ] as never[])
      assert.throws(() => writer.transport.setWriteBufferLimits(limits), InvalidArgumentError);
    writer.transport.setWriteBufferLimits(null as never);
    writer.write(Buffer.from('whole\n'));
    assert.equal(String(await reader.read()), 'whole\n');
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
  },
);

const none = [null, 5, 'text', Symbol('none')] as never[];

const names =
  (argument: string) =>
  (error: unknown): boolean =>
    error instanceof InvalidArgumentError && error.argument === argument;

onBackends(
  'readInto, chunks, lines and readUntil refuse what they can’t take, and lose nothing',
  async () => {
    const reader = new StreamReader();
    reader.feedData(Buffer.from('whole\n'));
    for (const buffer of [...none, undefined, {}, new ArrayBuffer(4), Buffer.alloc(0)])
      await assert.rejects(reader.readInto(buffer as never), names('buffer'));
    for (const options of none) {
      assert.throws(() => reader.lines(options), names('options'));
      if (options !== 5) assert.throws(() => reader.chunks(options), names('options'));
      await assert.rejects(reader.readUntil(Buffer.from('\n'), options), names('options'));
    }
    for (const size of [0, -1, 0.5, Number.NaN, '5', null, {}, Object.create(null)] as never[])
      assert.throws(() => reader.chunks({ size }), names('size'));
    assert.equal(String(await reader.readline()), 'whole\n');
  },
);

onBackends('sendfile refuses what it can’t take, and the transport goes on', async (loop) => {
  const server = await startServer(
    async (reader, writer) => {
      const { transport } = writer;
      for (const bad of [...none, undefined, {}, Object.create(null)])
        await assert.rejects(loop.sendfile(bad as never, 0), names('transport'));
      for (const bad of [null, 'text', undefined, {}, -1] as never[])
        await assert.rejects(loop.sendfile(transport, bad), names('file'));
      for (const bad of none) await assert.rejects(loop.sendfile(transport, 0, bad), names('options'));
      for (const bad of [null, 5, {}] as never[])
        await assert.rejects(loop.sendfile(transport, 0, { onProgress: bad }), names('onProgress'));
      for (const bad of [null, -1, 0.5, Symbol('none'), Object.create(null)] as never[]) {
        await assert.rejects(loop.sendfile(transport, 0, { offset: bad }), names('offset'));
        await assert.rejects(loop.sendfile(transport, 0, { count: bad }), names('count'));
      }
      writer.write(await reader.readline());
      writer.close();
    },
    '127.0.0.1',
    0,
  );
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  writer.write(Buffer.from('whole\n'));
  assert.equal(String(await reader.read()), 'whole\n');
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
});
