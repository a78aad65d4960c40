// Programs of the system that tests talk to, where they are installed, and how to run one.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** False where the program is on the path; else the reason to skip. */
export function programMissing(name: string): string | false {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return false;
    } catch {
      // Not in this folder.
    }
  }
  return `${name} is not installed`;
}

/** A program that serves: its first line says where. */
export interface ServingProgram {
  readonly child: ChildProcess;
  readonly firstLine: string;
  /** The number behind the first colon of the first line. */
  readonly port: number;
  /** Ends it, and waits until it is gone. */
  stop(): Promise<void>;
}

export async function startServing(command: string, args: readonly string[]): Promise<ServingProgram> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const gone = once(child, 'close');
  const [firstLine] = (await Promise.race([once(lines, 'line'), gone.then(() => [''])])) as [string];
  const port = Number(/:(\d+)/.exec(firstLine)?.[1]);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    lines.close();
  };
  if (!(port > 0)) {
    await stop();
    throw new Error(`${command} ${args.join(' ')} did not say where it serves: ${firstLine}`);
  }
  return { child, firstLine, port, stop };
}

/** What a program prints, given this input. */
export async function output(
  command: string,
  args: readonly string[],
  input: string = '',
): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stdin.on('error', () => {}); // it may end without having read everything
  child.stdin.end(input);
  await once(child, 'close');
  return Buffer.concat(printed).toString();
}
