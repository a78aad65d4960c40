// relay: what it counts with, and whose fault it is when that fails.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, InvalidArgumentError, isCancelled, relay, sleep } from '../../../src/asyncio.ts';
import type { RelayProgress } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { withChain } from './chain.ts';
import type { Kind } from './chain.ts';

const refuse = (): never => {
  throw new RangeError('not to be counted');
};
const bad: Record<string, unknown> = {
  'without bytes': {},
  'a number': 5,
  'a text': 'bytes',
  null: null,
  frozen: Object.freeze({ bytes: 0 }),
  'read only': Object.defineProperty({}, 'bytes', { get: () => 0 }),
  'bytes that are no number': { bytes: '0' },
  'bytes that are NaN': { bytes: Number.NaN },
  'bytes that throw when read': Object.defineProperty({}, 'bytes', { get: refuse, set: refuse }),
  'bytes that throw when written': Object.defineProperty({}, 'bytes', { get: () => 0, set: refuse }),
};

onBackends('relay: refuses progress that cannot count, before it moves a byte', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right }) => {
    source[1].write(Buffer.from('untouched'));
    for (const [name, progress] of Object.entries(bad)) {
      const refused = (error: unknown): boolean =>
        error instanceof InvalidArgumentError && error.argument === 'progress';
      await assert.rejects(relay(left[0], right[1], { progress: progress as never }), refused, name);
      await assert.rejects(left[0].pipeTo(right[1], { progress: progress as never }), refused, name);
    }
    assert.equal(String(await left[0].readExactly(9)), 'untouched');
  });
});

onBackends('relay and pipeTo: refuse a writer and options that are none, and name them', async () => {
  await withChain('TCP', 'TCP', async ({ left, right }) => {
    const [reader, writer] = [left[0], right[1]];
    const named = (argument: string) => (error: unknown) =>
      error instanceof InvalidArgumentError && error.argument === argument;
    for (const none of [undefined, null, 5, {}, { drain() {} }, reader]) {
      await assert.rejects(reader.pipeTo(none as never), named('writer'));
      await assert.rejects(relay(reader, none as never), named('writer'));
    }
    for (const none of [null, 5, 'end']) {
      await assert.rejects(reader.pipeTo(writer, none as never), named('options'));
      await assert.rejects(relay(reader, writer, none as never), named('options'));
    }
    for (const end of [null, 1, 'no'])
      await assert.rejects(relay(reader, writer, { end: end as never }), named('end'));
  });
});

/** Counts until the limit is reached. */
function failing(limit: number): RelayProgress {
  let counted = 0;
  return {
    get bytes() {
      return counted;
    },
    set bytes(bytes) {
      if (bytes > limit) refuse();
      counted = bytes;
    },
  };
}

const pairs: readonly [Kind, Kind][] = [
  ['TCP', 'TCP'],
  ['TCP', 'TLS'],
  ['TLS', 'TCP'],
];
for (const [from, to] of pairs) {
  onBackends(
    `relay: progress that throws in between ends it as the program's own fault; no byte is lost or doubled, ${from} to ${to}`,
    async () => {
      await withChain(from, to, async ({ source, left, right, sink }) => {
        const progress = failing(5);
        const relaying = createTask(() => relay(left[0], right[1], { progress }));
        source[1].write(Buffer.from('first'));
        assert.equal(String(await sink[0].readExactly(5)), 'first');
        source[1].write(Buffer.from(' second'));
        await assert.rejects(
          relaying,
          (error: unknown) =>
            error instanceof InvalidArgumentError &&
            error.argument === 'progress' &&
            error.cause instanceof RangeError,
        );
        const rest = createTask(() => relay(left[0], right[1], { end: false }));
        source[1].write(Buffer.from(' third'));
        assert.equal(String(await sink[0].readExactly(13)), ' second third');
        assert.equal(progress.bytes, 5);
        rest.cancel();
        await assert.rejects(rest, isCancelled);
      });
    },
  );
}

onBackends('relay: progress that the program sets back counts on from there', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const progress = { bytes: 1000 };
    const relaying = createTask(() => relay(left[0], right[1], { progress }));
    source[1].write(Buffer.from('first'));
    await sink[0].readExactly(5);
    assert.equal(progress.bytes, 1005);
    progress.bytes = 0;
    source[1].write(Buffer.from('then'));
    await sink[0].readExactly(4);
    assert.equal(progress.bytes, 4);
    source[1].writeEof();
    assert.equal(await relaying, 9);
    await sleep(0);
  });
});
