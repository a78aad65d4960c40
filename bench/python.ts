// Finds a Python with asyncio, and one that has uvloop too.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('python/peers.py', import.meta.url));

export interface Python {
  readonly program: string;
  readonly version: string;
}

export type Found = Python | { readonly missing: string };

/** The command line that does `work` on `loop`. */
export function pythonArguments(loop: string, work: string, size: number, repeats: number): string[] {
  return [script, loop, work, String(size), String(repeats)];
}

/**
 * The Python for a loop: `$BENCH_PYTHON`, `python3`, or the system's `/usr/bin/python3`. The first that
 * can import uvloop serves for both loops, so that they are compared on one interpreter.
 */
export function findPython(loop: 'asyncio' | 'uvloop'): Found {
  const chosen = process.env['BENCH_PYTHON'];
  const programs = chosen === undefined ? ['python3', '/usr/bin/python3'] : [chosen];
  const withUvloop = programs
    .map((program) => probe(program, 'uvloop'))
    .find((found) => 'program' in found);
  if (loop === 'uvloop') {
    if (withUvloop !== undefined) return withUvloop;
    const any = programs.map((program) => probe(program, 'asyncio')).find((found) => 'program' in found);
    return { missing: any === undefined ? 'no python3 here' : `uvloop not importable by ${programs[0]}` };
  }
  const asyncio = (withUvloop === undefined ? programs : [withUvloop.program])
    .map((program) => probe(program, 'asyncio'))
    .find((found) => 'program' in found);
  return asyncio ?? { missing: 'no python3 here' };
}

const probed = new Map<string, Found>();

function probe(program: string, loop: string): Found {
  const key = `${program} ${loop}`;
  const known = probed.get(key);
  if (known !== undefined) return known;
  const found = tryOut(program, loop);
  probed.set(key, found);
  return found;
}

function tryOut(program: string, loop: string): Found {
  const { status, stdout } = spawnSync(program, pythonArguments(loop, 'probe', 0, 0), { encoding: 'utf8' });
  if (status !== 0) return { missing: `${loop} does not run on ${program}` };
  const { version } = JSON.parse(stdout) as { version: string };
  return { program, version };
}
