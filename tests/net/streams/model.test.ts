// Every byte once and in order, held against a model: any chunks handed over in any way, any reads, any cancels,
// under any limit.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask, isCancelled, run, sleep } from '../../../src/asyncio.ts';
import { IncompleteReadError, LimitOverrunError, LineTooLongError } from '../../../src/asyncio.ts';
import { fakeStream, receiveInto } from './fakeTransport.ts';

type Feed = { size: number; way: 'feed' | 'data' | 'buffer'; newlines: number };
type Read =
  | { kind: 'read' | 'exactly' | 'into'; n: number; cancel: Cancel }
  | { kind: 'line'; cancel: Cancel }
  | { kind: 'next' | 'lent line' | 'lent chunk'; cancel: Cancel }
  | { kind: 'until'; separators: readonly string[]; limit: number; cancel: Cancel };
/** Never, before anything is fed, or right after. */
type Cancel = 'no' | 'early' | 'late';

const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 16_384, max: 300_000 }) },
);
const feed: fc.Arbitrary<Feed> = fc.record({
  size,
  way: fc.constantFrom('feed', 'data', 'buffer', 'buffer'),
  newlines: fc.integer({ min: 0, max: 4 }),
});
const cancel: fc.Arbitrary<Cancel> = fc.constantFrom('no', 'no', 'no', 'early', 'late');
const read: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read', 'exactly', 'into', 'into'), n: size, cancel }),
  fc.record({ kind: fc.constant('line' as const), cancel }),
  fc.record({ kind: fc.constantFrom('next', 'lent line', 'lent line', 'lent chunk'), cancel }),
  fc.record({
    kind: fc.constant('until' as const),
    separators: fc.constantFrom(['\n'], ['ab'], ['\n', 'ab'], ['abc', 'b'], ['ab\n', 'cab']),
    limit: fc.constantFrom(5, 70_000, 1_000_000),
    cancel,
  }),
);

/** The size of a chunk that is lent. */
const LENT = 20_000;
/** How many bytes they bring depends on how they come. */
const free: ReadonlySet<Read['kind']> = new Set(['read', 'into', 'lent chunk']);

/** What a read is expected to do with the bytes in front of it, all of which are there. */
function expected(rest: Buffer, step: Read, limit: number): { taken: number; outcome: string } {
  switch (step.kind) {
    case 'read':
    case 'into':
      return { taken: Math.min(step.n, rest.length), outcome: 'value' };
    case 'lent chunk':
      return { taken: Math.min(LENT, rest.length), outcome: 'value' };
    case 'exactly':
      return rest.length >= step.n
        ? { taken: step.n, outcome: 'value' }
        : { taken: rest.length, outcome: 'incomplete' };
    case 'line':
    case 'lent line':
    case 'next': {
      const at = rest.indexOf(10);
      if (at === -1 && rest.length <= limit) return { taken: rest.length, outcome: 'value' };
      return { taken: at + 1, outcome: at !== -1 && at <= limit ? 'value' : 'too long' };
    }
    case 'until': {
      let end = Infinity;
      let start = 0;
      for (const separator of [...step.separators].sort((a, b) => a.length - b.length)) {
        const at = rest.indexOf(separator, 0, 'latin1');
        if (at === -1 || at + separator.length >= end) continue;
        end = at + separator.length;
        start = at;
      }
      const longest = Math.max(...step.separators.map((separator) => separator.length));
      if (end !== Infinity) {
        return start <= step.limit ? { taken: end, outcome: 'value' } : { taken: 0, outcome: 'overrun' };
      }
      return rest.length + 1 - longest > step.limit
        ? { taken: 0, outcome: 'overrun' }
        : { taken: rest.length, outcome: 'incomplete' };
    }
  }
}

let serial = 1;
function content(count: number, newlines: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let i = 0; i < count; i++) {
    serial = (serial * 75 + 74) % 65_537;
    bytes[i] = 97 + (serial % 7);
  }
  for (let i = 0; i < newlines; i++) {
    serial = (serial * 75 + 74) % 65_537;
    bytes[serial % count] = 10;
  }
  return bytes;
}

async function play(feeds: readonly Feed[], steps: readonly Read[], limit: number): Promise<void> {
  const { reader, protocol } = fakeStream({ limit });
  const pieces = feeds.map(({ size: count, newlines }) => content(count, newlines));
  const all = Buffer.concat(pieces);
  let fed = 0;
  let at = 0;
  const feedNext = (): void => {
    const how = feeds[fed];
    if (how === undefined) {
      if (!reader._ended) protocol.eofReceived();
      return;
    }
    const piece = Buffer.from(pieces[fed] as Buffer);
    fed++;
    if (how.way === 'feed') {
      reader.feedData(piece);
      piece.fill(0);
    } else if (how.way === 'data') protocol.dataReceived(piece);
    else receiveInto(protocol, piece);
  };
  const lines = reader[Symbol.asyncIterator]();
  const lentLines = reader.lines({ reuse: true });
  const lentChunks = reader.chunks({ size: LENT, reuse: true });
  const buffer = Buffer.alloc(300_000);
  /** What is lent until the next read begins, and what it must be until then. */
  const none = { bytes: Buffer.alloc(0) as Buffer, content: Buffer.alloc(0) };
  let lent = none;
  const start = async (step: Read): Promise<Buffer> => {
    assert.ok(lent.bytes.equals(lent.content), `${step.kind}: what is lent stays as it is`);
    lent = none;
    switch (step.kind) {
      case 'into':
        return buffer.subarray(0, await reader.readInto(buffer.subarray(0, step.n)));
      case 'next':
        return unwrap(await lines.next());
      case 'lent line':
        return unwrap(await lentLines.next());
      case 'lent chunk':
        return unwrap(await lentChunks.next());
      case 'read':
        return reader.read(step.n);
      case 'exactly':
        return reader.readExactly(step.n);
      case 'line':
        return reader.readline();
      case 'until':
        return reader.readUntil(
          step.separators.map((text) => Buffer.from(text)),
          { limit: step.limit },
        );
    }
  };
  for (const step of steps) {
    const before = reader._bytes.length;
    const came = pieces.slice(0, fed).reduce((sum, piece) => sum + piece.length, 0);
    assert.equal(before, Math.max(0, came - at));
    const task = createTask(() => start(step));
    await sleep(0);
    if (step.cancel === 'early') task.cancel();
    while (!task.done()) {
      feedNext();
      if (step.cancel === 'late') task.cancel();
      await sleep(0);
      await sleep(0);
    }
    const there = pieces.slice(0, fed).reduce((sum, piece) => sum + piece.length, 0);
    const want = expected(all.subarray(at, there), step, limit);
    let got: Buffer | undefined;
    try {
      got = await task;
      assert.equal(want.outcome, 'value', step.kind);
    } catch (error) {
      if (isCancelled(error)) continue;
      if (error instanceof IncompleteReadError) {
        assert.equal(want.outcome, 'incomplete');
        got = error.partial;
      } else if (error instanceof LimitOverrunError) assert.equal(want.outcome, 'overrun');
      else if (error instanceof LineTooLongError) {
        assert.equal(want.outcome, 'too long');
        // The line goes up to its end, wherever that is.
        at = all.indexOf(10, at) + 1 || all.length;
        continue;
      } else throw error;
    }
    if (got === undefined) continue;
    assert.ok(got.equals(all.subarray(at, at + got.length)), `${step.kind} at ${at}`);
    if (!free.has(step.kind)) assert.equal(got.length, want.taken, step.kind);
    at += got.length;
    lent = { bytes: got, content: Buffer.from(got) };
  }
  while (!reader._ended) feedNext();
  const rest = await reader.read();
  assert.ok(rest.equals(all.subarray(at)), `the rest from ${at}`);
  assert.equal(reader.atEof(), true);
}

function unwrap({ value }: IteratorResult<Buffer, undefined>): Buffer {
  return value ?? Buffer.alloc(0);
}

test('StreamReader: every byte once and in order, for any chunks, reads, cancels and limits', async () => {
  const seed = Number(process.env['ASYNCIO_FUZZ_SEED'] ?? 20_261);
  await run(() =>
    fc.assert(
      fc.asyncProperty(
        fc.array(feed, { maxLength: 30 }),
        fc.array(read, { maxLength: 40 }),
        fc.constantFrom(3, 50, 1000, 65_536, 1_000_000),
        play,
      ),
      { seed, numRuns: 500 },
    ),
  );
});
