// readInto, chunks and lines with `reuse`: what they give, and what becomes of memory that is taken away, lies about
// itself, or is written on while it is read into.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BufferError,
  createTask,
  InvalidArgumentError,
  isCancelled,
  run,
  sleep,
  UsageError,
} from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { canLock } from '../../../src/sys/libc/memory.ts';
import { connectReadPipe } from '../../../src/pipes/connectPipe.ts';
import { StreamReader as Reader, StreamReaderProtocol } from '../../../src/asyncio.ts';
import { resizable, takings } from '../memory/takings.ts';
import { onBackends } from '../onBackends.ts';
import { onSelector } from '../onSelector.ts';
import { closeFd, openPipe, writeText } from '../pipes/pair.ts';
import { content, withChain } from '../relay/chain.ts';
import type { Kind } from '../relay/chain.ts';
import { fakeStream } from './fakeTransport.ts';

test('readInto: refuses what is no buffer, or has no room', async () => {
  await run(async () => {
    const { reader, receive } = fakeStream();
    receive('bytes');
    for (const wrong of [undefined, null, 'text', 5, [], new Uint16Array(4), new ArrayBuffer(4)])
      await assert.rejects(reader.readInto(wrong as never), InvalidArgumentError);
    await assert.rejects(reader.readInto(new Uint8Array(0)), InvalidArgumentError);
    assert.equal(String(await reader.readExactly(5)), 'bytes');
  });
});

test('readInto: a second read is refused while it waits', async () => {
  await run(async () => {
    const { reader, receive } = fakeStream();
    const buffer = Buffer.alloc(8);
    const reading = createTask(() => reader.readInto(buffer));
    await sleep(0);
    await assert.rejects(reader.readInto(Buffer.alloc(1)), UsageError);
    await assert.rejects(reader.readline(), UsageError);
    receive('one');
    assert.equal(await reading, 3);
    assert.equal(String(buffer.subarray(0, 3)), 'one');
  });
});

test('readInto: received right into the buffer; what does not fit is held', async () => {
  await run(async () => {
    const { reader, protocol, receive } = fakeStream();
    const buffer = Buffer.alloc(4);
    const reading = createTask(() => reader.readInto(buffer.subarray(1, 3)));
    await sleep(0);
    const room = protocol.getBuffer();
    assert.ok(room.buffer === buffer.buffer && room.length === 2);
    receive('abcd');
    assert.equal(await reading, 2);
    assert.equal(buffer.toString('latin1'), '\0ab\0');
    assert.equal(await reader.readInto(buffer), 2);
    assert.equal(buffer.toString('latin1'), 'cdb\0');
    protocol.eofReceived();
    assert.equal(reader.atEof(), true);
    assert.equal(await reader.readInto(buffer), 0);
  });
});

test('readInto: what has landed counts until it is read, also at the end of the stream', async () => {
  await run(async () => {
    const { reader, protocol, receive } = fakeStream();
    const buffer = Buffer.alloc(4);
    const reading = createTask(() => reader.readInto(buffer));
    await sleep(0);
    receive('last');
    protocol.eofReceived();
    assert.equal(reader.atEof(), false);
    reading.cancel();
    await assert.rejects(reading, isCancelled);
    assert.equal(String(await reader.read()), 'last');
    assert.equal(reader.atEof(), true);
  });
});

test('readInto: cancelled in the turn in which bytes landed, and read on before its own turn', async () => {
  await run(async () => {
    const { reader, receive } = fakeStream();
    const buffer = Buffer.alloc(4);
    const reading = createTask(() => reader.readInto(buffer));
    await sleep(0);
    receive('abcd');
    reading.cancel();
    const next = reader.read(2);
    buffer.fill(0);
    assert.equal(String(await next), 'ab');
    await assert.rejects(reading, isCancelled);
    assert.equal(String(await reader.readExactly(2)), 'cd');
  });
});

const losses = Object.entries({
  ...Object.fromEntries(
    Object.entries(takings).map(([way, take]) => [
      way,
      () => {
        const bytes = new Uint8Array(64);
        return { bytes, shrink: () => take(bytes) };
      },
    ]),
  ),
  'ArrayBuffer.resize': () => resizable(64, 'a'),
});

for (const [way, make] of losses) {
  test(`readInto: memory taken away before bytes came fails that read alone (${way})`, async () => {
    await run(async () => {
      const { reader, receive } = fakeStream();
      const { bytes, shrink } = make();
      const reading = createTask(() => reader.readInto(bytes));
      await sleep(0);
      shrink();
      receive('bytes');
      await assert.rejects(reading, BufferError);
      assert.equal(String(await reader.readExactly(5)), 'bytes');
    });
  });

  test(`readInto: memory taken away with bytes in it fails the stream (${way})`, async () => {
    await run(async () => {
      const { reader, receive } = fakeStream();
      const { bytes, shrink } = make();
      const reading = createTask(() => reader.readInto(bytes));
      await sleep(0);
      receive('lost');
      shrink();
      receive('more');
      await assert.rejects(reading, BufferError);
      await assert.rejects(reader.read(1), BufferError);
    });
  });

  test(`readInto: so when the read was cancelled (${way})`, async () => {
    await run(async () => {
      const { reader, receive } = fakeStream();
      const { bytes, shrink } = make();
      const reading = createTask(() => reader.readInto(bytes));
      await sleep(0);
      receive('lost');
      shrink();
      reading.cancel();
      await assert.rejects(reading, isCancelled);
      await assert.rejects(reader.read(1), BufferError);
    });
  });
}

test('readInto: a subclass that lies about its length is filled as far as it reaches', async () => {
  class Liar extends Uint8Array {
    override get length(): number {
      return 1_000_000;
    }
    override get byteLength(): number {
      return 1_000_000;
    }
    override get buffer(): ArrayBuffer {
      return new ArrayBuffer(1_000_000);
    }
  }
  await run(async () => {
    const { reader, receive } = fakeStream();
    const liar = new Liar(3);
    const reading = createTask(() => reader.readInto(liar));
    await sleep(0);
    receive('abcdef');
    assert.equal(await reading, 3);
    assert.deepEqual([liar[0], liar[1], liar[2]], [97, 98, 99]);
    assert.equal(await reader.readInto(liar), 3);
    assert.deepEqual([liar[0], liar[1], liar[2]], [100, 101, 102]);
  });
});

test('readInto: shared memory may be read into', async () => {
  await run(async () => {
    const { reader, receive } = fakeStream();
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    const reading = createTask(() => reader.readInto(shared));
    await sleep(0);
    receive('abc');
    assert.equal(await reading, 3);
    assert.equal(shared[2], 99);
  });
});

const large = content(40_000).map((byte) => (byte === 10 ? 11 : byte));

test('lines({ reuse }): long lines come in one memory, valid until the next', async () => {
  await run(async () => {
    const { reader, protocol, receive } = fakeStream({ limit: 100_000 });
    const memories = new Set<ArrayBufferLike>();
    const lines = reader.lines({ reuse: true });
    for (let i = 0; i < 20; i++) {
      large[0] = 97 + i;
      large[large.length - 1] = 10;
      const next = createTask(async () => await lines.next());
      await sleep(0);
      receive(large.subarray(0, 30_000));
      receive(large.subarray(30_000));
      const line = (await next).value as Buffer;
      receive('short\n');
      assert.ok(line.equals(large), 'what comes meanwhile does not touch it');
      if (i > 4) memories.add(line.buffer);
      assert.equal(String((await lines.next()).value), 'short\n');
    }
    assert.ok(memories.size <= 2, `${memories.size} memories`);
    await lines.return();
    receive('rest');
    protocol.eofReceived();
    const rest = await reader.read();
    assert.equal(String(rest), 'rest');
    assert.ok(!memories.has(rest.buffer), 'what is read otherwise is the reader’s own');
  });
});

test('lines({ reuse }): without reuse each line is the receiver’s own', async () => {
  await run(async () => {
    const { reader, receive } = fakeStream({ limit: 100_000 });
    const kept: Buffer[] = [];
    const lines = reader.lines();
    for (let i = 0; i < 5; i++) {
      large[0] = 97 + i;
      large[large.length - 1] = 10;
      receive(large);
      kept.push((await lines.next()).value as Buffer);
    }
    assert.deepEqual(
      kept.map((line) => line[0]),
      [97, 98, 99, 100, 101],
    );
  });
});

test('lines and chunks with reuse: what is lent cannot be taken away, or is nobody else’s', async () => {
  for (const take of Object.values(takings)) {
    await run(async () => {
      const { reader, receive } = fakeStream({ limit: 100_000 });
      for (const iterator of [reader.lines({ reuse: true }), reader.chunks({ reuse: true })]) {
        for (let i = 0; i < 3; i++) {
          large[0] = 97 + i;
          large[large.length - 1] = 10;
          receive(large);
          const lent = (await iterator.next()).value as Buffer;
          assert.ok(lent.equals(large));
          try {
            take(lent);
            if (i > 0) assert.equal(canLock(), false);
          } catch {
            assert.equal(lent.length, large.length);
          }
        }
      }
    });
  }
});

const ways: Record<string, (reader: StreamReader, writer: StreamWriter) => Promise<void>> = {
  readInto: async (reader, writer) => {
    const buffer = new Uint8Array(50_000);
    for (let count; (count = await reader.readInto(buffer)) > 0;) {
      writer.write(buffer.subarray(0, count));
      await writer.drain();
    }
  },
  'chunks({ reuse })': async (reader, writer) => {
    for await (const chunk of reader.chunks({ reuse: true })) {
      writer.writelines([chunk.subarray(0, 10), chunk.subarray(10)]);
      await writer.drain();
    }
  },
  'lines({ reuse })': async (reader, writer) => {
    for await (const line of reader.lines({ reuse: true })) {
      writer.write(line);
      await writer.drain();
    }
  },
};
const pairs: readonly [Kind, Kind][] = [
  ['TCP', 'TCP'],
  ['TCP', 'TLS'],
  ['TLS', 'Unix'],
];
for (const [way, pass] of Object.entries(ways)) {
  for (const [from, to] of pairs) {
    onBackends(
      `${way}: what was read may be written on while the peer is slow, ${from} to ${to}`,
      async () => {
        await withChain(
          from,
          to,
          async ({ source, left, right, sink }) => {
            const all = content(2_000_000);
            for (let at = 39_999; at < all.length; at += 40_000) all[at] = 10;
            all[all.length - 1] = 10;
            const sending = createTask(async () => {
              for (let at = 0; at < all.length; at += 100_000) {
                source[1].write(all.subarray(at, at + 100_000));
                await source[1].drain();
              }
              if (source[1].canWriteEof()) source[1].writeEof();
              else source[1].close();
            });
            const passing = createTask(async () => {
              await pass(left[0], right[1]);
              if (right[1].canWriteEof()) right[1].writeEof();
              else right[1].close();
            });
            for (let at = 0; at < all.length;) {
              const got = await sink[0].read(30_000);
              assert.ok(got.length > 0 && got.equals(all.subarray(at, at + got.length)), `at ${at}`);
              at += got.length;
              if (at % 7 === 0) await sleep(1);
            }
            await sending;
            await passing;
          },
          true,
        );
      },
    );
  }
}

onSelector('readInto: from a pipe', async (loop) => {
  const [readEnd, writeEnd] = openPipe();
  const reader = new Reader();
  const [transport] = await connectReadPipe(loop, () => new StreamReaderProtocol(reader), readEnd);
  const buffer = Buffer.alloc(100);
  const reading = createTask(() => reader.readInto(buffer));
  await sleep(0);
  writeText(writeEnd, 'through a pipe');
  assert.equal(await reading, 14);
  assert.equal(String(buffer.subarray(0, 14)), 'through a pipe');
  closeFd(writeEnd);
  assert.equal(await reader.readInto(buffer), 0);
  transport.close();
  await sleep(0);
});
