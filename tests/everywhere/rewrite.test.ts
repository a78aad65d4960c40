// The rewritten text: what is added, what stays, and where it says that it came from.

import assert from 'node:assert/strict';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { test } from 'node:test';
import { rewrite } from '../../src/everywhere/rewrite.ts';
import { selector } from '../../src/everywhere/selection.ts';
import { withSourceMap } from '../../src/everywhere/sourceMap.ts';
import { peers } from './program.ts';

/** A file, rewritten, with short names for what was added. */
function text(code: string, file: string = 'app.ts', format?: 'module' | 'commonjs'): string {
  const edited = rewrite({ code, file, shown: file, runtime: 'rt', format }, peers);
  if (edited === undefined) return 'unchanged';
  return String(edited)
    .replaceAll(/\nimport \{[^}]*\} from "rt";\n$|const \{[^}]*\} = require\("rt"\);/g, '')
    .replaceAll(/const __asyncio_activation=__asyncio_beginActivation\(\);/g, '')
    .replaceAll('__asyncio_', '')
    .replaceAll('awaits.count,', '')
    .replaceAll(/,(activation|0),"([^"]*)"/g, ',"$2"');
}

const cases: [name: string, code: string, expected: string][] = [
  ['a call', 'await f(1);', 'await cancelPoint(f(1),"c|f||app.ts:1:1");'],
  ['a variable', 'await p;', 'await cancelPoint(p,"v|p||app.ts:1:1");'],
  ['a call with a function', 'await f(() => 1);', 'await cancelPoint(f(() => 1),"o|f||app.ts:1:1");'],
  [
    'Promise.all',
    'await Promise.all(x);',
    'await cancelPoint(Promise.all(x),"g|Promise.all||app.ts:1:1");',
  ],
  ['a new object', 'await new X(y);', 'await cancelPoint(new X(y),"c|new X||app.ts:1:1");'],
  ['an optional call', 'await a?.b();', 'await cancelPoint(a?.b(),"c|a?.b||app.ts:1:1");'],
  ['a dynamic import', "await import('x');", 'await cancelPoint(import(\'x\'),"c|import||app.ts:1:1");'],
  ['a literal', 'await 1; await f;', 'await 1; await cancelPoint(f,"v|f||app.ts:1:10");'],
  ['types', 'await (f() as T)!;', 'await cancelPoint((f() as T)!,"c|f||app.ts:1:1");'],
  [
    'awaits in awaits',
    'await await f();',
    'await cancelPoint(await cancelPoint(f(),"c|f||app.ts:1:7"),"c|||app.ts:1:1");',
  ],
  ['a list', 'await (a, b());', 'await cancelPoint((a, b()),"c|||app.ts:1:1");'],
  ['for await', 'for await (const x of y) z;', 'for await (const x of iterate(y,"v|y||app.ts:1:1")) z;'],
  [
    'for, which waits for nothing',
    'for (const x of y) await z;',
    'for (const x of y) await cancelPoint(z,"v|z||app.ts:1:20");',
  ],
  [
    'an arrow',
    'const f = async () => await g();',
    'const f = async () => {return await cancelPoint(g(),"c|g|f|app.ts:1:23")};',
  ],
  [
    'an arrow that makes an object',
    'const f = async () => ({ a: await g() });',
    'const f = async () => {return ({ a: await cancelPoint(g(),"c|g|f|app.ts:1:29") })};',
  ],
  [
    'an arrow that returns a promise',
    'f(async () => g());',
    'f(async () => {return returned(g(),"c|g||app.ts:1:15")});',
  ],
  [
    'a return',
    'async function f() { return g(); }',
    'async function f() { return returned(g(),"c|g|f|app.ts:1:22"); }',
  ],
  [
    'a return of a list',
    'async function f() { return a, g(); }',
    'async function f() { return returned((a, g()),"c||f|app.ts:1:22"); }',
  ],
  ['a return of what is no promise', 'async function f() { return [1]; }', 'unchanged'],
  ['a return in a function inside', 'async () => { x(function () { return g(); }); };', 'unchanged'],
  [
    'a directive',
    "async function f() { 'use strict'; await g(); }",
    'async function f() { \'use strict\'; await cancelPoint(g(),"c|g|f|app.ts:1:36"); }',
  ],
  [
    'a function of the library',
    "import { sleep } from 'asyncio-ts';\nawait sleep(1);",
    'import { sleep } from \'asyncio-ts\';\nawait cancelPoint(sleep(1),"l|sleep||app.ts:2:1");',
  ],
  [
    'a name of the library that means something else',
    "import { sleep } from 'asyncio-ts';\nasync (sleep) => { await sleep(1); };",
    'import { sleep } from \'asyncio-ts\';\nasync (sleep) => { await cancelPoint(sleep(1),"c|sleep||app.ts:2:20"); };',
  ],
  [
    'a generator',
    'async function* f() { const x = yield g(); yield; yield* h(); return i(); }',
    'async function* f() {let activation=beginActivation(); const x = resumed(yield cancelPoint(g(),"c|g|f|app.ts:1:33"),' +
      'activation=beginActivation()); resumed(yield,activation=beginActivation()); resumed(yield* iterate(h(),"c|h|f|app.ts:1:51"),' +
      'activation=beginActivation()); return cancelPoint(i(),"c|i|f|app.ts:1:63"); }',
  ],
  ['a plain generator', 'function* f() { yield g(); } async () => {};', 'unchanged'],
  ['await using', 'await using x = y();', 'unchanged'],
  [
    'decorators, enums and namespaces',
    '@d class A { @e async m() { await f(); } } enum E { a }',
    '@d class A { @e async m() { await cancelPoint(f(),"c|f|m|app.ts:1:29"); } } enum E { a }',
  ],
  ['text in a comment and in a string', '// async await\n"await f()";', 'unchanged'],
  ['eval, whose text stays', 'eval("await 1"); async () => {}', 'unchanged'],
  ['what is no program', 'async function ( {', 'unchanged'],
];
for (const [name, code, expected] of cases) {
  test(`rewrite: ${name}`, () => assert.equal(text(code), expected));
}

test('rewrite: JSX, in JavaScript and in TypeScript', () => {
  const code = 'const f = async () => <b a={await g()}>{await h()}</b>;';
  for (const file of ['app.jsx', 'app.tsx', 'app.js'])
    assert.match(text(code, file), /a=\{await cancelPoint\(g\(\)/);
});

test('rewrite: where the calls come from, in a module and in CommonJS', () => {
  const source = { file: 'app.js', shown: 'app.js', runtime: 'rt' };
  const of = (code: string, format?: 'commonjs'): string =>
    String(rewrite({ ...source, code, format }, peers));
  assert.match(
    of('#!/bin/node\nexport {}; async () => { await f; };'),
    /^#!\/bin\/node\nexport.*\nimport \{.*\} from "rt";\n$/s,
  );
  assert.match(
    of('#!/bin/node\nasync () => { await f; };', 'commonjs'),
    /^#!\/bin\/node\nconst \{.*\} = require\("rt"\);async/,
  );
  assert.match(
    of("'use strict'\nasync () => { await f; };", 'commonjs'),
    /^'use strict';const \{.*\} = require\("rt"\);\nasync/,
  );
  assert.match(of('async () => { await f; }; return;'), /^const/);
  assert.match(of('await f;'), /import/);
});

test('rewrite: names that the file has itself are left to it', () => {
  const code = 'const __asyncio_activation = 1; await f();';
  const edited = String(rewrite({ code, file: 'a.mjs', shown: 'a', runtime: 'rt' }, peers));
  assert.match(edited, /__asyncio1_cancelPoint/);
});

test('rewrite: the source map leads to the text, line by line and word by word', () => {
  const code = 'const a = 1;\nasync function f() { await g(); throw new Error(); }\n';
  const edited = rewrite({ code, file: 'a.mjs', shown: 'a', runtime: 'rt' }, peers);
  assert.ok(edited);
  const out = withSourceMap(edited, code, 'file:///x/a.mjs', peers);
  const map = new SourceMap(readMap(out));
  for (const word of ['const a', 'throw', 'new Error']) {
    const [line, column] = place(out, word);
    const entry = map.findEntry(line, column) as Required<ReturnType<SourceMap['findEntry']>>;
    assert.ok('originalLine' in entry);
    assert.deepEqual(
      [entry.originalSource, entry.originalLine, entry.originalColumn],
      ['file:///x/a.mjs', ...place(code, word)],
    );
  }
});

test('rewrite: the source map goes on through the one that the file has', () => {
  const original = 'let f: () => void;\n\nawait g();\n';
  const inner = new peers.strings.default(original);
  inner.remove(0, original.indexOf('await'));
  const map = inner.generateMap({ source: 'real.ts', hires: true });
  const code = `${String(inner)}\n//# sourceMappingURL=${map.toUrl()}\n`;
  const edited = rewrite({ code, file: 'a.mjs', shown: 'a', runtime: 'rt' }, peers);
  assert.ok(edited);
  const out = withSourceMap(edited, code, 'file:///x/a.mjs', peers);
  const entry = new SourceMap(readMap(out)).findEntry(...place(out, 'g()'));
  assert.ok('originalLine' in entry);
  assert.deepEqual([entry.originalSource, entry.originalLine], ['file:///x/real.ts', 2]);
});

function place(code: string, word: string): [line: number, column: number] {
  const before = code.slice(0, code.indexOf(word)).split('\n');
  return [before.length - 1, (before.at(-1) as string).length];
}

function readMap(code: string): SourceMapPayload {
  const found = /base64,(\S+)/.exec(code)?.[1] ?? '';
  return JSON.parse(Buffer.from(found, 'base64').toString()) as SourceMapPayload;
}

test('selector: the own files, chosen packages, and never the library', () => {
  const own = new URL('../../src/asyncio.ts', import.meta.url).pathname;
  const selected = (path: string, packages: string[] = []): boolean => selector({ packages }).test(path);
  assert.equal(selected('/p/app.ts'), true);
  assert.equal(selected('/p/app.mjs'), true);
  assert.equal(selected('/p/app.d.ts'), false);
  assert.equal(selected('/p/data.json'), false);
  assert.equal(selected(own), false);
  assert.equal(selected('/p/node_modules/a/x.js'), false);
  assert.equal(selected('/p/node_modules/a/x.js', ['a']), true);
  assert.equal(selected('/p/node_modules/a/node_modules/b/x.js', ['a']), false);
  assert.equal(selected('/p/node_modules/@s/a/x.js', ['@s/a']), true);
  assert.equal(selected('/p/node_modules/asyncio-ts/x.js', ['asyncio-ts']), false);
});
