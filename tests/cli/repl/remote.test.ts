// The prompt in a live process that was started without any thought of it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../commandLine.ts';
import { nodeOnly } from '../../facade/program.ts';
import { startLookedAt } from '../../startLookedAt.ts';
import type { LookedAt } from '../../startLookedAt.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
let program: LookedAt;

if (nodeOnly === false) {
  before(async () => {
    program = await startLookedAt(3);
  });
  after(() => program.end());
}

async function prompt(inputs: string[], ...args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [...commandLine(main), 'repl', String(program.pid), ...args], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdin.end(`${inputs.join('\n')}\n`);
  const shown = await text(child.stdout);
  assert.deepEqual(await closed, [0, null]);
  return shown.trimEnd().split('\n');
}

test('repl PID: what is there can be read, and nothing changed', { skip: nodeOnly }, async () => {
  const refused = 'Uncaught EvalError: it would change something: --write runs it';
  assert.deepEqual(
    await prompt([
      'asyncio.tasks.length',
      '{ a: [1, 2] }',
      'process.title = "mine"',
      'let here = 1',
      'asyncio.tasks[1].cancel()',
      'asyncio.tasks.length',
      'asyncio.tasks[99].there',
      'new Error("\\x1b]0;title\\x07").message + 1',
      'process.title === "mine"',
      'a b',
    ]),
    [
      '7',
      '{ a: [ 1, 2 ] }',
      refused,
      refused,
      refused,
      '7',
      "Uncaught TypeError: Cannot read properties of undefined (reading 'there')",
      '    at <anonymous>:1:21',
      "'\\x1B]0;title\\x071'",
      'false',
      'Uncaught SyntaxError: Unexpected token',
      '  a b',
      '    ^',
    ],
  );
});

test('repl PID --write: it can be changed, and awaits work', { skip: nodeOnly }, async () => {
  assert.deepEqual(
    await prompt(
      [
        'const named = (name: string) =>',
        '  asyncio.tasks.find((task) => task.getName() === name)',
        'named("Ann").cancel()',
        'await new Promise((done) => setTimeout(done, 20, "slept"))',
        'asyncio.tasks.length',
      ],
      '--write',
    ),
    ['true', "'slept'", '5'],
  );
  assert.deepEqual(await prompt(['typeof asyncio']), ["'object'"]);
});
