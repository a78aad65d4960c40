// Plays programs with a pool of one thread here; player.py does so with asyncio.

import { interruptible, ThreadPoolExecutor, UsageError, wait, workerModule } from '../../../src/asyncio.ts';
import type { Future } from '../../../src/asyncio.ts';
import { hostTurn } from '../../../src/lowlevel.ts';
import type { PoolProgram } from './programs.ts';
import { FIRST } from './work.ts';
import type * as Work from './work.ts';

const work = workerModule<typeof Work>(import.meta.resolve('./work.ts'));

const shared = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

type Known = { readonly future: Future<number>; readonly gate: Int32Array | undefined };

/** Plays a program on the running loop, and returns its trace. */
export async function playPool(program: PoolProgram): Promise<string[]> {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: Infinity });
  const ran = shared(FIRST + program.length);
  const words: string[] = [];
  const futures: (Future<number> | undefined)[] = [];
  const waiting: Known[] = [];
  let closed: Int32Array | undefined;

  const advance = async (): Promise<void> => {
    while (closed === undefined) {
      const next = waiting.shift();
      if (next === undefined) return;
      const { future, gate } = next;
      if (future.cancelled()) continue;
      if (gate === undefined) {
        await wait([future]);
        continue;
      }
      while (Atomics.load(gate, 0) === 0) await interruptible(new Promise<void>((done) => hostTurn(done)));
      closed = gate;
    }
  };
  const submit = (word: string, number: number): void => {
    const gate = word === 'gate' ? shared(1) : undefined;
    words.push(`${word}:${number}`);
    try {
      const future = pool.submit(work.play, word, number, words.length - 1, ran, gate);
      futures.push(future);
      waiting.push({ future, gate });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      futures.push(undefined);
    }
  };
  const open = async (): Promise<void> => {
    if (closed === undefined) return;
    Atomics.store(closed, 0, 2);
    Atomics.notify(closed, 0);
    closed = undefined;
    await advance();
  };

  let end: Promise<void> | undefined;
  for (const one of program) {
    const [word = '', arg = ''] = one.split(':');
    if (word === 'open') await open();
    else if (word === 'cancel') futures[Number(arg)]?.cancel();
    else if (word === 'shutdown') {
      end = Promise.all([end, pool.shutdown({ cancelFutures: arg === '1' })]).then(() => {});
    } else {
      submit(word, Number(arg));
      await advance();
    }
  }
  while (closed !== undefined) await open();
  const known = futures.filter((future) => future !== undefined);
  if (known.length > 0) await wait(known);
  if (end !== undefined) await interruptible(end);
  await pool.shutdown();
  const order = [...ran.subarray(FIRST, FIRST + (ran[0] ?? 0))];
  return [...order.map((at) => words[at] ?? '?'), ...futures.map(outcome)];
}

function outcome(future: Future<number> | undefined): string {
  if (future === undefined) return 'refused';
  if (future.cancelled()) return 'cancelled';
  const error = future.exception();
  return error === undefined ? `value ${future.result()}` : `error ${(error as Error).message}`;
}
