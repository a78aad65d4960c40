// What came whole before a connection was lost can still be read; then the error comes.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, isCancelled, LimitOverrunError } from '../../../src/asyncio.ts';
import { osError } from '../../../src/base/osError.ts';
import { inLoop } from '../../inLoop.ts';
import { turns } from '../../turns.ts';
import { fakeStream } from './fakeTransport.ts';
import type { FakeStream } from './fakeTransport.ts';

const RESET = osError({ errno: 104, code: 'ECONNRESET', syscall: 'recv' });
const isReset = (error: unknown): boolean => error === RESET;
const bytes = (text: string): Buffer => Buffer.from(text);

function lost(text: string, limit?: number): FakeStream {
  const stream = fakeStream({ limit });
  stream.receive(text);
  stream.protocol.connectionLost(RESET);
  return stream;
}

test(
  'connectionLost: readline gives the whole lines, then the error; the beginning of one stays',
  inLoop(async () => {
    const { reader } = lost('one\ntwo\nthr');
    assert.equal(reader.exception(), RESET);
    assert.equal(String(await reader.readline()), 'one\n');
    assert.equal(String(await reader.readline()), 'two\n');
    await assert.rejects(reader.readline(), isReset);
    await assert.rejects(reader.readline(), isReset);
    assert.equal(String(await reader.read(2)), 'th');
    assert.equal(String(await reader.read(100)), 'r');
    await assert.rejects(reader.read(100), isReset);
    assert.equal(reader.atEof(), false);
  }),
);

test(
  'connectionLost: iteration gives the whole lines, chunks all bytes, then the error',
  inLoop(async () => {
    const lines: string[] = [];
    const { reader } = lost('one\ntwo\nthr');
    await assert.rejects(async () => {
      for await (const line of reader) lines.push(String(line));
    }, isReset);
    assert.deepEqual(lines, ['one\n', 'two\n']);
    await assert.rejects(async () => {
      for await (const chunk of reader.chunks(2)) lines.push(String(chunk));
    }, isReset);
    assert.deepEqual(lines.slice(2), ['th', 'r']);
  }),
);

test(
  'connectionLost: readExactly and readUntil give what is there whole, and leave the rest',
  inLoop(async () => {
    const { reader } = lost('12345;678');
    assert.equal(String(await reader.readExactly(2)), '12');
    assert.equal(String(await reader.readUntil(bytes(';'))), '345;');
    await assert.rejects(reader.readUntil(bytes(';')), isReset);
    await assert.rejects(reader.readExactly(4), isReset);
    assert.equal(String(await reader.readExactly(3)), '678');
    await assert.rejects(reader.readExactly(1), isReset);
    const { reader: other } = lost('too long', 4);
    await assert.rejects(other.readUntil(bytes(';')), LimitOverrunError);
  }),
);

test(
  'connectionLost: read() to the end throws the error, since the end did not come; the bytes stay',
  inLoop(async () => {
    const { reader } = lost('part');
    await assert.rejects(reader.read(), isReset);
    assert.equal(String(await reader.read(10)), 'part');
  }),
);

test(
  'connectionLost: after the end of the stream the reads go on as after an end; drain throws',
  inLoop(async () => {
    const { reader, writer, protocol, receive } = fakeStream();
    receive('all\nrest');
    protocol.eofReceived();
    protocol.connectionLost(RESET);
    await assert.rejects(writer.drain(), isReset);
    assert.equal(String(await reader.readline()), 'all\n');
    assert.equal(String(await reader.read()), 'rest');
    assert.equal(String(await reader.read()), '');
    assert.equal(reader.atEof(), true);
  }),
);

test(
  'connectionLost: a read that waits throws, one that was woken has its bytes, one that was cancelled lost none',
  inLoop(async () => {
    const waiting = fakeStream();
    waiting.receive('par');
    const waits = createTask(() => waiting.reader.readline());
    await turns();
    waiting.protocol.connectionLost(RESET);
    await assert.rejects(waits, isReset);
    assert.equal(String(await waiting.reader.read(10)), 'par');

    const woken = fakeStream();
    const gets = createTask(() => woken.reader.readline());
    await turns();
    woken.receive('line\nnext\n');
    woken.protocol.connectionLost(RESET);
    assert.equal(String(await gets), 'line\n');
    assert.equal(String(await woken.reader.readline()), 'next\n');

    const cancelled = fakeStream();
    const given = createTask(() => cancelled.reader.readline());
    await turns();
    cancelled.receive('line\n');
    cancelled.protocol.connectionLost(RESET);
    given.cancel();
    await assert.rejects(given, isCancelled);
    assert.equal(String(await cancelled.reader.readline()), 'line\n');
    await assert.rejects(cancelled.reader.readline(), isReset);
  }),
);

test(
  'setException: throws at once, whatever is held, also when the connection is lost later',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    receive('line\n');
    const own = new Error('own');
    reader.setException(own);
    await assert.rejects(reader.readline(), own);
    protocol.connectionLost(RESET);
    await assert.rejects(reader.readline(), isReset);
  }),
);
