// Runs node:test files on Bun or Deno and reports as `node --test` does.
//
//   node scripts/test-other.mjs <bun|deno> [--concurrency=N] [--timeout=ms] [--name=pattern] file ...
//
// Both have node:test only inside their own test command (`bun test`, `deno test`), and both would run
// all files in one process. Here each file gets a process of its own, as on Node; the results are read
// from the JUnit report that both can write, and a process that fails without a failed test (a crash, a
// syntax error) counts as one failure. What they count differs from Node: Bun folds subtests (`t.test`)
// into their test, Deno counts `t.skip()` as passed.
//
// What tests that run everywhere have to do without (Bun 1.4, Deno 2.9): `concurrency` above 1 within a
// file (both run its tests one by one); on Bun, `t.runOnly` and a `t.test` that shows on its own; on Deno,
// `t.waitFor`, `t.filePath`, `t.passed`, the export `snapshot`, and the restoring of `t.mock.timers` when
// the test ends (call `t.mock.timers.reset()` in it).

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtimePath, sourceCondition } from './runtime.mjs';
import { failureLine, fileLine } from './test-reporter.mjs';

const [runtime = 'bun', ...rest] = process.argv.slice(2);
const files = rest.filter((arg) => !arg.startsWith('--'));
const concurrency = Number(option('concurrency') ?? 1);
const timeout = Number(option('timeout') ?? 120_000);
const name = option('name');

const scratch = mkdtempSync(join(root, '.scratch', `${runtime}-`));
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    rmSync(scratch, { recursive: true, force: true });
    process.kill(process.pid, signal);
  });
}

const started = performance.now();
const total = { tests: 0, pass: 0, fail: 0, skipped: 0, todo: 0 };
/** @type {string[]} */
const failures = [];
const queue = files.entries();
await Promise.all(Array.from({ length: concurrency }, worker));
rmSync(scratch, { recursive: true, force: true });

if (failures.length > 0) console.log(`\n${failures.length} failed:\n${failures.map(failureLine).join('')}`);
console.log(`ℹ tests ${total.tests}`);
console.log(`ℹ pass ${total.pass}`);
console.log(`ℹ fail ${total.fail}`);
console.log(`ℹ skipped ${total.skipped}`);
console.log(`ℹ todo ${total.todo}`);
console.log(`ℹ duration_ms ${Math.round(performance.now() - started)}`);
process.exitCode = total.fail > 0 ? 1 : 0;

async function worker() {
  for (const [index, file] of queue) {
    const began = performance.now();
    const report = join(scratch, `${index}.xml`);
    const { problem, output } = await runFile(file, report);
    const cases = readReport(report);
    const failed = cases.filter((item) => item.outcome === 'fail');
    if (problem !== undefined && failed.length === 0) {
      failed.push({ name: problem, outcome: 'fail' });
      cases.push({ name: problem, outcome: 'fail' });
    }
    /** @param {string} outcome */
    const count = (outcome) => cases.filter((item) => item.outcome === outcome).length;
    total.tests += cases.length;
    total.pass += count('pass');
    total.fail += failed.length;
    total.skipped += count('skip');
    total.todo += count('todo');
    for (const item of failed) failures.push(`${file}  ${item.name}`);
    if (failed.length > 0) console.log(output.trimEnd());
    process.stdout.write(
      fileLine(file, {
        tests: cases.length,
        failed: failed.length,
        skipped: count('skip'),
        todo: count('todo'),
        milliseconds: performance.now() - began,
      }),
    );
  }
}

/** @param {string} file @param {string} report */
function commandLine(file, report) {
  if (runtime === 'bun') {
    const args = [
      'test',
      sourceCondition,
      '--preload=./scripts/bun-gc.mjs',
      `--timeout=${timeout}`,
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ];
    if (name !== undefined) args.push(`--test-name-pattern=${name}`, '--pass-with-no-tests');
    return [...args, `./${file}`];
  }
  const args = [
    'test',
    '--allow-all',
    '--no-check',
    '--no-lock',
    '--node-modules-dir=manual',
    '--v8-flags=--expose-gc',
  ];
  args.push(sourceCondition, `--junit-path=${report}`);
  if (name !== undefined) args.push(`--filter=/${name}/`, '--permit-no-files');
  return [...args, `./${file}`];
}

/**
 * @param {string} file
 * @param {string} report
 * @returns {Promise<{ problem: string | undefined, output: string }>}
 */
function runFile(file, report) {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
    const child = spawn(runtimePath(runtime), commandLine(file, report), { cwd: root, env });
    running.add(child);
    let output = '';
    let late = false;
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, 2 * timeout);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      const problem = late ? 'the file does not end' : signal ? `killed by ${signal}` : `exit code ${code}`;
      resolve({ problem: code === 0 ? undefined : problem, output });
    });
    child.on('error', (error) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ problem: error.message, output });
    });
  });
}

/**
 * The tests of a JUnit report; suites and tests that have steps are left out in favour of their parts.
 * @param {string} report
 * @returns {{ name: string, outcome: 'pass' | 'fail' | 'skip' | 'todo' }[]}
 */
function readReport(report) {
  let xml;
  try {
    xml = readFileSync(report, 'utf8');
  } catch {
    return [];
  }
  /** @type {{ name: string, outcome: 'pass' | 'fail' | 'skip' | 'todo' }[]} */
  const cases = [];
  for (const [, attributes = '', body = ''] of xml.matchAll(
    /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>(.*?)<\/testcase>)/gs,
  )) {
    const title = unescapeXml(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '');
    const group = runtime === 'bun' ? unescapeXml(/\bclassname="([^"]*)"/.exec(attributes)?.[1] ?? '') : '';
    const suites = group === '' ? [] : group.split(' > ').reverse();
    const outcome = /<(failure|error)\b/.test(body)
      ? 'fail'
      : /<skipped message="TODO"/.test(body)
        ? 'todo'
        : /<skipped/.test(body)
          ? 'skip'
          : 'pass';
    cases.push({ name: [...suites, title].join(' > '), outcome });
  }
  const names = cases.map((item) => item.name);
  return cases.filter(
    (item) => runtime === 'bun' || !names.some((other) => other.startsWith(`${item.name} > `)),
  );
}

/** @param {string} text */
function unescapeXml(text) {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** @param {string} key */
function option(key) {
  return rest.find((arg) => arg.startsWith(`--${key}=`))?.slice(key.length + 3);
}
