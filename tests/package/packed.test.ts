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

for (const condition of ['default', 'module'])
  test(`every entry point is there, and all of them share one copy of the library (${condition})`, () => {
    writeFileSync(
      join(project, 'entries.js'),
      `import assert from 'node:assert/strict';
       import { currentTask, EventLoop, Future, getRunningLoop, Socket, Task } from 'asyncio-ts';
       import { checkpoint, viewLoop, LoopView } from 'asyncio-ts/lowlevel';
       import { DefaultSelector, BaseSelector } from 'asyncio-ts/selectors';
       import * as socket from 'asyncio-ts/socket';
       import * as worker from 'asyncio-ts/worker';
       import * as testing from 'asyncio-ts/testing';
       assert.equal(socket.Socket, Socket);
       assert.equal(testing.checkpoint, checkpoint);
       assert.ok(DefaultSelector.prototype instanceof BaseSelector);
       await testing.runTest(async ({ loop }) => {
         assert.ok(loop instanceof EventLoop && loop === getRunningLoop());
         assert.ok(currentTask() instanceof Task && viewLoop(loop) instanceof LoopView);
         const turn = checkpoint();
         assert.ok(turn instanceof Future);
         await turn;
       });
       console.log('one copy');`,
    );
    assert.equal(run('node', [`--conditions=${condition}`, 'entries.js']), 'one copy\n');
  });

test('the test kit works under node --test', () => {
  writeFileSync(
    join(project, 'sleeps.test.js'),
    `import { strict as assert } from 'node:assert';
     import { test } from 'node:test';
     import { sleep } from 'asyncio-ts';
     import { leakGuard, runTest } from 'asyncio-ts/testing';
     test('sleeps an hour', async () => {
       const guard = leakGuard();
       await runTest(async ({ clock }) => {
         await sleep(3_600_000);
         assert.equal(clock.now(), 3_600_000);
       });
       await guard.check();
     });`,
  );
  assert.match(run('node', ['--test', 'sleeps.test.js']), /pass 1/);
});

test('CommonJS can require it', () => {
  const code = "console.log(typeof require('asyncio-ts').sleep)";
  assert.equal(run('node', ['--input-type=commonjs', '--eval', code]), 'function\n');
});

for (const condition of ['default', 'module'])
  test(`a program that requires it computes in threads and processes (${condition})`, () => {
    writeFileSync(
      join(project, 'work.cjs'),
      `const { checkCancelled } = require('asyncio-ts/worker');
       exports.double = (n) => { checkCancelled(); return 2 * n; };`,
    );
    writeFileSync(
      join(project, 'pools.cjs'),
      `const { run, ThreadPoolExecutor, ProcessPoolExecutor, workerModule } = require('asyncio-ts');
       const { pathToFileURL } = require('node:url');
       const { double } = workerModule(pathToFileURL(require.resolve('./work.cjs')));
       void run(async () => {
         for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
           const pool = new Pool({ maxWorkers: 1 });
           console.log(await pool.submit((n) => n * n, 7), await pool.submit(double, 4));
           await pool.shutdown();
         }
       });`,
    );
    assert.equal(run('node', [`--conditions=${condition}`, 'pools.cjs']), '49 8\n49 8\n');
  });

test('its declarations type check with the strictest settings and no skipLibCheck', () => {
  writeFileSync(
    join(project, 'typed.ts'),
    `import { run, sleep } from 'asyncio-ts';
     import { viewLoop, type Loop, type Resource } from 'asyncio-ts/lowlevel';
     import { DefaultSelector } from 'asyncio-ts/selectors';
     import { AF_INET, Socket } from 'asyncio-ts/socket';
     import { runTest, type TestContext } from 'asyncio-ts/testing';
     export const done: Promise<number> = run(async () => { await sleep(1); return 1; });
     export const ready = (loop: Loop): number => viewLoop(loop).ready;
     export const resource: Resource = { description: 'device', close() {} };
     export const test = (): Promise<number> => runTest(({ clock }: TestContext) => clock.now());
     export const all = [DefaultSelector, Socket, AF_INET];`,
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
