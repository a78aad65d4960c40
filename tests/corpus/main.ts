// npm run corpus: the test suites of public packages with rewritten awaits and without: the same results.
//
// Each suite runs as it is, rewritten, and rewritten with each test in a task, where every await goes through the
// library. Needs git, npm and the network.
//
//   npm run corpus -- [package…] [--source=https://github.com/{owner}/{name}] [--json]

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/runtime.mjs';
import { packages } from './packages.ts';
import type { Package } from './packages.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { type: 'string', default: 'https://github.com/{owner}/{name}' },
    json: { type: 'boolean', default: false },
  },
});

const register = join(root, 'src/everywhere/register.ts');
const ROUNDS = 4;
const inTasks = join(import.meta.dirname, 'inTasks.ts');
const ways = {
  plain: [],
  rewritten: [`--import=${register}`],
  'in tasks': [`--import=${register}`, `--import=${inTasks}`],
};

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

function prepare(one: Package): string {
  const folder = join(root, '.scratch', 'corpus', one.name);
  if (existsSync(join(folder, 'node_modules'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [owner = '', name = ''] = one.repository.split('/');
  const source = values.source.replace('{owner}', owner).replace('{name}', name);
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
  return [...out.matchAll(/^ *(ok|not ok) \d+ - (.*)$/gm)]
    .map(([, outcome, test]) => `${outcome} ${test}`)
    .sort();
}

/** As run, until every test has passed once that passes otherwise: some measure times, on a machine that is busy. */
function patiently(
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

let differences = 0;
const table: object[] = [];
for (const one of packages) {
  if (positionals.length > 0 && !positionals.includes(one.name)) continue;
  const folder = prepare(one);
  const row: Record<string, unknown> = { package: one.name, commit: one.commit.slice(0, 7) };
  let plain: string[] = [];
  for (const [way, flags] of Object.entries(ways)) {
    const results = patiently(one, folder, flags, plain);
    if (way === 'plain') plain = results;
    const passed = results.filter((line) => line.startsWith('ok')).length;
    row[way] = `${passed} of ${results.length}`;
    const other = [...new Set(results).symmetricDifference(new Set(plain))];
    if (other.length === 0 && results.length === plain.length && results.length > 0) continue;
    differences++;
    console.error(`${one.name}, ${way}: other results\n${other.map((line) => `  ${line}\n`).join('')}`);
  }
  table.push(row);
  if (!values.json) console.log(Object.values(row).join('  '));
}
if (values.json) console.log(JSON.stringify({ differences, packages: table }, undefined, 2));
else console.log(differences === 0 ? 'the same results' : `${differences} suites with other results`);
process.exitCode = differences === 0 ? 0 : 1;
