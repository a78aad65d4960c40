// Runs a work: each row in a fresh process, round after round (A B C, A B C, …), so that whatever else
// the machine does meanwhile falls on all of them alike.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSize } from './importSize.ts';
import { findPython, pythonArguments } from './python.ts';
import { summary } from './statistics.ts';
import type { Summary } from './statistics.ts';
import { projectRoot } from './subject.ts';
import type { Sample } from './sample.ts';
import type { PeerName, Row, Work } from './works.ts';

export interface RowResult {
  readonly row: Row<string>;
  /** The peer as people know it, with its version. */
  readonly label: string;
  readonly size: number;
  /** By column key; a column that the peer lacks is absent. */
  readonly figures: Readonly<Record<string, Summary>>;
  /** Why there are no figures: the peer is absent here. */
  readonly skipped?: string;
  /** Why there are no figures: it ended with an error. */
  readonly failed?: string;
}

export interface RunOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly progress: (text: string) => void;
}

/** Who takes part, and how a row of theirs is measured: all that one set of benchmarks has of its own. */
export interface Field<Measured extends Row<string>> {
  label(row: Measured): string;
  /** Why the row can't be measured here, if so. */
  whySkipped(row: Measured): string | undefined;
  /** The samples of one fresh process. */
  measure(row: Measured, size: number, repeats: number): Promise<readonly Sample[]>;
}

/** One that measures a round of all rows together, so that they can take turns. */
export interface FieldInTurns<Measured extends Row<string>> extends Omit<Field<Measured>, 'measure'> {
  /** The samples of each row, or what went wrong with it. */
  measureAll(rows: readonly Measured[], size: number, repeats: number): Promise<(Sample[] | Error)[]>;
}

/** No measurement takes nearly as long; one that does hangs. */
const patience = 180_000;

const modules: Readonly<Record<PeerName, string>> = {
  ours: 'ours',
  bare: 'bare',
  effect: 'effect',
  effection: 'effection',
  'p-limit': 'pLimit',
  'p-queue': 'pQueue',
  'async-mutex': 'asyncMutex',
  asyncio: '',
  uvloop: '',
};

/** The key of a row: of its work function, and in the results. */
export function rowKey({ peer, variant }: Pick<Row<string>, 'peer' | 'variant'>): string {
  return variant === undefined ? peer : `${peer}:${variant}`;
}

/** Measures the rows of one work. */
export async function runWork(work: Work, rows: readonly Row[], options: RunOptions): Promise<RowResult[]> {
  const rounds = work.name === 'import-size' ? 1 : options.rounds;
  return await runRounds(
    work,
    rows,
    { ...options, rounds },
    {
      label: peerLabel,
      whySkipped,
      measure: async (row, size, repeats) => {
        if (work.name === 'import-size') return [await importSize(rowKey(row))];
        if (isPython(row.peer)) return await python(row.peer, work, size, repeats);
        return await node(work, row, size, repeats);
      },
    },
  );
}

/** Measures the rows of one work, round after round. */
export async function runRounds<Measured extends Row<string>>(
  work: Work<string>,
  rows: readonly Measured[],
  { rounds, quick, progress }: RunOptions,
  field: Field<Measured> | FieldInTurns<Measured>,
): Promise<RowResult[]> {
  const records = rows.map((row) => ({
    row,
    samples: [] as Sample[],
    failed: '',
    skipped: field.whySkipped(row),
  }));
  const repeats = quick ? 1 : work.repeats;
  const note = (record: (typeof records)[number], result: readonly Sample[] | Error): void => {
    if (result instanceof Error) record.failed = result.message;
    else record.samples.push(least(result));
  };
  for (let round = 1; round <= rounds; round++) {
    const active = records.filter(({ failed, skipped }) => failed === '' && skipped === undefined);
    const where = `${work.name}, round ${round} of ${rounds}`;
    if ('measureAll' in field) {
      progress(`${where}: ${active.length} in turns`);
      const size = sizeOf(work, { peer: '' }, quick);
      const results = await field.measureAll(
        active.map(({ row }) => row),
        size,
        repeats,
      );
      for (const [index, record] of active.entries()) note(record, results[index] ?? []);
      continue;
    }
    for (const record of active) {
      progress(`${where}: ${field.label(record.row)}`);
      const size = sizeOf(work, record.row, quick);
      note(record, await field.measure(record.row, size, repeats).catch(asError));
    }
  }
  return records.map(({ row, samples, failed, skipped }) => ({
    row,
    label: field.label(row),
    size: sizeOf(work, row, quick),
    figures: failed === '' ? figuresOf(work, samples) : {},
    ...(skipped === undefined ? {} : { skipped }),
    ...(failed === '' ? {} : { failed }),
  }));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function figuresOf(work: Work<string>, samples: readonly Sample[]): Record<string, Summary> {
  const figures: Record<string, Summary> = {};
  for (const { key } of work.columns) {
    const values = samples
      .map((sample) => sample[key] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (values.length > 0) figures[key] = summary(values);
  }
  return figures;
}

// Sizes below a hundred are numbers of something big, and stay as they are.
function sizeOf(work: Work<string>, row: Row<string>, quick: boolean): number {
  const size = (quick ? work.quickSize : work.size) * (row.share ?? 1);
  return size < 100 ? Math.max(1, Math.round(size)) : Math.round(size / 100) * 100;
}

/** The least, figure by figure, of what one process measured. What else the machine does only adds. */
function least(samples: readonly Sample[]): Sample {
  const first = samples[0];
  if (first === undefined) throw new Error('it measured nothing');
  const result: Sample = { value: Number.NaN };
  for (const key of Object.keys(first)) {
    result[key] = Math.min(...samples.map((sample) => sample[key] ?? Number.NaN));
  }
  return result;
}

async function node(work: Work, row: Row, size: number, repeats: number): Promise<Sample[]> {
  const key = row.variant === undefined ? work.name : `${work.name}:${row.variant}`;
  return await inProcess(`peers/${modules[row.peer]}`, key, size, repeats, work.warmUp);
}

/** One measurement of a work in a fresh process; `module` is below bench/, without its extension. */
export async function inProcess(
  module: string,
  key: string,
  size: number,
  repeats: number,
  warmUp: boolean,
): Promise<Sample[]> {
  const child = fileURLToPath(new URL('child.ts', import.meta.url));
  const warm = warmUp ? Math.min(size, Math.max(100, Math.round(size / 1000) * 100)) : 0;
  const args = ['--expose-gc', child, module, key, String(size), String(repeats), String(warm)];
  return JSON.parse(await outputOf(process.execPath, args)) as Sample[];
}

async function python(
  loop: 'asyncio' | 'uvloop',
  work: Work,
  size: number,
  repeats: number,
): Promise<Sample[]> {
  const found = findPython(loop);
  if ('missing' in found) throw new Error(found.missing);
  const output = await outputOf(found.program, pythonArguments(loop, work.name, size, repeats));
  return (JSON.parse(output) as { samples: Sample[] }).samples;
}

let running: ChildProcess | undefined;

/** Ends the measurement that is under way, if any. */
export function abandon(): void {
  running?.kill('SIGKILL');
}

/** Standard output of a program; rejects with the last line of its complaint when it fails. */
export function outputOf(program: string, args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: patience });
  running = child;
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.on('error', reject);
  child.on('close', (code, signal) => {
    running = undefined;
    if (code === 0) resolve(output);
    else
      reject(
        new Error(reason(complaint) ?? (signal === null ? `exit code ${code}` : `ended by ${signal}`)),
      );
  });
  return promise;
}

/** The line of a stack trace, of Node or of Python, that says what happened. */
function reason(complaint: string): string | undefined {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^(Uncaught )?\w*Error\b/.test(line)) ?? lines.at(-1);
}

function isPython(peer: PeerName): peer is 'asyncio' | 'uvloop' {
  return peer === 'asyncio' || peer === 'uvloop';
}

function whySkipped({ peer }: Row): string | undefined {
  if (isPython(peer)) {
    const found = findPython(peer);
    return 'missing' in found ? found.missing : undefined;
  }
  if (peer === 'ours' && (process.env['BENCH_SUBJECT'] ?? '') === '')
    return 'there is no src/asyncio.ts yet';
  if (peer === 'ours' || peer === 'bare') return undefined;
  return version(peer) === undefined ? `${peer} is not installed` : undefined;
}

function peerLabel(row: Row): string {
  const suffix = row.variant === undefined ? '' : `, ${row.variant}`;
  if (row.peer === 'ours') return `asyncio-ts${suffix}`;
  if (row.peer === 'bare') return `bare promises${suffix}`;
  if (isPython(row.peer)) {
    const found = findPython(row.peer);
    return `${row.peer}${'missing' in found ? '' : ` ${found.version.replace(/^Python/, '(Python')}`}`.replace(
      /\(Python ([\d.]+)$/,
      '(Python $1)',
    );
  }
  return `${row.peer} ${version(row.peer) ?? ''}${suffix}`.trimEnd();
}

/** The version of an installed package, of the root's or of `folder`'s. */
export function version(name: string, folder = ''): string | undefined {
  try {
    const text = readFileSync(join(projectRoot, folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}
