// The entry points, by import and by require: both give the same modules, on every runtime.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { findRuntime, root } from '../../scripts/runtime.mjs';
import { stagePackage } from './stage.ts';

mkdirSync(join(root, '.scratch'), { recursive: true });
const folder = mkdtempSync(join(root, '.scratch', 'entry-points-'));
after(() => rmSync(folder, { recursive: true, force: true }));
stagePackage(folder);

const entries = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, 'asyncio-ts'));

for (const runtime of ['node22', 'node24', 'node26', 'bun', 'deno']) {
  const program = findRuntime(runtime);
  const skip = program === undefined && `no ${runtime} here`;
  test(
    `package: import and require give the same copy, of every entry point (${runtime})`,
    { skip },
    () => {
      const file = join(folder, 'same.cjs');
      writeFileSync(
        file,
        `(async () => {
        for (const entry of ${JSON.stringify(entries)}) {
          const required = require(entry);
          const imported = await import(entry);
          for (const name of Object.keys(imported))
            if (required[name] !== imported[name]) throw new Error(entry + ' ' + name);
        }
        console.log('one copy');
      })();`,
      );
      const before = runtime === 'deno' ? ['run', '--allow-all', '--node-modules-dir=manual'] : [];
      const result = spawnSync(program ?? '', [...before, file], {
        cwd: folder,
        encoding: 'utf8',
        env: {},
      });
      assert.deepEqual([result.status, result.stdout, result.stderr], [0, 'one copy\n', '']);
    },
  );
}

test('package: every entry point has all that resolvers look for', () => {
  const { exports, main, types, typesVersions } = manifest;
  for (const [path, entry] of Object.entries(exports)) {
    if (typeof entry === 'string') continue;
    const name = path === '.' ? 'asyncio' : path.slice(2);
    const module = entry['asyncio-ts-source'].replace(/^\.\/src\/(.*)\.ts$/, './dist/$1');
    assert.deepEqual(Object.entries(entry), [
      ['asyncio-ts-source', entry['asyncio-ts-source']],
      ['module', `${module}.js`],
      ['require', { types: `./dist/require/${name}.d.cts`, default: `./dist/require/${name}.cjs` }],
      ['types', `${module}.d.ts`],
      ['default', `./dist/bundle/${name}.js`],
    ]);
    if (path === '.')
      assert.deepEqual({ main, types }, { main: entry.require.default, types: entry.types });
    else assert.deepEqual((typesVersions['*'] as Record<string, string[]>)[name], [entry.types]);
  }
});
