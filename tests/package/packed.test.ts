// The package as its users get it: packed, installed from the tarball into an empty project, without a
// registry, and used from there.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';

const project = mkdtempSync(join(tmpdir(), 'packed-'));
after(() => rmSync(project, { recursive: true, force: true }));

/** Runs a program in the scratch project, on this Node; its standard output. */
function run(program: string, args: readonly string[], cwd = project): string {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    // Neither the conditions of this test run nor the settings of the npm that started it.
    if (!/^(npm_(?!config_cache|config_registry)|NODE_)/i.test(name)) env[name] = value;
  }
  env['PATH'] = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', shell });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}\n${stderr}\n${error?.message ?? ''}`);
  return stdout;
}

before(() => {
  run('npm', ['pack', '--loglevel=error', '--pack-destination', project], root);
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(project, 'package.json'), '{ "name": "scratch", "private": true, "type": "module" }');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`]);
});

test('a program imports it', () => {
  writeFileSync(
    join(project, 'program.js'),
    `import { run, sleep, taskGroup, Queue } from 'asyncio-ts';
     const result = await run(async () => {
       const queue = new Queue();
       await taskGroup(async (tg) => {
         tg.createTask(async () => { await sleep(1); await queue.put('from a task'); });
       });
       return await queue.get();
     });
     console.log(result);`,
  );
  assert.equal(run('node', ['program.js']), 'from a task\n');
});

test('the test kit has an entry point of its own', () => {
  const code = "console.log(Object.keys(await import('asyncio-ts/testing')).length > 0)";
  assert.equal(run('node', ['--input-type=module', '--eval', code]), 'true\n');
});

test('CommonJS can require it', () => {
  const code = "console.log(typeof require('asyncio-ts').sleep)";
  assert.equal(run('node', ['--input-type=commonjs', '--eval', code]), 'function\n');
});

test('its declarations type check with the strictest settings and no skipLibCheck', () => {
  writeFileSync(
    join(project, 'typed.ts'),
    `import { run, sleep } from 'asyncio-ts';
     export const done: Promise<number> = run(async () => { await sleep(1); return 1; });`,
  );
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: 'es2023',
    lib: ['esnext'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
  run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.', '--pretty', 'false']);
});

test('the asyncio command runs', () => {
  assert.match(run('npx', ['--offline', 'asyncio', 'doctor']), /asyncio/);
});
