// What asyncio's test_sslproto and test_ssl ask of start_tls, in our words. The other side is the host's.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ConnectionAbortedError,
  createTask,
  InvalidArgumentError,
  OSError,
  Protocol,
  SSLError,
} from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf, Recorder } from '../../net/recorder.ts';
import { clientContext, serverContext } from '../../net/tls/contexts.ts';
import { connect, shut } from '../../net/tls/pair.ts';
import { clientTls, gone, hostClient, hostServer, readExactly, serverTls, silent } from './hostPeer.ts';
import type { HostServer } from './hostPeer.ts';
import { arrivals } from '../../net/arrivals.ts';

const onDeno = 'Deno' in globalThis;
const byName = { serverHostname: 'localhost' };
const HELLO = Buffer.alloc(100 * 1024, '1');

/** Reads the greeting in the plain, turns to TLS, says `O`, reads the greeting again and ends. */
function upgradingServer(): Promise<HostServer> {
  return hostServer(async (socket) => {
    assert.ok((await readExactly(socket, HELLO.length)).equals(HELLO));
    const tls = serverTls(socket);
    tls.write('O');
    assert.ok((await readExactly(tls, HELLO.length)).equals(HELLO));
    tls.end();
    tls.resume();
    await gone(tls);
  });
}

/** A protocol that gives its buffer, and keeps what was put there. */
class Buffered extends Protocol {
  text = '';
  readonly lost: ReturnType<EventLoop['createFuture']>;
  readonly said: ReturnType<EventLoop['createFuture']>;
  readonly ended: string[] = [];
  readonly #buffer = new Uint8Array(1);

  constructor(loop: EventLoop) {
    super();
    this.lost = loop.createFuture<unknown>();
    this.said = loop.createFuture<unknown>();
  }

  getBuffer(_hint: number): Uint8Array {
    return this.#buffer;
  }

  bufferUpdated(count: number): void {
    assert.equal(count, 1);
    this.text += String.fromCharCode(this.#buffer[0] as number);
    this.said.setResult(undefined);
  }

  override eofReceived(): void {
    this.ended.push('eof');
  }

  override connectionLost(error: unknown): void {
    this.lost.setResult(error);
  }
}
// A transport prefers the buffer only where there is no other way.
Object.assign(Buffered.prototype, { dataReceived: undefined });

describe('start_tls', () => {
  onBackends('a client with a Protocol: the plain, then TLS, then its end', async (loop) => {
    const server = await upgradingServer();
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', server.port);
    plain.write(HELLO);
    const transport = await loop.startTls(plain, client, clientContext(), byName);
    assert.equal(await client.bytes(1), 'O');
    transport.write(HELLO);
    assert.equal(await client.lost, undefined);
    assert.deepEqual(client.events, ['made', 'eof', 'lost']);
    await server.close();
  });

  onBackends('a client with a BufferedProtocol: the plain, then TLS, then its end', async (loop) => {
    const server = await upgradingServer();
    const [plain, client] = await loop.createConnection(() => new Buffered(loop), '127.0.0.1', server.port);
    plain.write(HELLO);
    const transport = await loop.startTls(plain, client, clientContext(), byName);
    await client.said;
    transport.write(HELLO);
    assert.equal(await client.lost, undefined);
    assert.equal(client.text, 'O');
    assert.deepEqual(client.ended, ['eof']);
    await server.close();
  });

  onBackends('a server turns an accepted connection into TLS', async (loop) => {
    const received = loop.createFuture<string>();
    class Serving extends Recorder {
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        if (this.received.length < HELLO.length) return;
        assert.equal(this.received.length, HELLO.length);
        const plain = this.transport as Transport;
        plain.pauseReading();
        const secure = new Recorder();
        secure.events.push('made');
        void createTask(async () => {
          const transport = await loop.startTls(plain, secure, serverContext(), { serverSide: true });
          transport.write(Buffer.from('O'));
          await secure.bytes(HELLO.length);
          received.setResult(secure.text);
          transport.close();
        });
        // What is next is TLS, and not for this protocol.
        this.transport = undefined;
      }
    }
    const server = await loop.createServer(() => new Serving(), '127.0.0.1', 0);
    const socket = await hostClient(addressOf(server)[1]);
    await new Promise((resolve) => socket.write(HELLO, resolve));
    // The server counts its plain bytes: TLS may begin when it has them all.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const tls = await clientTls(socket);
    assert.equal(String(await readExactly(tls, 1)), 'O');
    tls.write(HELLO);
    assert.equal((await received).length, HELLO.length);
    tls.end();
    tls.resume();
    await gone(tls);
    await shut(server);
  });

  onBackends('a cancel while the peer takes its time gives the connection up', async (loop) => {
    const server = await hostServer(async (socket) => {
      await readExactly(socket, HELLO.length);
      silent(socket);
    });
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', server.port);
    plain.write(HELLO);
    const upgrade = createTask(() => loop.startTls(plain, client, clientContext(), byName));
    await arrivals();
    upgrade.cancel();
    await assert.rejects(upgrade, { name: 'CancelledError' });
    await client.lost;
    await server.close();
  });

  onBackends('what is no context is refused', async (loop) => {
    await assert.rejects(
      loop.startTls(undefined as never, new Protocol(), undefined as never),
      InvalidArgumentError,
    );
    await assert.rejects(
      loop.startTls(undefined as never, new Protocol(), clientContext()),
      InvalidArgumentError,
    );
  });

  onBackends(
    'the handshake timeout is an abort of the connection, and nothing is reported',
    async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_, context) => void reports.push(context));
      const server = await hostServer(silent);
      const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', server.port);
      const options = { ...byName, sslHandshakeTimeout: 20 };
      await assert.rejects(loop.startTls(plain, client, clientContext(), options), ConnectionAbortedError);
      await client.lost;
      await server.close();
      assert.deepEqual(reports, []);
    },
  );

  onBackends(
    'bytes that are no TLS in the middle of it end the connection with an SSLError',
    async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_, context) => void reports.push(context));
      // The host's TLS holds the socket: the rubbish is slipped in by what stands between.
      const behind = await hostServer(async (socket) => {
        const tls = serverTls(socket);
        assert.equal(String(await readExactly(tls, 4)), 'ping');
        tls.write('pong');
        silent(tls);
        await gone(tls);
      });
      let corrupt = (): void => {};
      const between = await hostServer(async (socket) => {
        const there = await hostClient(behind.port);
        socket.on('data', (data: Buffer) => void there.write(data));
        there.on('data', (data: Buffer) => void socket.write(data));
        corrupt = () => void socket.write('no TLS at all\n'.repeat(20));
        socket.on('end', () => socket.destroy());
        await gone(socket);
        there.destroy();
        await gone(there);
      });
      const [transport, client] = await connect(loop, () => new Recorder(), between.port);
      transport.write(Buffer.from('ping'));
      assert.equal(await client.bytes(4), 'pong');
      corrupt();
      const error = await client.lost;
      assert.ok(error instanceof SSLError || (onDeno && error instanceof OSError), String(error));
      await between.close();
      await behind.close();
      assert.deepEqual(reports, []);
    },
  );
});
