// `asyncio top` in a terminal of 80×24, with colours and without: on a live program that knows nothing of it.

import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../commandLine.ts';
import { onNode } from '../../facade/program.ts';
import { startLookedAt } from '../../startLookedAt.ts';
import type { LookedAt } from '../../startLookedAt.ts';
import { noTerminal, openTerminal } from '../../terminal.ts';
import type { Terminal } from '../../terminal.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const skip = onNode ? noTerminal : 'only Node needs no preparation';
let program: LookedAt;

if (skip === false) {
  before(async () => {
    program = await startLookedAt(40);
  });
  after(() => program.end());
}

function top(env: string, ...options: string[]): Terminal {
  const command = [
    process.execPath,
    ...commandLine(main),
    'top',
    String(program.pid),
    '-i',
    '0.2',
    ...options,
  ];
  return openTerminal(80, 24, `env ${env} ${command.join(' ')}`);
}

test('top: shows a live program, a stack, and cancels a task after a question', { skip }, async () => {
  const terminal = top('A=1', '--tree');
  const first = await terminal.seen(/^DEADLOCK: Ann → Bob → Ann$/);
  assert.match(first[0] ?? '', /^asyncio top lookedAt\.ts, process \d+, node /);
  assert.ok(
    first.some((line) => /^ +\d+ +Ann +waiting .*Lock "right", held by Bob/.test(line)),
    first.join('\n'),
  );
  assert.ok(terminal.styled().includes('\u001b['));
  terminal.type('/');
  terminal.type('Bob');
  terminal.keys('Enter');
  terminal.keys('Enter');
  await terminal.seen(/^await stack, innermost first:$/);
  await terminal.seen(/lookedAt\.ts:\d+$/);
  terminal.keys('Escape');
  await terminal.seen(/^F1Help/);
  terminal.keys('F9');
  await terminal.seen(/^Cancel task \d+ Bob\? y\/n$/);
  terminal.type('y');
  await terminal.seen(/^Bob is cancelled$/);
  terminal.keys('q');
  await terminal.seen(/^exit 0$/);
  // What stood there before is back.
  assert.ok(terminal.screen().every((line) => !line.startsWith('asyncio top')));
});

test('top: without colours the cursor is a mark', { skip }, async () => {
  const terminal = top('NO_COLOR=1', '--filter', 'idle');
  await terminal.seen(/^> +\d+ +idle 0 /);
  terminal.keys('Down');
  await terminal.seen(/^> +\d+ +idle 1 /);
  terminal.keys('F10');
  await terminal.seen(/^exit 0$/);
});
