// Who takes part in `npm run bench services`, and how one row is measured: a fresh server on one core, the load on another.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileC } from '../net/compile.ts';
import { pinned, pinning } from '../net/machine.ts';
import { Conversation } from '../net/processes.ts';
import { runRounds, version } from '../rounds.ts';
import type { RowResult, RunOptions } from '../rounds.ts';
import type { Sample } from '../sample.ts';
import { projectRoot } from '../subject.ts';
import { noPythonWith, pythonWith } from './python.ts';
import type { ServiceRow, ServiceWork } from './works.ts';

const PATIENCE = 30_000;
/** So many times as long as a sample. */
const WARM_UP = 3;
const folder = fileURLToPath(new URL('http/', import.meta.url));

/** Measures the rows of one work, round after round. */
export async function measureServices(
  work: ServiceWork,
  rows: readonly ServiceRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  return await runRounds(work, rows, options, {
    label,
    whySkipped,
    measure: async (row, size, repeats) => await measure(work, row, size, repeats),
  });
}

async function measure(
  work: ServiceWork,
  row: ServiceRow,
  milliseconds: number,
  repeats: number,
): Promise<Sample[]> {
  const generator = compileC('http-load', [join(folder, 'load.c')]);
  if ('missing' in generator) throw new Error(generator.missing);
  const cores = pinning();
  const [serverCore, loadCore] = 'missing' in cores ? [] : [cores.server, cores.load];
  const [program = '', ...args] = commandOf(row);
  const server = new Conversation(pinned(program, args, serverCore));
  try {
    const { port } = await server.json(PATIENCE);
    const words = [String(port), requestFile(work), String(work.connections)];
    const load = new Conversation(pinned(generator.program, words, loadCore));
    try {
      const samples: Sample[] = [];
      await round(server, load, work.warmUp ? WARM_UP * milliseconds : 1);
      for (let count = 0; count < repeats; count++) samples.push(await round(server, load, milliseconds));
      return samples;
    } finally {
      await load.stop();
    }
  } finally {
    await server.stop();
  }
}

async function round(server: Conversation, load: Conversation, milliseconds: number): Promise<Sample> {
  const before = await cpu(server);
  load.say(String(milliseconds));
  const { answers, milliseconds: passed } = (await load.json(PATIENCE)) as {
    answers: number;
    milliseconds: number;
  };
  return { value: ((await cpu(server)) - before) / answers, wall: (passed * 1000) / answers };
}

async function cpu(server: Conversation): Promise<number> {
  server.say('cpu');
  return ((await server.json(PATIENCE)) as { cpu: number }).cpu;
}

function requestFile({ name, request }: ServiceWork): string {
  const scratch = join(projectRoot, '.scratch', 'bench-services');
  mkdirSync(scratch, { recursive: true });
  const path = join(scratch, `${name}.request`);
  writeFileSync(path, request, 'latin1');
  return path;
}

function commandOf({ peer, variant }: ServiceRow): string[] {
  const file = (name: string): string => join(folder, 'servers', name);
  if (peer === 'uvicorn' || peer === 'aiohttp')
    return [pythonWith(peer)?.program ?? '', file('python.py'), peer];
  if (peer === 'bun') return [bun() ?? '', file('bun.ts')];
  return [process.execPath, file(`${peer}${variant ?? ''}.ts`)];
}

function label(row: ServiceRow): string {
  if (row.peer === 'ours') return row.variant === undefined ? 'asyncio-ts' : `asyncio-ts, ${row.variant}`;
  const name = row.label ?? row.peer;
  const known =
    row.peer === 'bare'
      ? process.version
      : (version(row.peer, 'peers') ?? pythonWith(row.peer)?.version ?? '');
  return `${name} ${known}`.trimEnd();
}

function whySkipped({ peer }: ServiceRow): string | undefined {
  if (peer === 'bun') return bun() === undefined ? 'Bun is not installed' : undefined;
  if (peer === 'uvicorn' || peer === 'aiohttp')
    return pythonWith(peer) === undefined ? noPythonWith(peer) : undefined;
  if (peer !== 'fastify' && peer !== 'hono') return undefined;
  return version(peer, 'peers') === undefined
    ? `${peer} is not installed (npm ci --prefix peers)`
    : undefined;
}

// The runtimes of the matrix are ordinary packages.
function bun(): string | undefined {
  const require = createRequire(join(projectRoot, 'package.json'));
  for (const name of ['@oven/bun-linux-x64', '@oven/bun-linux-aarch64']) {
    try {
      const program = join(require.resolve(`${name}/package.json`), '..', 'bin', 'bun');
      if (existsSync(program)) return program;
    } catch {}
  }
  return undefined;
}
