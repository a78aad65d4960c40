// JSON as a stream: every cut gives the same values and the same errors; limits, cancels, and what is left behind.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { createTask, isCancelled, sleep, StreamReader } from '../../../src/asyncio.ts';
import { json, jsonl } from '../../../src/formats/formats.ts';
import { inLoop } from '../../inLoop.ts';

async function* pieces(...texts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* texts;
}

/** The values, and the error that ended them. */
async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  try {
    for await (const value of values) found.push(value);
  } catch (error) {
    assert.ok(error instanceof json.JSONDecodeError, String(error));
    found.push(error.message);
  }
  return found;
}

const layouts = {
  items: json.items,
  entries: json.entries,
  values: json.values,
  lines: jsonl.reader,
} as const;

const documents: readonly [layout: keyof typeof layouts, text: string, expected: readonly unknown[]][] = [
  ['items', ' [1, "a,]\\"", {"b": [2, {}]}, null ] \n', [1, 'a,]"', { b: [2, {}] }, null]],
  ['items', '[]', []],
  // The last number may be half of one.
  ['items', '[1, 2', [1, "Expecting ',' delimiter: line 1 column 6 (char 5)"]],
  ['items', '[1, [2]', [1, [2], "Expecting ',' delimiter: line 1 column 8 (char 7)"]],
  ['items', '[1,\n nope]', [1, 'Expecting value: line 2 column 2 (char 5)']],
  ['items', '[1] 2', [1, 'Extra data: line 1 column 5 (char 4)']],
  ['items', '[1, "abc', [1, 'Unterminated string starting at: line 1 column 5 (char 4)']],
  ['items', '[{"a": 1, }]', ['Illegal trailing comma before end of object: line 1 column 9 (char 8)']],
  ['items', '{}', ['Expecting value: line 1 column 1 (char 0)']],
  ['items', '', ['Expecting value: line 1 column 1 (char 0)']],
  ['items', '[1,]', [1, 'Expecting value: line 1 column 4 (char 3)']],
  [
    'entries',
    '{"é": 1, "😀": [true]}',
    [
      ['é', 1],
      ['😀', [true]],
    ],
  ],
  ['entries', '{}', []],
  ['entries', '{"a" 1}', ["Expecting ':' delimiter: line 1 column 6 (char 5)"]],
  [
    'entries',
    '{"a": 1, b}',
    [['a', 1], 'Expecting property name enclosed in double quotes: line 1 column 10 (char 9)'],
  ],
  [
    'values',
    '{"a":1}{"a":2}[3]4 5\n"six""7"true NaN',
    [{ a: 1 }, { a: 2 }, [3], 4, 5, 'six', '7', true, Number.NaN],
  ],
  ['values', '  ', []],
  ['values', '12345678901234567890 1e400', [12345678901234567890n, Infinity]],
  ['values', '1]', [1, 'Expecting value: line 1 column 2 (char 1)']],
  ['lines', '\ufeff{"a": 1}\r\n\n  \n[2]\n3', [{ a: 1 }, [2], 3]],
  ['lines', '1\n{"a" 1}\n', [1, "Expecting ':' delimiter: line 2 column 6 (char 7)"]],
];

for (const [layout, text, expected] of documents) {
  test(`json.${layout}: ${JSON.stringify(text)} is the same for every cut`, async () => {
    const read = layouts[layout] as (source: AsyncIterable<string | Uint8Array>) => AsyncIterable<unknown>;
    assert.deepEqual(await all(read(pieces(text))), expected);
    for (let at = 1; at < text.length; at++)
      assert.deepEqual(
        await all(read(pieces(text.slice(0, at), text.slice(at)))),
        expected,
        `cut at ${at}`,
      );
    assert.deepEqual(await all(read(pieces(...text.split('')))), expected, 'each unit');
    const bytes = Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte));
    assert.deepEqual(await all(read(pieces(...bytes))), expected, 'each byte');
  });
}

test('json.items: a value larger than maxSize is refused before all of it is held', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<string> {
    yield '[1, "';
    for (;;) {
      given += 100;
      yield 'x'.repeat(100);
    }
  }
  const found = await all(json.items(endless(), { maxSize: 1000 }));
  assert.deepEqual(found, [1, 'value larger than the limit (1000): line 1 column 5 (char 4)']);
  assert.ok(given < 2000);
});

test('jsonl.reader: a line longer than maxSize is thrown, and the next one is read', async () => {
  const rows = jsonl.reader(pieces('1\n"', 'x'.repeat(50), 'x'.repeat(50), '"\n2\n'), { maxSize: 20 });
  assert.deepEqual(await rows.next(), { done: false, value: 1 });
  await assert.rejects(rows.next(), { code: 'ERR_JSON_DECODE', lineno: 2 });
  assert.deepEqual(await rows.next(), { done: false, value: 2 });
  assert.deepEqual(await rows.next(), { done: true, value: undefined });
});

test('jsonl.reader: onError skips a wrong line, or hears of it', async () => {
  const lines: number[] = [];
  const text = '1\nnope\n2\n{\n';
  assert.deepEqual(await all(jsonl.reader(pieces(text), { onError: 'skip' })), [1, 2]);
  assert.deepEqual(
    await all(jsonl.reader(pieces(text), { onError: ({ lineno }) => void lines.push(lineno) })),
    [1, 2],
  );
  assert.deepEqual(lines, [2, 4]);
});

test(
  'json.values: a cancelled wait loses nothing of a StreamReader, which can be read on',
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(Buffer.from('{"a": 1} {"b"'));
    const values = json.values(reader);
    assert.deepEqual(await values.next(), { done: false, value: { a: 1 } });
    const waiting = createTask(() => values.next());
    await sleep(0);
    waiting.cancel();
    await assert.rejects(waiting, isCancelled);
    reader.feedData(Buffer.from(': 2}'));
    assert.deepEqual(await values.next(), { done: false, value: { b: 2 } });
    reader.feedEof();
    assert.equal((await values.next()).done, true);
  }),
);

test(
  'json.values: a step of an iterable that was cancelled brings its piece to the next wait',
  inLoop(async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    async function* slow(): AsyncGenerator<string> {
      yield await promise;
    }
    const values = json.values(slow());
    const waiting = createTask(() => values.next());
    await sleep(0);
    waiting.cancel();
    await assert.rejects(waiting, isCancelled);
    resolve('[1]');
    assert.deepEqual(await values.next(), { done: false, value: [1] });
    await values.return();
  }),
);

test('json.items: leaving the loop closes an iterable as for await does, and a stream of the host', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<string> {
    try {
      yield '[1, 2, 3]';
    } finally {
      closed = true;
    }
  }
  for await (const item of json.items(source())) if (item === 1) break;
  assert.equal(closed, true);
  const stream = Readable.from(['[1,', '2]']);
  for await (const item of json.items(stream)) if (item === 1) break;
  assert.equal(stream.destroyed, true);
});

test('json.load: reads a document from pieces, and refuses one that is too large', async () => {
  assert.deepEqual(await json.load(pieces(Buffer.from('{"é":'), '1}')), { é: 1 });
  await assert.rejects(json.load(pieces('[1', '2', '3]'), { maxSize: 3 }), { code: 'ERR_JSON_DECODE' });
});

test('json.load: refuses bytes that are no UTF-8, also half a character at the end', async () => {
  await assert.rejects(json.load(pieces(Uint8Array.of(0x22, 0xff))), { code: 'ERR_DECODING' });
  await assert.rejects(json.load(pieces(Uint8Array.of(0x22, 0xc3))), { code: 'ERR_DECODING' });
});
