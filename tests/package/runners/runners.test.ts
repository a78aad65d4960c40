// The library in the test runners that people use: each example of docs/test-runners.md with the runner it is for, forty
// loops at once, and a test after one that was given up.

import { strict as assert } from 'node:assert';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findRuntime, root } from '../../../scripts/runtime.mjs';
import { missingPeers, peerFolder } from '../../peers.ts';
import { stagePackage } from '../stage.ts';
import { runners, runTests } from './runners.ts';
import type { TestRunner } from './runners.ts';

// A project of its own, with nothing of this one above it.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'runners-')));
after(() => rmSync(folder, { recursive: true, force: true }));
stagePackage(folder);
writeFileSync(join(folder, 'package.json'), '{ "name": "runners", "private": true, "type": "module" }');
for (const [name, from] of [
  ...['vitest', 'vite', 'jest'].map((peer) => [peer, peerFolder(peer)] as const),
  ...['@types/node', 'undici-types', '@sinonjs/fake-timers'].map(
    (name) => [name, join(root, 'node_modules', name)] as const,
  ),
]) {
  const to = join(folder, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

const missing = (runner: TestRunner): string | false =>
  missingPeers(...runner.peers) ||
  (findRuntime(runner.runtime) === undefined && `no ${runner.runtime} here`);

/** The examples of the page that name a runner after the language. */
const page = readFileSync(join(root, 'docs', 'test-runners.md'), 'utf8');
const examples = [...page.matchAll(/^```(?:ts|js) (\S[^\n]*)\n(.*?)^```/gms)].map(
  ([, names = '', code = ''], index) => ({ names: names.split(' '), code, index }),
);

for (const runner of runners) {
  for (const { names, code, index } of examples) {
    if (!names.includes(runner.name)) continue;
    const title = `package: example ${index + 1} of docs/test-runners.md passes in ${runner.name}`;
    test(title, { skip: missing(runner) }, () => {
      const file = `example${index}-${runner.name}${runner.ending}`;
      writeFileSync(join(folder, file), code);
      const { passed, failed, code: status, text } = runTests(runner, folder, file);
      const tests = code.match(/^ *(?:Deno\.)?test(?:\.concurrent)?\(/gm) ?? [];
      const more = code.includes('of [1, 2, 3]') ? 2 : 0;
      assert.deepEqual(
        { passed, failed, status },
        { passed: tests.length + more, failed: 0, status: 0 },
        text,
      );
    });
  }
}

test('package: docs/test-runners.md has an example for each runner', () => {
  const named = new Set(examples.flatMap(({ names }) => names));
  assert.deepEqual([...named].sort(), runners.map(({ name }) => name).sort());
});

/** Forty loops at once, one test that its runner gives up while its run goes on, and one after it. */
const crowd = `
  import { run, sleep, taskGroup, currentTask } from 'asyncio-ts';
  const one = (n) => run(async () => {
    const mine = currentTask();
    const result = await taskGroup(async (group) => {
      const child = group.createTask(() => sleep(20, { result: n }));
      await sleep(10);
      return await child;
    });
    if (result !== n || currentTask() !== mine) throw new Error('another test was here');
  });
  for (let n = 0; n < 40; n++) concurrent('number ' + n, () => one(n));
  givenUp('is given up', () => run(() => sleep(2500)));
  plain('comes after it', () => one(40));`;
const heads: Readonly<Record<string, string>> = {
  node: `import { describe, test } from 'node:test';
    const all = [];
    const concurrent = (...args) => void all.push(args);
    const givenUp = (title, body) => test(title, { timeout: 50 }, body);
    const plain = (...args) => {
      test(...args);
      describe('at once', { concurrency: true }, () => all.forEach((args) => void test(...args)));
    };`,
  vitest: `import { test } from 'vitest';
    const concurrent = test.concurrent, plain = test, givenUp = (title, body) => test(title, body, 50);`,
  jest: `const concurrent = test.concurrent, plain = test, givenUp = (title, body) => test(title, body, 50);`,
  bun: `import { test } from 'bun:test';
    const concurrent = test.concurrent, plain = test, givenUp = (title, body) => test(title, body, 50);`,
};

for (const runner of runners) {
  const head = heads[runner.name];
  if (head === undefined) continue; // Deno has neither.
  const title = `package: forty loops at once and one after a test that was given up, in ${runner.name}`;
  test(title, { skip: missing(runner) }, () => {
    const file = `crowd-${runner.name}.test.js`;
    writeFileSync(join(folder, file), head + crowd);
    const { passed, failed, code, text } = runTests(runner, folder, file);
    assert.equal(code === 0, false, text);
    // node:test counts a test that was given up as cancelled.
    assert.deepEqual({ passed, failed }, { passed: 41, failed: runner.name === 'node' ? 0 : 1 }, text);
    assert.match(text, /is given up/);
    assert.doesNotMatch(text, /another test was here|unhandled|uncaught|ERR_ASYNCIO/i, text);
  });
}

// As babel-jest and others compile tests, with what makes CommonJS of them.
const transform = `const { transformSync } = require(${JSON.stringify(join(root, 'node_modules', 'esbuild'))});
  module.exports = { process: (source) => transformSync(source, { format: 'cjs', target: 'node22' }) };`;

test('package: Jest compiles it with the tests to CommonJS', { skip: missingPeers('jest') }, () => {
  const home = join(folder, 'compiled');
  mkdirSync(join(home, 'node_modules'), { recursive: true });
  cpSync(join(folder, 'node_modules', 'asyncio-ts'), join(home, 'node_modules', 'asyncio-ts'), {
    recursive: true,
  });
  writeFileSync(join(home, 'transform.cjs'), transform);
  const jest = {
    transform: { '\\.js$': '<rootDir>/transform.cjs' },
    transformIgnorePatterns: ['/node_modules/(?!asyncio-ts/)'],
  };
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'compiled', jest }));
  const code = `import { run, sleep } from 'asyncio-ts';
    import { runTest } from 'asyncio-ts/testing';
    test('runs', () => run(async () => expect(await sleep(1, { result: 1 })).toBe(1)));
    test('has a virtual clock', () => runTest(() => sleep(3_600_000)));`;
  writeFileSync(join(home, 'compiled.test.js'), code);
  const runner = runners.find(({ name }) => name === 'jest') as TestRunner;
  const { passed, failed, text } = runTests({ ...runner, environment: {} }, home, 'compiled.test.js');
  assert.deepEqual({ passed, failed }, { passed: 2, failed: 0 }, text);
});

test('package: CommonJS tests of Jest require it', { skip: missingPeers('jest') }, () => {
  const code = `const { run, sleep } = require('asyncio-ts');
    test('runs', () => run(async () => expect(await sleep(1, { result: 1 })).toBe(1)));`;
  writeFileSync(join(folder, 'required.test.cjs'), code);
  const runner = runners.find(({ name }) => name === 'jest') as TestRunner;
  const args = [...runner.args, '--testMatch', '**/*.test.cjs'];
  const { passed, failed, text } = runTests({ ...runner, args }, folder, 'required.test.cjs');
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 0 }, text);
});

test('package: Jest that fakes timers from the start is told so', { skip: missingPeers('jest') }, () => {
  const home = join(folder, 'faked');
  mkdirSync(home);
  const jest = { fakeTimers: { enableGlobally: true } };
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'faked', type: 'module', jest }));
  const code = `import { run, sleep } from 'asyncio-ts';
    test('runs', () => run(() => sleep(1)));`;
  writeFileSync(join(home, 'faked.test.js'), code);
  const runner = runners.find(({ name }) => name === 'jest') as TestRunner;
  const { passed, failed, text } = runTests(runner, home, 'faked.test.js');
  assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 }, text);
  assert.match(text, /UnsupportedError: asyncio-ts was imported while a fake setTimeout was installed/);
});
