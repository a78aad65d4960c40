// Random programs under Python, all of them by one process: a line of JSON in for each, a line out.

import assert from 'node:assert/strict';
import { spawnWithInput } from '../spawnWithInput.ts';
import type { Python } from './python.ts';

/** What `oracle`, a program in Python, says of each of `programs`: a line of JSON. */
export function askPython(
  python: Python | undefined,
  oracle: string,
  programs: readonly unknown[],
): string[] {
  const { stdout, stderr } = spawnWithInput(
    python?.command ?? '',
    [...(python?.args ?? []), oracle],
    programs.map((program) => JSON.stringify(program)).join('\n'),
  );
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, programs.length, stderr);
  return lines;
}
