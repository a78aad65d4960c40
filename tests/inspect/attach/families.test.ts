// A program of several threads and processes, and programs in containers: one tree, or a sentence that says what to do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { onNode, Program, runProgram } from '../../facade/program.ts';
import { run, sleep } from '../../../src/asyncio.ts';
import { attach, AttachError } from '../../../src/inspect/inspect.ts';
import type { ProcessView } from '../../../src/inspect/inspect.ts';

const onLinux = process.platform === 'linux';
const url = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);

const CONTAINER = ['unshare', '-pmf', '--mount-proc'];
const OWN_NETWORK = ['unshare', '-pmnf', '--mount-proc'];
const noContainer = !onLinux
  ? 'containers are of Linux'
  : !onNode
    ? 'one runtime is enough, and only Node can be asked by a signal'
    : spawnSync('unshare', [...OWN_NETWORK.slice(1), 'true']).status === 0
      ? false
      : 'unshare -pmnf is missing, or needs rights that this user has not';

/** The names of all tasks, each behind where it runs. */
function tasksOf(view: ProcessView, root: number = view.pid): string[] {
  const own = view.threads.flatMap(({ thread, snapshot }) =>
    (snapshot?.tasks ?? []).map(
      ({ name }) => `${view.pid === root ? 'root' : 'child'}${thread === 0 ? '' : ', thread'}: ${name}`,
    ),
  );
  return [...own, ...view.children.flatMap((child) => tasksOf(child, root))];
}

test(
  'ASYNCIO_INSPECT: workers of pools and a child inherit it, and are shown with their program as one tree',
  { skip: onLinux ? false : 'so far it works on Linux' },
  async () => {
    const program = new Program(url('family'), [], { ASYNCIO_INSPECT: '1' });
    try {
      await program.printed('ready');
      const wanted = [
        'child: in a child',
        'child: in a process',
        'root, thread: in a thread',
        'root: main',
      ];
      await run(async () => {
        await using looked = await attach(program.pid, { signal: false });
        // The workers are being started.
        for (let tries = 0; ; tries++) {
          const all = tasksOf(await looked.snapshot());
          const found = wanted.filter((name) => all.includes(name));
          if (found.length === wanted.length) break;
          assert.ok(tries < 200, `${all.join('\n')}\n${program.output}`);
          await sleep(50);
        }
      });
      const asyncio = new URL('../../../src/cli/main.ts', import.meta.url);
      const { stdout, code } = await runProgram(asyncio, ['pstree', String(program.pid), '--no-signal']);
      assert.equal(code, 0);
      for (const name of wanted) assert.match(stdout, new RegExp(` ${name.replace(/.*: /, '')} \\(`));
    } finally {
      // It ends all that it has started.
      program.signal('SIGTERM');
      await program.ended;
    }
  },
);

/** Starts `waits` in a container; its number out here. */
async function contained(
  container: readonly string[],
  env: Record<string, string>,
  look: (pid: number) => Promise<void>,
): Promise<void> {
  const program = new Program(url('waits'), [], env, container);
  let inner: number | undefined;
  try {
    await program.printed('ready');
    const { pid } = program;
    inner = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
    await run(() => look(inner as number));
  } finally {
    if (inner !== undefined) process.kill(inner, 'SIGKILL');
    await program.ended;
  }
}

test('attach: a process in a container of its own numbers and mounts', { skip: noContainer }, async () => {
  await contained(CONTAINER, { NODE_OPTIONS: '--inspect-port=0' }, async (pid) => {
    await using looked = await attach(pid);
    assert.ok(tasksOf(await looked.snapshot()).includes('root: sleeper'));
  });
});

test(
  'attach: in a container with a network of its own it is told what to do, and works by a socket',
  { skip: noContainer },
  async () => {
    await contained(OWN_NETWORK, {}, async (pid) => {
      await assert.rejects(attach(pid), (error) => {
        assert.ok(error instanceof AttachError);
        assert.equal(error.reason, 'elsewhere');
        assert.match(
          error.message,
          /waits\.ts\) runs in a container with a network of its own.*: run this command inside of it, or start it with ASYNCIO_INSPECT=1/,
        );
        return true;
      });
    });
    await contained(OWN_NETWORK, { ASYNCIO_INSPECT: '1' }, async (pid) => {
      await using looked = await attach(pid);
      assert.ok(tasksOf(await looked.snapshot()).includes('root: sleeper'));
    });
  },
);

test(
  'attach: a program whose package was replaced is told so',
  { skip: onNode && onLinux ? false : 'only Node can be asked by a signal' },
  async () => {
    const program = new Program(url('replaced'), [], { NODE_OPTIONS: '--inspect-port=0' });
    try {
      await program.printed('ready');
      await run(async () => {
        await assert.rejects(attach(program.pid), (error) => {
          assert.ok(error instanceof AttachError);
          assert.equal(error.reason, 'closed');
          assert.match(
            error.message,
            /^process \d+ \(replaced\.ts\) runs a copy of asyncio-ts whose files are not there any more.*: start it again$/,
          );
          return true;
        });
      });
    } finally {
      program.signal('SIGKILL');
      await program.ended;
    }
  },
);
