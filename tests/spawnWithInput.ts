// Runs a program with much on its standard input, and waits for it. Deno's spawnSync writes all of the input before it
// reads any output, so that both pipes would be full for ever: the input comes from a file.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function spawnWithInput(
  command: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv = process.env,
): Ended {
  const folder = mkdtempSync(join(tmpdir(), 'input-'));
  const file = join(folder, 'input');
  try {
    writeFileSync(file, input);
    return spawnSync('/bin/sh', ['-c', 'exec "$0" "$@" <"$INPUT_FILE"', command, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: { ...env, INPUT_FILE: file },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
