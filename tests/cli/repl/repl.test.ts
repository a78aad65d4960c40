// The prompt, as its user has it: from a pipe on every runtime, and in a terminal.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../commandLine.ts';
import { onNode } from '../../facade/program.ts';
import { noTerminal, openTerminal } from '../../terminal.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

async function piped(
  inputs: string[],
  ...args: string[]
): Promise<{ code: number | null; shown: string[] }> {
  const child = spawn(process.execPath, [...commandLine(main), 'repl', ...args], {
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(`${inputs.join('\n')}\n`);
  const closed = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const shown = (await text(child.stdout)).trimEnd().split('\n');
  return { code: await closed, shown };
}

// Bun's prompt reads the stack of what it shows, and Deno does not tell that its input was closed from within.
const skip = onNode ? false : "node's own prompt";

test(
  'repl: whatever is thrown is shown, and the prompt goes on, without its input too',
  { skip },
  async () => {
    const { code, shown } = await piped([
      'throw undefined',
      'throw null',
      'throw 5',
      'throw new Proxy({ a: 1 }, { get() { throw 1 } })',
      "throw Object.defineProperty(new Error('q'), 'stack', { get() { throw 5 } })",
      "throw Object.defineProperty({}, 'code', { get() { throw 5 } })",
      'process.stdin.destroy(), 7',
    ]);
    assert.equal(code, 0);
    assert.equal(shown.filter((line) => line.startsWith('Uncaught')).length, 6);
    assert.deepEqual(shown.slice(0, 3), ['Uncaught undefined', 'Uncaught null', 'Uncaught 5']);
    assert.equal(shown.at(-1), '7');
  },
);

test('repl: inputs of a pipe run one after the other, under one loop, and tasks go on between them', async () => {
  const { code, shown } = await piped([
    'const words: string[] = []',
    "const task = createTask(async () => { await sleep(1); words.push('task'); return 'done' })",
    "await sleep(30); words.push('input'); words",
    'function twice(n: number) {',
    '  return 2 * n',
    '}',
    'twice(21)',
    'await task',
    '_',
    "import { basename } from 'node:path'",
    "basename('/a/b')",
    "import { limit } from 'asyncio-ts/tools'",
    "const { commandLine } = await import('./tests/commandLine.ts')",
    '[typeof limit, typeof commandLine]',
    "throw new RangeError('too far')",
    'await timeout(5, () => sleep(10_000))',
    'asyncio.Event === Event',
    'const left = createTask(async () => { try { await sleep(10_000) } finally { console.log("cleaned up") } })',
    'currentTask().getName()',
  ]);
  assert.equal(code, 0);
  const lines = shown.filter((line) => !line.startsWith('    at ') && !/^ {2}|^}/.test(line));
  assert.deepEqual(
    lines.map((line) => line.replaceAll('"', "'").replace(/ \{$/, '')),
    [
      "[ 'task', 'input' ]",
      '42',
      "'done'",
      "'done'",
      "'b'",
      "[ 'function', 'function' ]",
      'Uncaught RangeError: too far',
      'Uncaught TimeoutError: timeout: not done after 5 ms',
      'false',
      "'input 17'",
      'cleaned up',
    ],
  );
});

test(
  'repl: in a terminal Ctrl-C cancels the running input, and only that',
  { skip: !onNode || noTerminal },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'repl-'));
    const history = join(home, 'history');
    const program = [process.execPath, ...commandLine(main), 'repl'].join(' ');
    const terminal = openTerminal(80, 24, `ASYNCIO_REPL_HISTORY=${history} ${program}`);
    const enter = (input: string): void => {
      terminal.type(input);
      terminal.keys('Enter');
    };
    await terminal.seen(/^> $|^>$/);
    enter('const task = createTask(() => sleep(600_000))');
    enter('try { console.log("go" + 1); await sleep(600_000) } finally { console.log("clean" + "ed") }');
    await terminal.seen(/^go1$/);
    terminal.keys('C-c');
    await terminal.seen(/^cleaned$/);
    await terminal.seen(/^cancelled$/);
    enter('console.log("sp" + "in"); while (true) {}');
    await terminal.seen(/^spin$/);
    terminal.keys('C-c');
    enter('[task.done(), "still " + "here"]');
    await terminal.seen(/^\[ false, 'still here' \]$/);
    enter('console.log("de" + "af"); await new Promise(() => {})');
    await terminal.seen(/^deaf$/);
    terminal.keys('C-c');
    terminal.keys('C-c');
    await terminal.seen(/was cancelled and has not ended: it goes on without you$/);
    terminal.type('asyncio.createTas');
    terminal.keys('Tab');
    await terminal.seen(/^> asyncio\.createTask$/);
    terminal.keys('C-c');
    terminal.keys('C-d');
    await terminal.seen(/^exit 0$/);
    assert.match(await readFile(history, 'utf8'), /const task = createTask/);
    await rm(home, { recursive: true });
  },
);
