// Who takes part in `npm run bench services`, and how the rows of a work are measured: fresh servers on one
// core, which take turns, the load on another.

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
/** Turns before those that count. */
const WARM_UP = 6;
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
    measureAll: async (all, size, repeats) => await measureInTurns(work, all, size, repeats),
  });
}

/**
 * Servers that are compared serve in turns, some tenths of a second each, and all of them have their connections open
 * meanwhile: whether the load sleeps between two answers, and how fast the machine is just then, changes from second to
 * second and weighs as much as what is to be told.
 */
async function measureInTurns(
  work: ServiceWork,
  rows: readonly ServiceRow[],
  milliseconds: number,
  repeats: number,
): Promise<(Sample[] | Error)[]> {
  const request = requestFile(work);
  const servers = rows.map((row) => new Measured(work, row, request));
  try {
    for (const server of servers) await server.attempt(() => server.start());
    for (const server of servers) await server.attempt(() => server.connect());
    for (let turn = work.warmUp ? -WARM_UP : -1; turn < repeats; turn++) {
      if (turn === 0) for (const server of servers) server.samples.length = 0;
      for (const server of servers) await server.attempt(() => server.serve(milliseconds));
    }
    return servers.map(({ error, samples }) => error ?? withMeanUser(samples));
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** The system counts user mode by ticks: over all turns together that is exact enough, and in one of them it is not. */
function withMeanUser(samples: readonly Sample[]): Sample[] {
  const user = samples.reduce((sum, sample) => sum + (sample['user'] ?? 0), 0) / samples.length;
  return samples.map((sample) => ({ ...sample, user }));
}

/** A server and its load, at rest between turns. */
class Measured {
  readonly #work: ServiceWork;
  readonly #row: ServiceRow;
  /** The file with what a client sends. */
  readonly #request: string;
  readonly samples: Sample[] = [];
  error: Error | undefined;
  #port: number = 0;
  #server: Conversation | undefined;
  #load: Conversation | undefined;

  constructor(work: ServiceWork, row: ServiceRow, request: string) {
    this.#work = work;
    this.#row = row;
    this.#request = request;
  }

  /** Does no more after the first failure. */
  async attempt(step: () => Promise<void> | void): Promise<void> {
    if (this.error !== undefined) return;
    try {
      await step();
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
    }
  }

  async start(): Promise<void> {
    const [program = '', ...args] = commandOf(this.#row);
    this.#server = new Conversation(pinned(program, args, coreOf('server')));
    this.#port = ((await this.#server.json(PATIENCE)) as { port: number }).port;
  }

  connect(): void {
    const words = [String(this.#port), this.#request, String(this.#work.connections)];
    this.#load = new Conversation(pinned(programOf('load'), words, coreOf('load')));
  }

  async serve(milliseconds: number): Promise<void> {
    const [server, load] = [this.#server, this.#load];
    if (server === undefined || load === undefined) return;
    const before = await usage(server);
    load.say(String(milliseconds));
    const { answers, milliseconds: passed } = (await load.json(PATIENCE)) as {
      answers: number;
      milliseconds: number;
    };
    const after = await usage(server);
    const user = after.user - before.user;
    this.samples.push({
      value: (user + after.system - before.system) / answers,
      user: user / answers,
      wall: (passed * 1000) / answers,
    });
  }

  async stop(): Promise<void> {
    await this.#load?.stop();
    await this.#server?.stop();
  }
}

function coreOf(side: 'server' | 'load'): number | undefined {
  const cores = pinning();
  return 'missing' in cores ? undefined : cores[side];
}

async function usage(server: Conversation): Promise<{ user: number; system: number }> {
  server.say('usage');
  return (await server.json(PATIENCE)) as { user: number; system: number };
}

function programOf(name: 'load' | 'floor'): string {
  const found = compileC(`http-${name}`, [join(folder, `${name}.c`)]);
  if ('missing' in found) throw new Error(found.missing);
  return found.program;
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
  if (peer === 'floor') return [programOf('floor')];
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
