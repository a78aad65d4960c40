// Byte-exact fuzz: both directions of a connection at once, random writes, random reads of every kind, random
// pauses and cancels, half-closes. Every byte arrives once and in order, or the seed is printed:
//
//   ASYNCIO_SEED=7 npm test -- net/fuzz         runs that one again
//   FUZZ_ROUNDS=200 npm test -- net/fuzz        more of them

import '../../harness.ts';
import process from 'node:process';
import { ExceptionGroup, failAfter, Socket, taskGroup } from '../../../src/asyncio.ts';
import type { StreamWriter } from '../../../src/asyncio.ts';
import { SO_SNDBUF, SOL_SOCKET } from '../../../src/sys/libc/socketConstants.ts';
import { Random } from '../../../src/testing/random.ts';
import { nameSeed, seedsToRun } from '../../../src/testing/seeds.ts';
import { onBackends } from '../onBackends.ts';
import { Content } from './content.ts';
import { links } from './links.ts';
import type { End, Link } from './links.ts';
import { Reading } from './reading.ts';
import { writeAll } from './writing.ts';

const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 6);
const seeds = seedsToRun(1, rounds);
/** Milliseconds for one round. */
const patience = 30_000;

/** One end of a connection and what goes through it. */
interface Side {
  readonly incoming: Content;
  readonly outgoing: Content;
  readonly limit: number;
  readonly writeScale: number;
  readonly readScale: number;
}

// Each half has random numbers of its own, so that none depends on how fast the others are.
async function round(seed: number, link: Link): Promise<void> {
  const random = new Random(seed);
  const toOne = (): Omit<Side, 'outgoing'> => {
    const scales = [1, 4, 8, 12, 16, 20];
    const [writeScale, readScale] = [random.pick(scales), random.pick(scales)];
    // Small pieces make small contents, so that a round is some hundred operations, not millions.
    const scale = Math.min(4 + Math.min(writeScale, readScale) + random.int(7), 22);
    const incoming = new Content(random.fork(), Math.ceil(2 ** scale * random.next()));
    return { incoming, writeScale, readScale, limit: random.pick([64, 1000, 65_536, 65_536, 1 << 20]) };
  };
  const [toA, toB] = [toOne(), toOne()];
  const a: Side = { ...toA, writeScale: toB.writeScale, outgoing: toB.incoming };
  const b: Side = { ...toB, writeScale: toA.writeScale, outgoing: toA.incoming };
  await link([toA.limit, toB.limit], async (first, second) => {
    if (random.oneIn(2)) for (const [, writer] of [first, second]) squeeze(writer);
    const [forFirst, forSecond] = [random.fork(), random.fork()];
    await taskGroup(async (group) => {
      group.startSoon(() => talk(forFirst, first, a, false), { name: 'first' });
      group.startSoon(() => talk(forSecond, second, b, true), { name: 'second' });
    });
  });
}

/** Lets the system keep as little as it can, where it lets us, so that writes are taken in many parts. */
function squeeze(writer: StreamWriter): void {
  const socket = writer.getExtraInfo('socket');
  if (!(socket instanceof Socket)) return;
  // Not the receiving side as well: a window smaller than a segment makes TCP wait for its timers.
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 1);
}

/** Writes and reads at once. The end of the data is said as soon as all is written, where that can be said (TLS
 * has no half-closed connections); else by closing, when all is read as well: then the first end closes
 * before the second. */
async function talk(random: Random, [reader, writer]: End, side: Side, second: boolean): Promise<void> {
  const halfCloses = writer.canWriteEof();
  const { limit, readScale: scale } = side;
  const plan = { limit, scale, ends: halfCloses || second };
  const [forWriting, forReading] = [random.fork(), random.fork()];
  await taskGroup(async (group) => {
    group.startSoon(async () => {
      await writeAll(forWriting, writer, side.outgoing.bytes, side.writeScale);
      if (halfCloses) writer.writeEof();
    });
    group.startSoon(() => new Reading(forReading, reader, side.incoming, plan).readAll());
  });
  writer.close();
  await writer.waitClosed();
}

for (const [name, link] of Object.entries(links)) {
  onBackends(
    `every byte arrives once and in order: ${name}`,
    async () => {
      for (const seed of seeds) {
        try {
          await failAfter(patience, () => round(seed, link));
        } catch (error) {
          // The first of a group says it all: the others were cancelled for it.
          const [first = error] = error instanceof ExceptionGroup ? error.leaves() : [];
          throw nameSeed(first, seed, rounds);
        }
      }
    },
    { timeout: patience * rounds },
  );
}
