// Looking at a program from outside, with what it does to the program.

import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../sample.ts';
import type { Turns } from './target.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The command of the build that is measured. */
function command(): string {
  const folder = dirname(process.env['BENCH_SUBJECT'] ?? '');
  const built = join(folder, 'main.js');
  return existsSync(built) ? built : join(folder, 'cli', 'main.ts');
}

/** Looks at the process again and again, as `what` does; resolves with the second look to what ends it. */
export async function keepLooking(pid: number, what: string): Promise<() => Promise<void>> {
  const looker = spawn(process.execPath, [here('looker.ts'), String(pid), what], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let looks = 0;
  for await (const line of createInterface(looker.stdout)) {
    if (line === 'looked' && ++looks === 2) break;
  }
  if (looks < 2) throw new Error(`who looks has ended with ${looker.exitCode}`);
  return async () => {
    const ended = once(looker, 'close');
    looker.kill();
    await ended;
  };
}

/** Runs `asyncio ps` on a fresh program of so many tasks, once more, and then what `top` does. */
export async function lookFromOutside(size: number): Promise<Sample> {
  const target = fork(here('target.ts'), [String(size)], {
    // Whoever else is looked at on this machine has the default.
    execArgv: ['--inspect-port=0'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    await once(target, 'message');
    const [value, turn] = await during(target, () => ps(target.pid!));
    const [again, turnAgain] = await during(target, () => ps(target.pid!));
    const [, turnWatched] = await during(target, async () => {
      const stop = await keepLooking(target.pid!, 'top');
      await stop();
    });
    return { value, turn, again, turnAgain, turnWatched };
  } finally {
    const ended = once(target, 'close');
    target.kill('SIGKILL');
    await ended;
  }
}

/** Milliseconds that it took, and the longest turn of the target meanwhile. */
async function during(
  target: ChildProcess,
  act: () => Promise<void>,
): Promise<[took: number, turn: number]> {
  target.send('begin');
  const started = performance.now();
  await act();
  const took = performance.now() - started;
  const told = once(target, 'message');
  target.send('end');
  const [{ turns }] = (await told) as [Turns];
  return [took, turns[0] ?? Number.NaN];
}

async function ps(pid: number): Promise<void> {
  const child = spawn(process.execPath, [command(), 'ps', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`asyncio ps ended with ${code}: ${complaint}`);
}
