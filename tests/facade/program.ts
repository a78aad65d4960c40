// Runs a program of `programs/` in a process of its own and talks to it: waits for a line that it prints,
// sends signals, and tells how it ended.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { commandLine, onBun, onDeno } from '../commandLine.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const onNode: boolean = !onBun && !onDeno;
/** Why a test that needs Node's `beforeExit` is skipped elsewhere. */
export const nodeOnly: false | string = onNode ? false : 'only Node tells when a program would exit';

export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ending>;
  #stdout: string = '';
  #stderr: string = '';
  #look: () => void = () => {};

  /** Starts `file`, a URL of a TypeScript file, by the command `by` where there is one. Killed after a minute. */
  constructor(
    file: URL,
    args: readonly string[] = [],
    env: Record<string, string> = {},
    by: readonly string[] = [],
  ) {
    const [command, ...rest] = [...by, process.execPath, ...commandLine(fileURLToPath(file)), ...args];
    this.#child = spawn(command as string, rest, {
      // npm doubles signals, and the library allows for that: not wanted here.
      env: {
        ...process.env,
        NO_COLOR: '1',
        // Programs that are looked at side by side would wait for the one port that Node's inspector takes by itself.
        NODE_OPTIONS: onNode ? '--inspect-port=0' : '',
        NODE_TEST_CONTEXT: undefined,
        npm_lifecycle_event: undefined,
        DENO_NO_UPDATE_CHECK: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 60_000);
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stdout += chunk;
      this.#look();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr += chunk;
      this.#look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        clearTimeout(timer);
        this.#look();
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves when `text` was printed, on either stream. */
  async printed(text: string): Promise<void> {
    const seen = (): boolean => this.#stdout.includes(text) || this.#stderr.includes(text);
    if (seen()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    void this.ended.then(() =>
      reject(new Error(`ended without printing ${text}:\n${this.#stdout}${this.#stderr}`)),
    );
    this.#look = () => {
      if (seen()) resolve();
    };
    await promise;
  }

  /** What it printed so far, standard output first. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  signal(name: NodeJS.Signals): void {
    // Not `child.kill`: Deno then takes the child for killed, whatever its exit code.
    if (this.#child.pid !== undefined) process.kill(this.#child.pid, name);
  }
}

/** Runs a program to its end. */
export function runProgram(
  file: URL,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ending> {
  return new Program(file, args, env).ended;
}
