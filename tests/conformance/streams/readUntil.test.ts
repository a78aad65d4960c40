// What asyncio's test_streams asks of a reader's readuntil, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, getRunningLoop, InvalidArgumentError } from '../../../src/asyncio.ts';
import { IncompleteReadError, LimitOverrunError } from '../../../src/streams/streamErrors.ts';
import { StreamReader } from '../../../src/streams/streamReader.ts';
import { inLoop } from '../../inLoop.ts';
import { bytes, held, size } from './held.ts';

function overrun(consumed: number, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof LimitOverrunError);
    assert.equal(error.code, 'ERR_ASYNCIO_LIMIT_OVERRUN');
    assert.equal(error.consumed, consumed);
    assert.match(error.message, message);
    return true;
  };
}

test(
  'readUntil: refuses an empty separator, an empty list, and what is no bytes',
  inLoop(async () => {
    const reader = new StreamReader();
    for (const separator of [bytes(''), [bytes('')], [], 'text', ['text'], 7]) {
      await assert.rejects(reader.readUntil(separator as never), InvalidArgumentError);
    }
  }),
);

test(
  'readUntil: takes up to and including the separator',
  inLoop(async () => {
    const reader = new StreamReader();
    for (const [fed, left] of [
      ['lineAAA', ''],
      ['lineAAAxxx', 'xxx'],
    ] as const) {
      reader.feedData(bytes(fed));
      assert.equal(String(await reader.readUntil(bytes('AAA'))), 'lineAAA');
      assert.equal(held(reader), left);
    }
  }),
);

test(
  'readUntil: finds a separator that came in pieces',
  inLoop(async () => {
    for (const pieces of [
      ['QWEaa', 'XYaa', 'a'],
      ['QWEaa', 'XYa', 'aa'],
      ['aaa'],
      ['Xaaa'],
      ['XXX', 'a', 'a', 'a'],
    ]) {
      const reader = new StreamReader();
      for (const piece of pieces) reader.feedData(bytes(piece));
      assert.equal(String(await reader.readUntil(bytes('aaa'))), pieces.join(''));
      assert.equal(size(reader), 0);
      const task = createTask(() => reader.readUntil(bytes('aaa')));
      for (const piece of pieces) getRunningLoop().callSoon(() => reader.feedData(bytes(piece)));
      assert.equal(String(await task), pieces.join(''));
    }
  }),
);

test(
  'readUntil: an end that comes before gives what there was, a part of the separator included',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('some dataAA'));
    reader.feedEof();
    await assert.rejects(reader.readUntil(bytes('AAA')), (error) => {
      assert.ok(error instanceof IncompleteReadError);
      assert.equal(String(error.partial), 'some dataAA');
      assert.equal(error.expected, undefined);
      return true;
    });
    assert.equal(size(reader), 0);
  }),
);

test(
  'readUntil: over the limit the bytes stay, and consumed says how many belong to the message',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 3 });
    reader.feedData(bytes('some dataAA'));
    await assert.rejects(reader.readUntil(bytes('AAA')), overrun(9, /no separator within 3 bytes/));
    assert.equal(size(reader), 11);
    reader.feedData(bytes('A'));
    await assert.rejects(reader.readUntil(bytes('AAA')), overrun(9, /the message is longer than 3 bytes/));
    assert.equal(held(reader), 'some dataAAA');
  }),
);

test(
  'readUntil: of several separators the one that ends first counts',
  inLoop(async () => {
    const reader = new StreamReader();
    const ends = [bytes('\r'), bytes('\n')];
    reader.feedData(bytes('line 1\nline 2\r'));
    assert.equal(String(await reader.readUntil(ends)), 'line 1\n');
    assert.equal(String(await reader.readUntil(ends)), 'line 2\r');
    assert.equal(size(reader), 0);
    reader.feedData(bytes('ABCDEFG'));
    assert.equal(String(await reader.readUntil([bytes('DEF'), bytes('BCDE')])), 'ABCDE');
    assert.equal(held(reader), 'FG');
  }),
);

test(
  'readUntil: of two separators with one end the shorter measures the message',
  inLoop(async () => {
    const reader = new StreamReader({ limit: 3 });
    reader.feedData(bytes('some dataA'));
    await assert.rejects(
      reader.readUntil([bytes('A'), bytes('ome dataA')]),
      overrun(9, /the message is longer than 3 bytes/),
    );
    assert.equal(held(reader), 'some dataA');
  }),
);

test(
  'readUntil: a separator longer than what is held is no trouble for a short one',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('data'));
    const task = createTask(() => reader.readUntil([bytes('A'), bytes('long sep')]));
    getRunningLoop().callSoon(() => reader.feedData(bytes('Z')));
    getRunningLoop().callSoon(() => reader.feedData(bytes('Aaaa')));
    assert.equal(String(await task), 'dataZA');
    assert.equal(held(reader), 'aaa');
  }),
);

test(
  'readUntil: takes any Uint8Array',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(bytes('some data\r\n'));
    assert.equal(String(await reader.readUntil(new Uint8Array([13, 10]))), 'some data\r\n');
    assert.equal(size(reader), 0);
  }),
);
