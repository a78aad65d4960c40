// Connections that are cut at any moment, by an abort of one end or by cancelling whoever uses it: what the
// other end got is the beginning of what was sent, its reads and drains end, and nothing stays open. The seed is
// printed and replayed as in fuzz.test.ts.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { cancelAndWait, ConnectionError, createTask, failAfter, gather } from '../../../src/asyncio.ts';
import { IncompleteReadError, SSLError, sleep } from '../../../src/asyncio.ts';
import { Random } from '../../../src/testing/random.ts';
import { nameSeed, seedsToRun } from '../../../src/testing/seeds.ts';
import { onBackends } from '../onBackends.ts';
import { links } from './links.ts';
import type { End, Link } from './links.ts';

const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 25);
const seeds = seedsToRun(1, rounds);
const patience = 10_000;

/** Errors that the end of a connection may bring. */
function isLoss(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof SSLError;
}

async function write(random: Random, [, writer]: End, bytes: Buffer): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const end = at + Math.ceil(2 ** (random.next() * 17));
      writer.write(bytes.subarray(at, end));
      await writer.drain();
      if (random.oneIn(20)) await sleep(0);
      at = end;
    }
    if (writer.canWriteEof()) writer.writeEof();
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
}

/** Reads to the end, whatever it is; what came must be the beginning of `bytes`. */
async function read(random: Random, [reader]: End, bytes: Buffer): Promise<void> {
  let at = 0;
  const take = (part: Buffer): void => {
    assert.ok(part.equals(bytes.subarray(at, at + part.length)), `wrong bytes after ${at}`);
    at += part.length;
  };
  try {
    for (;;) {
      const size = Math.ceil(2 ** (random.next() * 17));
      const part = await (random.oneIn(2) ? reader.read(size) : reader.readExactly(size));
      if (part.length === 0) return;
      take(part);
    }
  } catch (error) {
    if (error instanceof IncompleteReadError) take(error.partial);
    else if (!isLoss(error)) throw error;
  }
}

async function round(seed: number, link: Link): Promise<void> {
  const random = new Random(seed);
  const bytes = Buffer.alloc(1 << 20, `seed ${seed} and more`);
  await link([65_536, 65_536], async (a, b) => {
    const ways = [write, read].flatMap((way) => [a, b].map((end) => [way, random.fork(), end] as const));
    const tasks = ways.map(([way, numbers, end]) => createTask(() => way(numbers, end, bytes)));
    const moment = random.int(60);
    const cut = random.int(4);
    for (let turns = 0; turns < moment; turns += 1) await sleep(0);
    if (cut === 0) a[1].transport.abort();
    else if (cut === 1) b[1].transport.abort();
    else if (cut === 2) a[1].close();
    else {
      for (const task of tasks) await cancelAndWait(task);
      a[1].transport.abort();
    }
    await gather(tasks, { returnExceptions: cut === 3 });
    for (const [, writer] of [a, b]) writer.close();
    for (const [, writer] of [a, b]) await writer.waitClosed().catch(checkLoss);
  });
}

function checkLoss(error: unknown): void {
  if (!isLoss(error)) throw error;
}

for (const [name, link] of Object.entries(links)) {
  onBackends(
    `a connection that is cut at any moment ends for both: ${name}`,
    async () => {
      for (const seed of seeds) {
        try {
          await failAfter(patience, () => round(seed, link));
        } catch (error) {
          throw nameSeed(error, seed, rounds);
        }
      }
    },
    { timeout: patience * 6 },
  );
}
