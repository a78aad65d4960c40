// The Python for the rows that need one: the first of several that can import what the row is about.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../subject.ts';

/** One of one's own, beside the system's: where the packages come from a registry. */
const OWN = '.scratch/bench-python';
const VERSION = `
import sys
from importlib import import_module, metadata
import_module(sys.argv[1])
print(metadata.version(sys.argv[1]))`;

export interface PythonWith {
  readonly program: string;
  /** Of the package. */
  readonly version: string;
}

const found: Map<string, PythonWith | undefined> = new Map();

/** `$BENCH_PYTHON`, or one of ours, `python3`, and the system's: the first that has the package. */
export function pythonWith(name: string): PythonWith | undefined {
  if (!found.has(name)) found.set(name, look(name));
  return found.get(name);
}

/** Why there is no row. */
export function noPythonWith(name: string): string {
  const chosen = process.env['BENCH_PYTHON'];
  const who = chosen ?? 'no Python here';
  return `${chosen === undefined ? `${who} has` : `${who} has no`} ${name} (apt install python3-${name}, or: python3 -m venv ${OWN} && ${OWN}/bin/pip install ${name})`;
}

function look(name: string): PythonWith | undefined {
  for (const program of programs()) {
    const { status, stdout } = spawnSync(program, ['-c', VERSION, name], { encoding: 'utf8' });
    if (status === 0) return { program, version: stdout.trim() };
  }
  return undefined;
}

function programs(): string[] {
  const chosen = process.env['BENCH_PYTHON'];
  if (chosen !== undefined) return [chosen];
  const own = join(projectRoot, OWN, 'bin', 'python3');
  return [...(existsSync(own) ? [own] : []), 'python3', '/usr/bin/python3'];
}
