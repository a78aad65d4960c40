// Runs the public Promises/A+ suite against Future and prints the outcome as JSON. A program of its own,
// because the suite leaves rejected promises unhandled on purpose.
//
// The suite's files are written for mocha: they call `describe`, `specify` and `beforeEach` and find their
// subject in a global. Those few words are all that they need, and they are given here, so that the same
// files run on every runtime; parts without hooks run side by side, since nearly all of their time is
// waiting.

import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { inspect } from 'node:util';
import { newEventLoop } from '../../src/asyncio.ts';

type Done = (error?: unknown) => void;
type Body = (done: Done) => void;

interface Part {
  title: string;
  hooks: (() => void)[];
  tests: { title: string; body: Body }[];
  parts: Part[];
}

const makePart = (title: string): Part => ({ title, hooks: [], tests: [], parts: [] });
const top = makePart('');
let open = top;

function describe(title: string, body: () => void): void {
  const outer = open;
  open = makePart(`${outer.title}${outer.title === '' ? '' : ' > '}${title}`);
  outer.parts.push(open);
  body();
  open = outer;
}

const specify = (title: string, body: Body): void => void open.tests.push({ title, body });
const beforeEach = (hook: () => void): void => void open.hooks.push(hook);

const loop = newEventLoop();
const stopped = loop.runForever();
process.on('unhandledRejection', () => {});

const adapter = {
  deferred() {
    const promise = loop.createFuture<unknown>();
    return {
      promise,
      resolve: (value: unknown): void => {
        if (!promise.done()) promise.setResult(value);
      },
      reject: (reason: unknown): void => {
        if (!promise.done()) promise.setException(reason);
      },
    };
  },
  resolved(value: unknown) {
    const { promise, resolve } = adapter.deferred();
    resolve(value);
    return promise;
  },
  rejected(reason: unknown) {
    const { promise, reject } = adapter.deferred();
    reject(reason);
    return promise;
  },
};

Object.assign(globalThis, { adapter, describe, specify, beforeEach, afterEach: beforeEach });
const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('promises-aplus-tests')), 'tests');
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .sort())
  require(join(folder, file));

let passed = 0;
const failures: string[] = [];

function runTest(part: Part, title: string, body: Body, hooks: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = (error?: unknown): void => {
      clearTimeout(limit);
      if (error === undefined || error === null) passed++;
      else
        failures.push(
          `${part.title} > ${title}: ${error instanceof Error ? error.message : inspect(error)}`,
        );
      resolve();
    };
    const limit = setTimeout(settle, 3000, new Error('not called'));
    try {
      for (const hook of hooks) hook();
      body(settle);
      if (body.length === 0) settle();
    } catch (error) {
      settle(error);
    }
  });
}

async function runPart(part: Part, outerHooks: (() => void)[]): Promise<void> {
  const hooks = [...outerHooks, ...part.hooks];
  // The tests of one part may share variables, and so may parts below a hook.
  const tests = async (): Promise<void> => {
    for (const { title, body } of part.tests) await runTest(part, title, body, hooks);
  };
  const works = [tests, ...part.parts.map((inner) => () => runPart(inner, hooks))];
  if (hooks.length === 0) await Promise.all(works.map((work) => work()));
  else for (const work of works) await work();
}

await runPart(top, []);
loop.stop();
await stopped;
loop.close();
console.log(JSON.stringify({ passed, failures }));
