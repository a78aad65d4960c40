// The package as its users get it, without npm: what package.json publishes, in the node_modules of a folder.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/runtime.mjs';

/** Builds the package and puts it into `folder`, where programs import it as `asyncio-ts`. */
export function stagePackage(folder: string): void {
  const home = join(folder, 'node_modules', 'asyncio-ts');
  mkdirSync(home, { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  const args = [join(root, 'scripts', 'build.mjs'), `--to=${join(home, 'dist')}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}
