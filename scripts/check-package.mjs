// npm run check:package [-- --built]: packs the project as `npm publish` would and lets publint and
// @arethetypeswrong/cli judge the tarball. With --built the dist/ that is there is packed, and not built anew.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.mjs';

mkdirSync(join(root, '.scratch'), { recursive: true });
const scratch = mkdtempSync(join(root, '.scratch', 'pack-'));
try {
  const pack = ['pack', '--json', '--loglevel=error', '--pack-destination', scratch];
  if (process.argv.includes('--built')) pack.push('--ignore-scripts');
  const packed = capture('npm', pack);
  // npm prints what the prepack script prints before its own JSON.
  /** @type {{ filename: string, size: number, unpackedSize: number, entryCount: number }} */
  const info = Object.values(JSON.parse(packed.slice(packed.search(/^[[{]/m))))[0];
  const tarball = join(scratch, info.filename);
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `${info.filename}: ${info.entryCount} files, ${kilobytes(info.size)} packed, ${kilobytes(info.unpackedSize)} unpacked`,
  );
  const publint = tool('publint/src/cli.js', ['run', tarball, '--strict']);
  const attw = tool('@arethetypeswrong/cli/dist/index.js', [tarball, '--quiet']);
  console.log(`publint: ${publint ? 'ok' : 'FAILED'}, attw: ${attw ? 'ok' : 'FAILED'}`);
  process.exitCode = publint && attw ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** @param {string} program @param {string[]} args */
function capture(program, args) {
  const result = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error(`${program} ${args[0]} failed\n${result.stdout}`);
  return result.stdout;
}

/** @param {string} script @param {string[]} args */
function tool(script, args) {
  const path = join(root, 'node_modules', script);
  return spawnSync(process.execPath, [path, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}
