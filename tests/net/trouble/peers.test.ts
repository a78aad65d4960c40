// Peers that misbehave: reset, half-close, vanish, say nothing, dribble. Each hurts its own connection at most.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as nodeConnect } from 'node:net';
import type { Socket as NodeSocket } from 'node:net';
import { createTask, Future, sleep, TimeoutError } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import {
  BrokenPipeError,
  ConnectionError,
  ConnectionResetError,
  ConnectionTimeoutError,
} from '../../../src/base/osError.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { sockConnect } from '../../../src/net/socket/sockConnect.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Echo, Recorder } from '../recorder.ts';
import { silentAddress } from '../silentAddress.ts';
import { arrivals } from '../arrivals.ts';

const noReset = (onBun || onDeno) && 'this runtime cannot reset a connection';

/** A server whose protocols are kept in order, and one peer made with the host's own sockets. */
async function withPeer(
  loop: EventLoop,
  make: () => Recorder,
  body: (peer: NodeSocket, ours: Recorder, server: Server) => Promise<unknown>,
): Promise<void> {
  const made: Recorder[] = [];
  const factory = (): Recorder => made[made.push(make()) - 1] as Recorder;
  const server = await createServer(loop, factory, '127.0.0.1', 0);
  const peer = nodeConnect({ port: addressOf(server)[1], host: '127.0.0.1', allowHalfOpen: true });
  peer.on('error', () => {});
  await once(peer, 'connect');
  while (made.length === 0) await sleep(1);
  const [ours] = made as [Recorder];
  await ours.connected;
  await body(peer, ours, server);
  peer.destroy();
  server.close();
  server.abortClients();
  await server.waitClosed();
}

onBackends(
  'a peer that resets: connectionLost gets ConnectionResetError',
  (loop) =>
    withPeer(
      loop,
      () => new Echo(),
      async (peer, ours) => {
        peer.write('x');
        await ours.bytes(1);
        peer.resetAndDestroy();
        const error = await ours.lost;
        assert.ok(error instanceof ConnectionResetError, String(error));
        assert.equal(error.code, 'ECONNRESET');
        assert.deepEqual(ours.events, ['made', 'lost']);
      },
    ),
  { skip: noReset },
);

onBackends(
  'a peer that resets before it is accepted: an ordinary connection that is lost at once',
  async (loop) => {
    const made: Recorder[] = [];
    const factory = (): Recorder => made[made.push(new Recorder()) - 1] as Recorder;
    const server = await createServer(loop, factory, '127.0.0.1', 0, { startServing: false });
    const peer = nodeConnect(addressOf(server)[1], '127.0.0.1');
    await once(peer, 'connect');
    const { localPort } = peer;
    peer.resetAndDestroy();
    await once(peer, 'close');
    await server.startServing();
    while (made.length === 0) await sleep(1);
    const [ours] = made as [Recorder];
    const error = await ours.lost;
    assert.ok(error instanceof ConnectionResetError, String(error));
    assert.deepEqual(ours.transport?.getExtraInfo('peername'), ['127.0.0.1', localPort]);
    server.close();
    await server.waitClosed();
  },
  { only: 'selector' },
);

onBackends('a peer that half-closes gets the answer before the end', (loop) =>
  withPeer(
    loop,
    () =>
      new (class extends Recorder {
        override eofReceived(): boolean {
          super.eofReceived();
          this.transport?.write(Buffer.from(`had ${this.text}`));
          this.transport?.close();
          return true;
        }
      })(),
    async (peer, ours) => {
      peer.end('all of it');
      const pieces: Buffer[] = [];
      for await (const piece of peer) pieces.push(piece as Buffer);
      assert.equal(Buffer.concat(pieces).toString(), 'had all of it');
      assert.equal(await ours.lost, undefined);
      assert.deepEqual(ours.events, ['made', 'eof', 'lost']);
    },
  ),
);

onBackends('a peer that vanishes while we write: an error of the connection, once', (loop) =>
  withPeer(
    loop,
    () => new Recorder(),
    async (peer, ours) => {
      peer.destroy();
      const piece = Buffer.alloc(65_536);
      for (let count = 0; !ours.lost.done() && count < 1000; count++) {
        ours.transport?.write(piece);
        await sleep(1);
      }
      const error = await ours.lost;
      assert.ok(
        error === undefined || error instanceof ConnectionError,
        `${String(error)} is no error of a connection`,
      );
      assert.equal(ours.transport?.isClosing(), true);
    },
  ),
);

onBackends('a peer that says nothing stays connected, and costs nothing', (loop) =>
  withPeer(
    loop,
    () => new Echo(),
    async (_peer, ours, server) => {
      const before = viewLoop(loop).iterations;
      await sleep(30);
      assert.ok(viewLoop(loop).iterations - before < 10, 'the loop turns although nothing happens');
      assert.deepEqual(ours.events, ['made']);
      assert.equal(server.connections, 1);
    },
  ),
);

onBackends('a peer that sends one byte at a time loses none', (loop) =>
  withPeer(
    loop,
    () => new Echo(),
    async (peer, ours) => {
      peer.setNoDelay(true);
      const text = 'one at a time, please';
      for (const letter of text) {
        peer.write(letter);
        await sleep(1);
      }
      assert.equal(await ours.bytes(text.length), text);
      peer.end();
      const echoed: Buffer[] = [];
      for await (const piece of peer) echoed.push(piece as Buffer);
      assert.equal(Buffer.concat(echoed).toString(), text);
    },
  ),
);

onBackends('close while writing: everything that was written before arrives', (loop) =>
  withPeer(
    loop,
    () => new Recorder(),
    async (peer, ours) => {
      const size = 8 << 20;
      ours.transport?.write(Buffer.alloc(size, 7));
      ours.transport?.close();
      assert.equal(ours.transport?.isClosing(), true);
      await sleep(5);
      assert.equal(ours.lost.done(), false, 'the peer has not read yet');
      let received = 0;
      for await (const piece of peer) received += (piece as Buffer).length;
      assert.equal(received, size);
      assert.equal(await ours.lost, undefined);
    },
  ),
);

onBackends('a peer that closes while we write a lot: connectionLost once, with the error', (loop) =>
  withPeer(
    loop,
    () => new Recorder(),
    async (peer, ours) => {
      ours.transport?.write(Buffer.alloc(8 << 20));
      assert.ok((ours.transport?.getWriteBufferSize() ?? 0) > 0);
      await sleep(5);
      peer.destroy();
      const error = await ours.lost;
      assert.ok(error instanceof ConnectionResetError || error instanceof BrokenPipeError, String(error));
      assert.equal(ours.transport?.getWriteBufferSize(), 0);
    },
  ),
);

onBackends('a handler that throws loses its own connection, and is reported', async (loop) => {
  const made: Recorder[] = [];
  class Broken extends Recorder {
    override dataReceived(data: Buffer): void {
      super.dataReceived(data);
      if (this.text === 'bad') throw new RangeError('cannot handle this');
      this.transport?.write(Buffer.from(data));
    }
  }
  const factory = (): Broken => made[made.push(new Broken()) - 1] as Broken;
  const server = await createServer(loop, factory, '127.0.0.1', 0);
  const dial = async (): Promise<Recorder> =>
    (await createConnection(loop, () => new Recorder(), ...addressOf(server)))[1];
  const [good, bad] = [await dial(), await dial()];
  expectReport(/data_received|dataReceived[^]*cannot handle this/);
  bad.transport?.write(Buffer.from('bad'));
  await bad.lost;
  assert.ok((await (made[1] as Recorder).lost) instanceof RangeError);
  good.transport?.write(Buffer.from('good'));
  assert.equal(await good.bytes(4), 'good');
  good.transport?.close();
  server.close();
  await server.waitClosed();
});

onBackends('a connectionMade that throws is reported, and the server goes on', async (loop) => {
  let broken = true;
  const thrown = new Future<void>();
  class Broken extends Echo {
    override connectionMade(transport: never): void {
      super.connectionMade(transport);
      if (!broken) return;
      broken = false;
      thrown.setResult();
      throw new RangeError('not made');
    }
  }
  const server = await createServer(loop, () => new Broken(), '127.0.0.1', 0);
  expectReport(/not made/);
  const [first, second] = [new Recorder(), new Recorder()];
  await createConnection(loop, () => first, ...addressOf(server));
  await thrown;
  await createConnection(loop, () => second, ...addressOf(server));
  second.transport?.write(Buffer.from('x'));
  await second.bytes(1);
  second.transport?.close();
  first.transport?.close();
  server.close();
  server.abortClients();
  await server.waitClosed();
  await first.lost;
});

onBackends(
  'a connection that the system gives up has an error of its own, which is a TimeoutError',
  async (loop) => {
    const TCP_USER_TIMEOUT = 18;
    const silent = silentAddress('127.0.0.1');
    const socket = new Socket();
    socket.setsockopt(6, TCP_USER_TIMEOUT, 100);
    const task = createTask(() => sockConnect(loop, socket, [silent.host, silent.port]));
    const error = await task.catch((failure: unknown) => failure);
    assert.ok(error instanceof ConnectionTimeoutError, String(error));
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.code, error.syscall], ['ETIMEDOUT', 'connect']);
    socket.close();
    silent.close();
  },
  { only: 'selector' },
);

onBackends(
  'a descriptor that is given out anew in the same batch gets no event of its last owner',
  async (loop) => {
    const { socketpair } = await import('../../../src/net/socket/socketPair.ts');
    const pairs = [socketpair(), socketpair()] as const;
    const told: string[] = [];
    let fresh: readonly [Socket, Socket] | undefined;
    const done = new Future<void>();
    const first = (own: number, other: number): void => {
      told.push(`event of ${own}`);
      const [ours] = pairs[own] as readonly [Socket, Socket];
      const [theirs] = pairs[other] as readonly [Socket, Socket];
      loop.removeReader(ours.fileno());
      if (fresh !== undefined) return;
      // The other one has an event in this very batch. It goes, and its number comes back at once.
      const number = theirs.fileno();
      loop.removeReader(number);
      theirs.close();
      fresh = socketpair();
      const again = fresh.find((socket) => socket.fileno() === number);
      assert.ok(again !== undefined, 'the number did not come back');
      loop.addReader(number, () => told.push('event of the new owner'));
      done.setResult();
    };
    for (const [own, [ours, peer]] of pairs.entries()) {
      loop.addReader(ours.fileno(), first, own, 1 - own);
      peer.send(Buffer.from('x'));
    }
    await done;
    await arrivals();
    assert.equal(told.length, 1, told.join(', '));
    const [one, two] = fresh as unknown as readonly [Socket, Socket];
    const now = new Future<void>();
    for (const [socket, peer] of [
      [one, two],
      [two, one],
    ] as const) {
      if (!loop.removeReader(socket.fileno())) continue;
      loop.addReader(socket.fileno(), () => {
        told.push('now');
        loop.removeReader(socket.fileno());
        now.setResult();
      });
      peer.send(Buffer.from('y'));
    }
    await now;
    assert.deepEqual(told.slice(1), ['now']);
    for (const socket of [...pairs.flat(), one, two]) socket.close();
  },
  { only: 'selector' },
);
