import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkLayers } from '../../scripts/check-layers.mjs';

/** The problems of a source folder with these files, one string each. */
function check(files: Record<string, string>): string[] {
  const src = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(src, name)), { recursive: true });
      writeFileSync(join(src, name), text);
    }
    return checkLayers(src).map(({ file, line, message }) => `${file}:${line} ${message}`);
  } finally {
    rmSync(src, { recursive: true });
  }
}

const deque = { 'base/deque.ts': 'export const deque = 1;\n' };

test('imports from lower layers and from the same folder are in order', () => {
  const problems = check({
    ...deque,
    'core/task.ts': "import { deque } from '../base/deque.ts';\nimport { future } from './future.ts';\n",
    'core/future.ts': "/* import x from 'node:fs' */\nexport const future = \"import 'node:fs'\";\n",
    'asyncio.ts': "export * from './core/task.ts';\nimport 'node:fs';\n",
  });
  assert.deepEqual(problems, []);
});

test('an import from a higher layer is found, of types too, with its line', () => {
  const problems = check({
    ...deque,
    'base/heap.ts': "\nimport type { T } from '../core/task.ts';\n",
    'core/task.ts': '',
  });
  assert.deepEqual(problems, [
    "base/heap.ts:2 'base' (layer 0) imports from 'core' (layer 4) above it (../core/task.ts)",
  ]);
});

test('re-exports, dynamic imports and import types count', () => {
  const problems = check({
    'base/a.ts': "export * from '../sys/b.ts';",
    'base/c.ts': "export const b = () => import('../sys/b.ts');",
    'base/d.ts': "export type B = import('../sys/b.ts').B;",
    'sys/b.ts': 'export type B = 1;',
  });
  assert.equal(problems.length, 3);
});

test('folders of one layer keep apart, entry points are imported by nobody', () => {
  const problems = check({
    'sync/lock.ts': "import '../structured/group.ts';",
    'structured/group.ts': "import '../asyncio.ts';",
    'asyncio.ts': '',
  });
  assert.match(problems[0] ?? '', /structured\/group\.ts:1 .* is an entry point/);
  assert.match(problems[1] ?? '', /sync\/lock\.ts:1 .* same layer/);
});

test('a wing imports its own folder and entry points, of types too, and no layer imports a wing', () => {
  const problems = check({
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
    "asyncio.ts:1 'http' has entry points of its own (./http/agent.ts)",
    "facade/run.ts:1 'testing' is built around the library: 'facade' cannot stand on it (../testing/testing.ts)",
    "http/client.ts:2 'http' imports entry points, as users do, and '../testing/clock.ts' is none",
    "testing/clock.ts:3 'testing' imports entry points, as users do, and '../loop/loop.ts' is none",
  ]);
});

test('a file directly in src must be published', () => {
  assert.match(check({ 'extra.ts': '' })[0] ?? '', /extra\.ts:1 package\.json does not publish this file/);
});

test('the host is reached through sys only', () => {
  const problems = check({
    'sys/timers.ts': "import 'node:fs'; setImmediate(() => {});",
    'core/a.ts': "import { readFileSync } from 'node:fs';",
    'core/b.ts': 'export const now = () => process.uptime();',
    'core/c.ts': 'globalThis.setImmediate(() => {});',
    'core/d.ts': 'export function f(process: { exit(): void }): void { process.exit(); }',
    'core/e.ts': 'export const f = (x: { process: number }): number => x.process;',
    'core/f.ts': "import { koffi } from 'koffi';",
  });
  assert.deepEqual(
    problems.map((problem) => problem.split(' ')[0]),
    ['core/a.ts:1', 'core/b.ts:1', 'core/c.ts:1', 'core/f.ts:1'],
  );
});

test('cycles are found; imports of types and import() make none', () => {
  const cycle = check({ 'core/a.ts': "import './b.ts';", 'core/b.ts': "import './a.ts';" });
  assert.deepEqual(cycle, ['core/b.ts:1 import cycle: core/a.ts -> core/b.ts -> core/a.ts']);
  const types = check({ 'core/a.ts': "import './b.ts';", 'core/b.ts': "import type { A } from './a.ts';" });
  assert.deepEqual(types, []);
  const lazy = check({
    'core/a.ts': "import './b.ts';",
    'core/b.ts': "export const load = () => import('./a.ts');",
    'core/c.ts': "export const load = () => import('../facade/d.ts');",
    'facade/d.ts': '',
  });
  assert.equal(lazy.length, 1);
  assert.match(lazy[0] as string, /^core\/c\.ts:1 'core' .* above it/);
});

test('names, default exports, missing files, missing layers and long files', () => {
  const problems = check({
    'base/index.ts': '',
    'base/utils.ts': 'export default 1;',
    'base/a.ts': "import './none.ts';",
    'other/b.ts': '',
    'core/long.ts': '//\n'.repeat(401),
  });
  const all = problems.join('\n');
  assert.match(all, /index\.ts:1 no index/);
  assert.match(all, /utils\.ts:1 'utils' says nothing/);
  assert.match(all, /utils\.ts:1 no default exports/);
  assert.match(all, /a\.ts:1 .* does not exist/);
  assert.match(all, /b\.ts:1 folder 'other' has no layer/);
  assert.match(all, /long\.ts:401 401 lines/);
  assert.equal(problems.length, 6);
});
