// One set of works: measured in the order of its catalogue, shown as tables or as one document, and held against its
// goals at the end.

import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { goalList, table } from './report.ts';
import { rowKey } from './rounds.ts';
import type { RowResult, RunOptions } from './rounds.ts';
import { buildSubject, subjectFile } from './subject.ts';
import { verdicts } from './verdicts.ts';
import type { Goal, Row, Work } from './works.ts';

type Measurable<Measured extends Row<string>> = Omit<Work<string>, 'rows'> & {
  readonly rows: readonly Measured[];
};

export interface BenchmarkSet<Measured extends Row<string>, MeasuredWork extends Measurable<Measured>> {
  /** What people type before the names. */
  readonly command: string;
  readonly works: readonly MeasuredWork[];
  readonly goals: readonly Goal<string>[];
  /** What the help says besides. */
  readonly notes: readonly string[];
  run(work: MeasuredWork, rows: readonly Measured[], options: RunOptions): Promise<RowResult[]>;
}

/** Runs what the arguments ask for. @returns the exit code */
export async function runSet<Measured extends Row<string>, MeasuredWork extends Measurable<Measured>>(
  set: BenchmarkSet<Measured, MeasuredWork>,
  args: readonly string[],
): Promise<number> {
  const help = usage(set.command, set.works, set.notes);
  const options = readOptions(args, set.works, help);
  if (options.help) {
    console.log(help);
    return 0;
  }
  const subject = chooseSubject(options);
  process.env['BENCH_SUBJECT'] = subject ?? '';
  const machine = describeMachine(options, subject);
  if (!options.json) console.log(introduction(machine));
  const live = process.stderr.isTTY && !options.json;
  const progress = (text: string): void => void (live && process.stderr.write(`\r\u001B[K${text}`));
  const results = new Map<string, RowResult[]>();
  const chosen = set.works.filter(({ name }) => options.names.length === 0 || options.names.includes(name));
  for (const each of chosen) {
    // What a quick run measures is not compared, so that what it does first serves nobody.
    const work = options.quick ? { ...each, warmUp: false } : each;
    const rows = work.rows.filter(({ peer }) => options.peers?.includes(peer) ?? true);
    if (rows.length === 0) continue;
    const found = await set.run(work, rows, { ...options, progress });
    results.set(work.name, found);
    progress('');
    if (!options.json) console.log(`${table(work, found, options.quick ? work.quickSize : work.size)}\n`);
  }
  const judged = verdicts(set.goals, results);
  if (options.json) {
    const document = { machine, works: chosen.map((work) => forMachines(work, results)), goals: judged };
    console.log(JSON.stringify(document, null, 2));
  } else {
    console.log(goalList(judged));
  }
  const broken = [...results.values()].flat().some(({ failed }) => failed !== undefined);
  return broken ? 1 : 0;
}

function chooseSubject({ subject, quick }: Options): string | undefined {
  if (subject !== undefined) return resolve(subject);
  return quick ? subjectFile() : buildSubject();
}

function describeMachine({ rounds, quick }: Options, subject: string | undefined) {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
    subject: subject === undefined ? null : pathToFileURL(subject).pathname.split('/').slice(-2).join('/'),
    rounds,
    quick,
  };
}

function introduction(machine: ReturnType<typeof describeMachine>): string {
  return (
    `Node ${machine.node}, ${machine.platform}, ${machine.cores} × ${machine.processor}, ` +
    `load ${machine.load.toFixed(1)}; asyncio-ts from ${machine.subject ?? 'nowhere'}; ` +
    `medians of ${machine.rounds} ${machine.rounds === 1 ? 'round' : 'rounds'}, each in a fresh process (its best of a few).\n` +
    'Ratios are to asyncio-ts: above 1× it is ahead.\n' +
    (machine.quick ? 'Quick: the sizes are too small to compare anything.\n' : '')
  );
}

function forMachines(work: Work<string>, results: ReadonlyMap<string, readonly RowResult[]>): object {
  const rows = results.get(work.name) ?? [];
  const ours = rows.find(({ row }) => rowKey(row) === 'ours');
  return {
    name: work.name,
    title: work.title,
    description: work.description,
    columns: work.columns,
    rows: rows.map(({ row, label, size, figures, skipped, failed }) => ({
      peer: row.peer,
      variant: row.variant ?? null,
      label,
      size,
      figures: Object.fromEntries(
        Object.entries(figures).map(([key, figure]) => {
          const base = ours?.figures[key]?.median;
          return [key, { ...figure, ratio: base === undefined ? null : figure.median / base }];
        }),
      ),
      skipped: skipped ?? null,
      failed: failed ?? null,
    })),
  };
}
