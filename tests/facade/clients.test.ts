// spawn with real clients: responses of node:http and node:http2, sockets. What leaves, what ends, what was there.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { Http2ServerResponse } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { test } from 'node:test';
import '../harness.ts';
import { ContextVar, sleep, spawn } from '../../src/asyncio.ts';
import type { LeavingClient, Task } from '../../src/asyncio.ts';
import { onBun, onDeno } from '../commandLine.ts';
import { outcomeOf } from '../outcome.ts';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

const ours = (client: ServerResponse | Http2ServerResponse | Socket): number =>
  client.listenerCount('close') + client.listenerCount('finish');

const LEFT = { cancelled: 'the client has left' };

test('spawn: a response of node:http that is closed before its end cancels, one that was sent does not', async () => {
  const outcomes: unknown[] = [];
  const left: number[] = [];
  const server = createHttpServer((request, response) => {
    const before = ours(response);
    const task = spawn(
      async () => {
        if (request.url === '/slow') await sleep(60_000);
        response.end('done');
        // Goes on when all was sent, and after the connection was closed.
        if (!response.writableFinished) await once(response, 'finish');
        await sleep(5);
        return 'written';
      },
      { client: response },
    );
    void outcomeOf(task).then(async (outcome) => {
      await new Promise((resolve) => void setImmediate(resolve));
      outcomes.push(outcome);
      left.push(ours(response) - before);
      server.emit('served');
    });
  });
  const port = await listen(server);
  const options = { port, host: '127.0.0.1', agent: false } as const;
  const [response] = (await once(get(options), 'response')) as [NodeJS.ReadableStream];
  const served = once(server, 'served');
  response.resume();
  await served;
  const slow = get({ ...options, path: '/slow' });
  slow.on('error', () => {});
  await once(server, 'request');
  const stopped = once(server, 'served');
  slow.destroy();
  await stopped;
  await close(server);
  assert.deepEqual(outcomes, [{ value: 'written' }, LEFT]);
  assert.ok(
    left.every((more) => more <= 0),
    left.join(),
  );
});

test('spawn: a response whose client left before the call has nothing started for it', async () => {
  const server = createHttpServer();
  const port = await listen(server);
  const request = get({ port, host: '127.0.0.1', agent: false });
  request.on('error', () => {});
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const closed = once(response, 'close');
  request.destroy();
  await closed;
  let called = false;
  const task = spawn(() => void (called = true), { client: response });
  assert.deepEqual(await outcomeOf(task), LEFT);
  assert.equal(called, false);
  await close(server);
});

test('spawn: a request in the place of its response is refused', async () => {
  const server = createHttpServer();
  const port = await listen(server);
  const asked = once(get({ port, host: '127.0.0.1', agent: false }), 'response');
  const [request, response] = (await once(server, 'request')) as [LeavingClient, ServerResponse];
  assert.throws(
    () => spawn(async () => 1, { client: request }),
    /a request is over as soon as it was read/,
  );
  response.end();
  const [answer] = (await asked) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
  await close(server);
});

test(
  'spawn: a stream of node:http2 that is reset cancels, one that was sent does not',
  { skip: (onBun || onDeno) && 'the host closes the stream of a response in other ways' },
  async () => {
    const outcomes: unknown[] = [];
    const server: Server = createHttp2Server((request, response) => {
      const task = spawn(
        async () => {
          if (request.url === '/slow') await sleep(60_000);
          response.end('done');
          await once(response, 'finish');
          await sleep(5);
          return 'written';
        },
        { client: response },
      );
      void outcomeOf(task).then((outcome) => {
        outcomes.push(outcome);
        server.emit('served');
      });
    });
    const port = await listen(server);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const first = session.request({ ':path': '/' });
    const served = once(server, 'served');
    first.resume();
    await served;
    const slow = session.request({ ':path': '/slow' });
    slow.on('error', () => {});
    await once(server, 'request');
    const stopped = once(server, 'served');
    slow.close(8);
    await stopped;
    session.close();
    await close(server);
    assert.deepEqual(outcomes, [{ value: 'written' }, LEFT]);
  },
);

test(
  'spawn: a raw stream of node:http2 that is reset cancels',
  { skip: (onBun || onDeno) && 'the host closes the stream of a response in other ways' },
  async () => {
    const server = createHttp2Server();
    const port = await listen(server);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const request = session.request({ ':path': '/' });
    request.on('error', () => {});
    const [stream] = (await once(server, 'stream')) as [LeavingClient];
    const task = spawn(() => sleep(60_000), { client: stream });
    request.close(8);
    assert.deepEqual(await outcomeOf(task), LEFT);
    assert.deepEqual(await outcomeOf(spawn(async () => 1, { client: stream })), LEFT);
    session.close();
    await close(server);
  },
);

for (const [how, leave] of [
  ['ends', (socket: Socket): unknown => socket.end()],
  ['is destroyed', (socket: Socket): unknown => socket.destroy()],
  ['is reset', (socket: Socket): unknown => socket.resetAndDestroy()],
] as const)
  test(`spawn: a socket whose peer ${how} cancels the task for it`, async () => {
    const server = createServer();
    const port = await listen(server);
    const peer = connect(port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => {}).resume();
    peer.on('error', () => {}).resume();
    const task = spawn(() => sleep(60_000), { client: socket });
    if (peer.connecting) await once(peer, 'connect');
    leave(peer);
    assert.deepEqual(await outcomeOf(task), LEFT);
    await close(server);
  });

test('spawn: a socket that was ended here cancels nothing', async () => {
  const server = createServer();
  const port = await listen(server);
  const peer = connect(port, '127.0.0.1');
  peer.resume();
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.resume();
  const task = spawn(
    async () => {
      socket.end('bye');
      await once(socket, 'close');
      await sleep(1);
      return 'logged';
    },
    { client: socket },
  );
  assert.equal(await task, 'logged');
  await close(server);
});

test('spawn: 1,000 requests at once, of which a third leave: each has its own context, and none is lost', async () => {
  const user = new ContextVar<string>('user', { default: 'nobody' });
  const tasks: Task<string>[] = [];
  const server = createHttpServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    user.set(name);
    tasks.push(
      spawn(
        async () => {
          user.set(`${user.get()}!`);
          await sleep(Number(name) % 3 === 0 ? 60_000 : 1);
          response.end(user.get());
          return user.get();
        },
        { client: response },
      ),
    );
  });
  const port = await listen(server);
  const ask = async (i: number): Promise<string> => {
    const request = get({ port, host: '127.0.0.1', agent: false, path: `/${i}` });
    if (i % 3 === 0) {
      const { promise, resolve } = Promise.withResolvers<string>();
      request.on('error', () => resolve('left'));
      server.on('request', (asked: { url?: string }) => {
        if (asked.url === `/${i}`) setImmediate(() => request.destroy());
      });
      return await promise;
    }
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += String(part);
    return text;
  };
  server.setMaxListeners(0);
  const answers: string[] = [];
  for (let first = 0; first < 1000; first += 250)
    answers.push(...(await Promise.all(Array.from({ length: 250 }, (_, i) => ask(first + i)))));
  await close(server);
  assert.deepEqual(
    answers,
    answers.map((_, i) => (i % 3 === 0 ? 'left' : `${i}!`)),
  );
  const outcomes = await Promise.all(tasks.map((task) => outcomeOf(task)));
  assert.equal(outcomes.length, 1000);
  assert.equal(outcomes.filter((outcome) => 'cancelled' in outcome).length, 334);
  assert.equal(
    new Set(outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))).size,
    666,
  );
});
