// toNodeSocket: from every kind of connection to the host's socket, in mid-stream, without a lost byte.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket as NodeSocket } from 'node:net';
import {
  createTask,
  Future,
  interruptible,
  InvalidArgumentError,
  isCancelled,
  openConnection,
  sleep,
  socketpair,
  startServer,
  UsageError,
} from '../../../src/asyncio.ts';
import type { EventLoop, StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { toNodeSocket } from '../../../src/net/bridge/toNodeSocket.ts';
import { fill, iterations, pattern, withPair } from '../contract/pair.ts';
import type { World } from '../contract/contract.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';

/** Everything up to the end, then the socket is destroyed. */
async function readAll(socket: NodeSocket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => void pieces.push(piece));
  await interruptible(once(socket, 'end'));
  socket.destroy();
  return Buffer.concat(pieces);
}

const world = (loop: EventLoop, backend: 'selector' | 'host'): World => ({
  loop,
  backend,
  runtime: 'node',
  carrier: 'tcp',
  expectReport: () => {},
});

onBackends(
  'toNodeSocket of a transport: bytes of both directions go on over the host’s socket',
  async (loop, backend) => {
    await withPair(world(loop, backend), async (client, server) => {
      client.transport.write(Buffer.from('before '));
      await server.bytes(7);
      const socket = await toNodeSocket(server.transport, { allowHalfOpen: true });
      assert.equal(server.transport.isClosing(), true);
      assert.equal(await server.loss(), undefined);
      client.transport.write(Buffer.from('after'));
      client.transport.writeEof();
      socket.write('from the host');
      const pieces: Buffer[] = [];
      socket.on('data', (piece: Buffer) => void pieces.push(piece));
      await interruptible(once(socket, 'end'));
      assert.equal(String(Buffer.concat(pieces)), 'after');
      assert.equal(String(await client.bytes(13)), 'from the host');
      socket.destroy();
      assert.equal(await client.loss(), undefined);
    });
  },
);

onBackends('toNodeSocket sends what is buffered first', async (loop, backend) => {
  await withPair(world(loop, backend), async (client, server) => {
    client.transport.pauseReading();
    const size = fill(server.transport);
    const moving = createTask(() => toNodeSocket(server.transport));
    await iterations(5);
    assert.equal(moving.done(), false);
    client.transport.resumeReading();
    const socket = await moving;
    socket.end('!');
    await client.bytes(size + 1);
    assert.equal(client.received.at(-1), 33);
    client.transport.close();
    await client.loss();
    socket.destroy();
  });
});

onBackends('toNodeSocket that is cancelled leaves the transport as it was', async (loop, backend) => {
  await withPair(world(loop, backend), async (client, server) => {
    client.transport.pauseReading();
    const size = fill(server.transport);
    const moving = createTask(() => toNodeSocket(server.transport));
    await iterations(5);
    moving.cancel();
    await assert.rejects(moving, isCancelled);
    client.transport.write(Buffer.from('still ours'));
    assert.equal(String(await server.bytes(10)), 'still ours');
    client.transport.resumeReading();
    server.transport.write(Buffer.from('x'));
    await client.bytes(size + 1);
  });
});

onBackends(
  'toNodeSocket of a stream: what the reader holds comes first, then what comes later',
  async () => {
    const all = pattern(500_000);
    const lines = Buffer.concat([Buffer.from('a line\n'), all]);
    const finished = new Future<NodeSocket>();
    const handler = async (reader: StreamReader, writer: StreamWriter): Promise<void> => {
      assert.equal(String(await reader.readline()), 'a line\n');
      await sleep(5);
      const socket = await toNodeSocket(writer);
      const rest = await readAll(socket);
      assert.ok(rest.equals(all));
      finished.setResult(socket);
    };
    const server = await startServer(handler, '127.0.0.1', 0);
    const [, writer] = await openConnection(...addressOf(server));
    writer.write(lines);
    await writer.drain();
    writer.close();
    await writer.waitClosed().catch(() => {});
    server.close();
    await server.waitClosed();
    assert.ok((await finished).destroyed);
  },
);

onBackends('toNodeSocket refuses a transport that goes to another already', async (loop, backend) => {
  await withPair(world(loop, backend), async (client, server) => {
    client.transport.pauseReading();
    fill(server.transport);
    const first = createTask(() => toNodeSocket(server.transport));
    await iterations(2);
    await assert.rejects(toNodeSocket(server.transport), UsageError);
    client.transport.resumeReading();
    const socket = await first;
    client.transport.close();
    await client.loss();
    socket.destroy();
  });
});

onBackends('toNodeSocket refuses what is closed, and what is none', async (loop, backend) => {
  await withPair(world(loop, backend), async (client) => {
    client.transport.close();
    await assert.rejects(toNodeSocket(client.transport), UsageError);
    await client.loss();
    await assert.rejects(toNodeSocket({} as never), InvalidArgumentError);
  });
});

onBackends(
  'toNodeSocket of a Socket: its descriptor is the host’s from then on',
  async (loop) => {
    const [one, other] = socketpair();
    const socket = await toNodeSocket(one);
    assert.equal(one.fileno(), -1);
    await loop.sockSendall(other, Buffer.from('ping'));
    const [piece] = (await interruptible(once(socket, 'data'))) as [Buffer];
    assert.equal(String(piece), 'ping');
    socket.end('pong');
    assert.equal(String(await loop.sockRecv(other, 100)), 'pong');
    socket.destroy();
    other.close();
    await interruptible(once(socket, 'close'));
  },
  { only: 'selector' },
);

onBackends('a socket of the host’s goes into a transport and out again', async (loop, backend) => {
  if (backend !== 'host') return;
  await withPair(world(loop, backend), async (client, server) => {
    const socket = await toNodeSocket(server.transport);
    const [transport, again] = await loop.createConnection(() => new DataWitness(), null, null, {
      sock: socket,
    });
    client.transport.write(Buffer.from('there and back'));
    assert.equal(String(await again.bytes(14)), 'there and back');
    transport.close();
    await again.loss();
    await client.loss();
    assert.deepEqual(
      socket.eventNames().filter((name) => socket.listenerCount(name) > 1),
      [],
    );
  });
});
