// What keeps a process alive: a server that nobody talks to does, a closed one does not.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as hostSleep } from 'node:timers/promises';
import { Program } from '../../facade/program.ts';
import { backends } from '../backends.ts';

const file = new URL('programs/idle.ts', import.meta.url);

async function start(mode: string, backend: string): Promise<[program: Program, port: number]> {
  const program = new Program(file, [mode], { ASYNCIO_BACKEND: backend });
  await program.printed(' .\n');
  return [program, Number(/port (\d+)/.exec(program.output)?.[1])];
}

async function greetingFrom(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [data] = (await once(socket, 'data')) as [Buffer];
  await once(socket, 'close');
  return data.toString();
}

for (const backend of backends) {
  test(`an idle server keeps its process alive, until a signal comes (${backend})`, async () => {
    const [program, port] = await start('forever', backend);
    let ended = false;
    void program.ended.then(() => (ended = true));
    // Longer than the loop waits before it looks for tasks that nothing can wake.
    await hostSleep(1500);
    assert.equal(ended, false);
    assert.equal(await greetingFrom(port), 'hello\n');
    program.signal('SIGTERM');
    const { code, stderr } = await program.ended;
    assert.equal(code, 143);
    assert.equal(stderr, '');
  });

  test(`a process whose server is closed ends (${backend})`, async () => {
    const [program, port] = await start('close', backend);
    assert.equal(await greetingFrom(port), 'hello\n');
    const { code, stdout, stderr } = await program.ended;
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /over\n$/);
  });
}
