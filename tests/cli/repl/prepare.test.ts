// What is typed, made into a script: declarations outlive their input, and unfinished text is told from wrong text.

import assert from 'node:assert/strict';
import * as nodeModule from 'node:module';
import { test } from 'node:test';
import vm from 'node:vm';
import { prepare, UnfinishedInput } from '../../../src/cli/repl/statement.ts';
import { onNode } from '../../facade/program.ts';
import '../../harness.ts';

const run = async (input: string): Promise<unknown> => {
  const result = (await vm.runInThisContext(prepare(input, undefined))) as { value: unknown } | undefined;
  return result?.value;
};
const names = ['a', 'b', 'c', 'rest', 'f', 'g', 'K', 'i', 'z', 'e'];
const clear = (): void => names.forEach((name) => Reflect.deleteProperty(globalThis, name));

test('prepare: the value of the last expression, and none of a declaration', async () => {
  assert.equal(await run('1 + 1'), 2);
  assert.equal(await run('1; 2;'), 2);
  assert.equal(await run('(3)'), 3);
  assert.equal(await run('await Promise.resolve(4) // why not'), 4);
  assert.equal(await run('const a = 5'), undefined);
  assert.equal(await run(''), undefined);
  assert.deepEqual(await run('{ x: 1 }'), { x: 1 });
  assert.deepEqual(await run('{}'), {});
  assert.equal(await run('{ let a = 1; a }'), undefined);
  // Not waited for: it is what the input made.
  const made = (await vm.runInThisContext(prepare('Promise.resolve(6)', undefined))) as { value: unknown };
  assert.ok(made.value instanceof Promise);
  clear();
});

test('prepare: what is declared is there for the next input, and can be declared again', async () => {
  await run('const a = 1, b = await Promise.resolve(2); let c');
  assert.deepEqual(await run('[a, b, c]'), [1, 2, undefined]);
  await run('const { a, ...rest } = { a: 3, y: 4 }; let [b = 5] = []');
  assert.deepEqual(await run('[a, b, rest]'), [3, 5, { y: 4 }]);
  await run('const a = () => {}; function f() { return g() } async function g() { return 7 }');
  assert.deepEqual(await run('[a.name, await f()]'), ['a', 7]);
  await run('class K { #p = 8; get p() { return this.#p } }');
  assert.equal(await run('new K().p'), 8);
  await run('for (var i = 0; i < 3; i++) { var z = i; let c = 9 } try { throw 1 } catch { var e = 10 }');
  assert.deepEqual(await run('[i, z, c, e]'), [3, 2, undefined, 10]);
  await run('for (var a of [11]); for (const b of [12]) a += b');
  assert.deepEqual(await run('[a, b]'), [23, 5]);
  clear();
});

test('prepare: imports, in each of their forms', () => {
  const script = (input: string): string =>
    prepare(input, undefined).slice('(async () => {'.length, -5).trim();
  assert.equal(script("import 'x'"), "await import('x');");
  assert.equal(script("import a from 'x'"), "({ default: a } = await import('x'));");
  assert.equal(
    script("import a, { b, c as d, 'e-f' as g } from 'x';"),
    `({ default: a, b: b, c: d, "e-f": g } = await import('x'));`,
  );
  assert.equal(script("import * as all from 'x'"), "all = await import('x');");
  assert.equal(
    script("import a from 'x' with { type: 'json' }"),
    "({ default: a } = await import('x', { with: { type: 'json' } }));",
  );
});

test('prepare: text that ends too early is unfinished, and wrong text is a SyntaxError with its place', () => {
  for (const input of ['f(1', 'function f() {', '`abc', '/* why', 'const a =', '[1,', 'if (a) {', 'a ?'])
    assert.throws(() => prepare(input, undefined), UnfinishedInput, input);
  for (const input of ['a b', "'abc", 'f(1 2', '1 = 2', 'export const a = 1'])
    assert.throws(() => prepare(input, undefined), SyntaxError, input);
  assert.throws(
    () => prepare('let x = 1;\nlet y = = 2', undefined),
    /^SyntaxError: [^]*\n {2}let y = = 2\n {10}\^$/,
  );
});

// Each host has a parser of its own; its words are Node's here.
const { stripTypeScriptTypes } = nodeModule as Partial<typeof nodeModule>;
const skip = onNode && stripTypeScriptTypes !== undefined ? false : "the words of Node's parser";

test('prepare: types go, also over several lines', { skip }, () => {
  for (const input of [
    'function f(a: number) {',
    'interface A {',
    'class A { constructor(readonly a: number',
    'const a: number =',
    'const f = (a: string) =>',
  ])
    assert.throws(() => prepare(input, stripTypeScriptTypes), UnfinishedInput, input);
  assert.match(prepare('const a: number = 1', stripTypeScriptTypes), /void \(a {9}= 1\);/);
  assert.throws(
    () => prepare('enum A { B }', stripTypeScriptTypes),
    /SyntaxError: TypeScript enum is not supported/,
  );
});
