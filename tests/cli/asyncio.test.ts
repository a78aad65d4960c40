// The command, run as its user runs it: in a process of its own.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { onNode, Program, runProgram } from '../facade/program.ts';
import type { Ending } from '../facade/program.ts';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url);
const program = (name: string): string => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const asyncio = (...args: string[]): Promise<Ending> => runProgram(MAIN, args);

async function fails(args: string[], code: number, text: RegExp): Promise<void> {
  const ending = await asyncio(...args);
  assert.deepEqual([ending.code, ending.stdout], [code, ''], ending.stderr);
  assert.match(ending.stderr, text);
}

test('without a command and with --help it says what there is', async () => {
  for (const args of [[], ['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await asyncio(...args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /asyncio run FILE[^]*asyncio doctor/);
  }
  assert.match((await asyncio('run', '--help')).stdout, /--shutdown-timeout MS/);
  assert.match((await asyncio('help', 'doctor')).stdout, /--json/);
});

test('--version', async () => {
  const { code, stdout } = await asyncio('--version');
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\S*\n$/);
});

test('a wrong command line is told in a line, with exit code 2', async () => {
  await fails(['bogus'], 2, /^asyncio: unknown command "bogus"\nTry: asyncio --help\n$/);
  await fails(['--bogus'], 2, /unknown option --bogus/);
  await fails(
    ['package.json'],
    2,
    /unknown command "package\.json"; did you mean asyncio run package\.json\?\n/,
  );
  await fails(['run'], 2, /which file\?/);
  await fails(
    ['pss'],
    2,
    /^asyncio: unknown command "pss"; did you mean asyncio ps\?\nTry: asyncio --help\n$/,
  );
  await fails(['help', 'recrod'], 2, /unknown command "recrod"; did you mean asyncio record\?/);
  await fails(['run', '--bogus', 'x.ts'], 2, /^asyncio: unknown option --bogus\nTry: asyncio help run\n$/);
  await fails(
    ['top', '--intervall', '3'],
    2,
    /unknown option --intervall; did you mean --interval\?\nTry: asyncio help top\n$/,
  );
  await fails(['ps', '--jsn'], 2, /unknown option --jsn; did you mean --json\?/);
  await fails(['run', 'x.ts', 'y'], 2, /too much: "y"; the program's own arguments go after --/);
  await fails(['run', '--shutdown-timeout', 'soon', 'x.ts'], 2, /takes milliseconds, not "soon"/);
  await fails(['doctor', '--bogus'], 2, /unknown option --bogus/);
});

test("run: the module's main under the loop, with its arguments", async () => {
  const { code, stdout, stderr } = await asyncio('run', program('works.ts'), '--debug', '--', 'a', '--b');
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(JSON.parse(stdout), {
    args: ['a', '--b'],
    argv: ['a', '--b'],
    file: true,
    debug: true,
    task: 'main',
  });
});

test("run: files that can't be run", async () => {
  await fails(['run', 'no/such/file.ts'], 2, /^asyncio: no such file: no\/such\/file\.ts\n/);
  await fails(['run', fileURLToPath(new URL('.', import.meta.url))], 2, /not a file/);
  await fails(['run', program('noMain.ts')], 2, /exports no main: add "export async function main/);
  await fails(['run', program('mainIsNoFunction.ts')], 2, /exports main, but it is no function/);
  await fails(
    ['run', program('missingImport.ts')],
    1,
    /missingImport\.ts could not be loaded[^]*no-such-package-at-all/,
  );
});

test('run: a syntax error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asyncio-'));
  try {
    // Kept under another name, out of reach of the project's own tools.
    await copyFile(program('broken.txt'), join(folder, 'broken.mjs'));
    await fails(['run', join(folder, 'broken.mjs')], 1, /broken\.mjs could not be loaded/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('run: an error of main, with exit code 1', async () => {
  await fails(['run', program('throws.ts')], 1, /^RangeError: from main\n|RangeError: from main/);
});

test('run: SIGINT and SIGTERM, with the exit codes of a shell', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = new Program(MAIN, ['run', program('waits.ts')]);
    await child.printed('ready');
    child.signal(signal);
    const ending = await child.ended;
    assert.deepEqual(
      [ending.code, ending.stdout, ending.stderr],
      [code, `ready\ngot: interrupted by ${signal}\n`, ''],
    );
  }
});

test('run: --shutdown-timeout', async () => {
  const child = new Program(MAIN, ['run', '--shutdown-timeout=30', program('waits.ts'), '--', 'refuse']);
  await child.printed('ready');
  child.signal('SIGINT');
  const { code, stderr } = await child.ended;
  assert.equal(code, 130);
  assert.match(stderr, /gave up after 30 ms/);
});

test('run: --no-signals', async () => {
  const child = new Program(MAIN, ['run', '--no-signals', program('waits.ts')]);
  await child.printed('ready');
  child.signal('SIGINT');
  const { signal, stdout } = await child.ended;
  assert.deepEqual([signal, stdout], ['SIGINT', 'ready\n']);
});

test('doctor: a line for each check', async () => {
  const { code, stdout, stderr } = await asyncio('doctor');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^asyncio-ts \d+\.\d+\.\d+\S*\n\n✔ runtime +(Node|Bun|Deno) \d/);
  assert.match(stdout, /✔ await +native/);
  assert.match(
    stdout,
    /(✔ network +selector backend: our own epoll set|● network +host backend: the runtime's own)/,
  );
  assert.match(stdout, /\n\n\d in order.*\n$/);
  assert.equal(stdout.includes('\x1b'), false);
});

test('doctor --json: the same for machines', async () => {
  const { code, stdout } = await asyncio('doctor', '--json');
  assert.equal(code, 0);
  const { version, checks } = JSON.parse(stdout) as {
    version: string;
    checks: { name: string; status: string; why?: string }[];
  };
  assert.match(version, /^\d/);
  assert.deepEqual(
    checks.map(({ name }) => name),
    ['runtime', 'TypeScript', 'await', 'context storage', 'deadlock report', 'signals', 'network'],
  );
  for (const { status, why } of checks) if (status !== 'ok') assert.ok(why);
});

test('doctor: slow context storage is told', { skip: !onNode }, async () => {
  const old = Number(process.versions.node.split('.')[0]) < 24;
  const child = runProgram(MAIN, ['doctor'], old ? {} : { NODE_OPTIONS: '--no-async-context-frame' });
  assert.match(
    (await child).stdout,
    /● context storage +async_hooks: each await costs about three times as much/,
  );
});
