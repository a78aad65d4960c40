// One measurement: a fresh server on one core, the load on another, and what the two say.

import { fileURLToPath } from 'node:url';
import { loadGenerator } from './compile.ts';
import { certificate, descriptorLimit, pinned, residentMemory, socketPath } from './machine.ts';
import type { Cores } from './machine.ts';
import { commandOf } from './peers.ts';
import { Conversation } from './processes.ts';
import type { Load, Row, Work } from './works.ts';

export type Sample = Readonly<Record<string, number>>;

export interface Conditions {
  readonly quick: boolean;
  readonly cores: Cores;
  /** Milliseconds of the warm-up and of the timed part. */
  readonly warm: number;
  readonly timed: number;
}

/** Nothing takes nearly as long; what does hangs. */
const patience = 60_000;

/** The figures; or why there is no such server here. Rejects when it failed. */
export async function measure(
  work: Work,
  row: Row,
  conditions: Conditions,
): Promise<Sample | { readonly missing: string }> {
  using socket = socketPath();
  let target = work.server === 'unix' ? socket.path : '';
  if (work.server === 'tls') {
    const made = certificate();
    if ('missing' in made) return made;
    target = made.folder;
  }
  const command = commandOf(row, work.server, target);
  if ('missing' in command) return command;
  const { cores } = conditions;
  const [program = '', ...args] = command.words;
  const core = 'missing' in cores ? undefined : cores.server;
  const server = new Conversation(pinned(program, args, core), command.env);
  try {
    const { port, skip } = await server.json(patience / 3);
    if (typeof skip === 'string') return { missing: skip };
    const where = work.server === 'unix' ? target : String(port);
    return await underLoad(work, server, where, conditions);
  } finally {
    await server.stop();
  }
}

/** How many connections a work has here. */
export function connectionsOf(work: Work, quick: boolean): number {
  const wanted = quick ? work.quick.connections : work.connections;
  return Math.min(wanted, descriptorLimit() - 100);
}

async function underLoad(
  work: Work,
  server: Conversation,
  where: string,
  conditions: Conditions,
): Promise<Sample> {
  const { quick, cores, warm, timed } = conditions;
  const size = quick ? work.quick.size : work.size;
  const connections = connectionsOf(work, quick);
  const [program = '', ...first] = generator(work.load);
  const words = (mode: string, count: number): string[] => {
    const args = [
      mode,
      where,
      String(count),
      String(size),
      String(warm),
      String(timed),
      String(server.pid),
    ];
    return pinned(program, [...first, ...args], 'missing' in cores ? undefined : cores.load);
  };
  try {
    if (work.load === 'idle') return await idle(server, words, connections);
    return (await ask(words(work.load, connections))) as Sample;
  } catch (error) {
    // What the server has to say about it is nearer to the cause.
    throw server.ended === undefined ? error : new Error(`the server: ${server.ended}`, { cause: error });
  }
}

/** The load generator's command line: in C where it can do the work. */
function generator(load: Load): readonly string[] {
  const compiled = loadGenerator();
  if (!('missing' in compiled) && (load !== 'tls' || compiled.tls)) return [compiled.program];
  return [process.execPath, fileURLToPath(new URL('generator.ts', import.meta.url))];
}

async function ask(words: readonly string[]): Promise<Record<string, unknown>> {
  const load = new Conversation(words);
  try {
    return await load.json(patience);
  } finally {
    await load.stop();
  }
}

interface Memory {
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
}

async function memory(server: Conversation): Promise<Memory> {
  server.say('memory');
  const { heap, external } = await server.json(patience / 3);
  const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
  return { heap: number(heap), external: number(external), resident: residentMemory(server.pid) };
}

/** Memory with the connections less memory without, of a server that has had some before. */
async function idle(
  server: Conversation,
  words: (mode: string, count: number) => string[],
  connections: number,
): Promise<Sample> {
  await hold(words('idle', Math.ceil(connections / 50)), () => Promise.resolve());
  const before = await memory(server);
  const after = await hold(words('idle', connections), () => memory(server));
  const each = (key: keyof Memory): number => Math.max(0, after[key] - before[key]) / connections;
  return { heap: each('heap'), external: each('external'), resident: each('resident') };
}

async function hold<T>(words: readonly string[], body: () => Promise<T>): Promise<T> {
  const load = new Conversation(words);
  try {
    const word = await load.line(patience);
    if (word !== 'ready') throw new Error(word);
    return await body();
  } finally {
    await load.stop();
  }
}
