// npm test [-- options] [filter ...]: the suite, tests/**/*.test.ts, on one or more runtimes.
//
//   npm test                        everything, on the project's own Node
//   npm test -- queues lock         the files whose path contains one of these words
//   npm test -- --name='wakes up'   the tests whose name matches this regular expression
//   npm test -- --runtime=bun,deno  on other runtimes: node22, node24, node26, bun, deno
//   npm test -- --concurrency=1     this many files at a time (one for each processor)
//
// Any other option goes to `node --test` as it is. Each file runs in a process of its own, on every
// runtime. The closing lines are node's summary, on Bun and Deno too.
// Plain JavaScript for Node 18 and later.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative, sep } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { exitLike, runChild } from './run-child.mjs';
import { defaultRuntime, findRuntime, root, runtimePath, sourceCondition } from './runtime.mjs';
import { createWatchdog } from './watchdog.mjs';

/** Tests of the repository's own programs, which always run on the same Node, and of clients that care for none: once is enough. */
const toolTests = [
  'tests/bench/',
  'tests/browser/',
  'tests/docs/',
  'tests/examples/list.test.ts',
  'tests/package/',
  'tests/scripts/',
  'tests/tour/',
];

/** Long ones that try one thing very often, compare with a reference, or start whole programs beside the library. Node 26,
 * Bun and Deno run them all; on the older Nodes they are left out unless they are asked for by name. */
const longTests = [
  'tests/apps/next.test.ts',
  'tests/attack/',
  'tests/cli/leaving.test.ts',
  'tests/differential/',
  'tests/easyracer/',
  'tests/everywhere/bundlers.test.ts',
  'tests/examples/',
  'tests/files/differential/',
  'tests/files/eastAsian.test.ts',
  'tests/files/path/osPath.test.ts',
  'tests/files/path/programs.test.ts',
  'tests/formats/memory/',
  'tests/formats/pickle/',
  'tests/graph/',
  'tests/http/cluster/',
  'tests/inspect/attach/',
  'tests/soak/',
  'tests/storm/',
];

/** What Node 24, which stands between 22 and 26, leaves out besides. */
const longBetween = [
  'tests/apps/',
  'tests/cli/',
  'tests/core/deepCancel.test.ts',
  'tests/facade/replaced.test.ts',
  'tests/files/edges.test.ts',
  'tests/files/lock.test.ts',
  'tests/formats/',
  'tests/http/attacks.test.ts',
  'tests/http/autobahn.test.ts',
  'tests/http/http2Attacks.test.ts',
  'tests/http/peers.test.ts',
  'tests/net/fuzz/',
  'tests/net/peers/',
  'tests/selectors/echo.test.ts',
  'tests/structured/suppressed.test.ts',
];

/** @type {Record<string, string[]>} */
const leftOut = { node22: longTests, node24: [...longTests, ...longBetween] };

/** A test that takes longer than this (milliseconds) hangs. */
const testTimeout = 120_000;

const { runtimes, filters, name, concurrency, passed } = readArguments(process.argv.slice(2));

try {
  await ensureInstalled('all');
  mkdirSync(join(root, '.scratch'), { recursive: true });
  for (const runtime of runtimes) runtimePath(runtime);
  if (runtimes.some((runtime) => testFiles(runtime).some(usesPeers))) await ensureInstalled('peers');
  let failed = false;
  for (const runtime of runtimes) {
    const files = testFiles(runtime);
    if (files.length === 0) throw new Error(`no test file matches: ${filters.join(' ')}`);
    if (runtimes.length > 1) console.log(`\n== ${runtime}, ${files.length} test files`);
    const result = runtime.startsWith('node')
      ? await runNode(runtime, files)
      : await runOther(runtime, files);
    if (runtimes.length === 1) exitLike(result);
    if (result.signal !== null && result.signal !== 'SIGABRT' && result.signal !== 'SIGSEGV')
      exitLike(result);
    failed ||= result.code !== 0;
  }
  if (runtimes.length > 1) process.exit(failed ? 1 : 0);
} catch (error) {
  console.error(`asyncio-ts: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/** @param {string} runtime @param {string[]} files */
function runNode(runtime, files) {
  const options = [
    sourceCondition,
    '--expose-gc',
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${testTimeout}`,
    '--test-reporter=./scripts/test-reporter.mjs',
    '--test-reporter-destination=stdout',
  ];
  if (runtime === 'node22') options.push(`--import=${new URL('read-sources.mjs', import.meta.url)}`);
  if (name !== undefined) options.push(`--test-name-pattern=${name}`);
  // Each file's process reads several hundred sources; with what the one before compiled, that takes a third of the time.
  const env = { NODE_COMPILE_CACHE: join(root, '.scratch', 'compile-cache'), ...process.env };
  return runWatched(runtimePath(runtime), [...options, ...passed, ...files], env);
}

/** @param {string} runtime @param {string[]} files */
function runOther(runtime, files) {
  const options = [`--concurrency=${concurrency}`, `--timeout=${testTimeout}`];
  if (name !== undefined) options.push(`--name=${name}`);
  const runner = join(root, 'scripts', 'test-other.mjs');
  const node = findRuntime(defaultRuntime) ?? process.execPath;
  return runWatched(node, [runner, runtime, ...options, ...files], process.env);
}

/** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} env */
async function runWatched(program, args, env) {
  const watchdog = createWatchdog({ patience: process.env['ASYNCIO_TS_FULL'] === undefined ? 1 : 8 });
  try {
    return await runChild(program, args, { cwd: root, env: { ...env, ...watchdog.env } }, watchdog.watch);
  } finally {
    watchdog.stop();
  }
}

/** @param {string} runtime */
function testFiles(runtime) {
  return readdirSync(join(root, 'tests'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => runtime === defaultRuntime || !toolTests.some((folder) => file.startsWith(folder)))
    .filter((file) => filters.length > 0 || !(leftOut[runtime] ?? []).some((each) => file.startsWith(each)))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

/**
 * Whether a test file needs what peers/ holds: then it imports tests/peers.ts.
 * @param {string} file
 */
function usesPeers(file) {
  return /from '(?:\.\.\/)+peers\.ts'/.test(readFileSync(join(root, file), 'utf8'));
}

/** @param {string[]} args */
function readArguments(args) {
  const options = {
    runtimes: [defaultRuntime],
    /** @type {string[]} */
    filters: [],
    /** @type {string | undefined} */
    name: undefined,
    concurrency: typeof availableParallelism === 'function' ? availableParallelism() : cpus().length,
    /** @type {string[]} */
    passed: [],
  };
  for (const arg of args) {
    const [, key, value = ''] = /^--(runtime|name|concurrency)=(.*)$/.exec(arg) ?? [];
    if (key === 'runtime') options.runtimes = value.split(',');
    else if (key === 'name') options.name = value;
    else if (key === 'concurrency') options.concurrency = Number(value) || 1;
    else if (arg.startsWith('-')) options.passed.push(arg);
    else options.filters.push(arg);
  }
  return options;
}
