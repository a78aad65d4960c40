// A read that waits takes its bytes when its task is resumed, never before: no cancel, wherever it comes from
// and whenever it comes, loses a byte or gives one out twice.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  CancelScope,
  createTask,
  IncompleteReadError,
  moveOnAfter,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  UsageError,
  waitFor,
} from '../../../src/asyncio.ts';
import type { Future, StreamReader, Task } from '../../../src/asyncio.ts';
import { runTest } from '../../../src/testing/testing.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';
import { fakeStream } from './fakeTransport.ts';

const reads: Record<string, (reader: StreamReader) => Promise<Buffer>> = {
  read: (reader) => reader.read(100),
  readline: (reader) => reader.readline(),
  readExactly: (reader) => reader.readExactly(5),
  readUntil: (reader) => reader.readUntil(Buffer.from('\n')),
};

for (const [name, read] of Object.entries(reads)) {
  test(
    `${name}: a cancel in the turn in which the bytes came leaves them to the next read`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const task = createTask(() => read(reader));
      await turns();
      receive('line\n');
      assert.equal(task.cancel(), true);
      await assertCancelled(task);
      assert.equal(String(await read(reader)), 'line\n');
      assert.equal(reader._bytes.length, 0);
    }),
  );

  test(
    `${name}: a cancel before the bytes come leaves them too`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const task = createTask(() => read(reader));
      await turns();
      task.cancel();
      receive('line\n');
      await assertCancelled(task);
      assert.equal(String(await read(reader)), 'line\n');
    }),
  );

  test(
    `${name}: two cancels in one turn are one`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const task = createTask(() => read(reader));
      await turns();
      receive('line\n');
      task.cancel('first');
      task.cancel('second');
      await assert.rejects(task, CancelledError);
      assert.equal(String(await read(reader)), 'line\n');
    }),
  );

  test(
    `${name}: a cancel that is taken back in its turn lets the read have its bytes`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const task = createTask(() => read(reader));
      await turns();
      receive('line\n');
      task.cancel();
      task.uncancel();
      assert.equal(String(await task), 'line\n');
      assert.equal(reader._bytes.length, 0);
    }),
  );

  test(`${name}: a deadline that passes as the bytes come leaves them`, () =>
    runTest(async ({ loop }) => {
      const { reader, receive } = fakeStream();
      for (const wait of [
        () => timeout(10, () => read(reader)),
        () => waitFor(read(reader), 10),
        () => waitFor(() => read(reader), 10),
      ]) {
        loop.callLater(10, () => receive('line\n'));
        await assert.rejects(wait, TimeoutError);
        await sleep(1);
        assert.equal(String(await read(reader)), 'line\n');
      }
      loop.callLater(10, () => receive('line\n'));
      const got = await moveOnAfter(10, () => read(reader));
      assert.equal(got, undefined);
      await sleep(1);
      assert.equal(String(await read(reader)), 'line\n');
    }));

  test(
    `${name}: in a scope that was cancelled for good it takes nothing`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const scope = new CancelScope();
      let refused = 0;
      const task = createTask(() =>
        scope.run(async () => {
          for (let i = 0; i < 3; i++) {
            try {
              await read(reader);
            } catch (error) {
              assert.ok(error instanceof CancelledError);
              refused++;
            }
          }
        }),
      );
      await turns();
      scope.cancel();
      await task;
      assert.equal(refused, 3);
      receive('line\n');
      assert.equal(String(await read(reader)), 'line\n');
    }),
  );

  test(
    `${name}: one that nobody awaits takes its bytes at its turn, and gives them to who awaits it later`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const claim = read(reader);
      receive('line\n');
      assert.equal(reader._bytes.length, 5);
      await turns(2);
      assert.equal(reader._bytes.length, 0);
      assert.equal(String(await claim), 'line\n');
    }),
  );

  test(
    `${name}: all who await it get the same bytes`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      const claim = read(reader);
      const tasks = [1, 2, 3].map(() => createTask(async () => await claim));
      const plain = claim.then(String);
      await turns();
      receive('line\n');
      for (const task of tasks) assert.equal(String(await task), 'line\n');
      assert.equal(await plain, 'line\n');
      assert.equal(reader._bytes.length, 0);
    }),
  );

  test(
    `${name}: a cancelled read makes room for another in the same turn`,
    inLoop(async () => {
      const { reader, receive } = fakeStream();
      for (const early of [true, false]) {
        const claim = read(reader) as Future<Buffer>;
        if (early) receive('line\n');
        assert.equal(claim.cancel(), true);
        const second = read(reader);
        if (!early) receive('line\n');
        assert.equal(String(await second), 'line\n');
        await assert.rejects(claim, CancelledError);
      }
    }),
  );
}

test(
  'read: a child that starts eagerly in a scope that is cancelled takes nothing',
  inLoop(async () => {
    const { reader, receive } = fakeStream();
    const scope = new CancelScope();
    let child: Task<Buffer> | undefined;
    await scope.run(() =>
      taskGroup(async (group) => {
        scope.cancel();
        child = group.createTask(async () => await reader.readline(), { eagerStart: true });
        receive('line\n');
      }),
    );
    assert.equal(child?.cancelled(), true);
    assert.equal(String(await reader.readline()), 'line\n');
  }),
);

test(
  'read: a second one while one waits is an error, and does not disturb it',
  inLoop(async () => {
    const { reader, receive } = fakeStream();
    const first = createTask(() => reader.readExactly(4));
    await turns();
    receive('ab');
    for (const read of Object.values(reads)) await assert.rejects(read(reader), UsageError);
    receive('cd\n');
    await assert.rejects(reader.readline(), UsageError);
    assert.equal(String(await first), 'abcd');
    assert.equal(String(await reader.readline()), '\n');
  }),
);

test(
  'read: an end or an error that comes while a cancelled read has not run stays for the next',
  inLoop(async () => {
    for (const finish of ['end', 'error']) {
      const { reader, protocol, receive } = fakeStream();
      const task = createTask(() => reader.readExactly(10));
      await turns();
      receive('abc');
      if (finish === 'end') protocol.eofReceived();
      else protocol.connectionLost(new RangeError('broken'));
      task.cancel();
      await assertCancelled(task);
      if (finish === 'error') await assert.rejects(reader.read(), RangeError);
      else {
        await assert.rejects(reader.readExactly(10), (error: unknown) => {
          assert.ok(error instanceof IncompleteReadError);
          assert.equal(String(error.partial), 'abc');
          return true;
        });
      }
    }
  }),
);

test(
  'read: one whose bytes came before the connection broke still gets them',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream();
    const task = createTask(() => reader.readline());
    await turns();
    receive('line\n');
    protocol.connectionLost(new RangeError('broken'));
    assert.equal(String(await task), 'line\n');
    await assert.rejects(reader.readline(), RangeError);
  }),
);

test(
  'read: a cancel loses nothing of what had come for a read of everything',
  inLoop(async () => {
    const { reader, protocol, receive } = fakeStream({ limit: 4 });
    const task = createTask(() => reader.read());
    await turns();
    receive('abcdefghijkl');
    await turns();
    task.cancel();
    await assertCancelled(task);
    receive('mn');
    protocol.eofReceived();
    assert.equal(String(await reader.read()), 'abcdefghijklmn');
  }),
);

test(
  'for await: a cancelled turn loses no line, and the iterator goes on',
  inLoop(async () => {
    const { reader, receive, protocol } = fakeStream();
    const lines = reader[Symbol.asyncIterator]();
    const task = createTask(async () => await lines.next());
    await turns();
    receive('one\ntwo\n');
    task.cancel();
    await assertCancelled(task);
    protocol.eofReceived();
    const seen: string[] = [];
    for await (const line of lines) seen.push(String(line));
    assert.deepEqual(seen, ['one\n', 'two\n']);
    assert.deepEqual(await lines.next(), { value: undefined, done: true });
  }),
);

test(
  'for await: break leaves the rest in the stream; chunks gives bytes as they come',
  inLoop(async () => {
    const { reader, receive, protocol } = fakeStream();
    receive('one\ntwo\nthree');
    for await (const line of reader) {
      assert.equal(String(line), 'one\n');
      break;
    }
    protocol.eofReceived();
    const seen: string[] = [];
    for await (const chunk of reader.chunks(5)) seen.push(String(chunk));
    assert.deepEqual(seen, ['two\nt', 'hree']);
  }),
);
