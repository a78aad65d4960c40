// The site, as who visits it has it: a child process that lives as long as the body runs.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { interruptible, moveOnAfter } from '../../src/asyncio.ts';
import { UserError } from '../userError.ts';

const program = fileURLToPath(new URL('siteProgram.ts', import.meta.url));

/** Milliseconds that the child may take to start, on a machine that is busy. */
const startsWithin = 20_000;

export interface Site {
  /** As `http://127.0.0.1:1234`. */
  readonly address: string;
  readonly pid: number;
}

/** Runs the body while the site is up. However the body ends, the child has ended when this returns. */
export async function withSite<T>(speed: number, body: (site: Site) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, String(speed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const port = await moveOnAfter(startsWithin, () => portOf(child));
    if (port === undefined)
      throw new UserError(`the site did not start within ${startsWithin / 1000} s`, 1);
    return await body({ address: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 });
  } finally {
    await end(child);
  }
}

/** The line that it writes when it listens. */
async function portOf(child: ChildProcess): Promise<number> {
  const [line] = (await interruptible((signal) =>
    Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('the site ended before it listened');
      }),
    ]),
  )) as [Buffer];
  return Number(line.toString());
}

/** Lets it end by itself, and makes it when it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const inTime = await moveOnAfter(1000, async () => (await interruptible(exited), true), { shield: true });
  if (inTime !== true) {
    child.kill('SIGKILL');
    await interruptible(exited);
  }
}
