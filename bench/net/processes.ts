// The processes of one measurement: a server that says where it listens, and the load. None survives us.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A child whose standard output is read line by line, each line a JSON document. */
export class Conversation {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #closed: Promise<void>;
  #complaint = '';
  #ended: string | undefined;
  #wake: (() => void) | undefined;

  constructor(words: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
    const [program = '', ...args] = words;
    const child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.#child = child;
    running.add(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake?.();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    child.stdin.on('error', () => {}); // it may have ended already
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    const ended = (how: string): void => {
      running.delete(child);
      this.#ended ??= reason(this.#complaint) ?? how;
      this.#wake?.();
      resolve();
    };
    child.on('error', (error) => ended(error.message));
    child.on('close', (code, signal) =>
      ended(signal === null ? `exit code ${code}` : `ended by ${signal}`),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it complained about, if it has ended. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** The next line; rejects when there is none in time, or when the child has ended. */
  async line(patience: number): Promise<string> {
    const end = performance.now() + patience;
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#ended !== undefined) throw new Error(this.#ended);
      const left = end - performance.now();
      if (left <= 0) throw new Error(`no word for ${Math.round(patience / 1000)} s`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
  }

  async json(patience: number): Promise<Record<string, unknown>> {
    return JSON.parse(await this.line(patience)) as Record<string, unknown>;
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends its standard input, which ends all our programs; the others are killed. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000);
    await this.#closed;
    clearTimeout(timer);
  }
}

/** The line of a stack trace, of Node or of Python, that says what happened. */
function reason(complaint: string): string | undefined {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^(Uncaught )?\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1);
}
