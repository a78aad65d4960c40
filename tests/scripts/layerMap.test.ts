// The two drawings of the layers, in README.md and in src/README.md, against the check that holds the layers
// and the folders that there are.

import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { api, around, engine, entryPoints, layers, tools } from '../../scripts/check-layers.mjs';
import { root } from '../../scripts/runtime.mjs';

const folders = new Set(
  readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name),
);

/** The layers of which there are folders. */
const existing = (list: readonly (readonly string[])[]): string[][] =>
  list.map((layer) => layer.filter((folder) => folders.has(folder))).filter((layer) => layer.length > 0);

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('README.md draws the layers from the top down, with the folders that there are', () => {
  const drawing = /^## Working on it\n[\s\S]*?^```text\n([\s\S]*?)^```/m.exec(read('README.md'))?.[1] ?? '';
  let part = '';
  const drawn: Record<string, string[][]> = {};
  for (const line of drawing.split('\n')) {
    // A line is: the part's name or nothing, the folders of a layer, and what they are.
    const [, head = '', names = ''] = /^(.{16})(\S+(?: {1,2}\S+)*)(?: {3,}.*)?$/.exec(line) ?? [];
    if (names === '' || names === '│') continue;
    part = head.trim() || part;
    (drawn[part] ??= []).push(names.split(/ +/));
  }
  const { 'entry points': entries, 'the host': _host, ...parts } = drawn;
  const above = existing([[...around], [...tools]]);
  assert.deepEqual(parts, {
    ...(above.length > 1 && { around: above[0]?.map((folder) => [folder]) }),
    tools: above.at(-1)?.map((folder) => [folder]),
    "asyncio's API": existing(api).reverse(),
    'the engine': existing(engine).reverse(),
  });
  const published = Object.keys((JSON.parse(read('package.json')) as { exports: object }).exports);
  const names = published
    .filter((name) => name !== './package.json')
    .map((name) => name.replace(/^\.\/?/, '/'));
  assert.deepEqual(
    entries?.flat().sort(),
    names.map((name) => `asyncio-ts${name === '/' ? '' : name}`).sort(),
  );
});

// A small one, which Node reads for each module of the sources, and which is not published.
test('src/package.json says of the sources what package.json says', () => {
  const manifest = JSON.parse(read('package.json')) as {
    readonly name: string;
    readonly type: string;
    readonly sideEffects: readonly string[];
    readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const below = (file: string = ''): string => file.replace('./src/', './');
  const runtime = './everywhere-runtime';
  assert.deepEqual(JSON.parse(read('src/package.json')), {
    name: manifest.name,
    type: manifest.type,
    sideEffects: manifest.sideEffects.filter((file) => file.startsWith('./src/')).map(below),
    // The one that a source asks for by its name.
    exports: { [runtime]: below(manifest.exports[runtime]?.['asyncio-ts-source']) },
  });
});

test('src/README.md has a row for each folder, in the order of the layers, with what it may import', () => {
  const rows = [...read('src/README.md').matchAll(/^\| `(\w+)` \|.*\| (.*) \|$/gm)];
  const below = (at: number): string => {
    const last = existing(layers.slice(0, at)).at(-1)?.at(-1);
    return last === undefined ? 'nothing' : last === 'base' ? '`base`' : `up to \`${last}\``;
  };
  const expected = layers.flatMap((layer, at) =>
    existing([layer]).flatMap((some) => some.map((folder) => [folder, below(at)])),
  );
  const above = existing([[...around, ...tools]]).flat();
  assert.deepEqual(
    rows.map(([, folder, imports]) => [folder, imports]),
    [...expected, ...above.map((folder) => [folder, 'entry points'])],
  );
});

test('src/README.md names the entry points that lie in folders', () => {
  const page = read('src/README.md');
  for (const file of entryPoints) if (file.includes('/')) assert.ok(page.includes(`\`${file}\``), file);
});
