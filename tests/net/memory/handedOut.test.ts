// Bytes that were handed out, and whose receiver takes their memory away: either that is refused, or nobody else
// loses anything by it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConnection, Protocol, startServer, toWebStreams } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { takeFromSlab, slabAddress } from '../../../src/transport/receiveSlab.ts';
import { canLock } from '../../../src/sys/libc/memory.ts';
import { inLoop } from '../../inLoop.ts';
import { selectorMissing } from '../backends.ts';
import { onBackends } from '../onBackends.ts';
import { fakeStream } from '../streams/fakeTransport.ts';
import { takings, tryToTake } from './takings.ts';

type Ends = [reader: StreamReader, writer: StreamWriter];

/** Runs `body` with a server that sends back what it is sent, and so many connections to it. */
async function withEchoes(count: number, body: (ends: Ends[]) => Promise<void>): Promise<void> {
  const server = await startServer(
    async (reader, writer) => {
      for await (const line of reader) writer.write(Buffer.from(`${line}`));
    },
    '127.0.0.1',
    0,
  );
  const ends: Ends[] = [];
  for (let i = 0; i < count; i++) ends.push(await openConnection('127.0.0.1', server.port));
  await body(ends);
  for (const [, writer] of ends) writer.close();
  await server.shutdown();
}

for (const [way, take] of Object.entries(takings)) {
  onBackends(`handed-out bytes taken by ${way}: other connections keep theirs and go on`, () =>
    withEchoes(3, async (ends) => {
      const kept: [Buffer, string][] = [];
      for (let round = 0; round < 60; round++) {
        for (const [index, [reader, writer]] of ends.entries()) {
          const line = `${index} ${round} ${'x'.repeat((round * 61) % 900)}\n`;
          writer.write(Buffer.from(line));
          const got = await reader.readline();
          assert.equal(String(got), line);
          if (index === 1) tryToTake(take, got);
          else kept.push([got, line]);
        }
      }
      for (const [bytes, line] of kept) assert.equal(String(bytes), line);
    }),
  );

  onBackends(`handed-out bytes taken by ${way}: the lines behind it are still there`, () =>
    withEchoes(1, async (ends) => {
      const [reader, writer] = ends[0] as Ends;
      const lines = Array.from({ length: 40 }, (_, at) => `line ${at}\n`);
      writer.write(Buffer.from(lines.join('')));
      const kept: [Buffer, string][] = [];
      for (const [at, line] of lines.entries()) {
        const got = await reader.readline();
        assert.equal(String(got), line);
        if (at % 3 === 1) tryToTake(take, got);
        else kept.push([got, line]);
      }
      for (const [bytes, line] of kept) assert.equal(String(bytes), line);
    }),
  );

  onBackends(
    `handed-out bytes taken by ${way}: a protocol's piece takes none of the next one's`,
    async (loop) => {
      const came: string[] = [];
      class Taker extends Protocol {
        override dataReceived(data: Buffer): void {
          came.push(String(data));
          tryToTake(take, data);
        }
      }
      const server = await loop.createServer(() => new Taker(), '127.0.0.1', 0);
      await withEchoes(1, async ([echo]) => {
        const [reader, writer] = echo as Ends;
        const [transport] = await loop.createConnection(() => new Protocol(), '127.0.0.1', server.port);
        for (let round = 0; round < 40; round++) {
          transport.write(Buffer.from(`${round};`));
          writer.write(Buffer.from(`${round}\n`));
          assert.equal(String(await reader.readline()), `${round}\n`);
        }
        transport.close();
      });
      server.close();
      await server.waitClosed();
      assert.equal(came.join(''), Array.from({ length: 40 }, (_, round) => `${round};`).join(''));
    },
  );

  onBackends(`toWebStreams: a chunk taken by ${way} is the taker's`, () =>
    withEchoes(1, async (ends) => {
      const [reader, writer] = ends[0] as Ends;
      const { readable, writable } = toWebStreams(reader, writer);
      const sink = writable.getWriter();
      const source = readable.getReader();
      const sent = new Uint8Array(Buffer.from('to the echo\n'));
      await sink.write(sent);
      take(sent);
      let text = '';
      while (!text.endsWith('\n')) {
        const { value } = await source.read();
        assert.ok(value !== undefined);
        text += Buffer.from(value).toString();
        take(value);
        assert.equal(value.byteLength, 0);
      }
      assert.equal(text, 'to the echo\n');
      await sink.close();
      await source.cancel();
    }),
  );
}

test(
  'readline: a line that is handed out whole has memory of its own, which can be transferred',
  inLoop(async () => {
    const { reader, protocol } = fakeStream();
    protocol.dataReceived(Buffer.from(new Uint8Array(Buffer.from('all of it\n')).buffer));
    const line = await reader.readline();
    assert.equal(structuredClone(line, { transfer: [line.buffer as ArrayBuffer] }).byteLength, 10);
  }),
);

test(
  'readline: lines of one memory can be transferred each by itself, or not at all',
  inLoop(async () => {
    const { reader, protocol } = fakeStream();
    protocol.dataReceived(Buffer.from(new Uint8Array(Buffer.from('one\ntwo\nthree\n')).buffer));
    const lines = [await reader.readline(), await reader.readline(), await reader.readline()];
    const clone = (line: Buffer): void =>
      void structuredClone(line, { transfer: [line.buffer as ArrayBuffer] });
    const [one, two, three] = lines as [Buffer, Buffer, Buffer];
    if (canLock()) assert.throws(() => clone(two), { name: /DataCloneError|TypeError/ });
    else clone(two);
    assert.equal(`${one}${three}`, 'one\nthree\n');
    // The documented way to hand bytes on works always.
    const own = new Uint8Array(three);
    assert.equal(structuredClone(own, { transfer: [own.buffer] }).byteLength, 6);
  }),
);

test(
  'getBuffer: the buffer of the thread that somebody took away is made anew',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    for (const take of Object.values(takings)) tryToTake(take, protocol.getBuffer(-1));
    assert.equal(protocol.getBuffer(-1).byteLength, 262_144);
    receive('a line\n');
    assert.equal(String(await reader.readline()), 'a line\n');
  }),
);

test('takeFromSlab: parts of one slab cannot be taken from each other', { skip: selectorMissing }, () => {
  slabAddress();
  const [one, two] = [takeFromSlab(10), (slabAddress(), takeFromSlab(10))];
  assert.equal(one.buffer === two.buffer, canLock());
  for (const take of Object.values(takings)) tryToTake(take, one);
  assert.equal(two.byteLength, 10);
});
