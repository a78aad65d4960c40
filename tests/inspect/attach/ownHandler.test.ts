// A program that handles SIGUSR1 itself is told apart from one that does not answer, and an inspector that opens when nobody
// waits for it any more is in nobody's way.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { onNode, Program } from '../../facade/program.ts';
import { run, sleep } from '../../../src/asyncio.ts';
import { attach, AttachError } from '../../../src/inspect/inspect.ts';
import { isNoted, writeNote } from '../../../src/inspect/attach/inspector/notes.ts';
import { listenersOf } from '../../../src/inspect/attach/listening.ts';
import { processInfo } from '../../../src/inspect/attach/processInfo.ts';
import { socketsOf } from '../../../src/inspect/attach/sockets.ts';
import type { ProcessInfo } from '../../../src/inspect/attach/processInfo.ts';

const skip = process.platform === 'linux' && onNode ? false : 'only Node can be asked by a signal';
const namesThreads = existsSync(`/proc/self/task`) && Number(process.versions.node?.split('.')[0]) >= 24;
const url = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);
const PORT = '--inspect-port=0';

async function live(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  body: (info: ProcessInfo, program: Program) => Promise<void>,
): Promise<void> {
  const program = new Program(url(name), args, env);
  try {
    await program.printed('ready');
    await body(processInfo(program.pid) as ProcessInfo, program);
  } finally {
    program.signal('SIGKILL');
    await program.ended;
  }
}

async function isTold(info: ProcessInfo): Promise<void> {
  const failed = run(() => attach(info.pid, { answerWithin: 150 }));
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof AttachError, String(error));
    assert.equal(
      error.message,
      `process ${info.pid} (ownSignal.ts) handles SIGUSR1 itself, so that Node opens no inspector: ` +
        'start it with ASYNCIO_INSPECT=1',
    );
    assert.equal(error.reason, 'closed');
    return true;
  });
  assert.equal(isNoted(info), false);
}

test('attach: a program that handles SIGUSR1 itself is told what to do', { skip }, async () => {
  await live('ownSignal', [], { NODE_OPTIONS: PORT }, async (info, program) => {
    await isTold(info);
    await program.printed('its own');
  });
});

test(
  'attach: so is one that spins',
  { skip: skip || (namesThreads ? false : 'this release of Node gives its threads no names') },
  async () => {
    await live('ownSignal', ['spins'], { NODE_OPTIONS: PORT }, isTold);
  },
);

test(
  'attach: of one that has opened a socket, and spins, nothing is said that nobody knows',
  { skip },
  async () => {
    await live('ownSignal', [], { ASYNCIO_INSPECT: '1', NODE_OPTIONS: PORT }, async ({ pid }, program) => {
      await run(async () => {
        while (socketsOf(pid).length === 0) await sleep(5);
        await using looked = await attach(pid, { answerWithin: 150 });
        assert.ok(looked.threads.length > 0);
        program.signal('SIGUSR2');
        // The answer may still come before the signal does.
        let [thread] = (await looked.snapshot()).threads;
        while (thread?.hang === undefined) [thread] = (await looked.snapshot()).threads;
        const isKnown = thread.problem !== undefined;
        if (namesThreads) assert.equal(isKnown, true);
        if (isKnown) {
          assert.match(thread.problem?.message ?? '', /handles SIGUSR1 itself/);
          assert.deepEqual([thread.hang.kind, thread.hang.running], ['unknown', true]);
        }
      });
    });
  },
);

test(
  'attach: an inspector that was asked for, and opened late, is closed by the next who needs its port',
  { skip },
  async () => {
    const port = 39_231;
    await live('waits', [], { NODE_OPTIONS: `--inspect=${port}` }, async (late) => {
      writeNote(late);
      await live('waits', [], { NODE_OPTIONS: `--inspect-port=${port}` }, async ({ pid }) => {
        await run(async () => {
          await using looked = await attach(pid);
          assert.ok(looked.threads.length > 0);
        });
      });
      assert.deepEqual([listenersOf(late.pid), isNoted(late)], [[], false]);
    });
  },
);
