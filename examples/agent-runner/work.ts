// What a run does: four things at once under one group, so that whoever cancels the run cancels them, and the run ends
// when the last of them has.

import process from 'node:process';
import { checkCancelled, processLines, taskGroup } from 'asyncio-ts';
import type { Queue } from 'asyncio-ts';
import { fetch } from 'asyncio-ts/cancellable';
import type { ServerSentEvent } from 'asyncio-ts/http';
import { mark } from './alive.ts';
import type { Alive } from './alive.ts';
import type { Database } from './database.ts';

export interface Surroundings {
  readonly seconds: number;
  readonly model: string;
  readonly database: Database;
  readonly alive: Alive;
  readonly lines: Queue<ServerSentEvent>;
}

export async function work(
  id: string,
  { seconds, model, database, alive, lines }: Surroundings,
): Promise<void> {
  const tell = (from: string, text: string): Promise<void> =>
    lines.put({ event: 'line', data: { from, text } });

  async function readAnswer(): Promise<void> {
    const response = await fetch(`${model}?seconds=${seconds}`);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of response.body ?? []) {
      const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) if (event.startsWith('data: ')) await tell('model', event.slice(6));
    }
  }

  async function runShell(): Promise<void> {
    const options = { shell: true, env: { ...process.env, ...mark }, grace: 300 };
    for await (const { text } of processLines(tree(seconds), options)) await tell('shell', text);
  }

  async function compute(): Promise<void> {
    const pool = alive.newPool();
    try {
      for await (const text of pool.stream(searchPrimes, seconds)) await tell('thread', text);
    } finally {
      await pool.shutdown();
    }
  }

  async function ask(): Promise<void> {
    await tell('database', `${database.name} counts rows that it makes up`);
    await tell('database', await database.ask(seconds));
  }

  await taskGroup(async (group) => {
    for (const part of [readAnswer, runShell, compute, ask])
      group.startSoon(part, { name: `run ${id}: ${part.name}` });
  });
}

/** A shell with a child, a grandchild that ignores SIGTERM, and one that has left its session. */
const tree = (seconds: number): string => `
  sleep ${seconds} &
  sh -c 'trap "" TERM; sleep ${seconds}; :' &
  (setsid sleep ${seconds} &)
  echo "a shell, its children, and a daemon of theirs"
  wait
  echo "all of them are done"`;

/** Runs in a thread, where it never waits: the search hears a cancel where it asks for one. */
function* searchPrimes(seconds: number): Generator<string> {
  const end = Date.now() + seconds * 1000;
  let told = 0;
  for (let n = 3; Date.now() < end; n += 2) {
    checkCancelled();
    let isPrime = true;
    for (let d = 3; d * d <= n && isPrime; d += 2) isPrime = n % d !== 0;
    if (!isPrime || Date.now() - told < 1000) continue;
    told = Date.now();
    yield `the largest prime so far is ${n}`;
  }
}
