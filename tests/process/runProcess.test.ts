// runProcess, with real programs. None is left behind: all carry a mark in their environment.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  CalledProcessError,
  CancelledError,
  createTask,
  FileNotFoundError,
  InvalidArgumentError,
  OutputLimitError,
  runProcess,
  sleep,
  STDOUT,
  TimeoutError,
  TimeoutExpired,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { linuxOnly, markChildren } from './marked.ts';

const mark = markChildren();
const { env } = mark;

test(
  'runProcess returns what the program wrote, its code and how long it took',
  inLoop(async () => {
    const result = await runProcess(['sh', '-c', 'echo out; echo err >&2'], { env });
    const { duration, pid, ...rest } = result;
    assert.deepEqual(rest, {
      command: "sh -c 'echo out; echo err >&2'",
      returncode: 0,
      signal: undefined,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    assert.ok(duration > 0 && pid > 0);
  }),
);

test(
  'runProcess writes the input and closes it; without one there is nothing to read',
  inLoop(async () => {
    assert.equal((await runProcess(['cat'], { env, input: 'grüße' })).stdout, 'grüße');
    assert.equal((await runProcess(['cat'], { env, input: new Uint8Array([104, 105]) })).stdout, 'hi');
    assert.equal((await runProcess(['cat'], { env, input: '' })).stdout, '');
    assert.equal((await runProcess(['cat'], { env })).stdout, '');
  }),
);

test(
  'runProcess with encoding null gives bytes, with another encoding text of that',
  inLoop(async () => {
    const { stdout } = await runProcess(['printf', '\\377\\000'], { env, encoding: null });
    assert.deepEqual(stdout, Buffer.from([255, 0]));
    assert.equal((await runProcess(['printf', '\\377'], { env, encoding: 'latin1' })).stdout, 'ÿ');
    assert.equal((await runProcess(['printf', '\\377'], { env })).stdout, '\ufffd');
  }),
);

test(
  'runProcess: a failure is a CalledProcessError that shows command, code, time and the end of stderr',
  inLoop(async () => {
    const failed = runProcess('echo begun; echo first >&2; echo last >&2; exit 3', { shell: true, env });
    await assert.rejects(failed, (error: CalledProcessError) => {
      assert.ok(error instanceof CalledProcessError);
      assert.match(
        error.message,
        /^echo begun; echo first >&2; echo last >&2; exit 3 exited with code 3 after \d+ ms:\nfirst\nlast$/,
      );
      const { code, returncode, signal, stdout, stderr } = error;
      assert.deepEqual(
        [code, returncode, signal, stdout, stderr],
        ['ERR_ASYNCIO_CALLED_PROCESS', 3, undefined, 'begun\n', 'first\nlast\n'],
      );
      assert.match(String(error.stack), /\n {4}at .*runProcess\.test\.ts/);
      assert.doesNotMatch(String(error.stack), /src\/process/);
      return true;
    });
  }),
);

test(
  'runProcess: a CalledProcessError names the signal, and quotes no more than the end of a long stderr',
  inLoop(async () => {
    const failed = runProcess('for i in $(seq 1000); do echo line $i >&2; done; kill -9 $$', {
      shell: true,
      env,
    });
    await assert.rejects(failed, (error: CalledProcessError) => {
      assert.match(error.message, /was ended by SIGKILL after \d+ ms:\n…\nline \d+\n[^]*line 1000$/);
      assert.ok(error.message.length < 1400);
      assert.deepEqual([error.returncode, error.signal], [-9, 'SIGKILL']);
      return true;
    });
  }),
);

test(
  'runProcess with check false returns the failure',
  inLoop(async () => {
    const { returncode, signal } = await runProcess('kill -TERM $$', { shell: true, check: false, env });
    assert.deepEqual([returncode, signal], [-15, 'SIGTERM']);
  }),
);

test(
  'runProcess: a program that is not there is a FileNotFoundError at the line that called',
  inLoop(async () => {
    await assert.rejects(runProcess(['no-such-program']), (error: FileNotFoundError) => {
      assert.ok(error instanceof FileNotFoundError);
      assert.match(String(error.stack), /runProcess\.test\.ts/);
      return true;
    });
  }),
);

test(
  'runProcess: a timeout ends the whole tree and tells what was written until then',
  { skip: linuxOnly },
  inLoop(async () => {
    const late = runProcess('echo begun; echo why >&2; setsid sleep 600 & sleep 600', {
      shell: true,
      timeout: 300,
      env,
    });
    await assert.rejects(late, (error: TimeoutExpired) => {
      assert.ok(error instanceof TimeoutExpired && error instanceof TimeoutError);
      const { stdout, stderr, limit, returncode, code } = error;
      assert.deepEqual(
        [stdout, stderr, limit, returncode, code],
        ['begun\n', 'why\n', 300, -15, 'ERR_ASYNCIO_TIMEOUT_EXPIRED'],
      );
      assert.match(
        error.message,
        /did not end within 300 ms and was stopped: give it a longer timeout, or none:\nwhy$/,
      );
      assert.match(String(error.stack), /runProcess\.test\.ts/);
      return true;
    });
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'runProcess: a program that writes too much is ended, and no more than allowed is kept',
  { skip: linuxOnly },
  inLoop(async () => {
    await assert.rejects(runProcess(['yes'], { maxOutput: 100_000, env }), (error: OutputLimitError) => {
      assert.ok(error instanceof OutputLimitError);
      assert.equal(error.stdout.length, 100_000);
      assert.match(error.message, /^yes wrote more than 100000 bytes and was stopped/);
      assert.match(String(error.stack), /runProcess\.test\.ts/);
      return true;
    });
    assert.equal((await runProcess(['printf', '12345'], { maxOutput: 5, env })).stdout, '12345');
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'runProcess that is cancelled before, while, and twice ends the whole tree before it is thrown',
  { skip: linuxOnly },
  inLoop(async () => {
    const never = createTask(() => runProcess(['sleep', '600'], { env }));
    never.cancel();
    await assert.rejects(async () => await never, CancelledError);
    for (let turns = 0; turns < 10; turns++) {
      const task = createTask(() =>
        runProcess('setsid sleep 600 & (sleep 600; true) & wait', { shell: true, env, input: 'x' }),
      );
      for (let turn = 0; turn < turns; turn++) await sleep(turn > 6 ? 10 : 0);
      task.cancel();
      await sleep(0);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
      assert.deepEqual(mark.running(), []);
    }
  }),
);

test(
  'runProcess: a cancel in the turn in which the program ends loses nothing and leaves nothing',
  { skip: linuxOnly },
  inLoop(async () => {
    for (let wait = 0; wait < 12; wait++) {
      const task = createTask(() => runProcess(['echo', 'done'], { env }));
      await sleep(wait / 4);
      task.cancel();
      try {
        assert.equal((await task).stdout, 'done\n');
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
      assert.deepEqual(mark.running(), []);
    }
  }),
);

test(
  'runProcess: 20 MB go through cat, in and out',
  inLoop(async () => {
    const input = Buffer.alloc(20_000_000, 'x');
    const { stdout } = await runProcess(['cat'], { env, input, encoding: null });
    assert.ok(stdout.equals(input));
  }),
);

test(
  'runProcess: a program that reads no input is no error',
  inLoop(async () => {
    const input = Buffer.alloc(2_000_000);
    assert.equal((await runProcess(['echo', 'no'], { env, input })).stdout, 'no\n');
  }),
);

test(
  'runProcess with capture false or stderr: STDOUT',
  inLoop(async () => {
    assert.equal((await runProcess(['true'], { env, capture: false })).stdout, '');
    const both = await runProcess('echo a; echo b >&2', { shell: true, env, stderr: STDOUT });
    assert.deepEqual([both.stdout, both.stderr], ['a\nb\n', '']);
  }),
);

test(
  'runProcess leaves what the program started in the background',
  { skip: linuxOnly },
  inLoop(async () => {
    const { stdout } = await runProcess('sleep 600 >/dev/null 2>&1 & echo $!', { shell: true, env });
    process.kill(Number(stdout), 0);
    process.kill(Number(stdout), 'SIGKILL');
  }),
);

test(
  'runProcess: a hundred at once, a hundred results',
  inLoop(async () => {
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) => runProcess(['echo', String(i)], { env })),
    );
    assert.deepEqual(
      all.map(({ stdout }) => Number(stdout)),
      Array.from({ length: 100 }, (_, i) => i),
    );
  }),
);

test(
  'runProcess refuses what makes no sense',
  inLoop(async () => {
    const bad: [unknown, unknown][] = [
      ['ls', undefined],
      [[], {}],
      [['ls'], null],
      [['ls'], { timeout: 'x' }],
      [['ls'], { encoding: 'utf9' }],
      [['ls'], { input: 5 }],
      [['ls'], { input: '', stdin: 'inherit' }],
      [['ls'], { maxOutput: -1 }],
      [['ls'], { grace: NaN }],
    ];
    for (const [command, options] of bad)
      await assert.rejects(
        runProcess(command as never, options as never),
        InvalidArgumentError,
        JSON.stringify(options),
      );
  }),
);
