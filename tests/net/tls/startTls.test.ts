// startTls: TLS over a live connection, from both sides, with bytes underway, and over TLS.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ConnectionAbortedError,
  ConnectionResetError,
  createTask,
  Future,
  InvalidArgumentError,
  openConnection,
  Protocol,
  sleep,
  startServer,
  UsageError,
} from '../../../src/asyncio.ts';
import type { EventLoop, Server, Stream, StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import type { BufferedProtocol } from '../../../src/transport/protocol.ts';
import { SSLCertVerificationError, SSLError } from '../../../src/net/tls/sslErrors.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Echo, Recorder } from '../recorder.ts';
import { clientContext, serverContext } from './contexts.ts';
import { connect, serve, shut } from './pair.ts';
import { arrivals } from '../arrivals.ts';

const hello = { serverHostname: 'localhost' };

/** Plain until `STARTTLS` comes; answers `GO`, then speaks TLS and echoes. */
class Upgrader extends Recorder {
  readonly #loop: EventLoop;
  readonly failures: unknown[] = [];

  constructor(loop: EventLoop) {
    super();
    this.#loop = loop;
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    if (this.text !== 'STARTTLS') return;
    const plain = this.transport as Transport;
    plain.pauseReading();
    plain.write(Buffer.from('GO'));
    const echo = new Holder(undefined);
    void createTask(async () => {
      try {
        echo.transport = await this.#loop.startTls(plain, echo, serverContext(), { serverSide: true });
        this.transport = echo.transport;
      } catch (error) {
        this.failures.push(error);
      }
    });
  }
}

async function plainServer<P extends Recorder>(
  loop: EventLoop,
  make: () => P,
): Promise<[server: Server, port: number, peers: P[]]> {
  const peers: P[] = [];
  const factory = (): P => {
    const peer = make();
    peers.push(peer);
    return peer;
  };
  const server = await loop.createServer(factory, '127.0.0.1', 0);
  return [server, addressOf(server)[1], peers];
}

describe('startTls', () => {
  onBackends('both sides turn a live connection into TLS', async (loop) => {
    const [server, port, peers] = await plainServer(loop, () => new Upgrader(loop));
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    plain.write(Buffer.from('STARTTLS'));
    await client.bytes(2);
    const transport = await loop.startTls(plain, client, clientContext(), hello);
    assert.notEqual(transport, plain);
    assert.equal(transport.getProtocol(), client);
    assert.equal(transport.getExtraInfo('tlsVersion'), 'TLSv1.3');
    assert.deepEqual(transport.getExtraInfo('peername'), plain.getExtraInfo('peername'));
    transport.write(Buffer.from('secret'));
    assert.equal(await client.bytes(8), 'GOsecret');
    transport.close();
    assert.equal(await client.lost, undefined);
    assert.deepEqual(client.events, ['made', 'lost']);
    assert.equal(peers[0]?.text, 'STARTTLS');
    await shut(server);
  });

  onBackends(
    'what was written before goes out before, in the plain; a protocol that it paused is resumed',
    async (loop) => {
      const size = 5_000_000;
      class Late extends Recorder {
        override dataReceived(data: Buffer): void {
          const before = this.received.length;
          super.dataReceived(data.subarray(0, size - before));
          if (this.received.length < size) return;
          const plain = this.transport as Transport;
          plain.pauseReading();
          const echo = new Holder(data.subarray(size - before));
          void createTask(async () => {
            echo.transport = await loop.startTls(plain, echo, serverContext(), { serverSide: true });
          });
        }
      }
      const [server, port] = await plainServer(loop, () => new Late());
      const calls: string[] = [];
      class Client extends Recorder {
        override pauseWriting(): void {
          calls.push('pause');
        }
        override resumeWriting(): void {
          calls.push('resume');
        }
      }
      const [plain, client] = await loop.createConnection(() => new Client(), '127.0.0.1', port);
      plain.write(Buffer.alloc(size, '.'));
      assert.deepEqual(calls, ['pause']);
      const transport = await loop.startTls(plain, client, clientContext(), hello);
      assert.deepEqual(calls, ['pause', 'resume']);
      transport.write(Buffer.from('secret'));
      assert.equal(await client.bytes(6), 'secret');
      transport.close();
      await client.lost;
      await shut(server);
    },
  );

  onBackends('a BufferedProtocol goes on with its buffer', async (loop) => {
    class Buffered extends Protocol implements BufferedProtocol {
      readonly #buffer = new Uint8Array(7);
      text = '';
      lost = loop.createFuture<unknown>();
      complete = loop.createFuture<void>();
      // oxlint-disable-next-line no-unused-vars
      getBuffer(_hint: number): Uint8Array {
        return this.#buffer;
      }
      bufferUpdated(count: number): void {
        this.text += Buffer.from(this.#buffer.subarray(0, count)).toString();
        if (this.text.length >= 28) this.complete.setResult();
      }
      override connectionLost(error: unknown): void {
        this.lost.setResult(error);
      }
    }
    Object.assign(Buffered.prototype, { dataReceived: undefined });
    const [server, port] = await plainServer(loop, () => new Upgrader(loop));
    const [plain, client] = await loop.createConnection(() => new Buffered(), '127.0.0.1', port);
    plain.write(Buffer.from('STARTTLS'));
    while (client.text !== 'GO') await sleep(1);
    const transport = await loop.startTls(plain, client, clientContext(), hello);
    transport.write(Buffer.from('abcdefghijklmnopqrstuvwxyz'));
    await client.complete;
    assert.equal(client.text, 'GOabcdefghijklmnopqrstuvwxyz');
    transport.close();
    assert.equal(await client.lost, undefined);
    await shut(server);
  });

  onBackends('streams: a client that speaks TLS before it was asked to is understood', async (loop) => {
    const handled = loop.createFuture<string>();
    const server = await startServer(
      async (reader: StreamReader, writer: StreamWriter) => {
        const line = await reader.readline();
        // By now the reader holds the beginning of TLS.
        await arrivals();
        await writer.startTls(serverContext());
        handled.setResult(String(line) + String(await reader.readline()));
        writer.write(Buffer.from('done\n'));
        writer.close();
        await writer.waitClosed();
      },
      '127.0.0.1',
      0,
    );
    const [reader, writer] = await openConnection('127.0.0.1', addressOf(server)[1]);
    writer.write(Buffer.from('tls\n'));
    await writer.startTls(clientContext(), hello);
    assert.ok(writer.getExtraInfo('sslObject'));
    writer.write(Buffer.from('over tls\n'));
    await writer.drain();
    assert.equal(await handled, 'tls\nover tls\n');
    assert.equal(String(await reader.read()), 'done\n');
    writer.close();
    await writer.waitClosed();
    server.close();
    await server.waitClosed();
  });

  onBackends('TLS inside TLS, from both sides', async (loop) => {
    class Inner extends Recorder {
      override connectionMade(transport: Transport): void {
        super.connectionMade(transport);
        // What comes next is the inner TLS.
        transport.pauseReading();
        const echo = new Holder(undefined);
        void createTask(async () => {
          echo.transport = await loop.startTls(transport, echo, serverContext('other'), {
            serverSide: true,
          });
        });
      }
    }
    const [server, port] = await serve(loop, () => new Inner());
    const [outer, client] = await connect(loop, () => new Recorder(), port);
    const transport = await loop.startTls(outer, client, clientContext(), {
      serverHostname: 'other.test',
    });
    const certificate = transport.getExtraInfo<{ subject: { CN: string } }>('peercert');
    assert.equal(certificate?.subject.CN, 'other.test');
    const big = Buffer.alloc(1_000_000, 'abc');
    transport.write(big);
    await client.bytes(big.length);
    assert.ok(client.received.equals(big));
    transport.close();
    assert.equal(await client.lost, undefined);
    await shut(server);
  });

  onBackends('wrong arguments are refused, and the connection stays', async (loop) => {
    const [server, port] = await plainServer(loop, () => new Echo());
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    for (const context of [undefined, null, true, 'tls'])
      await assert.rejects(loop.startTls(plain, client, context as never, hello), InvalidArgumentError);
    for (const transport of [undefined, null, {}, client])
      await assert.rejects(
        loop.startTls(transport as never, client, clientContext(), hello),
        InvalidArgumentError,
      );
    await assert.rejects(loop.startTls(plain, client, clientContext()), InvalidArgumentError);
    await assert.rejects(
      loop.startTls(plain, client, clientContext(), { ...hello, sslHandshakeTimeout: 0 }),
      InvalidArgumentError,
    );
    plain.write(Buffer.from('still here'));
    await client.bytes(10);
    plain.close();
    await assert.rejects(loop.startTls(plain, client, clientContext(), hello), UsageError);
    await client.lost;
    await shut(server);
  });

  onBackends('a certificate that is refused: the error, and connectionLost with it', async (loop) => {
    const [server, port, peers] = await plainServer(loop, () => new Upgrader(loop));
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    plain.write(Buffer.from('STARTTLS'));
    await client.bytes(2);
    await assert.rejects(
      loop.startTls(plain, client, clientContext(), { serverHostname: 'elsewhere.test' }),
      SSLCertVerificationError,
    );
    assert.ok((await client.lost) instanceof SSLCertVerificationError);
    await shut(server);
    assert.ok((peers[0] as Upgrader).failures.length <= 1);
  });

  onBackends('what is no TLS: SSLError on the side that gets it', async (loop) => {
    const [server, port, peers] = await plainServer(loop, () => new Upgrader(loop));
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    plain.write(Buffer.from('STARTTLS'));
    await client.bytes(2);
    plain.write(Buffer.from('no TLS, but enough of it to be seen as such'));
    await client.lost;
    await shut(server);
    assert.ok((peers[0] as Upgrader).failures[0] instanceof SSLError);
  });

  onBackends('a peer that has ended before is told of at once, not after the timeout', async () => {
    const outcome = createTask(async () => {
      const [reader, writer] = await accepted;
      await reader.read();
      await writer.startTls(serverContext(), { serverSide: true });
    });
    const accepted = new Future<Stream>();
    const server = await startServer(
      (reader, writer) => accepted.setResult([reader, writer]),
      '127.0.0.1',
      0,
    );
    const [, writer] = await openConnection(...(server.sockets[0]!.getsockname() as [string, number]));
    writer.close();
    await assert.rejects(outcome, ConnectionResetError);
    await writer.waitClosed();
    await server.shutdown();
  });

  onBackends('the timeout of the handshake gives the connection up', async (loop) => {
    const [server, port, peers] = await plainServer(loop, () => new Recorder());
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    await assert.rejects(
      loop.startTls(plain, client, clientContext(), { ...hello, sslHandshakeTimeout: 20 }),
      ConnectionAbortedError,
    );
    assert.ok((await client.lost) instanceof ConnectionAbortedError);
    await peers[0]?.lost;
    await shut(server);
  });

  onBackends('a cancel gives the connection up', async (loop) => {
    const [server, port, peers] = await plainServer(loop, () => new Recorder());
    const [plain, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    const task = createTask(() => loop.startTls(plain, client, clientContext(), hello));
    await peers[0]?.bytes(1);
    task.cancel();
    await assert.rejects(task, { name: 'CancelledError' });
    assert.equal(await client.lost, undefined);
    await peers[0]?.lost;
    await shut(server);
  });
});

/** Echoes, and has bytes from before. */
class Holder extends Echo {
  #early: Uint8Array | undefined;

  constructor(early: Uint8Array | undefined) {
    super();
    this.#early = early;
    this.events.push('made');
  }

  takeUnread(): Uint8Array | undefined {
    const early = this.#early;
    this.#early = undefined;
    return early;
  }
}
