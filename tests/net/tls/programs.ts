// Programs that the TLS tests talk to: openssl, curl, python3, psql.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/** False where the program is here; else a reason to skip. */
export function missing(program: string, ...args: string[]): string | false {
  const { status } = spawnSync(program, args.length === 0 ? ['--version'] : args, { stdio: 'ignore' });
  return status === 0 ? false : `${program} is not here`;
}

export interface Ended {
  status: number | null;
  output: string;
  errors: string;
}

/** A program that runs; what it prints is kept. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  output = '';
  errors = '';
  #wanted: { text: string; found: () => void } | undefined;

  constructor(command: string, args: readonly string[], input?: string) {
    this.child = spawn(command, args, { stdio: 'pipe' });
    this.child.stdin.on('error', () => {});
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (status) => {
        resolve({ status, output: this.output, errors: this.errors });
      });
    });
    this.child.stdout.on('data', (data: Buffer) => {
      this.output += data.toString();
      this.#look();
    });
    this.child.stderr.on('data', (data: Buffer) => {
      this.errors += data.toString();
      this.#look();
    });
    if (input !== undefined) this.child.stdin.end(input);
  }

  /** Until `text` was printed, on either stream. */
  async says(text: string): Promise<void> {
    if ((this.output + this.errors).includes(text)) return;
    const found = new Promise<void>((resolve) => (this.#wanted = { text, found: resolve }));
    const early = this.ended.then(({ output, errors }) => {
      throw new Error(`ended without saying ${JSON.stringify(text)}: ${output}${errors}`);
    });
    await Promise.race([found, early]);
    early.catch(() => {});
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  #look(): void {
    if (this.#wanted === undefined || !(this.output + this.errors).includes(this.#wanted.text)) return;
    this.#wanted.found();
    this.#wanted = undefined;
  }
}
