// Memory taken away at random: over several connections, bytes that were handed out are transferred, and bytes
// that wait to be sent are transferred or made smaller. Every other connection gets every byte once and in order,
// what was kept stays as it was, and a connection whose own bytes were taken ends with the error that says so. The
// seed is printed and replayed as in fuzz.test.ts.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { BufferError, createTask, failAfter, gather, sleep } from '../../../src/asyncio.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { Random } from '../../../src/testing/random.ts';
import { nameSeed, seedsToRun } from '../../../src/testing/seeds.ts';
import { takings, tryToTake } from '../memory/takings.ts';
import { onBackends } from '../onBackends.ts';
import { links } from './links.ts';
import type { End, Link } from './links.ts';

const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 12);
const seeds = seedsToRun(1, rounds);
const patience = 20_000;
const SMALL = 10_000;
const ways = Object.values(takings);

/** Bytes in lines of any length, that follow from a seed. */
function content(random: Random, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++)
    bytes[at] = at % 3000 === 0 || random.oneIn(200) ? 10 : 32 + random.int(90);
  // Whoever reads by lines finds an end of the last one, too.
  bytes[size - 1] = 10;
  return bytes;
}

/** Writes copies, and takes the memory of some of them away once they were sent. */
async function write(random: Random, [, writer]: End, bytes: Buffer): Promise<void> {
  // Small pieces with pauses are read each by itself.
  const small = bytes.length < SMALL;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.ceil(2 ** (random.next() * (small ? 8 : 16))));
    const piece = new Uint8Array(bytes.subarray(at, end));
    if (random.oneIn(4)) writer.writelines([piece.subarray(0, 1), piece.subarray(1)]);
    else writer.write(piece);
    if (writer.transport.getWriteBufferSize() === 0 && random.oneIn(2)) random.pick(ways)(piece);
    await writer.drain();
    if (small || random.oneIn(10)) await sleep(0);
    at = end;
  }
}

interface Kept {
  readonly bytes: Buffer;
  readonly at: number;
}

/** Reads by any kind of read, and tries to take the memory of what comes. */
async function read(random: Random, [reader]: End, bytes: Buffer): Promise<void> {
  const kept: Kept[] = [];
  for (let at = 0; at < bytes.length;) {
    const kind = random.int(3);
    const part =
      kind === 0
        ? await reader.read(Math.ceil(2 ** (random.next() * 17)))
        : kind === 1
          ? await reader.readExactly(Math.min(bytes.length - at, Math.ceil(2 ** (random.next() * 15))))
          : await reader.readline();
    assert.ok(part.length > 0 && part.equals(bytes.subarray(at, at + part.length)), `wrong bytes at ${at}`);
    // What is taken has no length any more.
    const { length } = part;
    if (random.oneIn(3)) tryToTake(random.pick(ways), part);
    else kept.push({ bytes: part, at });
    at += length;
    if (kept.length > 40) check(kept.splice(random.int(kept.length), 1), bytes);
  }
  check(kept, bytes);
}

function check(kept: readonly Kept[], bytes: Buffer): void {
  for (const { bytes: part, at } of kept) {
    assert.ok(part.equals(bytes.subarray(at, at + part.length)), `what was kept of ${at} has changed`);
    assert.ok(part.length > 0, `what was kept of ${at} is gone`);
  }
}

/** Writes much to an end that does not read, and takes the memory away while it waits. */
async function lose(random: Random, [, writer]: End, [reader]: End): Promise<void> {
  const memory = new ArrayBuffer(8_000_000, { maxByteLength: 16_000_000 });
  const bytes = new Uint8Array(memory).fill(120);
  writer.write(bytes);
  for (let turns = random.int(20); turns > 0; turns--) await sleep(0);
  const taken = writer.transport.getWriteBufferSize() > 0;
  if (random.oneIn(2)) memory.resize(random.int(8_000_000));
  else random.pick(ways)(bytes);
  let size = 0;
  const reading = createTask(async () => {
    for await (const chunk of reader.chunks()) {
      size += chunk.length;
      assert.ok(
        chunk.every((value) => value === 120),
        'bytes that nobody wrote',
      );
      tryToTake(random.pick(ways), chunk);
      if (size === 8_000_000) return;
    }
  });
  try {
    await writer.drain();
    await reading;
    assert.ok(!taken || size === 8_000_000 || writer.isClosing());
  } catch (error) {
    assert.ok(error instanceof BufferError, String(error));
    assert.ok(taken);
    await reading;
  }
}

async function round(seed: number, link: Link): Promise<void> {
  const random = new Random(seed);
  const limits: [number, number] = [random.pick([4000, 65_536, 65_536]), 65_536];
  await link(limits, async (a, b) => {
    await link(limits, async (c, d) => {
      await link([65_536, 65_536], async (e, f) => {
        const works: Promise<void>[] = [];
        for (const [from, to] of [
          [a, b],
          [b, a],
          [c, d],
          [d, c],
        ] as const) {
          const bytes = content(random.fork(), 1 + random.int(random.oneIn(2) ? SMALL : 400_000));
          const [forWriting, forReading] = [random.fork(), random.fork()];
          works.push(
            createTask(() => write(forWriting, from, bytes)),
            createTask(() => read(forReading, to, bytes)),
          );
        }
        const forLosing = random.fork();
        works.push(createTask(() => lose(forLosing, e, f)));
        await gather(works);
        for (const [, writer] of [a, b, c, d, e, f]) writer.close();
        for (const [, writer] of [a, b, c, d, e, f]) {
          await writer.waitClosed().catch((error: unknown) => assert.ok(error instanceof BufferError));
        }
      });
    });
  });
}

for (const [name, link] of Object.entries(links)) {
  onBackends(
    `memory fuzz, ${name}: taken bytes harm nobody else`,
    async (_loop, backend) => {
      if (backend === 'selector' && name !== 'TLS') expectReport('Fatal write error on socket transport');
      for (const seed of seeds) {
        try {
          await failAfter(patience, () => round(seed, link));
        } catch (error) {
          throw nameSeed(error, seed, rounds);
        }
      }
    },
    { timeout: 10_000 + rounds * patience },
  );
}
