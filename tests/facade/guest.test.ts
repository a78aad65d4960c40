// spawn in programs that are not ours, each in a process of its own: it ends by itself, and says what went wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { nodeOnly, Program, runProgram } from './program.ts';
import type { Ending } from './program.ts';

const PROGRAM = new URL('./programs/guest.ts', import.meta.url);

const play = (manner: string): Promise<Ending> => runProgram(PROGRAM, [manner]);

async function interrupt(manner: string, ...signals: NodeJS.Signals[]): Promise<Ending> {
  const program = new Program(PROGRAM, [manner]);
  await program.printed('ready');
  for (const [i, signal] of signals.entries()) {
    program.signal(signal);
    if (i < signals.length - 1) await program.printed('no');
  }
  return await program.ended;
}

test('spawn: the process ends when the last task is gone, and the next one starts the loop again', async () => {
  const { code, stdout, stderr } = await play('ends');
  assert.deepEqual([code, stdout, stderr], [0, 'again\n', '']);
});

test('spawn: a server of node:http is served by tasks, and one stops with its client', async () => {
  const { code, stdout, stderr } = await play('server');
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(stdout.trim().split('\n').sort(), [
    'AbortError',
    'done',
    'stopped: the client has left',
  ]);
});

test('spawn: an error that nobody looks at is told once before the process ends', async () => {
  for (const [manner, wanted] of [
    ['lost', 0],
    ['cut', 3],
  ] as const) {
    const { code, stderr } = await play(manner);
    assert.equal(code, wanted);
    assert.equal(stderr.match(/Task loser: its exception was never retrieved/g)?.length, 1);
    assert.match(stderr, /Error: lost\n +at .*guest\.ts/);
  }
});

test('spawn: an error that is awaited later is told to nobody else', async () => {
  const { code, stdout, stderr } = await play('looked');
  assert.deepEqual([code, stdout, stderr], [0, 'Error: lost\n', '']);
});

test('spawn: a task that nothing can wake is named and cancelled', { skip: nodeOnly }, async () => {
  const { code, stdout, stderr } = await play('stuck');
  assert.deepEqual([code, stdout], [0, 'cleaned up\nCancelledError: DeadlockError\n']);
  assert.match(
    stderr,
    /waiter \(\w*\) +waits for Event "never" \(event\.wait\)|waiter +waits for Event "never"/,
  );
});

test('spawn: tasks that wait for each other in a process that lives on are told', async () => {
  const program = new Program(PROGRAM, ['circle']);
  await program.printed('these tasks can never go on');
  await program.printed('one → two → one');
  program.signal('SIGKILL');
  await program.ended;
});

test('spawn: a task that does not stop then is given up', { skip: nodeOnly }, async () => {
  const { code, stderr } = await play('refuses');
  assert.equal(code, 0);
  assert.match(stderr, /stubborn +waits for a foreign promise[^]*they do not stop[^]*stubborn/);
});

test("spawn: a signal stays the program's, and has its usual effect", async () => {
  const { code, signal, stdout } = await interrupt('signalled', 'SIGTERM');
  assert.doesNotMatch(stdout, /cleaned up/);
  assert.ok(signal === 'SIGTERM' || code === 143, `${code} ${signal}`);
});

test('run: a signal cancels the mains of all runs, and spares the tasks beside them', async () => {
  const { code, stdout, stderr } = await interrupt('interrupted', 'SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(stdout.trim().split('\n').sort(), [
    'first cleaned up',
    'first: interrupted by SIGINT',
    'ready',
    'second cleaned up',
    'second: interrupted by SIGINT',
    'the task goes on',
  ]);
});

test('run: of several the interrupt that nobody catches ends the process with its code', async () => {
  const { code, stdout, stderr } = await interrupt('uncaught', 'SIGTERM');
  assert.deepEqual([code, stderr], [143, '']);
  // Each has a loop of its own: which is first is nobody's promise.
  assert.deepEqual(stdout.trim().split('\n').sort(), ['first cleaned up', 'ready', 'second cleaned up']);
});

test('run: a second signal names what refuses to stop in each of several', async () => {
  const { code, stderr } = await interrupt('twice', 'SIGINT', 'SIGINT');
  assert.equal(code, 130);
  for (const name of ['first', 'second'])
    assert.match(stderr, new RegExp(`${name} \\(refuses\\) +waits for a sleep`));
});

test('spawn: works in a worker, which ends by itself', async () => {
  const { code, stdout, stderr } = await play('worker');
  assert.deepEqual([code, stdout, stderr], [0, 'from a worker\nthe worker has ended\n', '']);
});
