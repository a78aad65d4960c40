// The suites of public packages: fetched at their commit, installed with what their tests need, and run.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/runtime.mjs';
import type { Package } from './packages.ts';

const ROUNDS = 4;

function command(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    // Programs that a test starts are to be the same Node.
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (env['NODE_OPTIONS'] === undefined && status !== 0)
    throw new Error(`${program} ${args.join(' ')}\n${stderr}`);
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
  return folder;
}

/** The tests of a suite, each with its outcome. */
function run(one: Package, folder: string, flags: readonly string[]): string[] {
  const options = ['--conditions=asyncio-ts-source', '--disable-warning=ExperimentalWarning', ...flags];
  const args = one.test.flatMap((arg) =>
    arg.includes('*') && !arg.startsWith('!') ? globSync(arg, { cwd: folder }).sort() : [arg],
  );
  const out = command(process.execPath, args, folder, {
    NODE_OPTIONS: options.join(' '),
    NODE_TEST_CONTEXT: undefined,
  });
  return [...out.matchAll(/^ *(ok|not ok) \d+ (?:- )?(.*)$/gm)]
    .map(([, outcome, test]) => `${outcome} ${test}`)
    .sort();
}

/** As run, until every test has passed once that passes otherwise: some measure times, on a machine that is busy.
 * @param wanted what passes otherwise, if that is known */
export function patiently(
  one: Package,
  folder: string,
  flags: readonly string[],
  wanted: readonly string[],
): string[] {
  let best: string[] = [];
  for (let round = 0; round < (wanted.length === 0 ? 2 : ROUNDS); round++) {
    const results = run(one, folder, flags);
    const passed = new Set([...best, ...results].filter((line) => line.startsWith('ok')));
    best = results
      .map((line) => (passed.has(line.replace(/^not /, '')) ? line.replace(/^not /, '') : line))
      .sort();
    const lacking = wanted.length === 0 ? best.filter((line) => line.startsWith('not')) : wanted;
    if (lacking.every((line) => best.includes(line)) && (wanted.length > 0 || lacking.length === 0)) break;
  }
  return best;
}
