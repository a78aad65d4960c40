// Random programs over one pool, from a seed, against what must hold of each call whatever the threads' timing is: it has
// one outcome, which is its own result or error, or a cancel if it was asked to end; what was taken out of the queue
// never ran, and nothing is left in the pool.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import { isCancelled, sleep } from '../../../src/asyncio.ts';
import type { Future } from '../../../src/asyncio.ts';
import { ending, inLoop, threadPool } from '../kept.ts';

const first = Number(process.env['EXECUTOR_SEED'] ?? 1);
const programs = Number(process.env['EXECUTOR_SEEDS'] ?? 25);

/** What the calls of a program count their runs in, by their number. */
type Runs = Int32Array<SharedArrayBuffer>;

const succeed = (runs: Runs, n: number): number => {
  Atomics.add(runs, n, 1);
  return n;
};

const fail = (runs: Runs, n: number): never => {
  Atomics.add(runs, n, 1);
  throw new RangeError(String(n));
};

const compute = (runs: Runs, n: number): number => {
  Atomics.add(runs, n, 1);
  const end = performance.now() + 1;
  while (performance.now() < end);
  return n;
};

function* count(runs: Runs, n: number): Generator<number, void> {
  Atomics.add(runs, n, 1);
  for (let item = 0; item < 40; item++) yield n + item;
}

interface Made {
  readonly n: number;
  readonly fails: boolean;
  readonly future: Future<number>;
  asked: boolean;
}

function dice(seed: number): (count: number) => number {
  let state = (seed * 2_654_435_761 + 17) >>> 0;
  return (faces) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * faces);
  };
}

async function play(seed: number): Promise<void> {
  const below = dice(seed);
  const pool = threadPool({ maxWorkers: 1 + below(3), name: `seed ${seed}` });
  const runs: Runs = new Int32Array(new SharedArrayBuffer(4 * 400));
  const made: Made[] = [];
  let next = 0;
  const submit = (): void => {
    const n = next++;
    const kind = below(4);
    const work = kind === 0 ? fail : kind === 1 ? compute : succeed;
    made.push({ n, fails: kind === 0, future: pool.submit(work, runs, n), asked: false });
  };
  for (let step = 20; step > 0; step--) {
    const kind = below(8);
    if (kind < 3) for (let more = 1 + below(8); more > 0; more--) submit();
    else if (kind < 5 && made.length > 0) {
      const call = made[below(made.length)] as Made;
      call.asked ||= call.future.cancel();
    } else if (kind < 6) await sleep(below(3));
    else if (kind < 7) {
      const from = next;
      next += 5;
      const numbers = Array.from({ length: 5 }, (_, at) => from + at);
      const taken: number[] = [];
      const leaves = below(2) === 0 ? 2 : 5;
      for await (const n of pool.map(
        succeed,
        numbers.map(() => runs),
        numbers,
        { lookAhead: 3 },
      )) {
        taken.push(n);
        if (taken.length === leaves) break;
      }
      assert.deepEqual(taken, numbers.slice(0, leaves));
    } else {
      const n = next++;
      const leaves = below(2) === 0 ? 3 : 40;
      let item = 0;
      for await (const value of pool.stream(count, runs, n)) {
        assert.equal(value, n + item++);
        if (item === leaves) break;
      }
      assert.equal(item, leaves);
    }
  }
  const cancelFutures = below(3) === 0;
  await pool.shutdown({ cancelFutures });
  for (const { n, fails, future, asked } of made) {
    assert.ok(future.done(), `call ${n} has ended with the shutdown`);
    const ran = runs[n] as number;
    if (future.cancelled()) {
      assert.ok(asked || cancelFutures, `call ${n} was cancelled by nobody`);
      assert.ok(ran <= 1);
      continue;
    }
    assert.equal(ran, 1, `call ${n} ran once`);
    const outcome = await Promise.resolve(future).then(
      (value) => value,
      (error: unknown) => error,
    );
    if (fails) assert.equal((outcome as RangeError).message, String(n));
    else assert.equal(outcome, n);
    assert.ok(!isCancelled(outcome));
  }
}

test(
  `${programs} random programs of submit, map, stream, cancel and shutdown: each call has one outcome, its own`,
  { timeout: 120_000 },
  inLoop(async () => {
    for (let seed = first; seed < first + programs; seed++) {
      try {
        await ending(() => play(seed))();
      } catch (error) {
        throw new Error(`EXECUTOR_SEED=${seed}`, { cause: error });
      }
    }
  }),
);
