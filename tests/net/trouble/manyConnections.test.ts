// Ten thousand connections at once, and more connections than there are descriptors. Programs of their own,
// so that the limits are theirs.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout as hostSleep } from 'node:timers/promises';
import { onDeno } from '../../commandLine.ts';
import { backends, selectorMissing } from '../backends.ts';
import { killAll, Limited, limitMissing } from './limited.ts';

const serverFile = new URL('programs/server.ts', import.meta.url);
const crowdFile = new URL('programs/crowd.ts', import.meta.url);
const COUNT = 10_000;

afterEach(killAll);

for (const backend of backends) {
  test(
    `${COUNT} connections at once, each with its own answer (${backend})`,
    { timeout: 90_000, skip: limitMissing(COUNT + 200) },
    async () => {
      const server = new Limited(serverFile, COUNT + 200, [], backend);
      const port = await server.until('port ');
      const crowd = new Limited(crowdFile, COUNT + 200, [port, String(COUNT)], backend);
      assert.equal(await crowd.until('open '), String(COUNT));
      assert.equal(await crowd.until('echoed '), String(COUNT));
      server.say('count');
      assert.equal(await server.until('count '), String(COUNT));
      assert.equal(await crowd.stop(), 0);
      await noneLeft(server);
      assert.equal(await server.stop(), 0);
    },
  );
}

/** Waits until the server has seen the last connection end. */
async function noneLeft(server: Limited): Promise<void> {
  for (;;) {
    server.say('count');
    if ((await server.until('count ')) === '0') return;
    await hostSleep(20);
  }
}

const LIMIT = 100;

test(
  'out of descriptors: accepting pauses, is reported, and goes on when some are free again',
  { timeout: 30_000, skip: selectorMissing },
  async () => {
    const server = new Limited(serverFile, LIMIT, [], 'selector');
    const port = Number(await server.until('port '));
    const clients = await Promise.all(Array.from({ length: LIMIT + 20 }, () => dial(port)));
    assert.equal(await server.until('report '), 'socket.accept() out of system resource: EMFILE');
    server.say('count');
    const taken = Number(await server.until('count '));
    assert.ok(taken > LIMIT / 3 && taken < LIMIT, `${taken} connections`);
    // Those that were taken work on.
    const first = clients[0] as Socket;
    assert.equal(await ask(first, 'first'), 'first');
    // The others wait in the backlog, and are served when there is room.
    const waiting = clients.at(-1) as Socket;
    const answer = ask(waiting, 'last');
    for (const client of clients.slice(1, 60)) client.destroy();
    assert.equal(await answer, 'last');
    assert.equal(await ask(first, 'again'), 'again');
    for (const client of clients) client.destroy();
    await noneLeft(server);
    const late = await dial(port);
    assert.equal(await ask(late, 'late'), 'late');
    late.destroy();
    assert.equal(await server.stop(), 0);
  },
);

test(
  'out of descriptors on the host backend: the server lives on and serves again',
  { timeout: 30_000, skip: onDeno && 'Deno itself does not survive that' },
  async () => {
    const server = new Limited(serverFile, LIMIT, [], 'host');
    const port = Number(await server.until('port '));
    const clients = await Promise.all(Array.from({ length: LIMIT + 20 }, () => dial(port)));
    assert.equal(await ask(clients[0] as Socket, 'first'), 'first');
    for (const client of clients) client.destroy();
    await noneLeft(server);
    const late = await dial(port);
    assert.equal(await ask(late, 'late'), 'late');
    late.destroy();
    assert.equal(await server.stop(), 0);
  },
);

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}
