// However a user leaves what looks at a program, that program is left as it was, and nobody reads a stack of ours.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildDashPage } from '../../scripts/dash-page.mjs';
import { root } from '../../scripts/runtime.mjs';
import { commandLine } from '../commandLine.ts';
import { onNode, Program } from '../facade/program.ts';
import { listenersOf } from '../../src/inspect/attach/listening.ts';
import { socketsOf } from '../../src/inspect/attach/sockets.ts';
import { lookFolder } from '../../src/inspect/attach/lookFolder.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const page = join(root, 'dist', 'bundle', 'dash.html');
const skip = onNode && process.platform === 'linux' ? false : 'only Node needs no preparation';
let program: Program;

if (skip === false) {
  // `asyncio dash` looks for its page before it looks at a process.
  before(async () => {
    if (existsSync(page)) return;
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, (await buildDashPage()).html);
  });
  beforeEach(async () => {
    program = new Program(new URL('../inspect/attach/programs/waits.ts', import.meta.url));
    await program.printed('ready');
  });
  afterEach(async () => {
    program.signal('SIGKILL');
    await program.ended;
  });
}

/** Runs a command on the program, until `leave` has done something about it. */
async function look(
  args: readonly string[],
  leave: (child: ChildProcessByStdio<Writable, Readable, Readable>) => Promise<unknown>,
): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [...commandLine(main), ...args, String(program.pid)], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    stdio: 'pipe',
  });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const closed = once(child, 'close');
  await leave(child);
  const [code] = (await closed) as [number | null];
  return { code, errors };
}

/** The program listens nowhere, and no note says that its inspector was opened. */
function isLeft(): void {
  assert.deepEqual(listenersOf(program.pid), []);
  assert.deepEqual(
    readdirSync(lookFolder()).filter((name) => name.startsWith(`opened-${program.pid}-`)),
    [],
  );
}

/** Waits until it is asked to open, or nobody is left who would. */
async function opened(by: { readonly exitCode: number | null }): Promise<void> {
  while (
    listenersOf(program.pid).length === 0 &&
    socketsOf(program.pid).length === 0 &&
    by.exitCode === null
  )
    await pause(1);
}

for (const [args, signal, expected] of [
  [['ps', '--watch=0.1'], 'SIGHUP', 129],
  [['dash'], 'SIGHUP', 129],
  [['top', '--json'], 'SIGTERM', 143],
  [['repl'], 'SIGINT', 130],
] as const) {
  test(
    `asyncio ${args[0]}: ${signal} while it gets in leaves the program as it was`,
    { skip },
    async () => {
      const { code, errors } = await look(args, async (child) => {
        await opened(child);
        child.kill(signal);
      });
      assert.deepEqual({ code, errors }, { code: expected, errors: '' });
      isLeft();
    },
  );
}

test('asyncio ps: whoever reads no more ends it', { skip }, async () => {
  const { code, errors } = await look(['ps', '--watch=0.02'], async ({ stdout }) => {
    await once(stdout, 'data');
    stdout.destroy();
  });
  assert.deepEqual({ code, errors }, { code: 141, errors: '' });
  isLeft();
});
