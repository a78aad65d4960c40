// npm run bench net: servers of asyncio-ts and of its peers under one load, in one run.
//
// What counts is the server's processor time for each request. It hardly depends on what the load generator
// and the rest of the machine can do, as requests a second do, and it is what a server costs.

import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { goalList } from '../report.ts';
import { buildSubject, subjectFile } from '../subject.ts';
import { loadGenerator } from './compile.ts';
import { pinning } from './machine.ts';
import { readOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { forMachines, table } from './report.ts';
import { runWork } from './rounds.ts';
import type { RowResult } from './rounds.ts';
import { verdicts } from './verdicts.ts';
import { works } from './works.ts';

/** Runs the benchmarks of the network with the arguments after `net`; the exit code. */
export async function benchNet(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const subject =
    options.subject !== undefined
      ? resolve(options.subject)
      : options.quick
        ? subjectFile()
        : buildSubject();
  process.env['BENCH_SUBJECT'] = subject ?? '';
  const machine = describeMachine(options, subject);
  if (!options.json) console.log(introduction(machine));
  const live = process.stderr.isTTY && !options.json;
  const progress = (text: string): void => void (live && process.stderr.write(`\r\u001B[K${text}`));
  const results = new Map<string, RowResult[]>();
  const chosen = works.filter(({ name }) => options.names.length === 0 || options.names.includes(name));
  for (const work of chosen) {
    const rows = work.rows.filter(options.wants);
    if (rows.length === 0) continue;
    const found = await runWork(work, rows, { ...options, cores: machine.cores, progress });
    results.set(work.name, found);
    progress('');
    if (!options.json) console.log(`${table(work, found)}\n`);
  }
  const judged = verdicts(results);
  if (options.json) {
    const documents = chosen.map((work) => forMachines(work, results.get(work.name) ?? []));
    console.log(JSON.stringify({ machine, works: documents, goals: judged }, null, 2));
  } else {
    console.log(goalList(judged));
  }
  const broken = [...results.values()].flat().some(({ failed }) => failed !== undefined);
  return broken ? 1 : 0;
}

type Machine = ReturnType<typeof describeMachine>;

function describeMachine(options: Options, subject: string | undefined) {
  const { rounds, warm, timed, quick } = options;
  const generator = loadGenerator();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    load: loadavg()[0] ?? 0,
    subject: subject === undefined ? null : pathToFileURL(subject).pathname.split('/').slice(-2).join('/'),
    /** The cores of server and load. */
    cores: pinning(),
    generator: 'missing' in generator ? `TypeScript (${generator.missing})` : 'C',
    rounds,
    warm,
    timed,
    quick,
  };
}

function introduction(machine: Machine): string {
  const { cores, rounds } = machine;
  return [
    `Node ${machine.node}, ${machine.platform}, ${machine.processors} × ${machine.processor}, ` +
      `load ${machine.load.toFixed(1)}; asyncio-ts from ${machine.subject ?? 'nowhere'}; ` +
      `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, each with a fresh server, ` +
      `${machine.warm} ms of warm-up and then the best of 3 times ${Math.round(machine.timed / 3)} ms.`,
    `The load is generated in ${machine.generator}; ` +
      ('missing' in cores
        ? `server and load share the cores (${cores.missing}).`
        : `the servers run on core ${cores.server}, the load on core ${cores.load}.`),
    'Server CPU is the processor time of all threads of the server, user and system, for each request.',
    'Ratios are to asyncio-ts: above 1× it is ahead. Servers of callbacks are held against its protocol, those',
    'that await (streams, iteration) against its streams; "of C" is how many times the figure of the C server.',
    ...(machine.quick ? ['Quick: the sizes are too small to compare anything.'] : []),
    '',
  ].join('\n');
}
