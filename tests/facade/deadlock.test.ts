// What run() does when nothing can wake the tasks that are left.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { nodeOnly, runProgram } from './program.ts';

const PROGRAM = new URL('./programs/stuck.ts', import.meta.url);

test(
  'locks taken in opposite orders are told as a cycle; main is cancelled and all clean up',
  { skip: nodeOnly },
  async () => {
    const { code, stdout, stderr } = await runProgram(PROGRAM, ['locks']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      [
        'cleaned up',
        'cleaned up',
        'rejected ERR_ASYNCIO_DEADLOCK',
        '  a cycle, each waits for the next:',
        '    first   waits for Lock "b" (lock.acquire), held by second',
        '    second  waits for Lock "a" (lock.acquire), held by first',
        '    first → second → first',
        '',
        '  also waiting:',
        '    main (locks)  waits for its task group: first, second',
        '  Run it with `debug: true` to see the lines where they wait.',
        '',
      ].join('\n'),
    );
  },
);

test('in debug mode the report has the line of each wait', { skip: nodeOnly }, async () => {
  const { stdout } = await runProgram(PROGRAM, ['locks', 'debug']);
  assert.match(stdout, /held by second\n +at (async )?transfer \(.*stuck\.ts:\d+:\d+\)/);
  assert.doesNotMatch(stdout, /`debug: true`/);
});

test(
  'tasks that wait for each other are a cycle, and run() ends all the same',
  { skip: nodeOnly },
  async () => {
    const { code, stdout } = await runProgram(PROGRAM, ['tasks']);
    assert.equal(code, 0);
    assert.match(stdout, /rejected ERR_ASYNCIO_DEADLOCK\n.*cycle/);
    assert.match(
      stdout,
      /chicken {2}waits for task egg\n {4}egg {6}waits for task chicken\n {4}chicken → egg → chicken/,
    );
  },
);

test('what has no cycle is told task by task', { skip: nodeOnly }, async () => {
  const { stdout } = await runProgram(PROGRAM, ['queue']);
  assert.match(stdout, /main \(queue\) +waits for its gather: Task-1, Task-2\n/);
  assert.match(stdout, /Task-1 \(consume\) +waits for Queue "jobs" \(queue\.get\)\n/);
  assert.match(stdout, /Task-2 \(other\) +waits for Event "go" \(event\.wait\)\n/);
});

test('a main that handles the cancel returns its result', { skip: nodeOnly }, async () => {
  const { code, stdout } = await runProgram(PROGRAM, ['catches']);
  assert.equal(code, 0);
  assert.equal(stdout, 'nothing can wake this task | DeadlockError\nreturned result\n');
});

test('a main that waits for a foreign promise for ever is given up', { skip: nodeOnly }, async () => {
  const { code, stdout, stderr } = await runProgram(PROGRAM, ['foreign']);
  assert.equal(code, 0);
  assert.match(
    stderr,
    /nothing is left that could wake them\n {2}1 task has not stopped:\n {4}main \(foreign\)/,
  );
  assert.match(stdout, /rejected ERR_ASYNCIO_DEADLOCK/);
});

test('nobody catches it: the script fails with the report once', { skip: nodeOnly }, async () => {
  const { code, stderr } = await runProgram(PROGRAM, ['locks', 'uncaught']);
  assert.equal(code, 1);
  assert.equal(stderr.match(/first → second → first/g)?.length, 1);
  assert.doesNotMatch(stderr, /windDown/);
});

test('a cycle in a process that stays alive is reported once, and left alone', async () => {
  const { code, stdout, stderr } = await runProgram(PROGRAM, ['alive']);
  assert.equal(code, 0);
  assert.equal(stderr.match(/these tasks can never go on:\n {2}a cycle/g)?.length, 1);
  assert.match(stderr, /first → second → first/);
  assert.match(stdout, /returned undefined/);
});
