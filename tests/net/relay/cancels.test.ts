// Every byte once and in order, whatever is cancelled when: relays that are given up and begun again, reads and
// writes by hand in between, a source and a sink with a pace of their own, under small buffers.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { createTask, isCancelled, relay, sleep, taskGroup } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { content, withChain } from './chain.ts';
import type { Chain, Kind } from './chain.ts';

type Step =
  /** Relays until so many bytes went through or so many iterations passed, and cancels. */
  | { do: 'relay'; bytes: number; iterations: number }
  /** Reads up to `size` bytes and writes them, or gives it up after so many iterations. */
  | { do: 'read' | 'readInto' | 'chunk'; size: number; iterations: number };

const iterations = fc.integer({ min: 0, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('relay' as const),
      bytes: fc.constantFrom(1, 1000, 50_000, 400_000),
      iterations,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('read', 'readInto', 'chunk'),
      size: fc.constantFrom(1, 700, 100_000),
      iterations,
    }),
  },
);
/** Sizes of the source's writes, and of the sink's reads, with iterations of silence between them. */
const pace = fc.array(
  fc.record({ size: fc.constantFrom(900, 5000, 70_000, 200_000), rest: fc.constantFrom(0, 0, 1, 4) }),
  { minLength: 1, maxLength: 12 },
);

async function rest(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await sleep(0);
}

async function play({ source, left, right, sink }: Chain, plan: Plan): Promise<void> {
  const all = content(plan.writes.reduce((sum, { size }) => sum + size, 0));
  const progress = { bytes: 0 };
  let byHand = 0;
  const send = async (): Promise<void> => {
    let at = 0;
    for (const { size, rest: silence } of plan.writes) {
      source[1].write(all.subarray(at, (at += size)));
      await source[1].drain();
      await rest(silence);
    }
    source[1].writeEof();
  };
  const receive = async (): Promise<void> => {
    let at = 0;
    for (let turn = 0; ; turn++) {
      const { size, rest: silence } = plan.reads[turn % plan.reads.length]!;
      const got = await sink[0].read(size);
      if (got.length === 0) break;
      assert.ok(got.equals(all.subarray(at, at + got.length)), `at ${at}`);
      at += got.length;
      await rest(silence);
    }
    assert.equal(at, all.length);
  };
  const room = Buffer.alloc(100_000);
  const take = async (how: Step): Promise<void> => {
    if (how.do === 'relay') return void (await relay(left[0], right[1], { progress, end: false }));
    const chunk =
      how.do === 'read'
        ? await left[0].read(how.size)
        : how.do === 'readInto'
          ? room.subarray(0, await left[0].readInto(room.subarray(0, how.size)))
          : ((await left[0].chunks({ size: how.size, reuse: true }).next()).value ?? Buffer.alloc(0));
    // No await in between: whoever was given the bytes has them.
    byHand += chunk.length;
    right[1].write(chunk);
  };
  const forward = async (): Promise<void> => {
    for (const how of plan.steps) {
      const before = progress.bytes;
      const task = createTask(() => take(how));
      for (let turn = 0; turn < how.iterations && !task.done(); turn++) {
        if (how.do === 'relay' && progress.bytes - before >= how.bytes) break;
        await sleep(turn % 4 === 3 ? 1 : 0);
      }
      task.cancel();
      try {
        await task;
      } catch (error) {
        if (!isCancelled(error)) throw error;
      }
    }
    await relay(left[0], right[1], { progress });
    assert.equal(progress.bytes + byHand, all.length, 'each byte is counted once');
  };
  await taskGroup((group) => {
    for (const part of [send, receive, forward]) void group.createTask(part);
  });
}

interface Plan {
  readonly steps: readonly Step[];
  readonly writes: readonly { size: number; rest: number }[];
  readonly reads: readonly { size: number; rest: number }[];
}

const kinds: readonly [Kind, Kind, number][] = [
  ['TCP', 'TCP', 100],
  ['Unix', 'TCP', 40],
];

for (const [from, to, numRuns] of kinds) {
  onBackends(
    `relay: every byte once and in order under any cancels, ${from} to ${to}`,
    async () => {
      const seed = Number(process.env['ASYNCIO_FUZZ_SEED'] ?? 8_021);
      const plans = fc.record({ steps: fc.array(step, { maxLength: 25 }), writes: pace, reads: pace });
      const property = fc.asyncProperty(plans, (plan) =>
        withChain(from, to, (chain) => play(chain, plan), true),
      );
      await fc.assert(property, { seed, numRuns });
    },
    { timeout: 120_000 },
  );
}
