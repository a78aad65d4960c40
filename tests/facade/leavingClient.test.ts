// leavingClient: what the responses of the host's servers say when their client leaves.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as http2 from 'node:http2';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { test } from 'node:test';
import '../harness.ts';
import { sleep, spawn } from '../../src/asyncio.ts';
import type { LeavingClient, Task } from '../../src/asyncio.ts';
import { outcomeOf } from '../outcome.ts';

const GONE = { cancelled: 'the client has left' };

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Ends a server, and waits until it has. */
async function close(server: Server, session?: http2.ClientHttp2Session): Promise<void> {
  session?.destroy();
  const closed = once(server, 'close');
  server.close();
  await closed;
}

/** A long task, for each client, and a promise of the first `count` of them. */
function serveLong(count: number): { serve(client: LeavingClient): void; tasks: Promise<Task[]> } {
  const { promise, resolve } = Promise.withResolvers<Task[]>();
  const tasks: Task[] = [];
  const serve = (client: LeavingClient): void => {
    const task = spawn(() => sleep(5_000), { client });
    if (tasks.push(task) === count) resolve(tasks);
  };
  return { serve, tasks: promise };
}

const leaving: readonly [
  string,
  (session: http2.ClientHttp2Session, stream: http2.ClientHttp2Stream) => void,
][] = [
  ['resets its stream', (_, stream) => stream.close(http2.constants.NGHTTP2_CANCEL)],
  ['closes its stream without an error', (_, stream) => stream.close(http2.constants.NGHTTP2_NO_ERROR)],
  ['ends its session', (session) => session.destroy()],
];

for (const [how, leave] of leaving) {
  test(`spawn: a client of node:http2 that ${how} cancels its tasks, by response and by stream`, async () => {
    const { serve, tasks } = serveLong(2);
    const server = http2.createServer((_, response) => {
      serve(response);
      serve(response.stream);
    });
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
    const stream = session.request({ ':path': '/' });
    stream.on('error', () => {});
    const started = await tasks;
    leave(session, stream);
    for (const task of started) assert.deepEqual(await outcomeOf(task), GONE);
    await close(server, session);
  });
}

test('spawn: a response of node:http2 that left, or was sent, before', async () => {
  const { promise, resolve } = Promise.withResolvers<http2.Http2ServerResponse>();
  const server = http2.createServer((request, response) => {
    if (request.url === '/sent') response.end('all');
    response.on('close', () => resolve(response));
  });
  const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  const stream = session.request({ ':path': '/sent' });
  stream.resume();
  const sent = await promise;
  assert.equal(await spawn(() => sleep(1, { result: 'wrote the log' }), { client: sent }), 'wrote the log');

  const gone = Promise.withResolvers<http2.Http2ServerResponse>();
  server.removeAllListeners('request');
  server.on('request', (_, response: http2.Http2ServerResponse) => {
    response.on('close', () => gone.resolve(response));
    other.close(http2.constants.NGHTTP2_CANCEL);
  });
  const other = session.request({ ':path': '/' });
  other.on('error', () => {});
  assert.deepEqual(await outcomeOf(spawn(() => 'called', { client: await gone.promise })), GONE);
  await close(server, session);
});

test('spawn: a task works on after a response of node:http2 was sent', async () => {
  const server = http2.createServer((_, response) => {
    const task = spawn(
      async () => {
        response.end('all');
        await once(response, 'close');
        return await sleep(1, { result: 'wrote the log' });
      },
      { client: response },
    );
    done.resolve(task);
  });
  const done = Promise.withResolvers<string>();
  const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  session.request({ ':path': '/' }).resume();
  assert.equal(await done.promise, 'wrote the log');
  await close(server, session);
});

test('spawn: requests that wait in one connection for their turn are cancelled with it, without a warning', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const { serve, tasks } = serveLong(20);
  const server = createServer((_, response) => serve(response));
  const client = connect(await listen(server), '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
  const started = await tasks;
  client.destroy();
  for (const task of started) assert.deepEqual(await outcomeOf(task), GONE);
  await close(server);
  process.off('warning', onWarning);
  assert.deepEqual(warnings, []);
});

test('spawn: a request that waits for its turn in a connection that closed has nothing started for it', async () => {
  const responses: LeavingClient[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (responses.push(response) === 1) request.socket.on('close', () => setImmediate(resolve));
    if (responses.length === 2) client.destroy();
  });
  const client = connect(await listen(server), '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2));
  await promise;
  for (const response of responses)
    assert.deepEqual(await outcomeOf(spawn(() => 'called', { client: response })), GONE);
  await close(server);
});
