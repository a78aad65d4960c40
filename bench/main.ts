// npm run bench: asyncio-ts and its peers side by side in one run.
//
// No figure stands alone: every table gives the ratio to ours, measured on the same machine in the same
// minutes, and the list at the end says which goals are reached.

import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { benchNet } from './net/main.ts';
import { readOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { goalList, table } from './report.ts';
import { abandon, rowKey, runWork } from './rounds.ts';
import type { RowResult } from './rounds.ts';
import { buildSubject, subjectFile } from './subject.ts';
import { verdicts } from './verdicts.ts';
import { works } from './works.ts';
import type { Work } from './works.ts';

async function main(options: Options): Promise<number> {
  const subject =
    options.subject !== undefined
      ? resolve(options.subject)
      : options.quick
        ? subjectFile()
        : buildSubject();
  process.env['BENCH_SUBJECT'] = subject ?? '';
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
    subject: subject === undefined ? null : pathToFileURL(subject).pathname.split('/').slice(-2).join('/'),
    rounds: options.rounds,
    quick: options.quick,
  };
  if (!options.json) {
    console.log(
      `Node ${machine.node}, ${machine.platform}, ${machine.cores} × ${machine.processor}, ` +
        `load ${machine.load.toFixed(1)}; asyncio-ts from ${machine.subject ?? 'nowhere'}; ` +
        `medians of ${options.rounds} ${options.rounds === 1 ? 'round' : 'rounds'}, each in a fresh process (its best of 3).\n` +
        'Ratios are to asyncio-ts: above 1× it is ahead.\n' +
        (options.quick ? 'Quick: the sizes are too small to compare anything.\n' : ''),
    );
  }
  const live = process.stderr.isTTY && !options.json;
  const progress = (text: string): void => void (live && process.stderr.write(`\r\u001B[K${text}`));
  const results = new Map<string, RowResult[]>();
  const chosen = works.filter(({ name }) => options.names.length === 0 || options.names.includes(name));
  for (const work of chosen) {
    const rows = work.rows.filter(({ peer }) => options.peers?.includes(peer) ?? true);
    if (rows.length === 0) continue;
    const found = await runWork(work, rows, { ...options, progress });
    results.set(work.name, found);
    progress('');
    if (!options.json) console.log(`${table(work, found, options.quick ? work.quickSize : work.size)}\n`);
  }
  const judged = verdicts(results);
  if (options.json) {
    const document = { machine, works: chosen.map((work) => forMachines(work, results)), goals: judged };
    console.log(JSON.stringify(document, null, 2));
  } else {
    console.log(goalList(judged));
  }
  const broken = [...results.values()].flat().some(({ failed }) => failed !== undefined);
  return broken ? 1 : 0;
}

function forMachines(work: Work, results: ReadonlyMap<string, readonly RowResult[]>): object {
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

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    abandon();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

try {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'net') {
    process.exitCode = await benchNet(rest);
  } else {
    const options = readOptions(process.argv.slice(2));
    if (options.help) console.log(usage);
    else process.exitCode = await main(options);
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
