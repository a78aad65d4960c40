// npm run bench inside: what looking inside costs, with nobody looking and with each who may.

import { inProcess, runRounds } from '../rounds.ts';
import type { RowResult, RunOptions } from '../rounds.ts';
import { runSet } from '../set.ts';
import { goals, works } from './works.ts';
import type { InsideRow, InsideWork } from './works.ts';

/** Runs the benchmarks with the arguments after `inside`. @returns the exit code */
export async function benchInside(args: readonly string[]): Promise<number> {
  const notes = [
    'BENCH_BEFORE names the entry file of another build, as --subject does, to compare the bookkeeping with:',
    'that of the commit before.',
  ];
  return await runSet({ command: 'npm run bench -- inside', works, goals, notes, run }, args);
}

async function run(
  work: InsideWork,
  rows: readonly InsideRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  const before = process.env['BENCH_BEFORE'];
  return await runRounds(work, rows, options, {
    label: ({ label }) => label,
    whySkipped: ({ peer }) =>
      peer === 'before' && before === undefined ? 'BENCH_BEFORE is not set' : undefined,
    measure: async ({ peer, variant }, size, repeats) => {
      const key = variant === undefined ? work.name : `${work.name}:${variant}`;
      const subject = process.env['BENCH_SUBJECT'];
      // The child takes its environment when it is started, which is at once.
      if (peer === 'before') process.env['BENCH_SUBJECT'] = before;
      const samples = inProcess('inside/ours', key, size, repeats, work.warmUp);
      process.env['BENCH_SUBJECT'] = subject;
      return await samples;
    },
  });
}
