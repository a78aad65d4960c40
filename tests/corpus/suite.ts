// The suites of public packages: fetched at their commit, installed with what their tests need, and run.

import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/runtime.mjs';
import type { Package } from './packages.ts';

function start(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  const ended = spawnSync(program, args, {
    cwd,
    // Programs that a test starts are to be the same Node.
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ended.error !== undefined) throw ended.error;
  return ended;
}

function command(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = start(program, args, cwd);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** Fetches and installs it, unless it is there.
 * @param from where repositories are, with `{owner}` and `{name}` */
export function prepare(one: Package, from: string): string {
  const folder = join(root, '.scratch', 'corpus', one.name);
  if (existsSync(join(folder, 'node_modules'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [owner = '', name = ''] = one.repository.split('/');
  const source = from.replace('{owner}', owner).replace('{name}', name);
  const git = (...args: string[]): string => command('git', args, folder);
  git('init', '--quiet');
  git('fetch', '--quiet', '--depth=1', source, one.commit);
  git('checkout', '--quiet', 'FETCH_HEAD');
  // Only what the tests need: linters and browsers stay away.
  const manifest = JSON.parse(git('show', 'HEAD:package.json')) as Record<string, Record<string, string>>;
  const own = Object.entries(manifest['dependencies'] ?? {}).map(([key, range]) => `${key}@${range}`);
  command('npm', ['pkg', 'delete', 'devDependencies', 'dependencies', 'scripts'], folder);
  const install = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `--before=${one.day}`,
    '--no-save',
  ];
  command('npm', [...install, ...own, ...one.tools], folder);
  mendReporter(folder);
  return folder;
}

/** ava's TAP reporter ends the process when a failure has a field without a value, and the tests after it are lost. */
function mendReporter(folder: string): void {
  const path = join(folder, 'node_modules/supertap/dist/index.js');
  if (!existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('safeDump(object)', 'safeDump(object, { skipInvalid: true })'));
}

/** A line that says how a test ended; not those that say it of a whole suite of tests. */
const result = /^ *(ok|not ok) \d+ (?:- )?(.*)$(?!\n *---\n *duration_ms: .*\n *type: 'suite')/gm;

/** The tests of a suite, each with its outcome; undefined when it was broken off. */
function run(one: Package, folder: string, flags: readonly string[]): string[] | undefined {
  const options = ['--conditions=asyncio-ts-source', '--disable-warning=ExperimentalWarning', ...flags];
  // Files that are named are run, whatever a pattern behind them leaves out.
  const exclude = one.test.filter((arg) => arg.startsWith('!')).map((arg) => arg.slice(1));
  const args = one.test
    .filter((arg) => !arg.startsWith('!'))
    .flatMap((arg) => (arg.includes('*') ? globSync(arg, { cwd: folder, exclude }).sort() : [arg]));
  const { status, stdout, stderr } = start(process.execPath, args, folder, {
    NODE_OPTIONS: options.join(' '),
    NODE_TEST_CONTEXT: undefined,
  });
  const outcomes = outcomesOf(stdout, status === 0);
  if (outcomes === undefined)
    console.error(`${one.name}: broken off\n${lastLines(stdout)}${lastLines(stderr)}`);
  return outcomes;
}

/** What a suite prints, as TAP: `ok title` or `not ok title` of each test; undefined when it failed, and no test did. */
export function outcomesOf(printed: string, succeeded: boolean): string[] | undefined {
  const all = [...printed.matchAll(result)].map(([, outcome, test]) => `${outcome} ${test}`).sort();
  return succeeded || failuresOf(all).length > 0 ? all : undefined;
}

function lastLines(text: string): string {
  return text.split('\n').slice(-20).join('\n');
}

/** As run, until it is enough or was tried `rounds` times: some measure times, on a machine that is busy. A test that
 * passes once passes; a run that was broken off says nothing of the tests that it did not come to. */
export function patiently(
  one: Package,
  folder: string,
  flags: readonly string[],
  rounds: number,
  isEnough: (results: readonly string[]) => boolean,
): string[] {
  let best: string[] = [];
  for (let round = 0; round < rounds && (best.length === 0 || !isEnough(best)); round++) {
    const results = run(one, folder, flags);
    if (results === undefined) continue;
    const passed = new Set([...best, ...results].filter((line) => line.startsWith('ok')));
    best = results
      .map((line) => (passed.has(line.replace(/^not /, '')) ? line.replace(/^not /, '') : line))
      .sort();
  }
  return best;
}

/** The titles of the tests that failed. */
export function failuresOf(results: readonly string[]): string[] {
  return results.filter((line) => line.startsWith('not ')).map((line) => line.slice('not ok '.length));
}
