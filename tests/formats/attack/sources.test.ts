// Reading formats from sources that are cut anywhere, end too early, throw, hang, and are left, cancelled and closed at
// every moment.

import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import '../../harness.ts';
import { createTask, isCancelled, sleep, StreamReader, timeout, UsageError } from '../../../src/asyncio.ts';
import { csv, DecodingError, json, jsonl, pickle } from '../../../src/formats/formats.ts';
import { inLoop } from '../../inLoop.ts';

interface Format {
  readonly name: string;
  /** Two values and more, with all that a cut may fall into. */
  readonly bytes: Buffer;
  read(source: AsyncIterable<Uint8Array>): AsyncIterableIterator<unknown>;
  readonly values: readonly unknown[];
}

const formats: readonly Format[] = [
  {
    name: 'csv',
    bytes: Buffer.from('\ufeffé,"b\r\n""😀"\r\n\r\n1,\r"x"'),
    read: (source) => csv.reader(source, { encoding: 'utf-8-sig' }),
    values: [['é', 'b\r\n"😀'], [], ['1', ''], ['x']],
  },
  {
    name: 'jsonl',
    bytes: Buffer.from('\ufeff{"é": "😀\\ud83d"}\r\n\r\n[1, {"a": []}]\r\nnull'),
    read: (source) => jsonl.reader(source),
    values: [{ é: '😀\ud83d' }, [1, { a: [] }], null],
  },
  {
    name: 'json.items',
    bytes: Buffer.from(' [ {"é": "😀\\\\\\""} , -1.5e3,[[]], "]" ] \n'),
    read: (source) => json.items(source),
    values: [{ é: '😀\\"' }, -1500, [[]], ']'],
  },
  {
    name: 'json.entries',
    bytes: Buffer.from(' { "é😀\\"" : {"a": [ ]}\n, "b":true } '),
    read: (source) => json.entries(source),
    values: [
      ['é😀"', { a: [] }],
      ['b', true],
    ],
  },
  {
    name: 'json.values',
    bytes: Buffer.from('12 "😀"{"a": 1}[2]\n\n34'),
    read: (source) => json.values(source),
    values: [12, '😀', { a: 1 }, [2], 34],
  },
  {
    name: 'pickle',
    bytes: Buffer.concat([0, 1, 2, 3, 4, 5].map((protocol) => pickle.dumps(['é😀', 1.5], { protocol }))),
    read: (source) => pickle.loadAll(source),
    values: Array.from({ length: 6 }, () => ['é😀', 1.5]),
  },
];

async function* cut(bytes: Buffer, ...at: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const to of [...at, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const value of values) list.push(value);
  return list;
}

function fed(...pieces: readonly (Uint8Array | string)[]): StreamReader {
  const reader = new StreamReader();
  for (const piece of pieces) reader.feedData(Buffer.from(piece as string));
  return reader;
}

for (const { name, bytes, read, values } of formats) {
  test(`${name}: a source that is cut at every byte, and into single bytes, has the same values`, async () => {
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(await all(read(cut(bytes, at))), values, `cut at ${at}`);
    for (let at = 0; at <= bytes.length - 2; at++)
      assert.deepEqual(await all(read(cut(bytes, at, at + 1, at + 2))), values, `three cuts at ${at}`);
    assert.deepEqual(await all(read(cut(bytes, ...bytes.keys()))), values);
    assert.deepEqual(await all(read(Readable.from(cut(bytes, ...bytes.keys())))), values);
    const web = Readable.toWeb(Readable.from(cut(bytes, ...bytes.keys())));
    assert.deepEqual(await all(read(web as ReadableStream<Uint8Array>)), values);
  });

  test(`${name}: input that ends at any byte gives the values before, and then the end or an error`, async () => {
    for (let at = 0; at < bytes.length; at++) {
      const list: unknown[] = [];
      try {
        for await (const value of read(cut(bytes.subarray(0, at)))) list.push(value);
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error, String(error));
        assert.deepEqual(list, values.slice(0, list.length), `ends at ${at}`);
        continue;
      }
      // Of text the last value may be cut and look whole: `1` of `12`.
      const whole = list.slice(0, -1);
      assert.deepEqual(whole, values.slice(0, whole.length), `ends at ${at}`);
    }
  });

  test(
    `${name}: a cancel before, in the very turn and twice loses nothing, from a StreamReader that brings a byte at a time`,
    inLoop(async () => {
      const reader = new StreamReader();
      const source = read(reader as AsyncIterable<Uint8Array>);
      const list: unknown[] = [];
      let ended = false;
      const step = async (): Promise<void> => {
        const { done, value } = await source.next();
        if (done === true) ended = true;
        else list.push(value);
      };
      let at = 0;
      for (let round = 0; !ended; round++) {
        const waiting = createTask(step);
        const before = round % 4 === 0;
        if (!before) await sleep(0);
        if (at < bytes.length) reader.feedData(bytes.subarray(at, ++at));
        else reader.feedEof();
        if (round % 4 === 1) await sleep(0);
        waiting.cancel();
        if (round % 2 === 0) waiting.cancel();
        await waiting.catch((error: unknown) => assert.ok(isCancelled(error), String(error)));
        // Whoever was cancelled has been given nothing, or what it was given is in the list.
        if (round % 3 === 0) await timeout(0, step).catch(() => {});
        assert.ok(round < 10_000);
        if (at === bytes.length) {
          reader.feedEof();
          while (!ended) await step();
        }
      }
      assert.deepEqual(list, values);
    }),
  );

  test(
    `${name}: a source that throws: the values before, its own error, and no more`,
    inLoop(async () => {
      const broken = new Error('the disk is gone');
      async function* failing(): AsyncGenerator<Buffer> {
        yield bytes;
        throw broken;
      }
      const source = read(failing());
      const list: unknown[] = [];
      await assert.rejects(
        async () => {
          for await (const value of source) list.push(value);
        },
        (error) => error === broken,
      );
      assert.deepEqual(list, values.slice(0, list.length));
      for (let again = 0; again < 2; again++)
        await assert.rejects(source.next(), (error) => error === broken);
    }),
  );

  test(
    `${name}: two consumers: one waits, the other is refused, and nothing is lost`,
    inLoop(async () => {
      const reader = new StreamReader();
      const source = read(reader as AsyncIterable<Uint8Array>);
      const first = createTask(() => source.next());
      await sleep(0);
      await assert.rejects(source.next(), UsageError);
      reader.feedData(bytes);
      reader.feedEof();
      assert.deepEqual((await first).value, values[0]);
      assert.deepEqual(await all(source), values.slice(1));
    }),
  );

  test(
    `${name}: a stream of the host's that hangs: the wait can be cancelled, and closing ends the stream`,
    inLoop(async () => {
      for (const kind of ['node', 'web']) {
        const stream = new PassThrough();
        const given = kind === 'node' ? stream : Readable.toWeb(stream);
        const source = read(given as AsyncIterable<Uint8Array>);
        const waiting = createTask(async () => {
          try {
            return await source.next();
          } finally {
            await source.return?.();
          }
        });
        await sleep(0);
        waiting.cancel();
        await assert.rejects(async () => await waiting, isCancelled);
        while (!stream.destroyed) await sleep(1);
        assert.equal((await source.next().catch(() => ({ done: true }))).done, true);
      }
    }),
  );

  test(
    `${name}: a step that was cancelled goes on, and what it brings is the next value`,
    inLoop(async () => {
      const stream = new PassThrough();
      const source = read(stream);
      for (let wait = 0; wait < 3; wait++) {
        const waiting = createTask(() => source.next());
        await sleep(wait);
        waiting.cancel();
        await assert.rejects(async () => await waiting, isCancelled);
      }
      stream.end(bytes);
      assert.deepEqual(await all(source), values);
    }),
  );

  test(
    `${name}: a generator that a cancelled wait has ended is never taken for the end of the input`,
    inLoop(async () => {
      const reader = new StreamReader();
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let piece; (piece = await reader.read(100)).length > 0;) yield piece;
      }
      const source = read(pieces());
      const waiting = createTask(() => source.next());
      await sleep(0);
      waiting.cancel();
      await assert.rejects(async () => await waiting, isCancelled);
      await assert.rejects(source.next(), /a cancelled wait has ended the source, an async generator/);
      // An iterator that bears a cancel, as those of this library, goes on.
      const bearing = read({
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const value = await reader.read(100);
            return value.length === 0 ? { done: true, value: undefined } : { done: false, value };
          },
        }),
      });
      const again = createTask(() => bearing.next());
      await sleep(0);
      again.cancel();
      await assert.rejects(async () => await again, isCancelled);
      reader.feedData(bytes);
      reader.feedEof();
      assert.deepEqual(await all(bearing), values);
    }),
  );

  test(
    `${name}: a loop that is left early closes an iterator once, and leaves a StreamReader open`,
    inLoop(async () => {
      let closed = 0;
      const pieces = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: bytes }),
          return: async () => {
            closed++;
            return { done: true, value: undefined };
          },
        }),
      } as AsyncIterable<Uint8Array>;
      for await (const value of read(pieces)) {
        assert.deepEqual(value, values[0]);
        break;
      }
      assert.equal(closed, 1);
      const reader = fed(bytes);
      reader.feedEof();
      const source = read(reader as AsyncIterable<Uint8Array>);
      for await (const value of source) {
        assert.deepEqual(value, values[0]);
        break;
      }
      assert.deepEqual(await all(source), values.slice(1));
    }),
  );
}

test('csv and jsonl: what stands before bytes that are no text comes first, then an error with the byte, then the end', async () => {
  const before = Buffer.from('1\n"é\ufffd"\n');
  for (const read of [csv.reader, jsonl.reader] as ((
    source: AsyncIterable<Uint8Array>,
  ) => AsyncIterableIterator<unknown>)[])
    for (const wrong of ['ff', 'c3', 'eda080', 'f8888080', 'e282']) {
      const bytes = Buffer.concat([before, Buffer.from(wrong, 'hex'), Buffer.from('\n3\n')]);
      for (const at of bytes.keys()) {
        const source = read(cut(bytes, at));
        const list = [await source.next(), await source.next()].map(({ value }) => String(value));
        assert.deepEqual(list, ['1', 'é\ufffd']);
        await assert.rejects(source.next(), (error: DecodingError) => {
          assert.ok(error instanceof DecodingError);
          assert.equal(error.position, before.length, `${wrong} cut at ${at}`);
          return true;
        });
        assert.deepEqual(await source.next(), { done: true, value: undefined });
      }
    }
  assert.throws(() => [...csv.reader(Buffer.from([0x61, 0x0a, 0xff]))], { position: 2 });
  await assert.rejects(json.load(cut(Buffer.from([0x5b, 0xff, 0x5d]))), { position: 1 });
});

test('jsonl, json: a value of many small pieces is put together once', { timeout: 60_000 }, async () => {
  async function* pieces(): AsyncGenerator<string> {
    yield '"';
    for (let at = 0; at < 60_000; at++) yield 'x'.repeat(100);
    yield '"\n[1]';
  }
  const began = process.cpuUsage();
  for (const read of [jsonl.reader, json.values])
    assert.deepEqual(
      (await all(read(pieces()))).map((value) => (value as string).length),
      [6_000_000, 1],
    );
  // By the square it was minutes.
  assert.ok(process.cpuUsage(began).user < 10_000_000);
});

test('jsonl: a line beyond maxSize that comes in small pieces is dropped as it comes, and reading goes on', async () => {
  async function* pieces(): AsyncGenerator<string> {
    yield '1\n"';
    for (let at = 0; at < 1000; at++) yield 'x'.repeat(100);
    yield '"\n2';
    yield '2\n';
  }
  const source = jsonl.reader(pieces(), { maxSize: 1000 });
  assert.equal((await source.next()).value, 1);
  await assert.rejects(source.next(), /line longer than the limit \(1000\): line 2 column 1 \(char 2\)/);
  assert.equal((await source.next()).value, 22);
  assert.equal((await source.next()).done, true);
});

test('json.items: the place of an error behind a value of many pieces is that in the document', async () => {
  const text = '[{"a":\n [1,\n 2]},\n  nope]';
  for (let at = 0; at <= text.length; at++)
    for (const more of [1, 3]) {
      async function* pieces(): AsyncGenerator<string> {
        yield text.slice(0, at);
        yield text.slice(at, at + more);
        yield text.slice(at + more);
      }
      await assert.rejects(all(json.items(pieces())), {
        code: 'ERR_JSON_DECODE',
        lineno: 4,
        colno: 3,
        pos: text.indexOf('nope'),
      });
    }
});

test('csv: a field at its limit with characters beyond U+FFFF and quotes costs no more than any other', () => {
  const document = `"${'😀'.repeat(66_000)}${'""'.repeat(60_000)}"\n`;
  const began = process.cpuUsage();
  assert.equal(String([...csv.reader(document)][0]).length, 192_000);
  assert.ok(process.cpuUsage(began).user < 3_000_000);
  assert.throws(
    () => [...csv.reader(`"${'😀'.repeat(66_000)}${'""'.repeat(66_000)}"`)],
    /field larger than field limit/,
  );
});

test('Unpickler: after a pickle that is wrong each call has the same error, and nothing out of its middle', async () => {
  class User {}
  const hidden = pickle.dumps(new User(), { classes: { 'app.User': User } });
  const corrupt = Buffer.from(pickle.dumps(['abc', 1]));
  corrupt[11] = 0xff;
  for (const wrong of [hidden, corrupt]) {
    const unpickler = new pickle.Unpickler([Buffer.concat([pickle.dumps(1), wrong, pickle.dumps(2)])]);
    assert.equal(await unpickler.load(), 1);
    const error: unknown = await unpickler.load().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof pickle.UnpicklingError);
    for (let again = 0; again < 3; again++)
      await assert.rejects(unpickler.next(), (thrown) => thrown === error);
  }
});

test(
  'Unpickler: a cancel in a pickle takes back what that has put into the memo, and replaced in it',
  inLoop(async () => {
    // Each puts its text at place 0 of the memo, and the third gets it from there.
    const [put, get] = ['(lp1\nVone\np0\na.(lp1\nVtwo\np0\na.', '(lp2\ng0\na.'];
    for (let at = 1; at < put.length + get.length; at++) {
      const reader = new StreamReader();
      const unpickler = new pickle.Unpickler(reader);
      const list: unknown[] = [];
      const bytes = Buffer.from(put + get);
      reader.feedData(bytes.subarray(0, at));
      for (;;) {
        const waiting = createTask(() => unpickler.next());
        for (let turn = 0; turn < 4 && !waiting.done(); turn++) await sleep(0);
        if (!waiting.done()) {
          waiting.cancel();
          await assert.rejects(async () => await waiting, isCancelled);
          break;
        }
        list.push((await waiting).value);
      }
      reader.feedData(bytes.subarray(at));
      reader.feedEof();
      assert.deepEqual([...list, ...(await all(unpickler))], [['one'], ['two'], ['two']], `cut at ${at}`);
    }
  }),
);

test('Unpickler: what a memo that is kept costs does not grow with it', { timeout: 60_000 }, async () => {
  const chunks: Uint8Array[] = [];
  const pickler = new pickle.Pickler({ write: (bytes) => void chunks.push(bytes) });
  for (let at = 0; at < 30_000; at++) await pickler.dump([`a${at}`, { at }]);
  const began = process.cpuUsage();
  assert.equal((await all(new pickle.Unpickler([Buffer.concat(chunks)]))).length, 30_000);
  assert.ok(process.cpuUsage(began).user < 3_000_000);
});
