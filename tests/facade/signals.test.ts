// Signals, with real processes: each program prints "ready" when it waits, and only then is signalled.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { onBun } from '../commandLine.ts';
import { Program } from './program.ts';
import type { Ending } from './program.ts';

const PROGRAM = new URL('./programs/interrupted.ts', import.meta.url);

async function interrupt(
  args: readonly string[],
  ...steps: readonly (readonly [wait: string, signal: NodeJS.Signals])[]
): Promise<Ending> {
  const program = new Program(PROGRAM, args);
  for (const [text, signal] of steps) {
    await program.printed(text);
    program.signal(signal);
  }
  return await program.ended;
}

test('SIGINT cancels main, which cleans up; the script ends quietly with 130', async () => {
  const { code, stdout, stderr } = await interrupt(['plain'], ['ready', 'SIGINT']);
  assert.deepEqual([code, stdout, stderr], [130, 'ready\ncleaned up\n', '']);
});

test('SIGTERM does the same with 143', async () => {
  const { code, stdout, stderr } = await interrupt(['plain'], ['ready', 'SIGTERM']);
  assert.deepEqual([code, stdout, stderr], [143, 'ready\ncleaned up\n', '']);
});

test('the whole tree of a task group is cancelled and cleans up', async () => {
  const { code, stdout } = await interrupt(['tree'], ['ready', 'SIGINT']);
  assert.deepEqual([code, stdout], [130, 'ready\none cleaned up\ntwo cleaned up\n']);
});

test('a main that is never idle is interrupted too', async () => {
  const { code } = await interrupt(['busy'], ['ready', 'SIGINT']);
  assert.equal(code, 130);
});

test('a main that catches the interrupt returns its result', async () => {
  const { code, stdout, stderr } = await interrupt(['catches'], ['ready', 'SIGINT']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(stdout, 'ready\nInterruptedError: interrupted by SIGINT\nreturned result\n');
});

test('a main that fails in its clean-up makes run reject with that error', async () => {
  const { code, stderr } = await interrupt(['fails'], ['ready', 'SIGINT']);
  assert.equal(code, 1);
  assert.match(stderr, /RangeError: in the clean-up/);
});

test('a caller that catches the InterruptedError goes on, with no listener left behind', async () => {
  const { code, stdout, stderr } = await interrupt(['caught'], ['ready', 'SIGTERM']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /caught InterruptedError: interrupted by SIGTERM SIGTERM 143 true true undefined\n/);
  assert.match(stdout, /listeners 0 0 0\n/);
});

test('each run of a Runner is interrupted on its own', async () => {
  const program = new Program(PROGRAM, ['again']);
  await program.printed('ready');
  program.signal('SIGINT');
  await program.printed('round 1');
  await program.printed('round 1: interrupted by SIGINT\nready');
  program.signal('SIGTERM');
  const { code, stdout } = await program.ended;
  assert.equal(code, 0);
  assert.match(stdout, /round 1: interrupted by SIGINT[^]*round 2: interrupted by SIGTERM/);
});

test('a second signal ends the process at once and names what did not stop', async () => {
  const { code, stderr } = await interrupt(['refuses'], ['ready', 'SIGINT'], ['refused: ', 'SIGINT']);
  assert.equal(code, 130);
  assert.match(stderr, /a second signal \(SIGINT\): not waiting any longer\n {2}1 task has not stopped:/);
  assert.match(stderr, /main \(refuses\) {2}waits for a sleep that ends in \d+ ms/);
});

test('the second signal may be another one, whose exit code counts', async () => {
  const { code } = await interrupt(['refuses'], ['ready', 'SIGINT'], ['refused: ', 'SIGTERM']);
  assert.equal(code, 143);
});

test('exitOnSecondSignal: false makes run reject instead', async () => {
  const { code, stdout } = await interrupt(['stays'], ['ready', 'SIGINT'], ['refused: ', 'SIGINT']);
  assert.equal(code, 0);
  assert.match(stdout, /rejected: interrupted by SIGINT/);
});

test('a main that refuses to stop is given up at the deadline, and named', async () => {
  const { code, stdout, stderr } = await interrupt(['refuses', '50'], ['ready', 'SIGINT']);
  assert.equal(code, 130);
  assert.match(stdout, /refused: interrupted by SIGINT\nrefused: the time to shut down is over/);
  assert.match(
    stderr,
    /gave up after 50 ms \(shutdownTimeout\)\n {2}1 task has not stopped:\n {4}main \(refuses\)/,
  );
  assert.match(stderr, /`debug: true`/);
});

const bunStacks = onBun ? 'Bun leaves the awaiting function out of the stack' : false;

test('in debug mode the report has the lines of the await', { skip: bunStacks }, async () => {
  const { stderr } = await interrupt(['refuses', '50', 'debug'], ['ready', 'SIGINT']);
  assert.match(stderr, /at (async )?refuse \(.*interrupted\.ts:\d+:\d+\)/);
  assert.doesNotMatch(stderr, /`debug: true`/);
});

test('a main that waits for a foreign promise is given up at the deadline', async () => {
  const { code, stderr } = await interrupt(['foreign', '50'], ['ready', 'SIGINT']);
  assert.equal(code, 130);
  assert.match(
    stderr,
    /main \(foreign\) {2}waits for a foreign promise \(its cancel is delivered when that ends\)/,
  );
});

test('leftovers that refuse to stop are given up at the deadline; the result of main stands', async () => {
  const { code, stdout, stderr } = await interrupt(['leaves', '50']);
  assert.equal(code, 0);
  assert.match(stdout, /returned result/);
  assert.match(stderr, /1 task has not stopped:\n {4}leftover \(refuse\)/);
});

test('a first signal while leftovers stop says who is waited for, a second ends the process', async () => {
  const { code, stderr } = await interrupt(
    ['leaves'],
    ['refused: ', 'SIGINT'],
    ['the program is ending already', 'SIGINT'],
  );
  assert.equal(code, 130);
  assert.match(stderr, /waiting for clean-up; another signal ends it at once\n {2}1 task has not stopped:/);
  assert.match(stderr, /a second signal \(SIGINT\)/);
});

test('handleSignals: false leaves the signals to the host', async () => {
  const { code, signal, stdout } = await interrupt(['unhandled'], ['ready', 'SIGINT']);
  assert.deepEqual([code, signal, stdout], [null, 'SIGINT', 'ready\n']);
});
