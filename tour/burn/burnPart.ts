// The part that burns: the same hashing and compressing on the loop, in threads and in processes, in turn and at once.
// On the loop nobody else has a turn while a job runs, and at once wins nothing; in workers the loop goes on, and the
// cores share the work. What waits, as the parts before, needs no worker at all.

import { availableParallelism } from 'node:os';
import {
  ProcessPoolExecutor,
  sleep,
  taskGroup,
  ThreadPoolExecutor,
  workerModule,
} from '../../src/asyncio.ts';
import type { Executor } from '../../src/asyncio.ts';
import { measureWay, ways } from '../part.ts';
import type { Comparison, MeasuredWay, Way } from '../part.ts';
import { counted, duration, shortDuration, size } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { hashAndCompress } from './job.ts';
import type { Burnt } from './job.ts';
import type * as Job from './job.ts';

const job = workerModule<typeof Job>(new URL('./job.ts', import.meta.url));
const most = 24;

/** Does one job, somewhere. */
type Burn = (seed: number) => Promise<Burnt>;

export async function burnPart(tools: Tools): Promise<Comparison[]> {
  // Where the waits are shortened there is less to burn, too.
  const jobs = Math.max(2, Math.round(most / Math.min(tools.args.speed, 12)));
  const workers = Math.max(2, availableParallelism());
  const onLoop = await compare(tools, 'loop', `${counted(jobs, 'job')} on the loop`, jobs, async (seed) => {
    const burnt = hashAndCompress(seed);
    await sleep(0);
    return burnt;
  });
  const inThreads = await inPool(
    tools,
    'threads',
    jobs,
    workers,
    new ThreadPoolExecutor({ maxWorkers: workers }),
  );
  const inProcesses = await inPool(
    tools,
    'processes',
    jobs,
    workers,
    new ProcessPoolExecutor({ maxWorkers: workers }),
  );
  return [onLoop, inThreads, inProcesses].map((told, _n, all) => ({
    ...told,
    details: told === onLoop ? [explain(jobs, workers, onLoop, all)] : [],
  }));
}

async function inPool(
  tools: Tools,
  place: string,
  jobs: number,
  workers: number,
  executor: Executor,
): Promise<Comparison> {
  await using pool = executor;
  // The workers are started first, as in a program that has them all day.
  await taskGroup(async (group) => {
    for (let n = 0; n < workers; n += 1) group.startSoon(() => pool.submit(job.hashAndCompress, n));
  });
  const amount = `the same in ${workers} ${place}`;
  return await compare(tools, place, amount, jobs, (seed) => pool.submit(job.hashAndCompress, seed));
}

async function compare(
  { progress }: Tools,
  place: string,
  amount: string,
  jobs: number,
  burn: Burn,
): Promise<Comparison> {
  const pass = async (way: Way): Promise<{ measured: MeasuredWay; hashes: string[]; bytes: number }> => {
    const hashes: string[] = [];
    let bytes = 0;
    let done = 0;
    progress.begin(`${place} ${ways[way]}`, () => ({ done, total: jobs, unit: 'job', bytes }));
    const one = async (seed: number): Promise<void> => {
      const burnt = await burn(seed);
      hashes[seed] = burnt.hash;
      bytes += burnt.bytes;
      done += 1;
    };
    let mark: 'done' | 'stopped' = 'stopped';
    const began = performance.now();
    try {
      const measured = await measureWay(async () => {
        if (way === 'inTurn') for (let seed = 0; seed < jobs; seed += 1) await one(seed);
        else
          await taskGroup(async (group) => {
            for (let seed = 0; seed < jobs; seed += 1) group.startSoon(() => one(seed));
          });
      });
      mark = 'done';
      return { measured, hashes, bytes };
    } finally {
      progress.end(mark, [
        `${counted(done, 'job')} in ${duration(performance.now() - began)}`,
        size(bytes),
      ]);
    }
  };
  const inTurn = await pass('inTurn');
  const atOnce = await pass('atOnce');
  return {
    kind: 'comparison',
    name: 'burn',
    place,
    amount,
    inTurn: inTurn.measured,
    atOnce: atOnce.measured,
    details: [],
    facts: { jobs, bytes: inTurn.bytes, hash: inTurn.hashes.join('').slice(0, 16) },
  };
}

function explain(jobs: number, workers: number, onLoop: Comparison, all: readonly Comparison[]): string {
  const delays = all.map(({ place, atOnce }) => `${place} ${shortDuration(atOnce.delay.worst)}`).join(', ');
  const same = new Set(all.map(({ facts }) => facts['hash'])).size === 1;
  return (
    `${counted(jobs, 'job')} of hashing (SHA-256) and compressing (gzip) 3.1 MB each. On the loop a job has the thread to ` +
    `itself, some ${duration(onLoop.inTurn.elapsed / jobs)}, and jobs that are ready together go one after the other in ` +
    `one round, so that whoever wants a turn meanwhile waits for all of them. The longest that somebody waited while they ` +
    `went at once: ${delays}. ${counted(workers, 'worker')} share the cores: at once wins as much as there are cores to ` +
    'win. A cancel stops a job between two pieces, since it asks checkCancelled(). ' +
    `${same ? 'All six passes had the same results.' : 'THE PASSES HAD DIFFERENT RESULTS.'} (tour/burn/burnPart.ts)`
  );
}
