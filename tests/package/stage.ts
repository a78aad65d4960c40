// The package as its users get it, without npm: what package.json publishes, in the node_modules of a folder.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/runtime.mjs';

/** Builds the package and makes `folder` a project that has it, where programs import it as `asyncio-ts`. */
export function stagePackage(folder: string): void {
  const home = join(folder, 'node_modules', 'asyncio-ts');
  mkdirSync(home, { recursive: true });
  // Without it a folder below this project belongs to it, and the name means this project's own build.
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "dependencies": { "asyncio-ts": "*" } }');
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  const args = [join(root, 'scripts', 'build.mjs'), `--to=${join(home, 'dist')}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}
