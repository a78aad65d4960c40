// `asyncio-ts/everywhere` as its users have it: imported before a program, which is in a process of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine, onBun, onDeno } from '../commandLine.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = fileURLToPath(new URL('programs/main.ts', import.meta.url));
const register = fileURLToPath(new URL('../../src/everywhere/register.ts', import.meta.url));
/** Where nothing of the name asyncio-ts can be found. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'everywhere-')));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

interface Ended {
  readonly out: string[];
  readonly errors: string;
  readonly code: number | null;
}

function start(
  args: readonly string[],
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Ended {
  const preload = onBun || onDeno ? ['--preload', register] : ['--import', 'asyncio-ts/everywhere'];
  const command = commandLine(main);
  const at = onDeno ? 1 : 0;
  command.splice(at, 0, ...flags, ...preload);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...command, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, NO_COLOR: '1', ...env },
  });
  return { out: stdout.trim().split('\n'), errors: stderr, code: status };
}

const js = `
const never = () => new Promise(() => {});
exports.work = async function work() { await never(); };
exports.fail = async () => { await null; const wait = async () => {}; await wait(); throw new Error('here'); };
`;
const esm = js
  .replace('exports.work = async function', 'export async function')
  .replace('exports.fail =', 'export const fail =');
const typed = esm.replace('= () =>', '= (): Promise<void> =>');
const ONE = 'TimeoutError, worker (work) waits for a promise of never, ';

test('everywhere: modules, CommonJS and TypeScript, where asyncio-ts cannot be found from', () => {
  const files = [file('a.mjs', esm), file('b.ts', typed), file('c.cjs', js)];
  const { out, errors, code } = start(files);
  assert.deepEqual([errors, code], ['', 0]);
  assert.deepEqual(
    out.filter((line) => !line.startsWith('fails')),
    [...files.map((path) => `${ONE}${path}:3`), 'TimeoutError'],
  );
  // Lines stay as they are, without a source map too. Bun has none in this error.
  if (onBun) return;
  for (const line of out.filter((one) => one.startsWith('fails')))
    assert.match(line, /[abc]\.(mjs|ts|cjs):4:/);
});

test(
  'everywhere: errors show the place in the file, with --enable-source-maps',
  { skip: onBun || onDeno },
  () => {
    const column = typed.split('\n')[3]?.indexOf('new Error') as number;
    const { out } = start([file('d.ts', typed), file('e.cjs', js)], {}, ['--enable-source-maps']);
    assert.equal(out[0], `fails at d.ts:4:${column + 1}`);
    assert.equal(out[2], `fails at e.cjs:4:${(js.split('\n')[3]?.indexOf('new Error') as number) + 1}`);
  },
);

test('everywhere: packages are left alone, but for those that are chosen', () => {
  const path = file('node_modules/one/index.mjs', esm);
  writeFileSync(join(path, '../package.json'), '{ "name": "one" }');
  assert.equal(start([path]).out[0], 'left alone');
  assert.match(
    start([path], { ASYNCIO_EVERYWHERE: 'two, one' }).out[1] ?? '',
    /^TimeoutError, worker \(work\) waits for a promise/,
  );
});

test('everywhere: a file that cannot be parsed fails as it does without', () => {
  const path = file('broken.mjs', 'export const work = async ( => { await 1 };');
  const { errors, code } = start([path]);
  assert.notEqual(code, 0);
  assert.match(errors, /SyntaxError|syntax|Expected/i);
});

test('everywhere: asyncio run --everywhere', () => {
  const path = file(
    'run.mjs',
    `${esm}export const main = async () => { await Promise.race([work(), 1]); };\nimport { writeFileSync } from 'node:fs'; writeFileSync(1, String(fail).includes('cancelPoint') + '\\n');`,
  );
  const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...commandLine(cli), 'run', '--everywhere', path],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    },
  );
  assert.deepEqual([stdout, stderr, status], ['true\n', '', 0]);
});
