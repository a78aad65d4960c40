// What asyncio's test_streams asks of a reader's read, readline and readexactly, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  NoRunningLoopError,
} from '../../../src/asyncio.ts';
import { IncompleteReadError, LineTooLongError } from '../../../src/streams/streamErrors.ts';
import { StreamReader } from '../../../src/streams/streamReader.ts';
import { inLoop } from '../../inLoop.ts';
import { failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';
import { bytes, DATA, held, size } from './held.ts';

const tooLong = failsWith(LineTooLongError, 'ERR_ASYNCIO_LINE_TOO_LONG');

test(
  'StreamReader: a limit must be above 0',
  inLoop(async () => {
    for (const limit of [0, -1, Number.NaN]) {
      assert.throws(() => new StreamReader({ limit }), InvalidArgumentError);
    }
  }),
);

test('StreamReader: it needs a loop, and takes the running one', async () => {
  assert.throws(() => new StreamReader(), NoRunningLoopError);
  await inLoop(async () => {
    assert.equal(new StreamReader()._loop, getRunningLoop());
    assert.equal(new StreamReader({ loop: getRunningLoop() })._loop, getRunningLoop());
  })();
});

test(
  'feedData: no bytes change nothing, others are held',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes(''));
    assert.equal(size(reader), 0);
    reader.feedData(bytes(DATA));
    assert.equal(held(reader), DATA);
  }),
);

test(
  'read: 0 bytes are there at once and take nothing',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes(DATA));
    assert.equal(String(await reader.read(0)), '');
    assert.equal(held(reader), DATA);
  }),
);

test(
  'read: waits for the first bytes and takes what came, up to n',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.read(30));
    getRunningLoop().callSoon(() => reader.feedData(bytes(DATA)));
    assert.equal(String(await task), DATA);
    assert.equal(size(reader), 0);
  }),
);

test(
  'read: takes n bytes across what was fed, whatever lines there are',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('line1'));
    reader.feedData(bytes('line2'));
    assert.equal(String(await reader.read(5)), 'line1');
    assert.equal(held(reader), 'line2');
  }),
);

test(
  'read: is empty at the end of the stream',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.read(1024));
    getRunningLoop().callSoon(() => reader.feedEof());
    assert.equal((await task).length, 0);
  }),
);

test(
  'read: without n it takes everything up to the end',
  inLoop(async () => {
    for (const n of [undefined, -1]) {
      const reader = new StreamReader();
      const task = createTask(() => reader.read(n));
      getRunningLoop().callSoon(() => {
        reader.feedData(bytes('chunk1\n'));
        reader.feedData(bytes('chunk2'));
        reader.feedEof();
      });
      assert.equal(String(await task), 'chunk1\nchunk2');
      assert.equal(size(reader), 0);
    }
  }),
);

test(
  'setException: every kind of read throws it from then on',
  inLoop(async () => {
    const reader = new StreamReader();
    assert.equal(reader.exception(), undefined);
    reader.feedData(bytes('line\nmore'));
    assert.equal(String(await reader.read(2)), 'li');
    assert.equal(String(await reader.readline()), 'ne\n');
    assert.equal(String(await reader.readExactly(2)), 'mo');
    const error = new RangeError('broken');
    reader.setException(error);
    assert.equal(reader.exception(), error);
    for (const read of [
      () => reader.read(2),
      () => reader.read(0),
      () => reader.read(),
      () => reader.readline(),
      () => reader.readExactly(2),
      () => reader.readExactly(0),
      () => reader.readUntil(bytes(';')),
    ]) {
      await assert.rejects(read, error);
    }
  }),
);

test(
  'setException: a read that waits throws it',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.readline());
    void createTask(async () => reader.setException(new RangeError('broken')));
    await assert.rejects(task, RangeError);
    assert.throws(() => task.result(), RangeError);
  }),
);

test(
  'setException: is no trouble after a read that was cancelled',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.readline());
    await turns();
    task.cancel();
    await turns();
    reader.setException(new RangeError('broken'));
    await turns();
    assert.equal(task.cancelled(), true);
  }),
);

test(
  'read and readExactly: know no limit',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 3 });
    reader.feedData(bytes('chunk'));
    assert.equal(String(await reader.read(5)), 'chunk');
    reader.feedData(bytes('chunk'));
    assert.equal(String(await reader.readExactly(5)), 'chunk');
    assert.equal(size(reader), 0);
  }),
);

test(
  'readline: puts a line together and leaves what follows',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('chunk1 '));
    const task = createTask(() => reader.readline());
    getRunningLoop().callSoon(() => {
      reader.feedData(bytes('chunk2 '));
      reader.feedData(bytes('chunk3 '));
      reader.feedData(bytes('\n chunk4'));
    });
    assert.equal(String(await task), 'chunk1 chunk2 chunk3 \n');
    assert.equal(held(reader), ' chunk4');
  }),
);

test(
  'readline: a line over the limit that was there is dropped, with its end if that was there too',
  inLoop(async () => {
    const first = new StreamReader({ limit: 3 });
    first.feedData(bytes('li'));
    first.feedData(bytes('ne1\nline2\n'));
    await assert.rejects(first.readline(), tooLong);
    assert.equal(held(first), 'line2\n');
    const second = new StreamReader({ limit: 3 });
    second.feedData(bytes('li'));
    second.feedData(bytes('ne1'));
    second.feedData(bytes('li'));
    await assert.rejects(second.readline(), tooLong);
    assert.equal(size(second), 0);
  }),
);

test(
  'readline: a line over the limit that comes while it waits is dropped',
  inLoop(async () => {
    const first = new StreamReader({ limit: 7 });
    getRunningLoop().callSoon(() => {
      first.feedData(bytes('chunk1'));
      first.feedData(bytes('chunk2'));
      first.feedData(bytes('chunk3\n'));
      first.feedEof();
    });
    await assert.rejects(first.readline(), tooLong);
    assert.equal(size(first), 0);
    const second = new StreamReader({ limit: 7 });
    getRunningLoop().callSoon(() => {
      second.feedData(bytes('chunk1'));
      second.feedData(bytes('chunk2\n'));
      second.feedData(bytes('chunk3\n'));
      second.feedEof();
    });
    await assert.rejects(second.readline(), tooLong);
    assert.equal(held(second), 'chunk3\n');
  }),
);

test(
  'readline: the limit is that of the line without its end, to the byte',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 7 });
    reader.feedData(bytes('1234567\n'));
    assert.equal(String(await reader.readline()), '1234567\n');
    for (const line of ['12345678\n', '12345678']) {
      reader.feedData(bytes(line));
      await assert.rejects(reader.readline(), tooLong);
      assert.equal(size(reader), 0);
    }
  }),
);

test(
  'atEof: only when the end has come and all is read',
  inLoop(async () => {
    const reader = new StreamReader();
    assert.equal(reader.atEof(), false);
    reader.feedData(bytes('some data\n'));
    assert.equal(reader.atEof(), false);
    await reader.readline();
    assert.equal(reader.atEof(), false);
    reader.feedData(bytes('some data\n'));
    reader.feedEof();
    assert.equal(reader.atEof(), false);
    await reader.readline();
    assert.equal(reader.atEof(), true);
  }),
);

test(
  'readline: takes one of the lines that are there',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes(DATA.slice(0, 6)));
    reader.feedData(bytes(DATA.slice(6)));
    assert.equal(String(await reader.readline()), 'line1\n');
    assert.equal(String(await reader.read(7)), 'line2\nl');
    assert.equal(held(reader), 'ine3\n');
  }),
);

test(
  'readline: at the end it takes what is left, and then nothing',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('some data'));
    reader.feedEof();
    assert.equal(String(await reader.readline()), 'some data');
    assert.equal((await reader.readline()).length, 0);
    const empty = new StreamReader();
    empty.feedEof();
    assert.equal((await empty.readline()).length, 0);
  }),
);

test(
  'readExactly: 0 bytes take nothing, fewer are refused',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes(DATA));
    assert.equal((await reader.readExactly(0)).length, 0);
    for (const n of [-1, 1.5, Number.NaN, '3' as never]) {
      await assert.rejects(reader.readExactly(n), InvalidArgumentError);
    }
    for (const n of [1.5, Number.NaN, '3' as never])
      await assert.rejects(reader.read(n), InvalidArgumentError);
    assert.throws(() => reader.chunks(0), InvalidArgumentError);
    assert.equal(held(reader), DATA);
  }),
);

test(
  'readExactly: waits for so many and leaves the rest',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.readExactly(2 * DATA.length));
    getRunningLoop().callSoon(() => {
      for (let i = 0; i < 3; i++) reader.feedData(bytes(DATA));
    });
    assert.equal(String(await task), DATA + DATA);
    assert.equal(held(reader), DATA);
  }),
);

test(
  'readExactly: an end that comes before gives what there was',
  inLoop(async () => {
    const reader = new StreamReader();
    const task = createTask(() => reader.readExactly(2 * DATA.length));
    getRunningLoop().callSoon(() => {
      reader.feedData(bytes(DATA));
      reader.feedEof();
    });
    await assert.rejects(task, (error) => {
      assert.ok(error instanceof IncompleteReadError);
      assert.equal(String(error.partial), DATA);
      assert.equal(error.expected, 36);
      assert.match(error.message, /18 bytes.*36 bytes/);
      return true;
    });
    assert.equal(size(reader), 0);
  }),
);

// asyncio: test_pep492, StreamReaderTests
test(
  'for await: gives each line with its end, and the last as it is',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('line1\nline2\nline3'));
    reader.feedEof();
    const lines: string[] = [];
    for await (const line of reader) lines.push(String(line));
    assert.deepEqual(lines, ['line1\n', 'line2\n', 'line3']);
  }),
);
