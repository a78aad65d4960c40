// The list of examples: examples/README.md, `npm run example`, and the heads of the programs agree.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';

const folder = join(root, 'examples');
const script = join(root, 'scripts', 'example.mjs');
const byName = (a: string, b: string): number => (a < b ? -1 : 1);
const usages = new Map<string, string>();
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts')) continue;
  const head = readFileSync(join(folder, file), 'utf8').split('\n\n')[0] ?? '';
  const [, usage] = /npm run (?:-s )?example -- (.*)/.exec(head) ?? [];
  if (usage !== undefined) usages.set(file.replaceAll('\\', '/').slice(0, -3), usage);
}

test('each program says at its head how it is called, by its own name', () => {
  assert.ok(usages.size >= 4);
  for (const [name, usage] of usages) assert.ok(`${usage} `.startsWith(`${name} `), `${name}: ${usage}`);
});

test('README.md lists each program, and no other', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| `([\w/-]+)/gm)].map(([, name = '']) => name);
  assert.deepEqual(listed.toSorted(byName), [...usages.keys()].toSorted(byName));
});

test('npm run example without a name lists them; a wrong name is told, with the right ones', () => {
  const list = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(list.status, 0, list.stderr);
  for (const name of usages.keys()) assert.match(list.stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
  const wrong = spawnSync(process.execPath, [script, 'nothing'], { encoding: 'utf8' });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^asyncio-ts: there is no example 'nothing'; there are .*echo-streams/);
});

test('the program runs in the folder where the person is, with its arguments and its exit code', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'port-scanner', 'example.org'], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr, /^port-scanner: example\.org is another machine/);
});
