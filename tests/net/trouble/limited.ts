// A program of ours in a process of its own, with a limit on its descriptors, spoken to by lines.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../commandLine.ts';

/** False where a process may have so many descriptors open; else the reason to skip. */
export function limitMissing(descriptors: number): string | false {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const most = stdout?.trim() === 'unlimited' ? Infinity : Number(stdout);
  return most >= descriptors ? false : `the limit on descriptors cannot be raised to ${descriptors}`;
}

const running: Set<Limited> = new Set();

/** Ends what a failed test has left running. */
export function killAll(): void {
  for (const program of running) program.kill();
}

export class Limited {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly ended: Promise<number | null>;

  /** Starts `file`, a URL of a TypeScript file, with at most so many descriptors. */
  constructor(file: URL, descriptors: number, args: readonly string[] = [], backend: string = 'auto') {
    const program = [process.execPath, ...commandLine(fileURLToPath(file)), ...args];
    this.#child = spawn('sh', ['-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh', ...program], {
      env: { ...process.env, ASYNCIO_BACKEND: backend, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('no output to read');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        running.delete(this);
        resolve(code);
      });
    });
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the program ended');
    return value;
  }

  /** Its lines up to the first that begins with `start`, which is given without it. */
  async until(start: string): Promise<string> {
    for (;;) {
      const line = await this.line();
      if (line.startsWith(start)) return line.slice(start.length).trim();
    }
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends its input, which tells it to end, and waits for that. */
  async stop(): Promise<number | null> {
    this.#child.stdin?.end();
    return await this.ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
