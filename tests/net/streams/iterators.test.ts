// Iterators over a reader: several on one, left early, given up, beside a relay. Bytes of reused memory belong to one
// step, and none is lost or given out twice.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, isCancelled, relay, sleep, UsageError } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { withChain } from '../relay/chain.ts';

onBackends('chunks and lines: left early, the rest stays in the reader', async () => {
  await withChain('TCP', 'TCP', async ({ source, left }) => {
    const long = Buffer.alloc(50_000, 'x');
    source[1].write(
      Buffer.concat([Buffer.from('abcd'), long, Buffer.from('\n'), long, Buffer.from('\nrest')]),
    );
    source[1].writeEof();
    for await (const chunk of left[0].chunks({ reuse: true, size: 2 })) if (String(chunk) === 'cd') break;
    for await (const line of left[0].lines({ reuse: true })) {
      assert.equal(line.length, long.length + 1);
      break;
    }
    assert.ok((await left[0].readline()).subarray(0, -1).equals(long));
    assert.equal(String(await left[0].read()), 'rest');
  });
});

onBackends('chunks: two iterators on one reader take turns, and only one may wait', async () => {
  await withChain('TCP', 'TCP', async ({ source, left }) => {
    const [one, other] = [left[0].chunks({ reuse: true }), left[0].chunks({ reuse: true })];
    const waiting = createTask(() => one.next());
    await sleep(0);
    await assert.rejects(other.next(), UsageError);
    source[1].write(Buffer.from('first'));
    const { value: first } = await waiting;
    source[1].write(Buffer.from('second'));
    const { value: second } = await other.next();
    assert.deepEqual([String(first), String(second)], ['first', 'second']);
  });
});

onBackends('chunks: ended while a step waits, that step is the last', async () => {
  await withChain('TCP', 'TCP', async ({ source, left }) => {
    const chunks = left[0].chunks({ reuse: true });
    const waiting = createTask(() => chunks.next());
    await sleep(0);
    assert.equal((await chunks.return()).done, true);
    source[1].write(Buffer.from('late'));
    assert.equal(String((await waiting).value), 'late');
    assert.equal((await chunks.next()).done, true);
    source[1].write(Buffer.from('more'));
    assert.equal(String(await left[0].readExactly(4)), 'more');
  });
});

onBackends(
  'chunks: a step that is cancelled when its bytes have landed leaves them to the next',
  async () => {
    await withChain('TCP', 'TCP', async ({ source, left }) => {
      const chunks = left[0].chunks({ reuse: true });
      const waiting = createTask(() => chunks.next());
      await sleep(0);
      source[1].write(Buffer.from('landed'));
      while (!left[0].atEof() && !waiting.done() && waiting.cancelling() === 0) {
        await sleep(0);
        waiting.cancel();
      }
      const given = await waiting.then(
        ({ value }) => String(value),
        (error: unknown) => (isCancelled(error) ? '' : assert.fail(String(error))),
      );
      const rest = given === '' ? String((await chunks.next()).value) : '';
      assert.equal(given + rest, 'landed');
    });
  },
);

onBackends('chunks: beside a relay a step is an error, and behind it goes on', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const chunks = left[0].chunks({ reuse: true });
    source[1].write(Buffer.from('one'));
    const { value } = await chunks.next();
    // Memory that is used again may be written all the same.
    right[1].write(value!);
    const relaying = createTask(() => relay(left[0], right[1]));
    await sleep(0);
    await assert.rejects(chunks.next(), UsageError);
    source[1].write(Buffer.from('two'));
    assert.equal(String(await sink[0].readExactly(6)), 'onetwo');
    relaying.cancel();
    await assert.rejects(relaying, isCancelled);
    source[1].write(Buffer.from('three'));
    assert.equal(String((await chunks.next()).value), 'three');
  });
});

onBackends('lines: written on as they are lent, into a writer that is behind', async () => {
  await withChain(
    'TCP',
    'TCP',
    async ({ source, left, right, sink }) => {
      const lines = Array.from({ length: 200 }, (_, i) => Buffer.from(`${String(i).repeat(9000)}\n`));
      const send = createTask(async () => {
        for (const line of lines) {
          source[1].write(line);
          await source[1].drain();
        }
        source[1].writeEof();
      });
      const pass = createTask(async () => {
        for await (const line of left[0].lines({ reuse: true })) {
          right[1].write(line);
          await right[1].drain();
        }
        right[1].writeEof();
      });
      assert.ok((await sink[0].read()).equals(Buffer.concat(lines)));
      await Promise.all([send, pass]);
    },
    true,
  );
});
