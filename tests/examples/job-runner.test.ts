// The job runner, with real jobs; what it leaves behind is looked for by a mark in the environment.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linuxOnly, Mark } from '../process/marked.ts';
import { posix, startExample } from './example.ts';

test('it runs jobs at once, shows their lines, and counts', { skip: posix }, async () => {
  const { code, stdout, stderr } = await startExample('job-runner', [
    'echo one',
    'echo two; echo why >&2; exit 3',
    'kill -9 $$',
  ]).ended;
  assert.deepEqual([code, stderr], [1, '']);
  for (const line of ['[1] $ echo one', '[1] one', '[1] done', '[2] two', '[2] ! why'])
    assert.ok(stdout.includes(`${line}\n`), `${line} in ${stdout}`);
  assert.match(stdout, /\[2\] failed: code 3 after \d+ ms\n/);
  assert.match(stdout, /\[3\] failed: SIGKILL after \d+ ms\n/);
  assert.match(stdout, /\n1 done, 2 failed, 0 stopped\n$/);
});

test('--at-once 1 runs one after the other; --fail-fast stops the others', { skip: posix }, async () => {
  const one = await startExample('job-runner', ['--at-once=1', 'echo a', 'echo b']).ended;
  assert.equal(
    one.stdout,
    '[1] $ echo a\n[1] a\n[1] done\n[2] $ echo b\n[2] b\n[2] done\n2 done, 0 failed, 0 stopped\n',
  );
  const fast = await startExample('job-runner', ['--fail-fast', 'sleep 600', 'exit 5']).ended;
  assert.match(fast.stdout, /\n0 done, 1 failed, 1 stopped\n$/);
  assert.equal(fast.code, 1);
});

for (const signals of [1, 2]) {
  test(
    `Stop leaves no process: background children, daemons, what ignores SIGTERM (${signals} signals)`,
    { skip: linuxOnly },
    async () => {
      const mark = new Mark();
      const program = startExample(
        'job-runner',
        [
          '--grace=300',
          'sleep 600 & sleep 600 & echo up 1; wait',
          'setsid sh -c "sleep 600 & echo up 2; wait" & wait',
          '(setsid sh -c "echo up 3; exec sleep 600" &); exec sleep 600',
          'trap "" TERM; echo up 4; while :; do sleep 0.05; done',
        ],
        { TEST_MARK: mark.env['TEST_MARK'] as string },
      );
      for (const up of [1, 2, 3, 4]) await program.printed(`[${up}] up ${up}\n`);
      assert.ok(mark.running().length > 8);
      for (let i = 0; i < signals; i++) {
        program.signal('SIGINT');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { code, stdout } = await program.ended;
      assert.equal(code, 130);
      if (signals === 1) assert.match(stdout, /\n0 done, 0 failed, 4 stopped\n$/);
      // Killed at the end of the process, and about to be gone.
      for (let i = 0; i < 200 && mark.running().length > 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(mark.running(), []);
    },
  );
}
