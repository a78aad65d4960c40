// openDialogue with real programs that are talked to line by line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import '../harness.ts';
import {
  BrokenPipeError,
  CancelledError,
  createTask,
  IncompleteReadError,
  InvalidArgumentError,
  LimitOverrunError,
  openDialogue,
  sleep,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import { onBun } from '../commandLine.ts';
import { inLoop } from '../inLoop.ts';
import { linuxOnly, markChildren } from './marked.ts';

const mark = markChildren();
const { env } = mark;

const echo = (word: string): string => `echo ${word}`;
// Bun's stacks do not follow awaits.
const checkPlace = (error: Error): void => {
  if (!onBun) assert.match(String(error.stack), /dialogue\.test\.ts/);
};
const without = (program: string): false | string =>
  spawnSync(program, ['--version']).status === 0 ? false : `there is no ${program}`;

test(
  'openDialogue with bash: each question gets its answer, of any number of lines, errors among them',
  inLoop(async () => {
    const shell = await openDialogue(['bash'], { mark: echo, env });
    await shell.ask('x=5');
    assert.equal(await shell.ask('echo $((x * 2))'), '10');
    assert.equal(await shell.ask('true'), '');
    assert.equal(await shell.ask('printf "a\\nb\\n\\n"'), 'a\nb\n');
    assert.match(await shell.ask('no-such-command'), /command not found$/);
    assert.equal((await shell.ask('seq 200000')).length, 1_288_894);
    assert.equal(await shell.close(), 0);
    await shell.end();
  }),
);

test(
  'openDialogue with python3 -i: by its prompt, state kept from line to line',
  { skip: without('python3') },
  inLoop(async () => {
    const python = await openDialogue(['python3', '-i', '-q'], { prompt: '>>> ', env, timeout: 20_000 });
    assert.equal(await python.ask('x = 6'), '');
    assert.equal(await python.ask('x * 7'), '42');
    assert.match(await python.ask('1 / 0'), /^Traceback[^]*ZeroDivisionError: division by zero$/);
    assert.equal(await python.ask('print("ü", *range(3), sep="\\n")'), 'ü\n0\n1\n2');
    await python.send('exit(3)');
    assert.equal(await python.tree.wait(), 3);
    await python.end();
  }),
);

test(
  'openDialogue with redis-cli',
  { skip: without('redis-cli') || without('redis-server') },
  inLoop(async () => {
    const free = createServer();
    await new Promise<void>((resolve) => void free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => void free.close(resolve));
    const server = await openDialogue(
      ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      { env },
    );
    await server.readUntil('eady to accept connections', { timeout: 20_000 });
    const redis = await openDialogue(['redis-cli', '-p', String(port)], {
      mark: (word) => `ECHO ${word}`,
      timeout: 20_000,
      env,
    });
    assert.equal(await redis.ask('SET greeting hello'), 'OK');
    assert.equal(await redis.ask('GET greeting'), 'hello');
    assert.equal(await redis.ask('LRANGE none 0 -1'), '');
    assert.match(await redis.ask('NOSUCH'), /unknown command/);
    await redis.end();
    await server.end();
  }),
);

test(
  'openDialogue with psql: what it does without a server',
  { skip: without('psql') },
  inLoop(async () => {
    const psql = await openDialogue(['sh', '-c', 'exec psql --version && cat'], { env });
    assert.match(await psql.readUntil('\n', { timeout: 20_000 }), /^psql \(PostgreSQL\)/);
    await psql.end();
  }),
);

test(
  'dialogue.ask: after a time limit and after a cancel the next question gets its own answer',
  inLoop(async () => {
    const shell = await openDialogue(['bash'], { mark: echo, env });
    await assert.rejects(
      shell.ask('read -t 0.2 < <(sleep 1); echo late', { timeout: 20 }),
      (error: TimeoutError) => {
        assert.ok(error instanceof TimeoutError);
        assert.match(error.message, /^dialogue: the answer to "read .* did not come within 20 ms$/);
        assert.match(String(error.stack), /dialogue\.test\.ts/);
        return true;
      },
    );
    assert.equal(await shell.ask('echo own'), 'own');
    for (let wait = 0; wait < 6; wait++) {
      const asking = createTask(() => shell.ask('echo lost'));
      await sleep(wait / 2);
      asking.cancel();
      asking.cancel();
      await asking.catch((error: unknown) => assert.ok(error instanceof CancelledError));
      assert.equal(await shell.ask(`echo ${wait}`), String(wait));
    }
    await shell.end();
  }),
);

test(
  'dialogue.readUntil: texts and expressions, also across pieces; a cancel takes nothing',
  inLoop(async () => {
    const cat = await openDialogue(['cat'], { env });
    await cat.send('one=1;two=2;wor');
    assert.equal(await cat.readUntil(';'), 'one=1');
    const reading = createTask(() => cat.readUntil('d;'));
    await sleep(2);
    reading.cancel();
    await assert.rejects(async () => await reading, CancelledError);
    assert.equal(await cat.readUntil(/=\d;/), 'two');
    await cat.send('ld;');
    assert.equal(await cat.readUntil('ld;'), 'wor\n');
    await cat.end();
  }),
);

test(
  'dialogue.readUntil: a program that ends before is an error that says how, with what it wrote',
  inLoop(async () => {
    const program = await openDialogue(['echo', 'good bye'], { env });
    await assert.rejects(program.readUntil('$ '), (error: IncompleteReadError) => {
      assert.ok(error instanceof IncompleteReadError);
      assert.equal(error.message, `echo 'good bye' exited with code 0 before "$ " came:\ngood bye`);
      assert.equal(String(error.partial), 'good bye\n');
      checkPlace(error);
      return true;
    });
    await program.end();
    await assert.rejects(
      openDialogue('echo no server >&2; kill -9 $$', { shell: true, prompt: '> ', env }),
      (error: IncompleteReadError) =>
        error instanceof IncompleteReadError &&
        error.message.endsWith('was ended by SIGKILL before "> " came:\nno server'),
    );
  }),
);

test(
  'dialogue.readUntil: a program that closes its output and runs on is an error too',
  inLoop(async () => {
    const program = await openDialogue('echo last; exec >&- 2>&-; read line', { shell: true, env });
    await assert.rejects(program.readUntil('$ '), (error: IncompleteReadError) => {
      assert.match(error.message, /read line closed its output before "\$ " came:\nlast$/);
      return error instanceof IncompleteReadError;
    });
    await program.end();
  }),
);

test(
  'dialogue.ask: a program that ends before it has answered is an error with what it wrote of the answer, and no mark',
  inLoop(async () => {
    for (const options of [{ mark: echo }, { prompt: '? ' }]) {
      const command = 'mark' in options ? 'exec bash' : 'printf "? "; read x; eval "$x"';
      const shell = await openDialogue(command, { shell: true, ...options, env });
      await assert.rejects(shell.ask('echo half; exit 3'), (error: IncompleteReadError) => {
        assert.ok(error instanceof IncompleteReadError);
        assert.match(
          error.message,
          /exited with code 3 before the answer to "echo half; exit 3" came:\nhalf$/,
        );
        assert.equal(String(error.partial), 'half\n');
        checkPlace(error);
        return true;
      });
      for (const again of [() => shell.send('more'), () => shell.ask('more')])
        await assert.rejects(again, (error: BrokenPipeError) => {
          assert.ok(error instanceof BrokenPipeError);
          assert.match(error.message, /what was sent is not read: .* exited with code 3/);
          checkPlace(error);
          return error.code === 'EPIPE';
        });
      await shell.end();
    }
  }),
);

test(
  'dialogue.send: to a program that has closed its input it is a BrokenPipeError, and so is what waits for room',
  inLoop(async () => {
    const closed = await openDialogue('exec <&-; echo ready; sleep 600', { shell: true, env });
    await closed.readUntil('ready');
    await assert.rejects(async () => {
      for (;;) await closed.send('x'.repeat(100_000));
    }, BrokenPipeError);
    await assert.rejects(closed.send('x'), BrokenPipeError);
    await closed.end();
    const deaf = await openDialogue(['sleep', '600'], { env });
    const sending = createTask(() => deaf.send('x'.repeat(10_000_000)));
    await sleep(1);
    deaf.tree.process.kill();
    // Bun tells nobody that what waited for room was not read.
    if (onBun) await sending;
    else await assert.rejects(async () => await sending, BrokenPipeError);
    await deaf.end();
    await assert.rejects(deaf.send('x'), BrokenPipeError);
  }),
);

test(
  'dialogue.ask: a second task that asks is refused before its question is written, so no answer goes astray',
  inLoop(async () => {
    const shell = await openDialogue(['sh', '-c', 'while printf "? "; read x; do eval "$x"; done'], {
      prompt: '? ',
      env,
    });
    const first = createTask(() => shell.ask('echo first'));
    await sleep(0);
    await assert.rejects(shell.ask('echo second'), UsageError);
    await assert.rejects(shell.readUntil('?'), UsageError);
    assert.equal(await first, 'first');
    assert.equal(await shell.ask('echo third'), 'third');
    await shell.end();
  }),
);

test(
  'dialogue.ask: an answer whose mark is the last that the program writes is an answer',
  inLoop(async () => {
    const shell = await openDialogue(
      ['sh', '-c', 'read a; echo "$a"; read b; echo "$b"; read c; printf "$c"'],
      {
        mark: (word) => word,
        env,
      },
    );
    assert.equal(await shell.ask('all'), 'all');
    await assert.rejects(shell.readUntil('more'), IncompleteReadError);
    await shell.end();
  }),
);

test(
  'dialogue: what is kept of an answer is bounded',
  inLoop(async () => {
    const yes = await openDialogue(['yes'], { maxAnswer: 100_000, env });
    await assert.rejects(yes.readUntil('no'), LimitOverrunError);
    await yes.end();
    const shell = await openDialogue(['bash'], { maxAnswer: 100_000, mark: echo, env });
    await assert.rejects(shell.ask('yes'), (error: LimitOverrunError) => {
      assert.equal(error.message, 'the answer to "yes" did not come within 100000 characters');
      return error instanceof LimitOverrunError;
    });
    await shell.end();
  }),
);

test(
  'openDialogue that is cancelled while it waits for the prompt leaves no process',
  { skip: linuxOnly },
  inLoop(async () => {
    const opening = createTask(() =>
      openDialogue('setsid sleep 600 & cat', { shell: true, prompt: '> ', env }),
    );
    while (mark.running().length < 2) await sleep(1);
    opening.cancel();
    await assert.rejects(async () => await opening, CancelledError);
    assert.deepEqual(mark.running(), []);
  }),
);

test(
  'openDialogue refuses what makes no sense; ask needs a prompt or a mark; one task reads at a time',
  inLoop(async () => {
    for (const options of [
      { prompt: '' },
      { prompt: 5 },
      { mark: 'x' },
      { timeout: 'x' },
      { maxAnswer: 0 },
    ])
      await assert.rejects(openDialogue(['cat'], options as never), InvalidArgumentError);
    const cat = await openDialogue(['cat'], { env });
    await assert.rejects(cat.ask('x'), UsageError);
    await assert.rejects(cat.readUntil(''), InvalidArgumentError);
    const reading = createTask(() => cat.readUntil('never'));
    await sleep(0);
    await assert.rejects(cat.readUntil('x'), UsageError);
    reading.cancel();
    await assert.rejects(async () => await reading, CancelledError);
    await cat.end();
  }),
);
