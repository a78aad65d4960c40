// How often bytes are copied, what memory a reader keeps, and when it pauses its transport.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, UnsupportedError, UsageError } from '../../../src/asyncio.ts';
import { StreamReader } from '../../../src/streams/streamReader.ts';
import { canLock } from '../../../src/sys/libc/memory.ts';
import { inLoop } from '../../inLoop.ts';
import { turns } from '../../turns.ts';
import { fakeStream, FakeTransport } from './fakeTransport.ts';

test(
  'getBuffer: is one object for all readers that hold nothing, and no memory is theirs',
  inLoop(async () => {
    const [one, two] = [fakeStream(), fakeStream()];
    const buffer = one.protocol.getBuffer(-1);
    assert.equal(buffer, two.protocol.getBuffer(-1));
    assert.equal(buffer.length, 262_144);
    one.receive('line\n');
    assert.equal(one.protocol.getBuffer(-1), buffer);
    const line = await one.reader.readline();
    assert.notEqual(line.buffer, buffer.buffer);
    buffer.fill('x');
    assert.equal(String(line), 'line\n');
    assert.equal(one.reader._bytes.capacity, 0);
  }),
);

test(
  'readExactly: a large message is received into memory of its own size, and handed out without a copy',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    receive('0123456789');
    const task = createTask(() => reader.readExactly(100_010));
    await turns();
    const room = protocol.getBuffer(-1);
    assert.equal(room.length, 100_000);
    room.fill('a');
    protocol.bufferUpdated(60_000);
    const rest = protocol.getBuffer(-1);
    assert.equal(rest.buffer, room.buffer);
    assert.equal(rest.length, 40_000);
    protocol.bufferUpdated(40_000);
    const message = await task;
    assert.equal(message.buffer, room.buffer);
    assert.equal(message.length, 100_010);
    assert.equal(message.toString('latin1', 0, 12), '0123456789aa');
    assert.equal(reader._bytes.capacity, 0);
  }),
);

test(
  'readExactly: a huge message does not take its memory before it comes',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    const message = Buffer.alloc(9_000_001);
    for (let i = 0; i < message.length; i += 997) message[i] = i % 251;
    const task = createTask(() => reader.readExactly(message.length));
    await turns();
    assert.ok(protocol.getBuffer(-1).length <= 4_194_304);
    receive(message);
    assert.ok((await task).equals(message));
    assert.equal(reader._bytes.capacity, 0);
  }),
);

test(
  'readline: the second large line is received where it is put together',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    const line = `${'y'.repeat(49_999)}\n`;
    receive(line);
    await reader.readline();
    const task = createTask(() => reader.readline());
    await turns();
    const room = protocol.getBuffer(-1);
    assert.equal(room.length, 50_000);
    room.write(line);
    protocol.bufferUpdated(50_000);
    const got = await task;
    assert.equal(got.buffer, room.buffer);
    assert.equal(String(got), line);
    // A short one after it does not keep that memory.
    const short = createTask(() => reader.readline());
    await turns();
    receive('short\n');
    assert.equal(String(await short), 'short\n');
    assert.ok((await short).buffer.byteLength < 70_000);
    assert.equal(reader._bytes.capacity, 0);
  }),
);

test(
  'read: a small piece of much that came is a copy, a large piece is not where memory can be locked',
  inLoop(async () => {
    const { reader } = fakeStream();
    const chunk = Buffer.allocUnsafeSlow(40_000).fill('z');
    reader._feedOwned(chunk);
    assert.notEqual((await reader.read(10)).buffer, chunk.buffer);
    assert.equal((await reader.read(30_000)).buffer === chunk.buffer, canLock());
  }),
);

test(
  'dataReceived: a chunk that is read whole is handed out itself',
  inLoop(async () => {
    const { reader, protocol } = fakeStream();
    const chunk = Buffer.from('line\n');
    protocol.dataReceived(chunk);
    assert.equal(await reader.readline(), chunk);
  }),
);

test(
  'feedData: what it is given may be changed afterwards',
  inLoop(async () => {
    const reader = new StreamReader();
    const data = Buffer.from('line\n');
    reader.feedData(data);
    data.fill('x');
    assert.equal(String(await reader.readline()), 'line\n');
    reader.feedEof();
    assert.throws(() => reader.feedData(data), UsageError);
  }),
);

test(
  'StreamReader: pauses its transport above twice the limit, and resumes it at the limit',
  inLoop(async () => {
    const { reader, transport, receive } = fakeStream({ limit: 10 });
    receive('x'.repeat(20));
    assert.deepEqual(transport.calls, []);
    receive('x');
    assert.deepEqual(transport.calls, ['pause']);
    await reader.read(10);
    assert.deepEqual(transport.calls, ['pause']);
    await reader.read(1);
    assert.deepEqual(transport.calls, ['pause', 'resume']);
    // A read that needs more than it holds resumes it, and is not held up by the limit.
    receive('x'.repeat(50));
    assert.deepEqual(transport.calls, ['pause', 'resume', 'pause']);
    const task = createTask(() => reader.readExactly(100));
    await turns();
    assert.equal(transport.reading, true);
    receive('x'.repeat(30));
    assert.equal(transport.reading, true);
    receive('x'.repeat(30));
    assert.equal(transport.reading, true);
    assert.equal((await task).length, 100);
    assert.equal(transport.reading, true);
    const large = createTask(() => reader.readExactly(100));
    await turns();
    receive('x'.repeat(101));
    assert.equal((await large).length, 100);
    assert.equal(transport.reading, false);
  }),
);

test(
  'StreamReader: a cancelled read leaves its transport paused where it holds too much',
  inLoop(async () => {
    const { reader, transport, receive } = fakeStream({ limit: 10 });
    const task = createTask(() => reader.readExactly(100));
    await turns();
    receive('x'.repeat(50));
    assert.equal(transport.reading, true);
    task.cancel();
    await turns(2);
    assert.equal(transport.reading, false);
    await reader.read(45);
    assert.equal(transport.reading, true);
  }),
);

test(
  'StreamReader: holds everything that a transport sends which cannot be paused',
  inLoop(async () => {
    class Restless extends FakeTransport {
      override pauseReading(): void {
        throw new UnsupportedError('no');
      }
    }
    const reader = new StreamReader({ limit: 2 });
    reader.setTransport(new Restless());
    reader.feedData(Buffer.from('123456789'));
    assert.equal(String(await reader.read(100)), '123456789');
  }),
);

test(
  'setTransport: a second one is refused',
  inLoop(async () => {
    const { reader } = fakeStream();
    assert.throws(() => reader.setTransport(new FakeTransport()), UsageError);
  }),
);

test(
  'read(n): a read that takes whatever comes has room for much, however little the one before brought',
  inLoop(async () => {
    const { reader, protocol } = fakeStream();
    for (const count of [200_000, 40_000, 20_000, 17_000]) {
      const task = createTask(() => reader.read(262_144));
      await turns();
      assert.ok(protocol.getBuffer(-1).length >= 65_536, `${count}`);
      const most = Math.min(count, protocol.getBuffer(-1).length);
      protocol.bufferUpdated(most);
      assert.equal((await task).length, most);
    }
  }),
);
