// openProcess and the end of a tree of processes, with real ones. No test leaves a process behind: all carry a mark in
// their environment.

import assert from 'node:assert/strict';
import process from 'node:process';
import { after, test } from 'node:test';
import '../harness.ts';
import {
  CancelledError,
  createTask,
  DEVNULL,
  FileNotFoundError,
  InvalidArgumentError,
  newEventLoop,
  openProcess,
  PIPE,
  run,
  sleep,
} from '../../src/asyncio.ts';
import type { OpenProcessOptions, ProcessTree } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { unobserved } from '../unobserved.ts';
import { linuxOnly, Mark } from './marked.ts';

const mark = new Mark();
after(() => assert.deepEqual(linuxOnly === false ? mark.running() : [], []));

/** Starts a shell, and waits until it has printed "ready". */
async function ready(script: string, options: OpenProcessOptions = {}): Promise<ProcessTree> {
  const tree = await openProcess(['bash', '-c', script], {
    stdout: PIPE,
    stderr: DEVNULL,
    env: mark.env,
    ...options,
  });
  assert.equal(String(await tree.stdout?.readline()), 'ready\n');
  return tree;
}

const scripts = {
  'a shell that waits for its children': 'sleep 600 & sleep 600 & echo ready; wait',
  'a child of a child': '(bash -c "sleep 600 & echo ready; wait"; true) & wait',
  'a pipeline of a shell': 'sleep 600 | cat | (echo ready; cat) ; true',
  'children in groups of their own (job control)': 'set -m; sleep 600 & sleep 600 & echo ready; wait',
  'a child in a session of its own': 'setsid bash -c "echo ready; exec sleep 600" & wait',
  'a daemon (session of its own, parents gone)':
    '(setsid bash -c "sleep 600 & echo ready; exec sleep 600" &) ; exec sleep 600',
  'a daemon whose first process has ended': '(setsid bash -c "echo ready; exec sleep 600 >/dev/null" &)',
  'a stopped child': 'sleep 600 & kill -STOP $!; echo ready; wait',
};

for (const [what, script] of Object.entries(scripts)) {
  test(
    `ProcessTree.end reaches ${what}`,
    { skip: linuxOnly },
    inLoop(async () => {
      const tree = await ready(script);
      assert.ok(tree.members().length > 0);
      const began = performance.now();
      await tree.end();
      assert.deepEqual([tree.members(), mark.running()], [[], []]);
      assert.ok(performance.now() - began < 4000, 'nobody had to be killed');
    }),
  );
}

test(
  'ProcessTree.end kills what ignores SIGTERM after the time of grace',
  { skip: linuxOnly },
  inLoop(async () => {
    const tree = await ready(
      'trap "" TERM; (trap "" TERM; while :; do sleep 0.02; done) & echo ready; while :; do sleep 0.02; done',
      { grace: 100 },
    );
    const began = performance.now();
    await tree.end();
    assert.ok(performance.now() - began >= 99);
    assert.equal(tree.returncode, -9);
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'ProcessTree.end waits for a child that cleans up, and no longer',
  { skip: linuxOnly },
  inLoop(async () => {
    const tree = await ready(
      'trap "sleep 0.1; echo cleaned; exit 7" TERM; echo ready; while :; do sleep 0.02; done',
    );
    await tree.end({ grace: 10_000 });
    assert.equal(tree.returncode, 7);
  }),
);

test(
  'ProcessTree.end asks by stopSignal',
  { skip: linuxOnly },
  inLoop(async () => {
    const tree = await ready('trap "exit 3" USR1; echo ready; while :; do sleep 0.02; done', {
      stopSignal: 'SIGUSR1',
    });
    await tree.end();
    assert.equal(tree.returncode, 3);
  }),
);

test(
  'ProcessTree.end reaches what an inner tree of this library would have marked',
  { skip: linuxOnly },
  inLoop(async () => {
    const outer = await ready(
      'ASYNCIO_TS_TREE="$ASYNCIO_TS_TREE.1-x-1." setsid bash -c "echo ready; exec sleep 600" & wait',
    );
    await outer.end();
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'ProcessTree.end leaves the processes of others alone',
  { skip: linuxOnly },
  inLoop(async () => {
    const other = await ready('echo ready; exec sleep 600');
    const tree = await ready('sleep 600 & echo ready; wait');
    await tree.end();
    assert.equal(other.returncode, undefined);
    assert.deepEqual(other.members(), [other.pid]);
    await other.end();
    assert.equal(other.returncode, -15);
  }),
);

test(
  'ProcessTree.end after the end, and twice at once, is harmless',
  inLoop(async () => {
    const tree = await openProcess(['true'], { env: mark.env });
    assert.equal(await tree.wait(), 0);
    await tree.end();
    await Promise.all([tree.end(), tree.end()]);
    assert.equal(tree.returncode, 0);
  }),
);

test(
  'await using a ProcessTree: a cancel of the block ends all of it, also when it comes twice',
  { skip: linuxOnly },
  inLoop(async () => {
    const started = Promise.withResolvers<ProcessTree>();
    const task = createTask(async () => {
      const tree = await ready('trap "sleep 0.05" TERM; sleep 600 & echo ready; wait; wait', {
        grace: 2000,
      });
      try {
        started.resolve(tree);
        await tree.wait();
      } finally {
        await tree[Symbol.asyncDispose]();
      }
    });
    const tree = await started.promise;
    task.cancel();
    await sleep(5);
    task.cancel();
    await assert.rejects(async () => await task, CancelledError);
    assert.notEqual(tree.returncode, undefined);
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'openProcess that is cancelled before, while and after it starts leaves no process',
  { skip: linuxOnly },
  inLoop(async () => {
    const script = ['bash', '-c', 'setsid sleep 600 & setsid sleep 600 & wait'];
    for (let turns = 0; turns < 8; turns++) {
      const task = createTask(async () => {
        const tree = await openProcess(script, { env: mark.env });
        try {
          await tree.wait();
        } finally {
          await tree.end();
        }
      });
      for (let turn = 0; turn < turns; turn++) await sleep(turn % 2);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
    }
    assert.deepEqual(mark.running(), []);
  }),
);

test('a ProcessTree that nobody ended is ended with run', { skip: linuxOnly }, async (context) => {
  unobserved(context);
  await run(async () => void (await ready('trap "exit 5" TERM; sleep 600 & echo ready; wait')));
  assert.deepEqual(mark.running(), []);
});

test('a ProcessTree that nobody ended is killed with its loop', { skip: linuxOnly }, async (context) => {
  unobserved(context);
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => void (await ready('sleep 600 & echo ready; wait')));
  loop.close();
  // Signalled, and about to be gone.
  for (let i = 0; i < 200 && mark.running().length > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(mark.running(), []);
});

test(
  'ProcessTree.release leaves it running',
  { skip: linuxOnly },
  inLoop(async () => {
    const tree = await ready('(setsid bash -c "echo ready; exec sleep 600 >/dev/null" &)');
    await tree.wait();
    tree.release();
    const [left] = tree.members();
    assert.ok(left !== undefined);
    await tree.end();
  }),
);

test(
  'openProcess refuses commands and options that make no sense, and names what is not there',
  inLoop(async () => {
    for (const [command, options] of [
      ['ls', {}],
      [[], {}],
      [undefined, {}],
      [['ls'], { shell: true }],
      ['', { shell: 1 }],
      [['ls'], { grace: -1 }],
      [['ls'], { grace: 'x' }],
      [['ls'], { stopSignal: 'SIGNOTHING' }],
    ] as const)
      await assert.rejects(openProcess(command as never, options as never), InvalidArgumentError);
    await assert.rejects(openProcess(['no-such-program']), (error: FileNotFoundError) => {
      assert.ok(error instanceof FileNotFoundError);
      assert.match(String(error.stack), /openProcess\.test\.ts/);
      return true;
    });
  }),
);

test(
  'a tree is marked in its environment, beside what the program gives',
  inLoop(async () => {
    const tree = await openProcess('echo "$A $ASYNCIO_TS_TREE"', {
      shell: true,
      stdout: PIPE,
      env: { PATH: process.env['PATH'], A: 'a' },
    });
    assert.match(String(await tree.stdout?.read()), /^a \.\d+-\w+-\d+\.\n$/);
    await tree.end();
  }),
);
