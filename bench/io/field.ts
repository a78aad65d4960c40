// Who takes part in `npm run bench io`, and how one row is measured.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inProcess, outputOf, runRounds, version } from '../rounds.ts';
import type { RowResult, RunOptions } from '../rounds.ts';
import type { Sample } from '../sample.ts';
import { areas } from './works.ts';
import type { IoRow, IoWork } from './works.ts';

/** Measures the rows of one work, round after round. */
export async function measureIo(
  work: IoWork,
  rows: readonly IoRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  const folder =
    areas.find(({ works }) => works.some(({ name }) => name === work.name))?.folder ?? work.name;
  return await runRounds(work, rows, options, {
    label,
    whySkipped,
    measure: async (row, size, repeats) => {
      if (row.peer === 'python3') return await inPython(folder, keyOf(work, row), size, repeats);
      const module = `io/${folder}/${row.file ?? row.peer}`;
      return await inProcess(module, keyOf(work, row), size, repeats, work.warmUp);
    },
  });
}

function keyOf(work: IoWork, { variant }: IoRow): string {
  return variant === undefined ? work.name : `${work.name}:${variant}`;
}

// `python.py KEY SIZE REPEATS` prints an array of samples, as child.ts does.
async function inPython(folder: string, key: string, size: number, repeats: number): Promise<Sample[]> {
  const script = fileURLToPath(new URL(`${folder}/python.py`, import.meta.url));
  return JSON.parse(await outputOf(python(), [script, key, String(size), String(repeats)])) as Sample[];
}

function label(row: IoRow): string {
  const suffix = row.variant === undefined ? '' : `, ${row.variant}`;
  if (row.peer === 'ours') return `asyncio-ts${suffix}`;
  if (row.peer === 'python3') return `${pythonVersion() ?? 'Python'}${suffix}`;
  return `${row.label ?? `${row.peer} ${packageVersion(row.peer) ?? ''}`.trimEnd()}${suffix}`;
}

function whySkipped(row: IoRow): string | undefined {
  if (row.peer === 'ours' || row.label !== undefined) return undefined;
  if (row.peer === 'python3') return pythonVersion() === undefined ? `no ${python()} here` : undefined;
  return packageVersion(row.peer) === undefined
    ? `${row.peer} is not installed (npm ci --prefix peers)`
    : undefined;
}

function packageVersion(name: string): string | undefined {
  return version(name, 'peers') ?? version(name);
}

function python(): string {
  return process.env['BENCH_PYTHON'] ?? 'python3';
}

let probed: { readonly version: string | undefined } | undefined;

function pythonVersion(): string | undefined {
  if (probed === undefined) {
    const { status, stdout } = spawnSync(python(), ['--version'], { encoding: 'utf8' });
    probed = { version: status === 0 ? stdout.trim() : undefined };
  }
  return probed.version;
}
