// What a stream's writer and transport refuse: the class of a bad argument, at once, and the stream goes on.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError, openConnection, startServer } from '../../../src/asyncio.ts';
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
