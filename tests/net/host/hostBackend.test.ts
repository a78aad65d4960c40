// What is the host backend's own: its sockets belong to a loop, come from the host and go back to it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server as NodeServer, Socket as NodeSocket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  createTask,
  Future,
  interruptible,
  InvalidArgumentError,
  newEventLoop,
  sleep,
  UnsupportedError,
} from '../../../src/asyncio.ts';
import { reusePortMissing } from '../../../src/sys/host/net.ts';
import { iterations } from '../contract/pair.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';
import { unobserved } from '../../unobserved.ts';
import { resourcesOf } from '../../../src/loop/resources.ts';

const onHost = { only: 'host' } as const;

/** The host's socket of a transport. */
function nodeSocketOf(witness: DataWitness): NodeSocket {
  return witness.transport.getExtraInfo<{ nodeSocket: NodeSocket }>('socket')?.nodeSocket as NodeSocket;
}

/** A server of the host's own. */
async function hostServer(onConnection: (socket: NodeSocket) => void): Promise<NodeServer> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(0, '127.0.0.1');
  await interruptible(once(server, 'listening'));
  return server;
}

const portOf = (server: NodeServer): number => (server.address() as { port: number }).port;

onBackends(
  'a transport that is gone leaves nothing with the loop, and no listener on its socket',
  async (loop) => {
    const accepted = new DataWitness();
    const server = await loop.createServer(() => accepted, '127.0.0.1', 0);
    const [transport, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    await accepted.until(() => accepted.calls.length > 0);
    assert.equal(resourcesOf(loop).size, 3);
    const sockets = [client, accepted].map(nodeSocketOf);
    transport.close();
    await accepted.loss();
    server.close();
    await server.waitClosed();
    await interruptible(turn());
    await interruptible(turn());
    assert.equal(resourcesOf(loop).size, 0);
    for (const socket of sockets) {
      assert.equal(socket.destroyed, true);
      assert.equal(socket.listenerCount('data') + socket.listenerCount('error'), 0);
    }
  },
  onHost,
);

test('a loop that is closed takes its sockets, servers and endpoints along', async (context) => {
  unobserved(context);
  const loop = newEventLoop({ backend: 'host' });
  const accepted = new DataWitness();
  let client: DataWitness | undefined;
  await loop.runUntilComplete(async () => {
    const server = await loop.createServer(() => accepted, '127.0.0.1', 0);
    [, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    await accepted.until(() => accepted.calls.length > 0);
    await loop.createDatagramEndpoint(
      () => ({ connectionMade: () => {}, connectionLost: () => assert.fail('nothing is told') }),
      { localAddr: ['127.0.0.1', 0] },
    );
  });
  const sockets = [client as DataWitness, accepted].map(nodeSocketOf);
  assert.equal(resourcesOf(loop).size, 4);
  loop.close();
  assert.equal(resourcesOf(loop).size, 0);
  await turn();
  await turn();
  for (const socket of sockets) {
    assert.equal(socket.destroyed, true);
    assert.equal(socket.listenerCount('data') + socket.listenerCount('error'), 0);
  }
  assert.equal(accepted.lost, false);
  accepted.transport.close();
  accepted.transport.abort();
});

test('a loop that rests keeps what comes until it runs again', async () => {
  const loop = newEventLoop({ backend: 'host' });
  const client = new DataWitness();
  let peer: NodeSocket | undefined;
  const server = createServer((socket) => {
    peer = socket;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await loop.runUntilComplete(async () => {
    await loop.createConnection(() => client, '127.0.0.1', portOf(server));
  });
  while (peer === undefined) await turn();
  const sent = new Promise<void>((resolve) => void peer?.write('while it rested', () => resolve()));
  await sent;
  for (let count = 0; count < 5; count++) await turn();
  assert.equal(client.size, 0);
  await loop.runUntilComplete(async () => {
    assert.equal(String(await client.bytes(15)), 'while it rested');
    client.transport.close();
    await client.loss();
  });
  loop.close();
  peer.destroy();
  server.close();
  await once(server, 'close');
});

onBackends(
  'createConnection takes a net.Socket as sock, and bytes that it holds already',
  async (loop) => {
    const server = await hostServer((socket) => {
      socket.write('early');
      socket.on('data', (data: Buffer) => void socket.end(data));
    });
    const socket = connect(portOf(server), '127.0.0.1');
    await interruptible(once(socket, 'readable'));
    const [transport, witness] = await loop.createConnection(() => new DataWitness(), null, null, {
      sock: socket,
    });
    assert.equal(String(await witness.bytes(5)), 'early');
    transport.write(Buffer.from(' late'));
    await witness.loss();
    assert.equal(String(witness.received), 'early late');
    server.close();
    await interruptible(once(server, 'close'));
  },
  onHost,
);

onBackends(
  'createServer takes a net.Server that listens as sock',
  async (loop) => {
    const listening = await hostServer(() => {});
    const server = await loop.createServer(
      () => new DataWitness({ made: (transport) => transport.write(Buffer.from('hi')) }),
      null,
      null,
      { sock: listening },
    );
    const [transport, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    await client.bytes(2);
    transport.close();
    server.close();
    await server.waitClosed();
    assert.equal(listening.listening, false);
    await client.loss();
  },
  onHost,
);

onBackends(
  'what is no socket of the host’s is refused',
  async (loop) => {
    const options = { sock: { not: 'a socket' } };
    const factory = (): DataWitness => new DataWitness();
    await assert.rejects(loop.createConnection(factory, null, null, options), InvalidArgumentError);
    await assert.rejects(loop.createServer(factory, null, null, options), InvalidArgumentError);
    await assert.rejects(
      loop.createServer(factory, null, null, { sock: createServer() }),
      InvalidArgumentError,
    );
    await assert.rejects(loop.createDatagramEndpoint(factory, options), InvalidArgumentError);
  },
  onHost,
);

onBackends(
  'reusePort: two servers share a port where the host can, else it says so',
  async (loop) => {
    const factory = (): DataWitness => new DataWitness();
    const open = loop.createServer(factory, '127.0.0.1', 0, { reusePort: true });
    if (reusePortMissing() !== false) return await assert.rejects(open, UnsupportedError);
    const first = await open;
    const second = await loop.createServer(factory, ...addressOf(first), { reusePort: true });
    assert.deepEqual(addressOf(first), addressOf(second));
    for (const server of [first, second]) {
      server.close();
      await server.waitClosed();
    }
  },
  onHost,
);

onBackends(
  'connections that come before startServing are kept until then',
  async (loop) => {
    const server = await loop.createServer(
      () =>
        new DataWitness({
          made: (transport) => transport.write(Buffer.from('welcome')),
        }),
      '127.0.0.1',
      0,
      { startServing: false },
    );
    const [transport, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    await iterations(10);
    assert.equal(client.size, 0);
    await server.startServing();
    assert.equal(String(await client.bytes(7)), 'welcome');
    transport.close();
    server.close();
    await server.waitClosed();
    await client.loss();
  },
  onHost,
);

onBackends(
  'a server that is closed before startServing drops those that came',
  async (loop) => {
    const server = await loop.createServer(() => new DataWitness(), '127.0.0.1', 0, {
      startServing: false,
    });
    const [, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    await sleep(1);
    server.close();
    await client.loss();
    await server.waitClosed();
  },
  onHost,
);

onBackends(
  'abstract names of Unix sockets serve where the host has them',
  async (loop) => {
    const name = `\0asyncio-ts-${process.pid}-${Math.random()}`;
    const server = await loop.createUnixServer(
      () => new DataWitness({ made: (transport) => transport.write(Buffer.from('hi')) }),
      name,
    );
    const [transport, client] = await loop.createUnixConnection(() => new DataWitness(), name);
    await client.bytes(2);
    assert.equal(transport.getExtraInfo('peername'), name);
    transport.close();
    server.close();
    await server.waitClosed();
    await client.loss();
  },
  { only: 'host', skip: process.platform !== 'linux' && 'abstract names are Linux’s' },
);

onBackends('a protocol that is slower than its peer holds the host back', async (loop, backend) => {
  const size = 30_000_000;
  const big = await hostServer((socket) => {
    socket.on('error', () => {});
    socket.end(Buffer.alloc(size));
  });
  // Each piece costs the loop much more than the host.
  const client = new DataWitness({
    data: (piece) => {
      for (const end = loop.time() + 1; loop.time() < end;);
      assert.ok(piece.length <= 1_048_576);
    },
  });
  const [transport] = await loop.createConnection(() => client, '127.0.0.1', portOf(big));
  await client.bytes(3_000_000);
  if (backend === 'host') assert.ok(nodeSocketOf(client).bytesRead < client.size + 2_000_000);
  transport.abort();
  await client.loss();
  big.close();
  await interruptible(once(big, 'close'));
});

onBackends('callbacks see the AsyncLocalStorage of whoever made the connection', async (loop) => {
  const storage = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const see = (): void => void seen.push(storage.getStore());
  const done = new Future<void>();
  const server = await loop.createServer(
    () =>
      new DataWitness({ made: (transport) => void (transport.write(Buffer.from('x')), transport.close()) }),
    '127.0.0.1',
    0,
  );
  await storage.run('request 7', () =>
    createTask(async () => {
      const [, client] = await loop.createConnection(
        () => new DataWitness({ made: see, data: see, eof: see, lost: () => (see(), done.setResult()) }),
        ...addressOf(server),
      );
      await client.loss();
    }),
  );
  await done;
  assert.deepEqual(seen, ['request 7', 'request 7', 'request 7', 'request 7']);
  server.close();
  await server.waitClosed();
});
