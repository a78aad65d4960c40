import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkLayers, hostFolders, wings } from '../../scripts/check-layers.mjs';
import { checkShape } from '../../scripts/check-shape.mjs';
import { root } from '../../scripts/runtime.mjs';

/** What `check` finds in a source folder with these files. */
async function inFolder<T>(files: Record<string, string>, check: (src: string) => T): Promise<Awaited<T>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'layers-')));
  const src = join(folder, 'src');
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(src, name)), { recursive: true });
      writeFileSync(join(src, name), text);
    }
    return await check(src);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const imports = (files: Record<string, string>): Promise<string[]> => inFolder(files, checkLayers);

const none = new Map<string, string>();
const shape = async (files: Record<string, string>, seams = none): Promise<string[]> =>
  (await inFolder(files, (src) => checkShape(src, seams))).errors;

const deque = { 'base/deque.ts': 'export const deque = 1;\n' };

test('imports from lower layers and from the same folder are in order', async () => {
  const problems = await imports({
    ...deque,
    'core/task.ts': "import { deque } from '../base/deque.ts';\nimport { future } from './future.ts';\n",
    'core/future.ts': "/* import x from 'node:fs' */\nexport const future = \"import 'node:fs'\";\n",
    'asyncio.ts': "export * from './core/task.ts';\nimport 'node:fs';\n",
  });
  assert.deepEqual(problems, []);
});

test('an import from a higher layer is found, of types too', async () => {
  const problems = await imports({
    ...deque,
    'base/heap.ts': "\nimport type { T } from '../core/task.ts';\n",
    'core/task.ts': '',
  });
  assert.deepEqual(problems, [
    "src/base/heap.ts imports src/core/task.ts, which is no layer that 'base' stands on",
  ]);
});

test('re-exports and dynamic imports count', async () => {
  const problems = await imports({
    'base/a.ts': "export * from '../sys/b.ts';",
    'base/c.ts': "export const b = () => import('../sys/b.ts');",
    'base/d.ts': "export type { B } from '../sys/b.ts';",
    'sys/b.ts': 'export type B = 1;',
  });
  assert.equal(problems.length, 3);
});

test('folders of one layer keep apart, entry points are imported by nobody', async () => {
  const problems = await imports({
    'sync/lock.ts': "import '../structured/group.ts';",
    'structured/group.ts': "import '../asyncio.ts';",
    'asyncio.ts': '',
  });
  assert.deepEqual(problems, [
    "src/structured/group.ts imports src/asyncio.ts, which is no layer that 'structured' stands on",
    "src/sync/lock.ts imports src/structured/group.ts, which is no layer that 'sync' stands on",
  ]);
});

test('a wing imports its own folder and entry points, of types too, and no layer imports a wing', async () => {
  const problems = await imports({
    'testing/testing.ts': "export * from './clock.ts';\n",
    'testing/clock.ts':
      "import '../asyncio.ts';\nimport '../selectors/selectors.ts';\nimport type { T } from '../loop/loop.ts';\n",
    'http/client.ts': "import '../testing/testing.ts';\nimport '../testing/clock.ts';\nimport 'node:fs';\n",
    'facade/run.ts': "import '../testing/testing.ts';\n",
    'asyncio.ts': "import './http/agent.ts';\n",
    'http/agent.ts': '',
    'selectors/selectors.ts': '',
    'loop/loop.ts': '',
  });
  assert.deepEqual(problems, [
    'src/asyncio.ts imports src/http/agent.ts, which has entry points of its own',
    "src/facade/run.ts imports src/testing/testing.ts, which is no layer that 'facade' stands on",
    "src/http/client.ts imports src/testing/clock.ts, which is no entry point, and 'http' imports entry points, as users do",
    "src/testing/clock.ts imports src/loop/loop.ts, which is no entry point, and 'testing' imports entry points, as users do",
  ]);
});

test('the host and other packages are reached through sys only', async () => {
  const problems = await imports({
    'sys/timers.ts': "import 'node:fs'; import 'koffi';",
    'core/a.ts': "import { readFileSync } from 'node:fs';",
    'core/b.ts': "import { koffi } from 'koffi';",
    'facade/c.ts': "import 'node:process';",
  });
  assert.deepEqual(
    problems.map((problem) => problem.replace(/, which.*/, '')),
    ['src/core/a.ts imports fs', 'src/core/b.ts imports koffi'],
  );
});

test("oxlint lets the same folders use the host's globals", () => {
  const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
    overrides: { files: string[]; rules: Record<string, unknown> }[];
  };
  const free = overrides.find(({ rules }) => rules['eslint/no-restricted-globals'] === 'off');
  assert.deepEqual(free?.files, [`src/{${[...hostFolders.keys(), ...wings].join(',')}}/**`]);
});

test('circles are found, of types too; import() makes none', async () => {
  const circle = await imports({ 'core/a.ts': "import './b.ts';", 'core/b.ts': "import './a.ts';" });
  assert.deepEqual(circle, ['circle: src/core/a.ts -> src/core/b.ts -> src/core/a.ts']);
  const types = await imports({
    'core/a.ts': "import './b.ts';",
    'core/b.ts': "import type { A } from './a.ts';",
  });
  assert.deepEqual(types, circle);
  const lazy = await imports({
    'core/a.ts': "import './b.ts';",
    'core/b.ts': "export const load = () => import('./a.ts');",
    'core/c.ts': "export const load = () => import('../facade/d.ts');",
    'facade/d.ts': '',
  });
  assert.deepEqual(lazy, [
    "src/core/c.ts imports src/facade/d.ts, which is no layer that 'core' stands on",
  ]);
});

test('missing files, what lies outside, and folders without a layer', async () => {
  const problems = await imports({
    'base/a.ts': "import './none.ts';",
    'base/b.ts': "import '../../scripts/x.ts';",
    '../scripts/x.ts': '',
    'other/c.ts': '',
    'other/d.ts': "import './c.ts';",
  });
  const all = problems.join('\n');
  assert.match(all, /base\/a\.ts imports \.\/none\.ts, which does not exist/);
  assert.match(all, /base\/b\.ts imports scripts\/x\.ts, which is outside of src/);
  assert.match(all, /other\/d\.ts imports src\/other\/c\.ts, which is in a folder that has no layer/);
});

test('names and unpublished files', async () => {
  const problems = await shape({ 'base/index.ts': '', 'base/utils.ts': '', 'extra.ts': '' });
  assert.deepEqual(problems, [
    'base/index.ts: no index.ts: name the file after its idea',
    "base/utils.ts: 'utils' says nothing: name it after its idea",
    'extra.ts: package.json does not publish this file: put it into the folder of its layer',
  ]);
});

test('a file of more than 300 lines is named, one of more than 400 is an error', async () => {
  const { errors, warnings } = await inFolder(
    { 'core/long.ts': '//\n'.repeat(400), 'core/longer.ts': '//\n'.repeat(401) },
    (src) => checkShape(src, none),
  );
  assert.deepEqual(warnings, ['core/long.ts: 400 lines, more than 300']);
  assert.deepEqual(errors, ['core/longer.ts: 401 lines, 400 at most']);
});

test('a small file with one importer goes there; with two it stays', async () => {
  const files = {
    'core/small.ts': '//\n'.repeat(24),
    'core/enough.ts': '//\n'.repeat(25),
    'core/a.ts': "import './small.ts';\nimport './enough.ts';\n",
  };
  assert.deepEqual(await shape(files), ['core/small.ts: 24 lines for core/a.ts alone: put it there']);
  assert.deepEqual(await shape({ ...files, 'core/b.ts': "import type { T } from './small.ts';\n" }), []);
});

test('a seam stays, and a table must not name what needs no exception', async () => {
  const files = { 'core/a.ts': "import './seam.ts';", 'core/seam.ts': '' };
  assert.deepEqual(await shape(files, new Map([['core/seam.ts', 'why']])), []);
  assert.deepEqual(
    await shape(files, new Map(['core/a.ts', 'core/b.ts', 'core/seam.ts'].map((file) => [file, 'why']))),
    [
      'core/a.ts: neither small nor alone: take it out of its table',
      'core/b.ts: is gone: take it out of its table',
    ],
  );
});

test('underscore members are for the folder that declares them', async () => {
  const files = {
    'core/a.ts': 'export class A { _one = 1; _two(): void {} }\n',
    'core/b.ts': "import type { A } from './a.ts';\nexport const f = (a: A): number => a._one;\n",
    'sync/c.ts':
      "import type { A } from '../core/a.ts';\nexport const h = (a: A): number => a._one;\n\nexport const i = ({ _two: j }: A): void => j();\n",
  };
  assert.deepEqual(await shape(files), [
    'sync/c.ts:2: _one is for the folder that declares it',
    'sync/c.ts:4: _two is for the folder that declares it',
  ]);
});

test('no name is exported twice, but for the twins of the backends', async () => {
  const files = {
    'net/host/a.ts': 'export class Transport {}\nexport const one = 1;\n',
    'net/selector/a.ts': 'export class Transport {}\n',
    'core/b.ts': 'export function one(): void {}\nexport function one(x?: 1): void {}\nconst two = 2;\n',
    'core/c.ts': 'export type two = 2;\n',
  };
  assert.deepEqual(await shape(files), ['net/host/a.ts: exports one, and so does core/b.ts']);
});
