// What asyncio's test_ssl asks of the end of TLS connections, in our words. The other side is the host's.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openConnection, OSError, SSLEOFError } from '../../../src/asyncio.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { onBun } from '../../commandLine.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Recorder } from '../../net/recorder.ts';
import { clientContext } from '../../net/tls/contexts.ts';
import { connect } from '../../net/tls/pair.ts';
import { gone, hostServer, readAll, readExactly, serverTls } from './hostPeer.ts';
import { arrivals } from '../../net/arrivals.ts';

const tls = { ssl: clientContext(), serverHostname: 'localhost' };
const CHUNK = 128 * 1024;

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Answers a greeting, and reads no more. */
class Pausing extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    if (this.text !== 'hello') return;
    const transport = this.transport as Transport;
    transport.write(Buffer.from('world'));
    transport.pauseReading();
  }
}

describe('the end of TLS', () => {
  onBackends('close flushes four megabytes to a peer that rests before it reads', async () => {
    let received = 0;
    const server = await hostServer(async (socket) => {
      const peer = serverTls(socket);
      assert.equal(String(await readExactly(peer, 4)), 'ping');
      peer.write('pong');
      peer.pause();
      await rest(50);
      received = (await readAll(peer)).length;
      peer.end();
      await gone(peer);
    });
    const [reader, writer] = await openConnection('127.0.0.1', server.port, tls);
    writer.write(Buffer.from('ping'));
    assert.equal(String(await reader.readExactly(4)), 'pong');
    for (let i = 0; i < 32; i++) writer.write(Buffer.alloc(CHUNK, 'x'));
    writer.close();
    await writer.waitClosed();
    assert.equal(String(await reader.read()), '');
    await server.close();
    assert.equal(received, 32 * CHUNK);
  });

  for (const [how, count] of [
    ['', 32],
    [', and the socket is slow', 64],
  ] as const) {
    onBackends(`a peer that has said its end still gets what we had written${how}`, async () => {
      let received = 0;
      const server = await hostServer(async (socket) => {
        const peer = serverTls(socket);
        assert.equal(String(await readExactly(peer, 4)), 'ping');
        peer.write('pong');
        if (how !== '') peer.pause();
        await rest(30);
        // The end of TLS from its side; it goes on reading.
        peer.end();
        received = (await readAll(peer)).length;
        await gone(peer);
      });
      const [reader, writer] = await openConnection('127.0.0.1', server.port, tls);
      writer.write(Buffer.from('ping'));
      assert.equal(String(await reader.readExactly(4)), 'pong');
      for (let i = 0; i < count; i++) writer.write(Buffer.alloc(CHUNK, 'x'));
      assert.equal(String(await reader.read()), '');
      writer.close();
      await writer.waitClosed();
      await server.close();
      assert.equal(received, count * CHUNK);
    });
  }

  onBackends('the end of the connection without the end of TLS ends it too', async (loop) => {
    const server = await hostServer(async (socket) => {
      const peer = serverTls(socket);
      await readExactly(peer, 4);
      // Not a word of TLS: the connection itself.
      socket.destroySoon();
      peer.destroy();
    });
    const [transport, client] = await connect(loop, () => new Recorder(), server.port);
    transport.write(Buffer.from('ping'));
    const error = await client.lost;
    assert.ok(error === undefined || error instanceof OSError, String(error));
    assert.equal(transport.isClosing(), true);
    await server.close();
  });

  onBackends(
    'what came before the end is handed over when reading goes on, and no error with it',
    async (loop) => {
      const ended = loop.createFuture<void>();
      const server = await hostServer(async (socket) => {
        const peer = serverTls(socket);
        peer.write('hello');
        assert.equal(String(await readExactly(peer, 5)), 'world');
        peer.end('extra bytes');
        ended.setResult();
        peer.resume();
        await gone(peer);
      });
      const [transport, client] = await connect(loop, () => new Pausing(), server.port);
      await ended;
      await arrivals();
      assert.equal(client.text, 'hello');
      transport.resumeReading();
      assert.equal(await client.lost, undefined);
      assert.equal(client.text, 'helloextra bytes');
      assert.deepEqual(client.events, ['made', 'eof', 'lost']);
      await server.close();
    },
  );

  onBackends(
    'a connection that ends without the end of TLS while reading is paused: what came before it, then SSLEOFError',
    async (loop) => {
      const ended = loop.createFuture<void>();
      const server = await hostServer(async (socket) => {
        const peer = serverTls(socket);
        peer.write('hello');
        assert.equal(String(await readExactly(peer, 5)), 'world');
        await new Promise<void>((resolve) => peer.write('extra bytes', () => resolve()));
        // Not a word of TLS: the connection itself.
        socket.destroySoon();
        peer.destroy();
        ended.setResult();
      });
      const [transport, client] = await connect(loop, () => new Pausing(), server.port);
      await ended;
      await arrivals();
      assert.equal(client.text, 'hello');
      transport.resumeReading();
      assert.ok((await client.lost) instanceof SSLEOFError);
      assert.equal(client.text, 'helloextra bytes');
      assert.deepEqual(client.events, ['made', 'lost']);
      await server.close();
    },
    { skip: onBun && 'Bun does not tell how TLS over a socket ended' },
  );

  onBackends('the timers of handshake and shutdown are gone with the connection', async (loop) => {
    const server = await hostServer(async (socket) => {
      const peer = serverTls(socket);
      await readAll(peer);
      peer.end();
      await gone(peer);
    });
    // The harness fails on a timer that is left.
    const options = { ...tls, sslHandshakeTimeout: 600_000, sslShutdownTimeout: 600_000 };
    const [transport, client] = await connect(loop, () => new Recorder(), server.port, options);
    transport.close();
    assert.equal(await client.lost, undefined);
    await server.close();
  });
});
