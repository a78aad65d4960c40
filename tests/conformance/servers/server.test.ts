// What asyncio's test_server and test_events ask of Server, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { CancelledError, createTask, sleep, UsageError } from '../../../src/asyncio.ts';
import { ConnectionRefusedError } from '../../../src/base/osError.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf, Echo, Recorder } from '../../net/recorder.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';
import { client, serving } from './serving.ts';
import { arrivals } from '../../net/arrivals.ts';

const misuse = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

// asyncio: BaseStartServer.test_start_server_1, SelectorStartServerTests.test_start_unix_server_1
onBackends(
  'serveForever: a cancel closes the server, waits for its connections and is thrown',
  async (loop) => {
    const echo = new Echo();
    const server = await createServer(loop, () => echo, '127.0.0.1', 0, { startServing: false });
    assert.equal(server.isServing(), false);
    const main = createTask(() => server.serveForever());
    await turns(2);
    assert.equal(server.isServing(), true);
    const peer = await client(loop, server);
    peer.transport?.write(Buffer.from('1'));
    await peer.bytes(1);
    main.cancel();
    await turns(3);
    assert.equal(server.isServing(), false);
    assert.equal(main.done(), false);
    peer.transport?.close();
    await assert.rejects(main, CancelledError);
    assert.deepEqual(server.sockets, []);
    assert.equal(server.isServing(), false);
    await assert.rejects(server.serveForever(), misuse);
    await server.waitClosed();
  },
);

onBackends('serveForever can be awaited by one only', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
  const main = createTask(() => server.serveForever());
  await turns();
  await assert.rejects(server.serveForever(), misuse);
  assert.equal(main.done(), false);
  server.close();
  await assertCancelled(main);
});

onBackends('startServing begins to accept, once, and not on a closed server', async (loop) => {
  const server = await createServer(loop, () => new Echo(), '127.0.0.1', 0, { startServing: false });
  await server.startServing();
  await server.startServing();
  assert.equal(server.isServing(), true);
  const peer = await client(loop, server);
  peer.transport?.write(Buffer.from('x'));
  await peer.bytes(1);
  peer.transport?.close();
  server.close();
  server.close();
  await assert.rejects(server.startServing(), misuse);
  await server.waitClosed();
});

// asyncio: TestServer2.test_wait_closed_basic
onBackends('waitClosed waits for both: closed, and no connection left', async (loop) => {
  const { server, next } = await serving(loop);
  const first = createTask(() => server.waitClosed());
  await turns();
  assert.equal(first.done(), false);
  const peer = await client(loop, server);
  await next();
  const second = createTask(() => server.waitClosed());
  await turns();
  assert.deepEqual([first.done(), second.done()], [false, false]);
  server.close();
  await turns();
  const third = createTask(() => server.waitClosed());
  await turns();
  assert.deepEqual([first.done(), second.done(), third.done()], [false, false, false]);
  peer.transport?.close();
  await peer.lost;
  await first;
  await second;
  await third;
  await server.waitClosed();
});

// asyncio: TestServer2.test_wait_closed_race
onBackends('waitClosed ends when the last connection goes right behind the close', async (loop) => {
  const { server, next } = await serving(loop);
  const task = createTask(() => server.waitClosed());
  await turns();
  const peer = await client(loop, server);
  await next();
  loop.callSoon(() => server.close());
  loop.callSoon(() => peer.transport?.close());
  await server.waitClosed();
  await task;
});

// asyncio: TestServer2.test_close_clients
onBackends('closeClients closes every connection', async (loop) => {
  const { server, next } = await serving(loop);
  const peer = await client(loop, server);
  await next();
  const task = createTask(() => server.waitClosed());
  await turns();
  assert.equal(task.done(), false);
  server.close();
  server.closeClients();
  await task;
  assert.equal(await peer.lost, undefined);
});

// asyncio: TestServer2.test_abort_clients
onBackends('abortClients drops connections whose peer does not read', async (loop) => {
  const { server, next } = await serving(loop);
  const peer = await client(loop, server);
  const ours = await next();
  peer.transport?.pauseReading();
  const piece = Buffer.alloc(1 << 20);
  for (let count = 0; ours.transport?.getWriteBufferSize() === 0 && count < 64; count++) {
    ours.transport?.write(piece);
    await sleep(0);
  }
  assert.ok((ours.transport?.getWriteBufferSize() ?? 0) > 0);
  const task = createTask(() => server.waitClosed());
  await turns();
  assert.equal(task.done(), false);
  server.close();
  server.closeClients();
  await turns(2);
  assert.equal(task.done(), false, 'close writes what is buffered first');
  server.abortClients();
  await task;
  peer.transport?.abort();
  await peer.lost;
});

// asyncio: TestServer.test_get_loop
onBackends('getLoop gives the loop, and sockets nothing once it is closed', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
  assert.equal(server.getLoop(), loop);
  assert.equal(server.sockets.length, 1);
  server.close();
  assert.deepEqual(server.sockets, []);
  await server.waitClosed();
});

// asyncio: TestAbstractServer.test_close, test_wait_closed
onBackends('await using closes the server and waits for its connections', async (loop) => {
  const { server, next } = await serving(loop);
  const peer = await client(loop, server);
  await next();
  const leaving = createTask(() => server[Symbol.asyncDispose]());
  await turns(3);
  assert.equal(server.isServing(), false);
  assert.equal(leaving.done(), false);
  peer.transport?.close();
  await leaving;
  await peer.lost;
});

// asyncio: EventLoopTestsMixin.test_server_close
onBackends('close refuses new connections at once', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
  const address = addressOf(server);
  const peer = await client(loop, server);
  peer.transport?.write(Buffer.from('xxx'));
  peer.transport?.close();
  server.close();
  await assert.rejects(
    createConnection(loop, () => new Recorder(), ...address),
    ConnectionRefusedError,
  );
  await peer.lost;
  await server.waitClosed();
});

onBackends('a factory that throws closes that connection alone, and is reported', async (loop) => {
  let broken = true;
  const server = await createServer(
    loop,
    () => {
      if (broken) throw new Error('no protocol');
      return new Echo();
    },
    '127.0.0.1',
    0,
  );
  expectReport(/Error on transport creation for incoming connection[^]*no protocol/);
  const first = await client(loop, server);
  await first.lost;
  broken = false;
  const second = await client(loop, server);
  second.transport?.write(Buffer.from('x'));
  await second.bytes(1);
  second.transport?.close();
  server.close();
  await server.waitClosed();
});

onBackends(
  'pauseAccepting leaves connections waiting, resumeAccepting takes them in order',
  async (loop) => {
    const { server, next } = await serving(loop);
    server.pauseAccepting();
    const peers = [await client(loop, server), await client(loop, server)];
    peers[0]?.transport?.write(Buffer.from('a'));
    peers[1]?.transport?.write(Buffer.from('b'));
    await arrivals();
    assert.equal(server.connections, 0);
    assert.equal(server.isServing(), true);
    server.resumeAccepting();
    const [first, second] = [await next(), await next()];
    assert.equal(await first.bytes(1), 'a');
    assert.equal(await second.bytes(1), 'b');
    assert.equal(server.connections, 2);
    server.pauseAccepting();
    const third = await client(loop, server);
    server.close();
    server.closeClients();
    await server.waitClosed();
    for (const peer of [...peers, third]) await peer.lost;
  },
);

onBackends(
  'pauseAccepting from within connectionMade takes effect with the next connection',
  async (loop) => {
    const made: Recorder[] = [];
    class Alone extends Recorder {
      override connectionMade(transport: never): void {
        super.connectionMade(transport);
        made.push(this);
      }
    }
    let open = 0;
    const server: Server = await createServer(
      loop,
      () => {
        if (++open === 2) server.pauseAccepting();
        return new Alone();
      },
      '127.0.0.1',
      0,
    );
    const peers = await Promise.all([1, 2, 3, 4, 5].map(() => client(loop, server)));
    while (made.length < 2) await sleep(1);
    await arrivals();
    assert.deepEqual([open, made.length, server.connections], [2, 2, 2]);
    server.resumeAccepting();
    while (made.length < 5) await sleep(1);
    assert.equal(server.connections, 5);
    server.close();
    server.closeClients();
    await server.waitClosed();
    for (const peer of peers) await peer.lost;
  },
);
