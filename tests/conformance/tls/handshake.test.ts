// What asyncio's test_sslproto and test_ssl ask of handshakes, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ConnectionAbortedError,
  ConnectionResetError,
  createTask,
  InvalidArgumentError,
  openConnection,
  OSError,
  Protocol,
  sleep,
  SSLCertVerificationError,
  TimeoutError,
  waitFor,
} from '../../../src/asyncio.ts';
import type { EventLoop, SSLContext } from '../../../src/asyncio.ts';
import { normalizeTls } from '../../../src/net/tls/tlsRequest.ts';
import { tlsTransport } from '../../../src/net/tls/tlsTransport.ts';
import { HostStreamSocket } from '../../../src/net/host/streamSocket.ts';
import { networkBackend } from '../../../src/net/networkBackend.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Echo, Recorder } from '../../net/recorder.ts';
import { clientContext, serverContext } from '../../net/tls/contexts.ts';
import { connect, pair, serve, shut } from '../../net/tls/pair.ts';
import {
  clientTls,
  gone,
  hostClient,
  hostServer,
  readAll,
  readExactly,
  serverTls,
  silent,
} from './hostPeer.ts';

const onDeno = 'Deno' in globalThis;
const byName = { serverHostname: 'localhost' };

/** The transport of a connection whose other side says nothing, in the middle of the handshake. */
async function inHandshake(
  loop: EventLoop,
  port: number,
  context: SSLContext = clientContext(),
): Promise<{
  waiter: ReturnType<EventLoop['createFuture']>;
  client: Recorder;
  transport: ReturnType<typeof tlsTransport>;
}> {
  const backend = networkBackend(loop);
  const socket = await backend.connect(loop, { family: 4, address: ['127.0.0.1', port] });
  const waiter = loop.createFuture<void>();
  const client = new Recorder();
  const tls = normalizeTls(context, { serverSide: false, serverHostname: 'localhost' });
  const transport = tlsTransport(loop, socket, client, tls, { waiter });
  await sleep(0);
  return { waiter, client, transport };
}

describe('SSLProtocol: the handshake', () => {
  for (const timeout of [0, -10]) {
    test(`a handshake timeout of ${timeout} is refused`, () => {
      const options = { serverSide: false, ...byName, handshakeTimeout: timeout };
      assert.throws(() => normalizeTls(clientContext(), options), InvalidArgumentError);
    });
  }

  onBackends(
    'the end of the connection in the handshake fails the waiter with ConnectionResetError',
    async (loop) => {
      const server = await hostServer(async (socket) => {
        await readExactly(socket, 1);
        socket.end();
        socket.resume();
      });
      const { waiter, client } = await inHandshake(loop, server.port);
      await assert.rejects(waiter, ConnectionResetError);
      await server.close();
      assert.deepEqual(client.events, []);
    },
  );

  onBackends('a connection that is reset in the handshake fails the waiter', async (loop) => {
    const server = await hostServer(async (socket) => {
      await readExactly(socket, 1);
      socket.resetAndDestroy();
    });
    const { waiter, client } = await inHandshake(loop, server.port);
    await assert.rejects(waiter, OSError);
    await server.close();
    assert.deepEqual(client.events, []);
  });

  onBackends('an error without a word, as abort makes it, needs no report', async (loop) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => void reports.push(context));
    const server = await hostServer(silent);
    const { waiter, transport } = await inHandshake(loop, server.port);
    transport.abort();
    await assert.rejects(waiter, OSError);
    await server.close();
    assert.deepEqual(reports, []);
  });

  onBackends('close in the handshake gives the connection up', async (loop) => {
    const server = await hostServer(silent);
    const { waiter, transport, client } = await inHandshake(loop, server.port);
    transport.close();
    assert.equal(transport.isClosing(), true);
    await assert.rejects(waiter, OSError);
    await server.close();
    assert.deepEqual(client.events, []);
  });

  onBackends('a slow handshake within its time is waited for', async (loop) => {
    const server = await hostServer(async (socket) => {
      socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 60));
      const tls = serverTls(socket);
      tls.end(await readExactly(tls, 2));
      await gone(tls);
    });
    const options = { ...byName, sslHandshakeTimeout: 10_000 };
    const [transport, client] = await connect(loop, () => new Recorder(), server.port, options);
    transport.write(Buffer.from('hi'));
    await client.lost;
    assert.equal(client.text, 'hi');
    await server.close();
  });

  onBackends(
    'a handshake that takes longer than its time is aborted, and nothing is reported',
    async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_, context) => void reports.push(context));
      const server = await hostServer(silent);
      const options = { ssl: clientContext(), ...byName, sslHandshakeTimeout: 20 };
      await assert.rejects(
        openConnection('127.0.0.1', server.port, options),
        (error) =>
          error instanceof ConnectionAbortedError &&
          /it took longer than 20 ms, which sslHandshakeTimeout sets/.test(error.message),
      );
      await server.close();
      assert.deepEqual(reports, []);
    },
  );

  onBackends(
    'a certificate of nobody that is known fails createConnection, and nothing is reported',
    async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_, context) => void reports.push(context));
      const [server, port] = await serve(loop, () => new Recorder(), { ssl: serverContext('stranger') });
      const client = new Recorder();
      await assert.rejects(
        connect(loop, () => client, port),
        SSLCertVerificationError,
      );
      await shut(server);
      assert.deepEqual([client.events, reports], [[], []]);
    },
  );

  onBackends('waitFor ends a handshake: the peer sees the end, and nothing is reported', async (loop) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => void reports.push(context));
    const server = await hostServer(async (socket) => {
      await readAll(socket);
      socket.destroy();
    });
    const hanging = (): Promise<unknown> =>
      connect(loop, () => new Protocol(), server.port, { sslHandshakeTimeout: 10_000 });
    await assert.rejects(waitFor(hanging, 30), TimeoutError);
    await server.close();
    assert.deepEqual(reports, []);
  });

  onBackends(
    'neither connectionMade nor connectionLost is called when the peer leaves in the handshake',
    async (loop) => {
      const server = await hostServer(async (socket) => {
        await readExactly(socket, 1);
        socket.destroy();
      });
      const client = new Recorder();
      await assert.rejects(
        connect(loop, () => client, server.port),
        ConnectionResetError,
      );
      await server.close();
      await sleep(0);
      assert.deepEqual(client.events, []);
    },
  );

  onBackends('a connection that is refused leaves nothing', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder());
    await shut(server);
    await assert.rejects(
      connect(loop, () => new Protocol(), port),
      { code: 'ECONNREFUSED' },
    );
  });
});

describe('SSLProtocol: the transport', () => {
  onBackends('setProtocol puts another protocol in the place of the first', async (loop) => {
    const { server, transport, peer, client } = await pair(
      loop,
      () => new Echo(),
      () => new Recorder(),
    );
    const next = new Recorder();
    next.events.push('made');
    transport.setProtocol(next);
    assert.equal(transport.getProtocol(), next);
    transport.write(Buffer.from('to the next'));
    assert.equal(await next.bytes(11), 'to the next');
    transport.close();
    await next.lost;
    await peer.lost;
    assert.deepEqual(client.events, ['made']);
    await shut(server);
  });

  onBackends('bytes that come after close, and writes, are dropped in silence', async (loop) => {
    const { server, transport, peer, client } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
    );
    peer.transport?.write(Buffer.from('underway'));
    transport.close();
    transport.close();
    transport.write(Buffer.from('too late'));
    transport.writelines([Buffer.from('too'), Buffer.from('late')]);
    assert.equal(await client.lost, undefined);
    await peer.lost;
    assert.deepEqual([client.text, peer.text], ['', '']);
    await shut(server);
  });

  onBackends(
    'getExtraInfo of what nobody knows is the fallback, before and after the end',
    async (loop) => {
      const { server, transport, client } = await pair(
        loop,
        () => new Recorder(),
        () => new Recorder(),
      );
      const fallback = {};
      assert.equal(transport.getExtraInfo('nothing'), undefined);
      assert.equal(transport.getExtraInfo('nothing', fallback), fallback);
      assert.ok(transport.getExtraInfo('socket'));
      transport.close();
      await client.lost;
      assert.equal(transport.getExtraInfo('nothing', fallback), fallback);
      await shut(server);
    },
  );

  onBackends('TLS inside TLS is closed from outside without a report', async (loop) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => void reports.push(context));
    const [server, port] = await serve(loop, () => new Recorder());
    const [outer, client] = await connect(loop, () => new Recorder(), port);
    const inner = createTask(() => loop.startTls(outer, client, clientContext(), byName));
    await sleep(0);
    outer.close();
    await assert.rejects(inner, OSError);
    await client.lost;
    await shut(server);
    assert.deepEqual(reports, []);
  });

  onBackends('who writes to a connection that was reset learns it from drain', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder());
    const tls = { ssl: clientContext(), ...byName };
    const [, writer] = await openConnection('127.0.0.1', port, tls);
    server.close();
    server.abortClients();
    const writing = async (): Promise<void> => {
      for (;;) {
        writer.write(Buffer.from('an interesting message'));
        await writer.drain();
        await sleep(0);
      }
    };
    await assert.rejects(writing, ConnectionResetError);
    writer.close();
    await writer.waitClosed().catch((error: unknown) => assert.ok(error instanceof OSError));
    await server.waitClosed();
  });
});

describe('create_server and create_connection with ssl', () => {
  onBackends('our server serves twenty-five clients of the host at once', async (loop) => {
    const [server, port] = await serve(loop, () => new Echo());
    const data = Buffer.alloc(100_000, 'a');
    const talk = async (): Promise<void> => {
      const tls = await clientTls(await hostClient(port));
      tls.write(data);
      assert.ok((await readExactly(tls, data.length)).equals(data));
      tls.end();
      tls.resume();
      await gone(tls);
    };
    await Promise.all(Array.from({ length: 25 }, talk));
    await shut(server);
  });

  onBackends(
    'twenty-five clients of ours are served by a server of the host, and see a clean end',
    async (loop) => {
      const data = Buffer.alloc(100_000, 'A');
      const server = await hostServer(async (socket) => {
        const tls = serverTls(socket);
        assert.ok((await readExactly(tls, data.length)).equals(data));
        tls.end('OK');
        tls.resume();
        await gone(tls);
      });
      const talk = async (): Promise<void> => {
        const [reader, writer] = await openConnection('127.0.0.1', server.port, {
          ssl: clientContext(),
          ...byName,
        });
        writer.write(data);
        assert.equal(String(await reader.readExactly(2)), 'OK');
        assert.equal(String(await reader.read()), '');
        writer.close();
        await writer.waitClosed();
      };
      await Promise.all(Array.from({ length: 25 }, () => loop.createTask(talk)));
      await server.close();
    },
  );

  onBackends(
    'connectAcceptedSocket speaks TLS on a socket that was accepted elsewhere',
    async (loop, backend) => {
      const accepted = loop.createFuture<unknown>();
      // Each backend takes sockets of its own kind.
      const listener = await networkBackend(loop).listen(
        loop,
        { family: 4, address: ['127.0.0.1', 0] },
        { backlog: 1, reuseAddress: true, reusePort: false, keepAlive: false },
      );
      listener.start(
        (socket) => {
          if (!(socket instanceof HostStreamSocket)) return accepted.setResult(socket);
          socket.take();
          accepted.setResult(socket.nodeSocket);
        },
        () => assert.fail(),
      );
      const [, port] = listener.socket.getsockname() as [string, number];
      const client = loop.createTask(() => connect(loop, () => new Recorder(), port));
      const options = { ssl: serverContext() };
      const [transport, echo] = await loop.connectAcceptedSocket(() => new Echo(), await accepted, options);
      const [there, recorder] = await client;
      there.write(Buffer.from('test data'));
      assert.equal(await recorder.bytes(9), 'test data');
      assert.ok(transport.getExtraInfo('sslObject'), backend);
      there.close();
      await recorder.lost;
      await echo.lost;
      listener.close();
    },
  );

  test(
    'one context may serve as the client of one loop after the other',
    { skip: onDeno && 'runs on the others' },
    () => {
      const context = clientContext();
      const wraps = [1, 2].map(() => normalizeTls(context, { serverSide: false, ...byName }).sslContext);
      assert.deepEqual(wraps, [context, context]);
    },
  );
});
