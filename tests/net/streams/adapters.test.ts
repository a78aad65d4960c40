// Streams of the host's and of the web's, in both directions, over real connections on both backends.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { InvalidArgumentError, openConnection, startServer } from '../../../src/asyncio.ts';
import type { ClientConnected, Stream } from '../../../src/asyncio.ts';
import { fromNodeStream, toNodeDuplex } from '../../../src/net/bridge/nodeStreams.ts';
import { fromWebStreams, toWebStreams } from '../../../src/net/bridge/webStreams.ts';
import { onBackends } from '../onBackends.ts';

/** Bytes in which no stretch is like another. */
function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0, value = 1; i < size; i++) {
    value = (value * 75 + 74) % 65_537;
    bytes[i] = value;
  }
  return bytes;
}

async function withConnection(
  handler: ClientConnected,
  body: (end: Stream) => Promise<void>,
): Promise<void> {
  const server = await startServer(handler, '127.0.0.1', 0);
  const [, port] = server.sockets[0]!.getsockname() as [string, number];
  const end = await openConnection('127.0.0.1', port);
  await body(end);
  end[1].close();
  await server.shutdown();
  assert.equal(server.connections, 0);
}

/** Sends `data` and its end, and answers what comes back. */
async function through([reader, writer]: Stream, data: Buffer): Promise<Buffer> {
  writer.write(data);
  const back = reader.read();
  await writer.drain();
  writer.writeEof();
  return await back;
}

onBackends('toNodeDuplex: a stream that is piped to itself echoes every byte and ends', async () => {
  const data = pattern(1_500_000);
  await withConnection(
    (reader, writer) => {
      const duplex = toNodeDuplex(reader, writer);
      duplex.pipe(duplex);
    },
    async (end) => assert.ok((await through(end, data)).equals(data)),
  );
});

onBackends(
  'toNodeDuplex: destroying it closes the connection, an error of the connection destroys it',
  async () => {
    const seen: unknown[] = [];
    await withConnection(
      (reader, writer) => {
        const duplex = toNodeDuplex(reader, writer);
        duplex.once('data', (chunk) => {
          seen.push(String(chunk));
          duplex.destroy();
        });
      },
      async ([reader, writer]) => {
        writer.write(Buffer.from('stop'));
        assert.equal((await reader.read()).length, 0);
      },
    );
    assert.deepEqual(seen, ['stop']);
    await withConnection(
      async (reader, writer) => {
        const duplex = toNodeDuplex(reader, writer);
        reader.setException(new RangeError('broken'));
        duplex.resume();
        const [error] = (await once(duplex, 'error')) as [unknown];
        assert.ok(error instanceof RangeError);
      },
      async ([reader]) => {
        try {
          assert.equal((await reader.read()).length, 0);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'ECONNRESET');
        }
      },
    );
  },
);

onBackends(
  'toWebStreams: a readable that is piped to its writable echoes every byte and ends',
  async () => {
    const data = pattern(1_500_000);
    await withConnection(
      async (reader, writer) => {
        const { readable, writable } = toWebStreams(reader, writer);
        await readable.pipeTo(writable);
      },
      async (end) => assert.ok((await through(end, data)).equals(data)),
    );
  },
);

onBackends('toWebStreams: reads nothing ahead, and a cancel lets the connection close', async () => {
  await withConnection(
    async (reader, writer) => {
      const { readable, writable } = toWebStreams(reader, writer);
      const source = readable.getReader();
      const { value } = await source.read();
      assert.equal(String(Buffer.from(value!)), 'one');
      assert.equal(String(await reader.readExactly(3)), 'two');
      await writable.close();
      await source.cancel();
      assert.equal(writer.isClosing(), true);
    },
    async ([reader, writer]) => {
      writer.write(Buffer.from('one'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      writer.write(Buffer.from('two'));
      assert.equal((await reader.read()).length, 0);
    },
  );
});

onBackends('toWebStreams: aborting the writable drops the connection', async () => {
  await withConnection(
    async (reader, writer) => {
      const { writable } = toWebStreams(reader, writer);
      await writable.abort(new Error('enough'));
    },
    async ([reader]) => {
      try {
        assert.equal((await reader.read()).length, 0);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'ECONNRESET');
      }
    },
  );
});

onBackends('fromNodeStream: reads, writes, waits and ends', async () => {
  const data = pattern(700_000);
  const [reader, writer] = fromNodeStream(new PassThrough());
  const back = reader.readExactly(data.length);
  writer.write(data);
  await writer.drain();
  assert.ok((await back).equals(data));
  writer.write(Buffer.from('last'));
  writer.writeEof();
  assert.equal(String(await reader.read()), 'last');
  writer.close();
  await writer.waitClosed();
});

onBackends('fromNodeStream: close writes what is left and ends the stream', async () => {
  const written: string[] = [];
  let finish: (() => void) | undefined;
  const duplex = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      finish = done;
    },
    final(done) {
      written.push('(end)');
      done();
    },
  });
  const [, writer] = fromNodeStream(duplex);
  writer.write(Buffer.from('a'));
  writer.write(Buffer.from('b'));
  writer.close();
  const closed = writer.waitClosed();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(written, ['a']);
  finish?.();
  await new Promise((resolve) => setImmediate(resolve));
  finish?.();
  await closed;
  assert.deepEqual(written, ['a', 'b', '(end)']);
  assert.equal(duplex.destroyed, true);
});

onBackends('fromNodeStream: an error of the stream is thrown by reads', async () => {
  const duplex = new PassThrough();
  const [reader, writer] = fromNodeStream(duplex);
  const read = reader.readline();
  duplex.destroy(new RangeError('broken'));
  await assert.rejects(read, RangeError);
  await assert.rejects(writer.drain(), RangeError);
});

onBackends('fromNodeStream, fromWebStreams: refuse what is no stream of bytes', async () => {
  assert.throws(() => fromNodeStream({} as never), InvalidArgumentError);
  assert.throws(() => fromNodeStream(new PassThrough({ objectMode: true })), InvalidArgumentError);
  assert.throws(() => fromWebStreams({} as never), InvalidArgumentError);
});

onBackends('fromWebStreams: reads, writes, ends', async () => {
  const data = pattern(700_000);
  const [reader, writer] = fromWebStreams(new TransformStream<Uint8Array, Uint8Array>());
  const back = reader.readExactly(data.length);
  writer.write(data);
  await writer.drain();
  assert.ok((await back).equals(data));
  writer.write(Buffer.from('last'));
  writer.close();
  await writer.waitClosed();
});

onBackends('fromWebStreams: an error of the readable is thrown by reads', async () => {
  const readable = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new RangeError('broken')),
  });
  const [reader, writer] = fromWebStreams({ readable, writable: new WritableStream() });
  await assert.rejects(reader.readline(), RangeError);
  await assert.rejects(writer.waitClosed(), RangeError);
});
