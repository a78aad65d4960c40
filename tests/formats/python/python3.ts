// The Python that formats are compared with: the newest there is, from 3.13 on, whose csv has all the rules of today.
// ASYNCIO_PYTHON names it; else it is one of the PATH, or of pyenv's.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnWithInput } from '../../spawnWithInput.ts';

const OLDEST = 13;
const script = fileURLToPath(new URL('oracle.py', import.meta.url));

/** Asks the script many questions at once. Undefined where there is no Python that is new enough. */
export function askPython<T>(
  questions: readonly (readonly [name: string, args: unknown[]])[],
): T[] | undefined {
  const python = python3();
  if (python === undefined) return undefined;
  const input = questions.map((question) => JSON.stringify(question)).join('\n');
  const { status, stdout, stderr } = spawnWithInput(python, [script], input, {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
  });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

let found: { readonly command: string | undefined } | undefined;

/** The command that runs it. */
export function python3(): string | undefined {
  found ??= { command: candidates().find(isNewEnough) };
  return found.command;
}

function candidates(): string[] {
  const named = process.env['ASYNCIO_PYTHON'];
  if (named !== undefined) return [named];
  const versions = join(homedir(), '.pyenv', 'versions');
  const local = existsSync(versions) ? readdirSync(versions).reverse() : [];
  return [
    ...['python3.15', 'python3.14', 'python3.13', 'python3'],
    ...local.map((name) => join(versions, name, 'bin', 'python3')),
  ];
}

function isNewEnough(command: string): boolean {
  const { stdout } = spawnSync(command, ['-c', 'import sys; print(sys.version_info[:2])'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const [, minor] = /^\(3, (\d+)\)/.exec(stdout ?? '') ?? [];
  return Number(minor) >= OLDEST;
}
