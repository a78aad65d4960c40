// A process that is killed in the middle of replacing a file.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import { sleep } from '../../src/asyncio.ts';
import { root, sourceCondition } from '../../scripts/runtime.mjs';
import { onNode } from '../facade/program.ts';
import { inFolder } from './folder.ts';

test(
  'replaceFile: kill -9 at any moment leaves the old contents or the new, as a whole',
  { skip: !onNode && 'starts a Node of its own' },
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'a'.repeat(200_000));
    const program = `const { run } = await import('asyncio-ts'); const { replaceFile } = await import('asyncio-ts/files');
      await run(async () => {
        console.log('ready');
        for (let i = 0; ; i++) await replaceFile(${JSON.stringify(path)}, 'abcdefgh'[i % 8].repeat(200_000));
      });`;
    for (const delay of [3, 11, 20]) {
      const args = [sourceCondition, '--input-type=module', '-e', program];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(child.stdout, 'data');
      await sleep(delay);
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.match(readFileSync(path, 'latin1'), /^(?<one>[a-h])\k<one>{199999}$/);
    }
  }),
);
