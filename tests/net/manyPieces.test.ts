// Very many small pieces that wait to be written: none is lost, none is out of order, and the work for each does not
// grow with their number.

import '../harness.ts';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openConnection, startServer } from '../../src/asyncio.ts';
import type { EventLoop, StreamWriter } from '../../src/asyncio.ts';
import { CoalescedWrites } from '../../src/transport/coalescedWrites.ts';
import { PendingBytes } from '../../src/transport/pendingBytes.ts';
import { Random } from '../../src/testing/random.ts';
import { onBackends } from './onBackends.ts';

// More than Node's streams take in one go.
const MANY = 2 ** 20 + 1000;

/** What a peer gets that begins to read when `write` has returned: how much, and its digest. */
async function received(loop: EventLoop, write: (writer: StreamWriter) => void): Promise<[number, string]> {
  const written = loop.createFuture<void>();
  const whole = loop.createFuture<[number, string]>();
  const server = await startServer(
    async (reader) => {
      await written;
      const hash = createHash('sha1');
      let size = 0;
      for await (const chunk of reader.chunks()) {
        hash.update(chunk);
        size += chunk.length;
      }
      whole.setResult([size, hash.digest('hex')]);
    },
    '127.0.0.1',
    0,
  );
  const [, writer] = await openConnection('127.0.0.1', server.port);
  write(writer);
  assert.ok(writer.transport.getWriteBufferSize() > 0, 'more than the system takes');
  written.setResult();
  await writer.drain();
  writer.close();
  await writer.waitClosed();
  const result = await whole;
  await server.shutdown();
  return result;
}

function digest(pieces: readonly Uint8Array[]): [number, string] {
  const whole = Buffer.concat(pieces);
  return [whole.length, createHash('sha1').update(whole).digest('hex')];
}

const numbered = Array.from({ length: MANY }, (_, index) => Buffer.from(`${index} is the number;`));

onBackends(
  'writelines: more than a million pieces arrive, in order',
  async (loop) => {
    const found = await received(loop, (writer) => writer.writelines(numbered));
    assert.deepEqual(found, digest(numbered));
  },
  { timeout: 60_000 },
);

onBackends(
  'write: more than a million pieces behind one that waits arrive, in order',
  async (loop) => {
    const first = Buffer.alloc(8 << 20, 'first');
    const found = await received(loop, (writer) => {
      writer.write(first);
      for (const piece of numbered) writer.write(piece);
    });
    assert.deepEqual(found, digest([first, ...numbered]));
  },
  { timeout: 60_000 },
);

onBackends('write, writelines: pieces of all sizes, mixed, arrive in order', async (loop) => {
  const random = new Random(5);
  const sizes = [1, 20, 4095, 4096, 20_000, 100_000];
  const pieces = Array.from({ length: 3000 }, (_, index) =>
    Buffer.alloc(sizes[random.int(sizes.length)] as number, `${index};`),
  );
  const found = await received(loop, (writer) => {
    for (let at = 0; at < pieces.length;) {
      const count = random.int(2) === 0 ? 1 : random.int(50);
      if (count === 1) writer.write(pieces[at] as Buffer);
      else writer.writelines(pieces.slice(at, at + count));
      at += count;
    }
  });
  assert.deepEqual(found, digest(pieces));
});

test('CoalescedWrites: a stream that is busy gets few pieces, one that is not gets each at once', () => {
  const taken: Uint8Array[] = [];
  const callbacks: (() => void)[] = [];
  const stream = {
    writableLength: 0,
    write(data: Uint8Array, written: () => void): void {
      stream.writableLength += data.byteLength;
      taken.push(data);
      callbacks.push(written);
    },
  };
  let told = 0;
  const writes: CoalescedWrites = new CoalescedWrites(stream, () => {
    writes.flush();
    told++;
  });
  for (let index = 0; index < 10_000; index++) writes.write(Buffer.from('ten bytes.'));
  assert.equal(writes.size, 100_000);
  assert.equal(taken.length, 7, 'the first by itself, then full blocks');
  writes.write(Buffer.alloc(5000));
  assert.equal(taken.length, 9, 'the joined rest before it');
  writes.write(Buffer.from('last'));
  stream.writableLength = 0;
  callbacks[0]?.();
  assert.equal(told, 1);
  assert.equal(String(taken.at(-1)), 'last');
  assert.equal(writes.size, 4);
});

test('PendingBytes: the list is made anew a few times, not once for so many pieces', () => {
  const waiting = new PendingBytes();
  const piece = Buffer.from('x');
  for (let index = 0; index < 100_000; index++) waiting.push(piece);
  let lists = 0;
  let moved = 0;
  for (let list = waiting._chunks; waiting.size > 0;) {
    waiting.drop(1);
    if (waiting._chunks === list) continue;
    list = waiting._chunks;
    lists++;
    moved += list.length;
  }
  assert.ok(lists < 20 && moved <= 100_000, `${lists} lists, ${moved} pieces moved`);
});
