// openPipeline and runPipeline, with real programs.

import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  CalledProcessError,
  CancelledError,
  createTask,
  FileNotFoundError,
  InvalidArgumentError,
  openPipeline,
  OutputLimitError,
  PIPE,
  runPipeline,
  sleep,
  TimeoutExpired,
} from '../../src/asyncio.ts';
import { onBun } from '../commandLine.ts';
import { inLoop } from '../inLoop.ts';
import { linuxOnly, markChildren } from './marked.ts';

const mark = markChildren();
const { env } = mark;

test(
  'runPipeline: each reads what the one before it writes',
  inLoop(async () => {
    const result = await runPipeline([['cat'], ['sort'], ['uniq', '-c']], { env, input: 'b\na\nb\n' });
    assert.deepEqual(result.stdout.trim().split(/\s+/), ['1', 'a', '2', 'b']);
    assert.deepEqual(
      result.stages.map(({ command, returncode }) => [command, returncode]),
      [
        ['cat', 0],
        ['sort', 0],
        ['uniq -c', 0],
      ],
    );
    assert.equal(result.command, 'cat | sort | uniq -c');
  }),
);

test(
  'runPipeline: ps | grep',
  inLoop(async () => {
    const { stdout } = await runPipeline(
      [
        ['ps', 'ax', '-o', 'pid='],
        ['grep', '-w', String(process.pid)],
      ],
      { env },
    );
    assert.equal(Number(stdout), process.pid);
  }),
);

test(
  'runPipeline: the failure of any stage is seen, with its own stderr, and the last one counts',
  inLoop(async () => {
    const failing = (at: number): string[] => [
      'sh',
      '-c',
      `cat >/dev/null; echo stage ${at} >&2; exit ${at}`,
    ];
    for (const at of [1, 2, 3]) {
      const stages = [1, 2, 3].map((stage) => (stage === at ? failing(at) : ['cat']));
      await assert.rejects(runPipeline(stages, { env }), (error: CalledProcessError) => {
        assert.ok(error instanceof CalledProcessError);
        assert.equal(error.returncode, at);
        assert.match(
          error.message,
          new RegExp(`^sh -c .* \\(in .*\\|.*\\) exited with code ${at} after \\d+ ms:\\nstage ${at}$`),
        );
        assert.match(String(error.stack), /pipeline\.test\.ts/);
        return true;
      });
    }
    const both = await runPipeline([failing(4), failing(5), ['cat']], { env, check: false });
    assert.deepEqual([both.returncode, both.stages.map(({ returncode }) => returncode)], [5, [4, 5, 0]]);
  }),
);

test(
  'runPipeline: one that is told by SIGPIPE that nobody reads has not failed, unless it is the last',
  { timeout: 20_000, skip: onBun && 'children of Bun write to sockets, which know no SIGPIPE' },
  inLoop(async () => {
    const { stdout, stages } = await runPipeline([['yes'], ['cat'], ['head', '-2']], { env });
    assert.equal(stdout, 'y\ny\n');
    assert.equal(stages[2]?.returncode, 0);
    await assert.rejects(
      runPipeline([['true'], ['sh', '-c', 'kill -PIPE $$']], { env }),
      (error: CalledProcessError) => error.signal === 'SIGPIPE',
    );
  }),
);

test(
  'runPipeline: 20 MB go through three stages',
  inLoop(async () => {
    const input = Buffer.alloc(20_000_000, 'line\n');
    const { stdout } = await runPipeline([['cat'], ['cat'], ['wc', '-c']], { env, input });
    assert.equal(Number(stdout), 20_000_000);
  }),
);

test(
  'openPipeline: a stage that is not there leaves no other, and no descriptor',
  inLoop(async () => {
    await assert.rejects(
      openPipeline([['sleep', '600'], ['no-such-program'], ['cat']], { env }),
      (error: FileNotFoundError) => {
        assert.ok(error instanceof FileNotFoundError);
        assert.match(String(error.stack), /pipeline\.test\.ts/);
        return true;
      },
    );
  }),
);

test(
  'openPipeline connects by pipes of the system: nothing comes through this process',
  { skip: linuxOnly || process.versions['bun'] !== undefined || 'deno' in process.versions },
  inLoop(async () => {
    const before = process.getActiveResourcesInfo().length;
    const pipeline = await openPipeline(
      [
        ['sleep', '600'],
        ['sleep', '600'],
      ],
      { env },
    );
    const [first, second] = pipeline.stages.map(({ pid }) => pid);
    assert.equal(readlinkSync(`/proc/${first}/fd/1`), readlinkSync(`/proc/${second}/fd/0`));
    assert.ok(process.getActiveResourcesInfo().length <= before + 2);
    await pipeline.end();
    assert.deepEqual(await pipeline.wait(), [-15, -15]);
  }),
);

test(
  'runPipeline that is cancelled, at any moment and twice, ends all stages and what they started',
  { skip: linuxOnly },
  inLoop(async () => {
    const stage = ['sh', '-c', 'setsid sleep 600 & cat'];
    for (let turns = 0; turns < 10; turns++) {
      const task = createTask(() => runPipeline([stage, stage, stage], { env, stdin: PIPE }));
      for (let turn = 0; turn < turns; turn++) await sleep(turn > 6 ? 10 : turn % 2);
      task.cancel();
      await sleep(0);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.deepEqual(mark.running(), []);
    }
  }),
);

test(
  'runPipeline: a timeout ends all stages',
  { skip: linuxOnly },
  inLoop(async () => {
    await assert.rejects(
      runPipeline(['echo begun; sleep 600', 'cat; sleep 600'], { shell: true, timeout: 200, env }),
      (error: TimeoutExpired) => error instanceof TimeoutExpired && error.stdout === 'begun\n',
    );
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'openPipeline: lines of the last, and failed tells which stage did',
  inLoop(async () => {
    const pipeline = await openPipeline([['seq', '3'], ['sh', '-c', 'cat; exit 9'], ['cat']], {
      stdout: PIPE,
      env,
    });
    const seen: string[] = [];
    for await (const { text } of pipeline.lines()) seen.push(text);
    assert.deepEqual(
      [seen, await pipeline.wait()],
      [
        ['1', '2', '3'],
        [0, 9, 0],
      ],
    );
    assert.equal(pipeline.failed, pipeline.stages[1]);
    await pipeline[Symbol.asyncDispose]();
  }),
);

test(
  'openPipeline refuses what is no pipeline',
  inLoop(async () => {
    for (const commands of [[], ['ls'], undefined, 'ls | cat', [['ls'], []]])
      await assert.rejects(openPipeline(commands as never, { env }), InvalidArgumentError);
  }),
);

test(
  'openPipeline: huge output that nobody reads holds all up; end, a cancelled wait, and the end of one stage',
  inLoop(async () => {
    const commands = [['yes'], ['cat'], ['cat']];
    await using left = await openPipeline(commands, { env, stdout: PIPE });
    const waiting = createTask(() => left.wait());
    await sleep(0);
    waiting.cancel();
    waiting.cancel();
    await assert.rejects(async () => await waiting, CancelledError);
    assert.deepEqual(
      left.stages.map(({ returncode }) => returncode),
      [undefined, undefined, undefined],
    );
    await left.end();
    assert.ok(left.stages.every(({ returncode }) => returncode !== undefined));
    await using first = await openPipeline(commands, { env, stdout: PIPE });
    await first.stages[0]?.end();
    while ((await first.stdout?.read(65_536))?.length !== 0);
    assert.deepEqual(await first.wait(), [-15, 0, 0]);
    assert.equal(first.failed, first.stages[0]);
    await using last = await openPipeline(commands, { env, stdout: PIPE });
    await last.stages[2]?.end();
    const codes = await last.wait();
    assert.equal(codes[2], -15);
    assert.equal(last.failed, last.stages[2]);
  }),
);

test(
  'runPipeline: a timeout names the whole row, and too much output the stage that wrote it',
  inLoop(async () => {
    await assert.rejects(
      runPipeline([['sleep', '600'], ['cat'], ['cat']], { env, timeout: 1 }),
      (error: TimeoutExpired) => {
        assert.match(error.message, /^sleep 600 \| cat \| cat did not end within 1 ms/);
        return error instanceof TimeoutExpired;
      },
    );
    for (const [at, loud] of ['sh', 'cat'].entries()) {
      const commands =
        at === 0 ? [['sh', '-c', 'yes >&2'], ['cat'], ['cat']] : [['sh', '-c', 'yes'], ['cat'], ['cat']];
      await assert.rejects(runPipeline(commands, { env, maxOutput: 10_000 }), (error: OutputLimitError) => {
        assert.ok(error.message.startsWith(`${loud} `), error.message);
        return error instanceof OutputLimitError;
      });
    }
  }),
);

test(
  'runPipeline: input to one that reads none of it, or ends in its middle, is no error of its own',
  inLoop(async () => {
    const input = 'x\n'.repeat(1_000_000);
    assert.equal((await runPipeline([['true'], ['wc', '-c']], { env, input })).stdout.trim(), '0');
    assert.equal((await runPipeline([['head', '-1'], ['cat']], { env, input })).stdout, 'x\n');
  }),
);
