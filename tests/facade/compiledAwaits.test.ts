// What compilers make of await below ES2017, run: where it calls Promise.resolve, a cancel reaches it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { commandLine } from '../commandLine.ts';

mkdirSync(join(root, '.scratch'), { recursive: true });
const folder = mkdtempSync(join(root, '.scratch', 'compiled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `
  import { createTask, Future, isCancelled, run, sleep } from 'asyncio-ts';
  async function ended(wait) {
    const task = createTask(async () => { await wait(); });
    await sleep(5);
    task.cancel();
    await task.catch((error) => console.log(isCancelled(error)));
  }
  run(async () => {
    const shared = new Future();
    createTask(async () => { await shared; }).catch(() => {});
    await ended(async () => { await sleep(60000); });
    await ended(async () => { await createTask(() => sleep(60000)); });
    await ended(async () => { await shared; });
  });`;

/** Why a compiler cannot be tried, or what it makes of the source. */
async function compile(by: string): Promise<string> {
  if (by === 'esbuild') {
    const { transform } = await import('esbuild');
    return (await transform(SOURCE, { target: 'es2016' })).code;
  }
  const { transform } = await import('@swc/core');
  const target = by === 'SWC to ES5' ? 'es5' : 'es2015';
  return (await transform(SOURCE, { jsc: { target } })).code;
}

for (const by of ['esbuild', 'SWC to ES5', 'SWC to ES2015']) {
  test(`await: as ${by} compiles it, a cancel reaches it, and nothing is told`, async () => {
    const code = await compile(by);
    assert.doesNotMatch(code, /await (sleep|shared|createTask)/);
    const file = join(folder, `${by.replaceAll(' ', '-')}.mjs`);
    writeFileSync(file, code.replace('asyncio-ts', join(root, 'src', 'asyncio.ts')));
    const { stdout, stderr } = spawnSync(process.execPath, commandLine(file), {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, NO_COLOR: '1' },
      timeout: 30_000,
    });
    assert.deepEqual([stdout, stderr], ['true\ntrue\ntrue\n', '']);
  });
}
