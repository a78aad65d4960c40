// openDialogue with real programs that are talked to line by line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import '../harness.ts';
import {
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
import { inLoop } from '../inLoop.ts';
import { linuxOnly, Mark } from './marked.ts';

const mark = new Mark();
const { env } = mark;
after(() => assert.deepEqual(linuxOnly === false ? mark.running() : [], []));

const echo = (word: string): string => `echo ${word}`;
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
        assert.match(error.message, /did not come within 20 ms$/);
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
  'dialogue.readUntil: a program that ends before is an error with what it wrote',
  inLoop(async () => {
    const program = await openDialogue(['echo', 'good bye'], { env });
    await assert.rejects(program.readUntil('$ '), (error: IncompleteReadError) => {
      assert.ok(error instanceof IncompleteReadError);
      assert.equal(String(error.partial), 'good bye\n');
      return true;
    });
    await program.end();
    await assert.rejects(openDialogue(['true'], { prompt: '> ', env }), IncompleteReadError);
  }),
);

test(
  'dialogue: what is kept of an answer is bounded',
  inLoop(async () => {
    const yes = await openDialogue(['yes'], { maxAnswer: 100_000, env });
    await assert.rejects(yes.readUntil('no'), LimitOverrunError);
    await yes.end();
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
