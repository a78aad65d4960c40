// A line that is too long is dropped whole: what of it comes after the error as well.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, isCancelled, LineTooLongError, StreamReader } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { turns } from '../../turns.ts';
import { fakeStream } from './fakeTransport.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

/** A reader that has thrown the error, in the middle of the line. */
async function inLongLine(limit: number = 10): Promise<StreamReader> {
  const reader = new StreamReader({ limit });
  reader.feedData(bytes('x'.repeat(limit + 1)));
  await assert.rejects(reader.readline(), LineTooLongError);
  return reader;
}

test(
  'readline: the rest of a line that was too long is dropped, over any number of feeds',
  inLoop(async () => {
    for (const pieces of [['rest\nnext\n'], ['re', 'st', '\n', 'ne', 'xt\n'], ['rest', '\nnext\n']]) {
      const reader = await inLongLine();
      for (const piece of pieces) reader.feedData(bytes(piece));
      assert.equal(String(await reader.readline()), 'next\n');
    }
  }),
);

test(
  'readline: a line much longer than the limit is one error, and costs no memory',
  inLoop(async () => {
    const { reader, receive } = fakeStream({ limit: 100 });
    const errors: unknown[] = [];
    const task = createTask(async () => {
      for (;;) {
        try {
          return await reader.readline();
        } catch (error) {
          if (!(error instanceof LineTooLongError)) throw error;
          errors.push(error.consumed);
        }
      }
    });
    for (let count = 0; count < 1000; count++) {
      receive('x'.repeat(90));
      await turns();
      assert.ok(reader._bytes.capacity <= 200);
    }
    receive('\nshort\n');
    assert.equal(String(await task), 'short\n');
    assert.deepEqual(errors, [180]);
  }),
);

const reads: Record<string, (reader: StreamReader) => Promise<Buffer>> = {
  'read(n)': (reader) => reader.read(4),
  'read()': async (reader) => {
    reader.feedEof();
    return await reader.read();
  },
  readExactly: (reader) => reader.readExactly(5),
  readline: (reader) => reader.readline(),
  'readUntil of another end': (reader) => reader.readUntil(bytes(';')),
  'readUntil of several': (reader) => reader.readUntil([bytes('t;'), bytes('zz')]),
  iteration: async (reader) => {
    for await (const line of reader) return line;
    return bytes('');
  },
  chunks: async (reader) => {
    for await (const chunk of reader.chunks()) return chunk;
    return bytes('');
  },
};

for (const [name, read] of Object.entries(reads)) {
  test(
    `readline: after a line that was too long, ${name} begins behind it, waiting or not`,
    inLoop(async () => {
      const there = await inLongLine();
      there.feedData(bytes('re;st'));
      there.feedData(bytes(' zz;\nnext;\n'));
      const expected = 'next;\n'.slice(0, (await read(there)).length);

      const later = await inLongLine();
      if (name !== 'read()') {
        const task = createTask(() => read(later));
        await turns();
        later.feedData(bytes('re;st'));
        await turns();
        later.feedData(bytes(' zz;\n'));
        await turns();
        assert.equal(task.done(), false);
        later.feedData(bytes('next;\n'));
        const got = String(await task);
        assert.equal(got, 'next;\n'.slice(0, got.length));
        assert.ok(got.length >= 4);
      }
      assert.ok(expected.length >= 4);
    }),
  );
}

test(
  'readline: the stream ends in the line that was dropped: nothing is left, and atEof says so',
  inLoop(async () => {
    const reader = await inLongLine();
    reader.feedData(bytes('rest'));
    reader.feedEof();
    assert.equal(reader.atEof(), true);
    assert.equal(String(await reader.readline()), '');
    assert.equal(String(await reader.read()), '');
  }),
);

test(
  'readline: too long at the end of the stream drops what is left, and no more',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 4 });
    reader.feedData(bytes('too long'));
    reader.feedEof();
    await assert.rejects(reader.readline(), LineTooLongError);
    assert.equal(reader.atEof(), true);
  }),
);

test(
  'readline: cancelled while the rest is dropped, the rest goes all the same and the next line stays',
  inLoop(async () => {
    const reader = await inLongLine();
    for (const piece of ['re', 'st']) {
      const task = createTask(() => reader.readline());
      await turns();
      reader.feedData(bytes(piece));
      task.cancel();
      await assert.rejects(task, isCancelled);
    }
    const last = createTask(() => reader.readline());
    await turns();
    reader.feedData(bytes('\nnext\n'));
    last.cancel();
    await assert.rejects(last, isCancelled);
    assert.equal(String(await reader.readline()), 'next\n');
  }),
);

test(
  'readline: cancelled in the turn in which the line becomes too long, the next one throws the error',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 10 });
    const task = createTask(() => reader.readline());
    await turns();
    reader.feedData(bytes('x'.repeat(11)));
    task.cancel();
    await assert.rejects(task, isCancelled);
    reader.feedData(bytes('xx\nnext\n'));
    await assert.rejects(reader.readline(), (error) => {
      return error instanceof LineTooLongError && error.consumed === 13;
    });
    assert.equal(String(await reader.readline()), 'next\n');
  }),
);

test(
  'readline: what is dropped while nobody reads counts for the pause, until somebody does',
  inLoop(async () => {
    const { reader, transport, receive } = fakeStream({ limit: 10 });
    receive('x'.repeat(11));
    await assert.rejects(reader.readline(), LineTooLongError);
    receive('x'.repeat(20));
    assert.equal(transport.reading, true);
    receive('x');
    assert.equal(transport.reading, false);
    const task = createTask(() => reader.readline());
    await turns();
    assert.equal(transport.reading, true);
    receive('x'.repeat(100));
    assert.equal(transport.reading, true);
    receive('\nnext\n');
    assert.equal(String(await task), 'next\n');
    receive('x'.repeat(20));
    assert.equal(transport.reading, true);
  }),
);
