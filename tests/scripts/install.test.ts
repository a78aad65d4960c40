// Setting up, tried on a project of a few files with an npm that a script plays.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { packagesOf, readPackages, whyInstall } from '../../scripts/locked-packages.mjs';
import { root } from '../../scripts/runtime.mjs';

const posix = process.platform !== 'win32';
const other = process.platform === 'linux' ? 'darwin' : 'linux';

const lock = {
  '': { workspaces: ['tour', 'runtimes'], devDependencies: { tool: '1' } },
  tour: { dependencies: { drawing: '1' }, optionalDependencies: { native: '1', foreign: '1' } },
  runtimes: { optionalDependencies: { engine: '1' } },
  'node_modules/tour': { link: true },
  'node_modules/drawing': { version: '1.0.0', integrity: 'a', dependencies: { width: '2' } },
  'node_modules/drawing/node_modules/width': { version: '2.0.0' },
  'node_modules/width': { version: '1.0.0' },
  'node_modules/native': { version: '1.0.0', optional: true },
  'node_modules/foreign': { version: '1.0.0', optional: true, os: [other], dependencies: { deep: '1' } },
  'node_modules/deep': { version: '1.0.0', optional: true },
  'node_modules/engine': { version: '1.0.0', optional: true },
  'node_modules/tool': { version: '1.0.0', dependencies: { width: '1' } },
};

const forStart = ['node_modules/drawing', 'node_modules/drawing/node_modules/width', 'node_modules/native'];

/** A project with this lock file, in which `installed` is what npm noted and has put there. */
function project(installed?: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: lock }));
  if (installed === undefined) return folder;
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const path of installed) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'package.json'), '{}');
  }
  note(folder, installed);
  return folder;
}

function note(folder: string, installed: readonly string[]): void {
  const packages = Object.fromEntries(installed.map((path) => [path, lock[path as keyof typeof lock]]));
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

test('packagesOf: a start needs what the tour leads to, and nothing that is for another machine', () => {
  assert.deepEqual([...packagesOf('start', lock)].sort(), forStart);
  assert.deepEqual(
    [...packagesOf('all', lock)].sort(),
    [...forStart, 'node_modules/engine', 'node_modules/tool', 'node_modules/width'].sort(),
  );
});

test('whyInstall: the first run, a missing package, another version, a folder that is gone', () => {
  assert.equal(whyInstall('start', project()), 'first run');
  const folder = project(forStart);
  assert.equal(whyInstall('start', folder), undefined);
  assert.match(whyInstall('all', folder) ?? '', /^node_modules\/(engine|tool|width) is missing$/);
  assert.equal(whyInstall('start', project(forStart.slice(0, 2))), 'node_modules/native is missing');
  rmSync(join(folder, 'node_modules/native/package.json'));
  assert.equal(whyInstall('start', folder), 'node_modules/native is missing', 'half removed');
  rmSync(join(folder, 'node_modules/native'), { recursive: true });
  assert.equal(whyInstall('start', folder), 'node_modules/native is missing');
  const changed = project(forStart);
  const packages = { ...lock, 'node_modules/drawing': { ...lock['node_modules/drawing'], integrity: 'b' } };
  writeFileSync(join(changed, 'package-lock.json'), JSON.stringify({ packages }));
  assert.equal(whyInstall('start', changed), 'node_modules/drawing has changed');
});

test('whyInstall: a runtime without its program is half removed', () => {
  const packages = {
    tour: { optionalDependencies: { node26: '1' } },
    'node_modules/node26': { version: '26.0.0', optional: true },
  };
  const folder = project([]);
  mkdirSync(join(folder, 'node_modules/node26/bin'), { recursive: true });
  for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
    writeFileSync(join(folder, file), JSON.stringify({ packages }));
  writeFileSync(join(folder, 'node_modules/node26/package.json'), '{}');
  assert.equal(whyInstall('start', folder), 'node_modules/node26 is missing');
  writeFileSync(join(folder, 'node_modules/node26/bin/node'), '');
  assert.equal(whyInstall('start', folder), undefined);
});

test(
  'npm start installs under 200 MB, and what it says of the size holds',
  { skip: process.platform !== 'linux' },
  () => {
    const locked = readPackages(join(root, 'package-lock.json')) ?? {};
    const paths = [...packagesOf('start', locked)];
    assert.equal(whyInstall('start'), undefined);
    let bytes = 0;
    for (const path of paths) {
      // A package inside of another one is counted with it.
      if (path.lastIndexOf('node_modules/') === 0)
        bytes += sizeOf(join(root, path), ['node_modules/node26/include']);
    }
    const megabytes = bytes / 1e6;
    const [, said] =
      /withRuntimes: '\d+ MB to fetch, (\d+) MB/.exec(
        readFileSync(join(root, 'scripts/install.mjs'), 'utf8'),
      ) ?? [];
    assert.ok(megabytes < 200, `${megabytes} MB`);
    assert.ok(Math.abs(megabytes - Number(said)) < 16, `${megabytes} MB, not ${said}`);
    for (const large of ['node22', 'node24', '@oven', '@deno', 'effect', 'typescript'])
      assert.ok(!paths.some((path) => path.startsWith(`node_modules/${large}`)), large);
  },
);

function sizeOf(path: string, without: readonly string[]): number {
  if (without.some((each) => path === join(root, each))) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), without), 0);
}

/** Plays npm: says that it begins, then either hangs in the middle or does its work. */
const npm = `
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('node_modules/drawing', { recursive: true });
writeFileSync('arguments', process.argv.slice(2).join(' '));
writeFileSync('noted', String(existsSync('node_modules/.package-lock.json')));
if (existsSync('hang')) {
  if (existsSync('deaf')) process.on('SIGTERM', () => {});
  writeFileSync('began', String(process.pid));
  setInterval(() => {}, 1000);
} else {
  const { packages } = JSON.parse(require('node:fs').readFileSync('package-lock.json'));
  for (const path of Object.keys(packages)) {
    if (!path.includes('node_modules')) continue;
    mkdirSync(path, { recursive: true });
    writeFileSync(path + '/package.json', '{}');
  }
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
}
`;

/** A project whose set-up can be run: the scripts themselves, on the npm above. */
function runnable(): string {
  const folder = project();
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'npm.mjs.js'),
    npm.replaceAll("require('node:fs')", 'fs').replace('const {', "import fs from 'node:fs';\nconst {"),
  );
  writeFileSync(
    join(folder, 'setUp.mjs'),
    "import { ensureInstalled } from './scripts/install.mjs';\nawait ensureInstalled(process.argv[2]);\nconsole.log('ready');\n",
  );
  return folder;
}

function setUp(
  folder: string,
  scope: string,
): { kill: (signal: NodeJS.Signals) => void; ended: Promise<{ code: number | null; output: string }> } {
  const env = {
    ...process.env,
    npm_execpath: join(folder, 'npm.mjs.js'),
    npm_node_execpath: process.execPath,
  };
  const child = spawn(process.execPath, [join(folder, 'setUp.mjs'), scope], { cwd: dirname(folder), env });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return { kill: (signal) => void child.kill(signal), ended };
}

async function appears(file: string): Promise<string> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test(
  'ensureInstalled says what it installs before it does, and nothing when all is there',
  { skip: !posix },
  async () => {
    const folder = runnable();
    const first = await setUp(folder, 'start').ended;
    assert.equal(first.code, 0, first.output);
    assert.match(
      first.output,
      /^asyncio-ts: installs 3 packages \(\d+ MB on disk\)\nasyncio-ts: installed in \d+ s\nready\n$/,
    );
    assert.match(readFileSync(join(folder, 'arguments'), 'utf8'), /^ci --workspace=tour --include=dev/);
    assert.equal((await setUp(folder, 'start').ended).output, 'ready\n');
    note(folder, forStart);
    const all = await setUp(folder, 'all').ended;
    assert.match(
      all.output,
      /^asyncio-ts: installs what the tests need \(\d+ MB on disk\): .* is missing\n/,
    );
    assert.match(readFileSync(join(folder, 'arguments'), 'utf8'), /^ci --include=dev/);
    assert.equal(readFileSync(join(folder, 'noted'), 'utf8'), 'false', "npm's note goes before npm begins");
    assert.equal((await setUp(folder, 'start').ended).output, 'ready\n');
  },
);

for (const [deafness, signal, code] of [
  ['', 'SIGINT', 130],
  ['', 'SIGTERM', 143],
  ['deaf', 'SIGINT', 130],
] as const) {
  test(
    `${signal} stops an installation${deafness && ' that will not end'}, and the next run does it anew`,
    { skip: !posix },
    async () => {
      const folder = runnable();
      for (const file of ['hang', deafness]) if (file !== '') writeFileSync(join(folder, file), '');
      const started = setUp(folder, 'start');
      const pid = Number(await appears(join(folder, 'began')));
      started.kill(signal);
      const stopped = await started.ended;
      assert.equal(stopped.code, code, stopped.output);
      assert.match(
        stopped.output,
        /\nasyncio-ts: the installation was stopped; the next start does it anew\n$/,
      );
      assert.equal(alive(pid), false);
      rmSync(join(folder, 'hang'));
      const again = await setUp(folder, 'start').ended;
      assert.match(again.output, /^asyncio-ts: installs .*\nasyncio-ts: installed in \d+ s\nready\n$/);
    },
  );
}

test(
  'a second set-up waits for one whose starter was killed, then does it anew',
  { skip: !posix },
  async () => {
    const folder = runnable();
    writeFileSync(join(folder, 'hang'), '');
    const first = setUp(folder, 'start');
    const pid = Number(await appears(join(folder, 'began')));
    first.kill('SIGKILL');
    await appears(join(folder, '.scratch/installing.pid'));
    rmSync(join(folder, 'hang'));
    const second = setUp(folder, 'start');
    const waits = new Promise((resolve) => setTimeout(resolve, 400, 'waits'));
    assert.equal(await Promise.race([second.ended, waits]), 'waits');
    process.kill(pid, 'SIGKILL');
    const { code, output } = await second.ended;
    assert.equal(code, 0, output);
    assert.match(
      output,
      new RegExp(`^asyncio-ts: waiting for an installation at work \\(process ${pid}\\)\n`),
    );
    assert.match(output, /ready\n$/);
  },
);
