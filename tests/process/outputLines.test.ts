// Lines of real programs as they come: ProcessTree.lines and processLines.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  CalledProcessError,
  CancelledError,
  createTask,
  InvalidArgumentError,
  LineTooLongError,
  openProcess,
  PIPE,
  processLines,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import { onBun } from '../commandLine.ts';
import { inLoop } from '../inLoop.ts';
import { linuxOnly, markChildren } from './marked.ts';

const mark = markChildren();
const { env } = mark;

test(
  'ProcessTree.lines gives each line as it comes, without its end, and the last without one',
  inLoop(async () => {
    const tree = await openProcess(
      ['sh', '-c', 'printf "one\\n\\ntwo\\r\\n"; read x; printf "$x\\nlast"'],
      {
        stdin: PIPE,
        stdout: PIPE,
        env,
      },
    );
    const seen: string[] = [];
    for await (const { text } of tree.lines()) {
      seen.push(text);
      if (text === 'two') tree.stdin?.write(Buffer.from('answer\n'));
    }
    assert.deepEqual(seen, ['one', '', 'two', 'answer', 'last']);
    await tree.end();
  }),
);

test(
  'ProcessTree.lines of both outputs: each in its order, tagged, none lost',
  inLoop(async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done';
    const tree = await openProcess(script, { shell: true, stdout: PIPE, stderr: PIPE, env });
    const seen: Record<string, string[]> = { stdout: [], stderr: [] };
    for await (const { from, text } of tree.lines()) seen[from]?.push(text);
    const nine = Array.from({ length: 9 }, (_, i) => i + 1);
    assert.deepEqual(seen, { stdout: nine.map((i) => `out ${i}`), stderr: nine.map((i) => `err ${i}`) });
    await tree.end();
  }),
);

test(
  'ProcessTree.lines: a line of one output is given while the other is silent',
  inLoop(async () => {
    const script = 'echo up >&2; read x; echo $x';
    const tree = await openProcess(script, { shell: true, stdin: PIPE, stdout: PIPE, stderr: PIPE, env });
    const lines = tree.lines({ from: 'both' });
    assert.deepEqual((await lines.next()).value, { from: 'stderr', text: 'up' });
    tree.stdin?.write(Buffer.from('go\n'));
    assert.deepEqual((await lines.next()).value, { from: 'stdout', text: 'go' });
    assert.equal((await lines.next()).done, true);
    await tree.end();
  }),
);

test(
  'ProcessTree.lines: a cancel of the wait, also in the turn of the line, loses none',
  inLoop(async () => {
    const script = 'while read x; do echo $x; echo $x >&2; done';
    const tree = await openProcess(script, { shell: true, stdin: PIPE, stdout: PIPE, stderr: PIPE, env });
    const lines = tree.lines();
    const seen: string[] = [];
    for (let i = 0; i < 20; i++) {
      tree.stdin?.write(Buffer.from(`${i}\n`));
      const reading = createTask(() => lines.next());
      await sleep((i % 5) / 2);
      reading.cancel();
      reading.cancel();
      try {
        const { value } = await reading;
        seen.push(`${value?.from} ${value?.text}`);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
    }
    tree.stdin?.close();
    for await (const { from, text } of lines) seen.push(`${from} ${text}`);
    const twenty = Array.from({ length: 20 }, (_, i) => i);
    for (const from of ['stdout', 'stderr'])
      assert.deepEqual(
        seen.filter((line) => line.startsWith(from)),
        twenty.map((i) => `${from} ${i}`),
      );
    await tree.end();
  }),
);

test(
  'ProcessTree.lines: who reads slowly has the program wait',
  { skip: linuxOnly },
  inLoop(async () => {
    // 6 MB, of which a pipe and the streams hold a part.
    const tree = await openProcess(['seq', '-f', '%01000.f', '6000'], { stdout: PIPE, env });
    const lines = tree.lines({ from: 'stdout' });
    assert.equal(Number((await lines.next()).value?.text), 1);
    for (let i = 0; i < 50; i++) await sleep(1);
    assert.deepEqual(tree.members(), [tree.pid]);
    let last = '';
    for await (const { text } of lines) last = text;
    assert.equal(Number(last), 6000);
    await tree.end();
  }),
);

test(
  'ProcessTree.lines: a line that is too long is an error, and the next one comes',
  inLoop(async () => {
    const tree = await openProcess('printf %0500d 7; echo; echo short', {
      shell: true,
      stdout: PIPE,
      limit: 100,
      env,
    });
    const lines = tree.lines();
    await assert.rejects(lines.next(), LineTooLongError);
    assert.equal((await lines.next()).value?.text, 'short');
    await tree.end();
  }),
);

test(
  'ProcessTree.lines refuses what is no pipe, and what has no lines',
  inLoop(async () => {
    const tree = await openProcess(['true'], { stdout: PIPE, env });
    assert.throws(() => tree.lines({ from: 'stderr' }), UsageError);
    assert.throws(() => tree.lines({ from: 'all' as never }), InvalidArgumentError);
    assert.throws(() => tree.lines({ encoding: 'utf16le' }), InvalidArgumentError);
    await tree.end();
  }),
);

test(
  'processLines runs a program for its lines, and fails after the last when it failed',
  inLoop(async () => {
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { from, text } of processLines('echo a; echo because >&2; exit 4', {
        shell: true,
        env,
      }))
        seen.push(`${from} ${text}`);
    };
    await assert.rejects(read(), (error: CalledProcessError) => {
      assert.ok(error instanceof CalledProcessError);
      assert.match(error.message, /exited with code 4 after \d+ ms:\nbecause$/);
      // JavaScriptCore does not find who iterates over a generator.
      if (!onBun) assert.match(String(error.stack), /outputLines\.test\.ts/);
      return true;
    });
    assert.deepEqual(seen.sort(), ['stderr because', 'stdout a']);
    for await (const _ of processLines(['false'], { check: false, env })) assert.fail();
  }),
);

test(
  'processLines: leaving the loop, an error in it and a cancel end the program and all it started',
  { skip: linuxOnly },
  inLoop(async () => {
    const endless = 'setsid sleep 600 & while :; do echo x; sleep 0.01; done';
    for await (const _ of processLines(endless, { shell: true, env })) break;
    assert.deepEqual(mark.running(), []);
    await assert.rejects(async () => {
      for await (const _ of processLines(endless, { shell: true, env })) throw new RangeError('enough');
    }, RangeError);
    assert.deepEqual(mark.running(), []);
    for (let wait = 0; wait < 5; wait++) {
      const task = createTask(async () => {
        for await (const _ of processLines(endless, { shell: true, env })) await sleep(1);
      });
      await sleep(wait * 7);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.deepEqual(mark.running(), []);
    }
  }),
);
