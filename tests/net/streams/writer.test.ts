// The writing half on a fake transport: drain in every state, what is handed through, the end.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  ConnectionAbortedError,
  ConnectionResetError,
  createDefaultContext,
  createTask,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  NoRunningLoopError,
  sleep,
  StreamReaderProtocol,
  UsageError,
} from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import { runTest } from '../../../src/testing/testing.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';
import { fakeStream } from './fakeTransport.ts';

test('StreamReaderProtocol: it needs a loop, and takes the running one', async () => {
  assert.throws(() => new StreamReaderProtocol(undefined), NoRunningLoopError);
  await inLoop(async () => {
    assert.equal(new StreamReaderProtocol(undefined)._loop, getRunningLoop());
  })();
});

test(
  'StreamWriter: hands writes, the end and the close through',
  inLoop(async () => {
    const { writer, transport } = fakeStream();
    writer.write(Buffer.from('a'));
    writer.writelines([Buffer.from('b'), Buffer.from('c')]);
    assert.equal(writer.canWriteEof(), true);
    writer.writeEof();
    assert.equal(transport.text, 'abc');
    assert.equal(writer.isClosing(), false);
    writer.close();
    assert.equal(writer.isClosing(), true);
    assert.deepEqual(transport.calls, ['eof', 'close']);
    assert.equal(writer.transport, transport);
  }),
);

test(
  'drain: costs no turn of the loop while nothing is to be waited for',
  inLoop(async () => {
    const { writer } = fakeStream();
    const before = viewLoop(getRunningLoop()).entriesRun;
    for (let i = 0; i < 10; i++) await writer.drain();
    assert.equal(viewLoop(getRunningLoop()).entriesRun, before);
    assert.equal(writer.drain(), writer.drain());
  }),
);

test(
  'drain: a task that does nothing else lets others run',
  inLoop(async () => {
    const streams = [fakeStream(), fakeStream(), fakeStream()];
    let ran = 0;
    const other = createTask(async () => {
      for (; ran < 10; ran++) await sleep(0);
    });
    // Where nobody else runs, this does not end.
    while (ran < 10) {
      for (const { writer } of streams) {
        writer.write(Buffer.from('x'));
        await writer.drain();
      }
    }
    await other;
  }),
);

test('drain: all who wait go on when writing is resumed', () =>
  runTest(async ({ loop }) => {
    const { writer, protocol } = fakeStream();
    protocol.pauseWriting();
    loop.callLater(100, () => protocol.resumeWriting());
    let drained = 0;
    const drain = async (): Promise<void> => {
      await writer.drain();
      drained++;
    };
    await gather(...Array.from({ length: 10 }, () => drain));
    assert.equal(drained, 10);
    assert.equal(loop.time(), 100);
  }));

test(
  'drain: one that is cancelled leaves the others, and can be called again',
  inLoop(async () => {
    const { writer, protocol } = fakeStream();
    protocol.pauseWriting();
    const tasks = [1, 2, 3].map(() => createTask(async () => await writer.drain()));
    await turns();
    tasks[1]?.cancel();
    await assertCancelled(tasks[1] as Promise<void>);
    const again = createTask(async () => await writer.drain());
    await turns();
    assert.equal(tasks[0]?.done(), false);
    protocol.resumeWriting();
    for (const task of [tasks[0], tasks[2], again]) await task;
    // Cancelled in the very turn in which it was resumed.
    protocol.pauseWriting();
    const late = createTask(async () => await writer.drain());
    await turns();
    protocol.resumeWriting();
    late.cancel();
    await assertCancelled(late);
    await writer.drain();
  }),
);

test(
  'drain: throws the error of the connection, also to those who wait',
  inLoop(async () => {
    const { writer, protocol } = fakeStream();
    protocol.pauseWriting();
    const waiting = [1, 2].map(() => createTask(async () => await writer.drain()));
    await turns();
    const error = new RangeError('broken');
    protocol.connectionLost(error);
    for (const task of waiting) await assert.rejects(task, error);
    await assert.rejects(writer.drain(), error);
  }),
);

test(
  'drain: after a regular end it throws ConnectionAbortedError, and lets go those who wait',
  inLoop(async () => {
    const { writer, protocol, transport } = fakeStream();
    protocol.pauseWriting();
    const waiting = createTask(async () => await writer.drain());
    await turns();
    writer.close();
    getRunningLoop().callSoon(() => protocol.connectionLost(undefined));
    // It is closing: drain gives the end a turn to come.
    await assert.rejects(writer.drain(), ConnectionAbortedError);
    await waiting;
    assert.equal(transport.closing, true);
  }),
);

test(
  'pauseWriting, resumeWriting: twice is an error',
  inLoop(async () => {
    const { protocol } = fakeStream();
    assert.throws(() => protocol.resumeWriting(), UsageError);
    protocol.pauseWriting();
    assert.throws(() => protocol.pauseWriting(), UsageError);
    protocol.resumeWriting();
  }),
);

test(
  'waitClosed: waits for the end of the connection; cancelled it can be called again',
  inLoop(async () => {
    const { writer, protocol } = fakeStream();
    const waiting = [1, 2].map(() => createTask(async () => await writer.waitClosed()));
    await turns();
    waiting[0]?.cancel();
    await assertCancelled(waiting[0] as Promise<void>);
    protocol.connectionLost(undefined);
    await waiting[1];
    await writer.waitClosed();
  }),
);

test(
  'waitClosed: throws the error that the connection ended with; asyncDispose passes over a lost one',
  inLoop(async () => {
    const { writer, protocol } = fakeStream();
    const waiting = createTask(async () => await writer.waitClosed());
    await turns();
    const error = new RangeError('broken');
    protocol.connectionLost(error);
    await assert.rejects(waiting, error);
    await assert.rejects(writer.waitClosed(), error);
    await assert.rejects(writer[Symbol.asyncDispose](), error);
    const other = fakeStream();
    const reset = new ConnectionResetError({ errno: 104, code: 'ECONNRESET', syscall: 'recv' });
    other.protocol.connectionLost(reset);
    await other.writer[Symbol.asyncDispose]();
  }),
);

test(
  'startTls: a transport that does not offer it is refused, and stays as it is',
  inLoop(async () => {
    const { writer, transport } = fakeStream();
    await assert.rejects(writer.startTls(createDefaultContext()), InvalidArgumentError);
    assert.equal(transport.reading, true);
    assert.deepEqual(transport.calls, []);
  }),
);

test(
  'inspect: shows a reader, a writer and a protocol in one line',
  inLoop(async () => {
    const { reader, writer, protocol, receive } = fakeStream({ limit: 123 });
    assert.equal(inspect(reader), '<StreamReader limit=123 transport=<FakeTransport>>');
    receive('data');
    assert.match(inspect(reader), /^<StreamReader 4 bytes limit=123 /);
    const task = createTask(() => reader.readExactly(5));
    await turns();
    assert.match(inspect(reader), / waiting=readExactly /);
    receive('x');
    await task;
    protocol.eofReceived();
    assert.match(inspect(reader), /^<StreamReader eof /);
    reader.setException(new RangeError('broken'));
    assert.match(inspect(reader), / exception=RangeError /);
    assert.equal(inspect(writer), '<StreamWriter>');
    writer.close();
    assert.equal(inspect(writer), '<StreamWriter closing>');
    assert.equal(inspect(protocol), '<StreamReaderProtocol connected>');
    protocol.connectionLost(undefined);
    assert.equal(inspect(protocol), '<StreamReaderProtocol not connected>');
  }),
);
