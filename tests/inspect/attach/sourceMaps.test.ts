// A program that was compiled, and has source maps that nobody turned on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../../../scripts/runtime.mjs';
import '../../harness.ts';
import { onNode, Program } from '../../facade/program.ts';
import { run, sleep } from '../../../src/asyncio.ts';
import { placeInSource } from '../../../src/lowlevel.ts';
import { attach, AttachError } from '../../../src/inspect/inspect.ts';
import type { Attached } from '../../../src/inspect/inspect.ts';

// Not its API, which keeps a process.
const esbuild = join(root, 'node_modules', '.bin', 'esbuild');

const SOURCE = `import { createTask, run, sleep } from 'asyncio-ts';

async function waits(): Promise<void> {
  // Nothing of this is left.
  await sleep(1_000_000);
}

await run(async () => {
  const task = createTask(waits, { name: 'waits' });
  console.log('ready');
  await task;
});
`;

const skip = onNode && process.platform === 'linux' ? false : 'stacks of waits are had on Node alone';

/** It opens its socket while it runs. */
async function attachWhenOpen(pid: number): Promise<Attached> {
  for (let tries = 0; ; tries++) {
    try {
      return await attach(pid, { signal: false });
    } catch (error) {
      if (!(error instanceof AttachError) || error.reason !== 'closed' || tries === 200) throw error;
      await sleep(20);
    }
  }
}

for (const sourcemap of ['linked', 'inline'] as const)
  test(
    `attach: stacks of a compiled program are told at the lines of its source, map ${sourcemap}`,
    { skip },
    async () => {
      mkdirSync(join(root, '.scratch'), { recursive: true });
      const folder = mkdtempSync(join(root, '.scratch', 'compiled-'));
      try {
        const source = join(folder, 'app.ts');
        const outfile = join(folder, 'out', 'app.mjs');
        writeFileSync(source, SOURCE);
        execFileSync(esbuild, [
          source,
          `--outfile=${outfile}`,
          '--bundle',
          '--packages=external',
          '--format=esm',
          '--minify-whitespace',
          '--log-level=error',
          `--sourcemap=${sourcemap}`,
        ]);
        const program = new Program(pathToFileURL(outfile), [], { ASYNCIO_INSPECT: '1' });
        try {
          await program.printed('ready');
          const expected = { file: pathToFileURL(source).href, line: 5, name: 'waits' };
          await run(async () => {
            await using looked = await attachWhenOpen(program.pid);
            const { threads } = await looked.snapshot();
            const task = threads[0]?.snapshot?.tasks.find(({ name }) => name === 'waits');
            assert.ok(task !== undefined);
            const place = { pid: program.pid, thread: 0, task: task.id };
            for (const each of [task, await looked.task(place)]) {
              const { file, line, name } = each?.stack?.[0] ?? {};
              assert.deepEqual({ file, line, name }, expected);
            }
          });
        } finally {
          program.signal('SIGKILL');
          await program.ended;
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

test('placeInSource: what has no source map, or is no file, is the place itself', () => {
  for (const file of [
    'node:events',
    '/dev/zero',
    '/nowhere/app.js',
    'not a url: \0',
    '',
    join(root, 'package.json'),
  ]) {
    const place = { file, line: 1, column: 1 };
    assert.equal(placeInSource(place), place);
  }
});
