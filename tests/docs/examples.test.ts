// Every example of the documentation is a test: the fenced `ts` blocks of the docstrings in src/ and of
// README.md and the pages listed below. The convention:
//
// - An example is a whole module with top-level await. It imports what it uses: `from 'asyncio-ts'`.
// - A comment `// -> text` after a `console.log(...)` says what it prints. Several lines, or a line that
//   is printed several times, continue in comment lines of their own below it:
//
//       for (const n of [1, 2]) console.log({ n }); // -> { n: 1 }
//       // -> { n: 2 }
//
//   `...` in the text stands for anything. A `console.log` with no such comment may print anything.
// - A block that is fenced as ```ts no-run is not run (and not type checked); it is counted.
//
// All examples are type checked together in one run of the compiler, with the project's own settings, and
// run one after the other in a few processes.

import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { root, sourceCondition } from '../../scripts/runtime.mjs';
import { needsPostgres, PostgresServer } from '../services/postgres.ts';
import { needsRedis, RedisServer } from '../services/redis.ts';
import { findExamples, publicSymbols } from './extract.ts';
import type { Example } from './extract.ts';
import type { Outcome } from './runExamples.ts';

const all = findExamples(root, [
  'README.md',
  'docs/testing.md',
  'docs/lowlevel.md',
  'docs/in-an-existing-app.md',
  'docs/foreign-awaits.md',
  'docs/files.md',
  'docs/formats.md',
  'docs/signals.md',
  'docs/subprocesses.md',
  'docs/executors.md',
  'docs/http.md',
  'docs/sqlite.md',
  'docs/redis.md',
  'docs/tools.md',
  'docs/postgres.md',
  'docs/tracing.md',
  'docs/debug-mode.md',
]);
const examples = all.filter((example) => !example.skipped);

// Inside the project, so that 'asyncio-ts' is the project itself.
mkdirSync(join(root, '.scratch'), { recursive: true });
const scratch = mkdtempSync(join(root, '.scratch', 'examples-'));
after(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await postgres?.close();
  await redis?.stop();
});

/** By the name of the example's file. The lines of the file are numbered as in its origin. */
const byFile = new Map<string, Example>();
for (const [index, example] of examples.entries()) {
  const name = `${index}-${example.symbol.replaceAll(/\W+/g, '_')}.ts`;
  writeFileSync(join(scratch, name), '\n'.repeat(example.line - 1) + example.code);
  byFile.set(name, example);
}
const { typeErrors, otherErrors } = typeCheck();
const postgres = await startPostgres();
const redis = await startRedis();
const outcomes = await runAll([...byFile.keys()].filter((name) => canRun(byFile.get(name))));

for (const [name, example] of byFile) {
  test(`${example.file} ${example.symbol} (line ${example.line})`, (t) => {
    const errors = typeErrors.get(name) ?? [];
    assert.deepEqual(errors, [], 'the example does not type check');
    if (!canRun(example)) return t.skip(String(needsPostgres.skip || needsRedis.skip));
    const outcome = outcomes.get(name);
    assert.ok(outcome !== undefined, 'the example ended the process');
    if (outcome.error !== undefined) assert.fail(outcome.error);
    checkPrinted(example, outcome);
  });
}

test('the compiler has nothing else to say about the examples', () => {
  assert.deepEqual(otherErrors, []);
});

test('every public function and class has a docstring with an @example', (t) => {
  const symbols = publicSymbols(root, {
    'asyncio-ts': 'src/asyncio.ts',
    'asyncio-ts/lowlevel': 'src/lowlevel.ts',
    'asyncio-ts/testing': 'src/testing/testing.ts',
  });
  const documented = symbols.filter((symbol) => symbol.kind !== 'other');
  const missing = documented.filter((symbol) => !symbol.hasExample);
  assert.deepEqual(
    missing.map((symbol) => `${symbol.file}:${symbol.line} ${symbol.kind} ${symbol.name}`),
    [],
    `${missing.length} of ${documented.length} have none`,
  );
  t.diagnostic(`${all.length} examples, ${all.length - examples.length} of them marked no-run`);
});

/** The compiler's complaints by example file, each as `file:line message` of its origin, and the others. */
function typeCheck(): { typeErrors: Map<string, string[]>; otherErrors: string[] } {
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { moduleDetection: 'force' },
    include: ['*.ts'],
  };
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', scratch, '--pretty', 'false'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const typeErrors = new Map<string, string[]>();
  const otherErrors: string[] = [];
  if (status === 0) return { typeErrors, otherErrors };
  for (const complaint of stdout.trimEnd().split(/\n(?! )/)) {
    const [, path = '', line = '', message = ''] =
      /^(\S[^\n(]*)\((\d+),\d+\): ([\s\S]*)$/.exec(complaint) ?? [];
    const name = basename(path);
    const origin = byFile.get(name);
    if (origin === undefined) otherErrors.push(complaint);
    else typeErrors.set(name, [...(typeErrors.get(name) ?? []), `${origin.file}:${line} ${message}`]);
  }
  return { typeErrors, otherErrors };
}

/** Examples that connect to Postgres or Redis run where there is one: the environment says where, as it does for psql. */
function canRun(example: Example | undefined): boolean {
  if (example === undefined) return true;
  if (needsPostgres.skip !== false && asksPostgres(example)) return false;
  return needsRedis.skip === false || !asksRedis(example);
}

function asksPostgres({ code }: Example): boolean {
  return code.includes('asyncio-ts/postgres') && /\b(?:connect|createPool|listen)\(/.test(code);
}

function asksRedis({ code }: Example): boolean {
  return code.includes('asyncio-ts/redis') && /\bconnect\(/.test(code);
}

async function startRedis(): Promise<RedisServer | undefined> {
  if (needsRedis.skip !== false || !examples.some(asksRedis)) return undefined;
  const server = new RedisServer();
  await server.start();
  process.env['REDIS_URL'] = server.url;
  return server;
}

async function startPostgres(): Promise<PostgresServer | undefined> {
  if (needsPostgres.skip !== false || !examples.some(asksPostgres)) return undefined;
  const server = new PostgresServer({});
  await server.start();
  const { host: PGHOST, user: PGUSER, database: PGDATABASE } = server;
  Object.assign(process.env, { PGHOST, PGUSER, PGDATABASE, PGPORT: `${server.port}` });
  return server;
}

/** Runs the examples in as many processes as there are processors. */
async function runAll(names: readonly string[]): Promise<Map<string, Outcome>> {
  const results = new Map<string, Outcome>();
  const workers = availableParallelism();
  const shares = Array.from({ length: workers }, (_, index) =>
    names.filter((_name, at) => at % workers === index),
  );
  await Promise.all(shares.map((share) => runShare(share, results)));
  return results;
}

/**
 * An example that ends the process is left without a result, one that hangs ends it with a result; a new
 * process runs the others.
 */
async function runShare(share: readonly string[], results: Map<string, Outcome>): Promise<void> {
  for (let rest = share; rest.length > 0;) {
    const done = await runProcess(rest);
    for (const outcome of done) results.set(basename(outcome.file), outcome);
    rest = rest.slice(done.at(-1)?.hung ? done.length : done.length + 1);
  }
}

function runProcess(names: readonly string[]): Promise<Outcome[]> {
  const { promise, resolve } = Promise.withResolvers<Outcome[]>();
  const runner = join(import.meta.dirname, 'runExamples.ts');
  const args = [sourceCondition, '--expose-gc', runner, ...names.map((name) => join(scratch, name))];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let reports = '';
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  child.stdio[3]?.on('data', (chunk: Buffer) => (reports += chunk.toString()));
  child.on('close', () => {
    const lines = reports.split('\n').filter((line) => line !== '');
    resolve(lines.map((line) => JSON.parse(line) as Outcome));
  });
  return promise;
}

/** Compares what was printed with the comments `// -> text`. */
function checkPrinted(example: Example, outcome: Outcome): void {
  const lines = example.code.split('\n');
  const expected = new Map<number, string[]>();
  let call = 0;
  for (const [index, line] of lines.entries()) {
    if (/\bconsole\.log\(/.test(line)) call = example.line + index;
    const text = /\/\/ -> ?(.*?)\s*$/.exec(line)?.[1];
    if (text !== undefined) expected.set(call, [...(expected.get(call) ?? []), text]);
  }
  for (const [line, wanted] of expected) {
    const printed = outcome.printed
      .filter((item) => item.line === line)
      .flatMap((item) => item.text.split('\n'));
    const matches =
      wanted.length === printed.length && wanted.every((text, at) => like(text, printed[at] ?? ''));
    if (!matches) assert.deepEqual(printed, wanted, `${example.file}:${line} prints something else`);
  }
}

/** Whether a printed line is the expected text, in which `...` stands for anything. */
function like(text: string, printed: string): boolean {
  const pattern = text
    .split('...')
    .map((part) => RegExp.escape(part))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(printed);
}
