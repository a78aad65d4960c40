// pickle over streams: pickles in pieces, one after the other, and cancels.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, sleep, StreamReader, timeout, UsageError } from '../../../src/asyncio.ts';
import { pickle } from '../../../src/formats/formats.ts';
import { inLoop } from '../../inLoop.ts';
import { samples } from './values.ts';

const protocols = [0, 1, 2, 3, 4, 5];
const small = samples.filter((one) => pickle.dumps(one).length < 500);

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function same(value: unknown, wanted: unknown): void {
  assert.equal(pickle.dumps(value).toString('hex'), pickle.dumps(wanted).toString('hex'));
}

for (const protocol of protocols)
  test(
    `pickle.loadAll: protocol ${protocol} in pieces of 1, 3 and 1000 bytes, from an iterable and a reader`,
    inLoop(async () => {
      const stream = Buffer.concat(small.map((one) => pickle.dumps(one, { protocol })));
      for (const size of [1, 3, 1000]) {
        const pieces = inPieces(stream, size);
        const fromIterable: unknown[] = [];
        for await (const value of pickle.loadAll(pieces, { floats: 'keep' })) fromIterable.push(value);
        const reader = new StreamReader();
        const feeding = createTask(async () => {
          for (const piece of pieces) {
            reader.feedData(piece);
            if (size > 1) await sleep(0);
          }
          reader.feedEof();
        });
        const fromReader: unknown[] = [];
        for await (const value of pickle.loadAll(reader, { floats: 'keep' })) fromReader.push(value);
        await feeding;
        for (const values of [fromIterable, fromReader]) {
          assert.equal(values.length, small.length);
          for (const [index, value] of values.entries()) same(value, small[index]);
        }
      }
    }),
  );

for (const protocol of protocols)
  test(
    `pickle.load: protocol ${protocol}: what is behind the pickle stays in the reader`,
    inLoop(async () => {
      const reader = new StreamReader();
      reader.feedData(Buffer.concat([pickle.dumps(['a', 1], { protocol }), Buffer.from('text\n')]));
      same(await pickle.load(reader), ['a', 1]);
      assert.equal(String(await reader.readline()), 'text\n');
    }),
  );

for (const protocol of [0, 2, 4, 5])
  test(
    `pickle.load: protocol ${protocol}: cancelled before, while it waits, in the very turn its bytes come, and twice, loses no byte`,
    inLoop(async () => {
      const bytes = pickle.dumps(['first', 'x'.repeat(300), 3], { protocol });
      for (const cut of [0, 1, 2, 5, 12, 100, bytes.length - 1]) {
        const reader = new StreamReader();
        reader.feedData(bytes.subarray(0, cut));
        const early = createTask(() => pickle.load(reader));
        early.cancel();
        await assert.rejects(early);
        const waiting = createTask(() => pickle.load(reader));
        await sleep(0);
        await sleep(0);
        waiting.cancel();
        await assert.rejects(waiting);
        const turn = createTask(() => pickle.load(reader));
        await sleep(0);
        await sleep(0);
        reader.feedData(bytes.subarray(cut, cut + 1));
        turn.cancel();
        turn.cancel();
        await assert.rejects(turn);
        reader.feedData(bytes.subarray(cut + 1));
        reader.feedData(Buffer.from('rest'));
        same(await pickle.load(reader), ['first', 'x'.repeat(300), 3]);
        assert.equal(String(await reader.readExactly(4)), 'rest');
      }
    }),
  );

test(
  'pickle.loadAll: a deadline in the middle of a pickle leaves it to the next call, from a reader and from an iterable',
  inLoop(async () => {
    const bytes = Buffer.concat([pickle.dumps(1), pickle.dumps('later')]);
    const reader = new StreamReader();
    reader.feedData(bytes.subarray(0, 10));
    const fromReader = pickle.loadAll(reader);
    assert.equal(await fromReader.load(), 1);
    await assert.rejects(timeout(1, () => fromReader.load()));
    reader.feedData(bytes.subarray(10));
    assert.equal(await fromReader.load(), 'later');

    const second = new StreamReader();
    second.feedData(bytes.subarray(0, 10));
    const fromChunks = pickle.loadAll(second.chunks());
    assert.equal(await fromChunks.load(), 1);
    await assert.rejects(timeout(1, () => fromChunks.load()));
    second.feedData(bytes.subarray(10));
    assert.equal(await fromChunks.load(), 'later');
  }),
);

test(
  'pickle.loadAll: leaving the loop leaves the rest in the reader, and closes an iterable',
  inLoop(async () => {
    const stream = Buffer.concat([1, 2, 3].map((one) => pickle.dumps(one, { protocol: 1 })));
    const reader = new StreamReader();
    reader.feedData(stream);
    for await (const value of pickle.loadAll(reader)) if (value === 1) break;
    assert.equal(await pickle.load(reader), 2);
    let closed = false;
    const chunks = (async function* () {
      try {
        yield stream;
      } finally {
        closed = true;
      }
    })();
    for await (const value of pickle.loadAll(chunks)) if (value === 1) break;
    assert.equal(closed, true);
  }),
);

test(
  'pickle.load: an end in the middle, and one before the pickle, are UnpicklingErrors',
  inLoop(async () => {
    const bytes = pickle.dumps(['a', 'b']);
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const reader = new StreamReader();
      reader.feedData(bytes.subarray(0, cut));
      reader.feedEof();
      await assert.rejects(
        () => pickle.load(reader),
        (error: unknown) => error instanceof pickle.UnpicklingError && error.reason === 'truncated',
      );
    }
  }),
);

test(
  'pickle.load: a length beyond maxBytes is refused before its bytes come',
  inLoop(async () => {
    for (const text of ['B\0\0\0\x10', '\x80\x04\x95\0\0\0\x10\0\0\0\0', 'X\0\0\0\x05']) {
      const reader = new StreamReader();
      reader.feedData(Buffer.from(text, 'latin1'));
      await assert.rejects(
        () => pickle.load(reader),
        (error: unknown) => error instanceof pickle.UnpicklingError && error.reason === 'limit',
      );
    }
  }),
);

test(
  'Unpickler: one pickle at a time, a memo for all of them as its Pickler had, and files that are read by counts',
  inLoop(async () => {
    const chunks: Uint8Array[] = [];
    const pickler = new pickle.Pickler({ write: (bytes) => chunks.push(bytes) });
    const shared = ['shared'];
    await pickler.dump(shared);
    await assert.rejects(() => pickler.dump(['new', undefined]), pickle.PicklingError);
    await pickler.dump([shared, 'new']);
    let at = 0;
    const all = Buffer.concat(chunks);
    const file = {
      read: async (count: number) => all.subarray(at, (at = Math.min(all.length, at + Math.min(count, 3)))),
    };
    for (const source of [chunks, file]) {
      const unpickler = new pickle.Unpickler(source);
      const first = unpickler.load();
      await assert.rejects(() => unpickler.load(), UsageError);
      const list = await first;
      const [again, text] = (await unpickler.load()) as unknown[];
      assert.equal(again, list);
      assert.equal(text, 'new');
      assert.equal((await unpickler.next()).done, true);
    }
    pickler.clearMemo();
    await pickler.dump(shared);
    assert.deepEqual(pickle.loads(chunks.at(-1) as Uint8Array), shared);
  }),
);
