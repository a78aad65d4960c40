// Says in words where the speed-up comes from and what limits it, from what was measured and from
// nothing else: a reader on another machine must find the sentence that is true there.

import { passLabels } from './passReport.ts';
import type { PassReport, RunReport } from './passReport.ts';
import { counted, duration, percent } from '../screen/units.ts';

/**
 * The paragraphs below the table of passes; none unless both passes were done.
 *
 * @param changed How many files the passes saw differently.
 */
export function explain(run: RunReport, changed: number): string[] {
  const [first] = run.passes;
  const sequential = run.passes.find(({ name }) => name === 'sequential');
  const concurrent = run.passes.find(({ name }) => name === 'concurrent');
  if (first === undefined || sequential === undefined || concurrent === undefined) return [];
  const cache = run.warm
    ? 'after everything had been read once'
    : `and as nothing was read beforehand, the one that came first (${passLabels[first.name]}) met a colder page cache`;
  const fairness =
    changed === 0
      ? `Both passes did the same work into fresh tables, ${cache}; they found the same content.`
      : `${counted(changed, 'file')} changed between the passes: their times do not compare well.`;
  const short =
    sequential.measured.elapsed < 300 ? ['Passes as short as these say little: try a larger folder.'] : [];
  return [...short, ...crowded(run), gain(run, sequential, concurrent), limits(run, concurrent), fairness];
}

function crowded({ machine: { cores, load } }: RunReport): string[] {
  if (load < 0.75 * cores) return [];
  return [
    `Other programs wanted ${load.toFixed(1)} of the ${counted(cores, 'core')} before the start: the less is free, ` +
      'the less there is to win.',
  ];
}

function gain({ limit }: RunReport, sequential: PassReport, concurrent: PassReport): string {
  const waited = percent(1 - sequential.measured.busy);
  const saved = sequential.measured.cpu - concurrent.measured.cpu;
  const cheaper =
    saved > 0.1 * sequential.measured.cpu
      ? `; many answers come back in one turn of the loop, which saves ${duration(saved)} of processor time`
      : '';
  return (
    `One by one, JavaScript waited ${waited} of the time for the four calls a file needs (open, stat, read, ` +
    `close). With ${counted(limit, 'file')} at once, other files fill that wait${cheaper}.`
  );
}

function limits({ machine }: RunReport, { measured, costs }: PassReport): string {
  const { cores, poolThreads } = machine;
  const share = measured.cpu / measured.elapsed / cores;
  const here = `(${counted(cores, 'core')}, ${counted(poolThreads, 'pool thread')})`;
  if (measured.busy >= 0.85) {
    const shared = `${duration(costs.hashing)} of SHA-256 and ${duration(costs.storing)} of SQLite`;
    return (
      `The limit now is the one thread of JavaScript, busy ${percent(measured.busy)} of the time: ${shared} ` +
      `run there in both passes, the rest is the handling of calls ${here}.`
    );
  }
  if (share >= 0.85)
    return `The limit now is the processor: its cores are busy ${percent(share)} of the time ${here}.`;
  return (
    `The limit now is the disk or the thread pool (UV_THREADPOOL_SIZE): JavaScript still waited ` +
    `${percent(1 - measured.busy)} of the time ${here}.`
  );
}
