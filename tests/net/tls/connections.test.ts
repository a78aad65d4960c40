// TLS connections: the handshake, what is known of it, and the end.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import {
  ConnectionAbortedError,
  ConnectionResetError,
  createTask,
  OSError,
  Protocol,
  sleep,
  TimeoutError,
  UnsupportedError,
} from '../../../src/asyncio.ts';
import { SSLCertVerificationError, SSLError } from '../../../src/net/tls/sslErrors.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Echo, Recorder } from '../recorder.ts';
import { certificateFile, clientContext, keyFile, pem, serverContext } from './contexts.ts';
import { connect, pair, serve, shut } from './pair.ts';

const onDeno = 'Deno' in globalThis;
const noClientCertificates = onDeno && 'Deno does not check client certificates';

describe('the handshake', () => {
  onBackends('connectionMade comes after it, and bytes go both ways', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Echo(),
      () => new Recorder(),
    );
    assert.deepEqual(client.events, ['made']);
    transport.write(Buffer.from('hello'));
    transport.writelines([Buffer.from(' '), new Uint8Array(0), new TextEncoder().encode('you')]);
    assert.equal(await client.bytes(9), 'hello you');
    transport.close();
    assert.equal(await client.lost, undefined);
    assert.equal(await peer.lost, undefined);
    assert.deepEqual(peer.events, ['made', 'eof', 'lost']);
    await shut(server);
  });

  onBackends('getExtraInfo tells of the connection, also after its end', async (loop) => {
    const ssl = clientContext();
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
      { client: { ssl } },
    );
    const seen = transport.getExtraInfo('sslObject') as { encrypted?: boolean };
    assert.equal(seen.encrypted, true);
    assert.equal(transport.getExtraInfo('sslContext'), ssl);
    assert.equal(transport.getExtraInfo('compression'), undefined);
    assert.equal(transport.getExtraInfo('alpnProtocol', 'none'), 'none');
    const there = peer.transport as Transport;
    assert.deepEqual(transport.getExtraInfo('sockname'), there.getExtraInfo('peername'));
    assert.deepEqual(transport.getExtraInfo('peername'), there.getExtraInfo('sockname'));
    assert.equal(there.getExtraInfo('peercert'), undefined);
    transport.close();
    await client.lost;
    assert.equal(transport.getExtraInfo<PeerCertificate>('peercert')?.subject.CN, 'localhost');
    assert.match(String(transport.getExtraInfo<{ name: string }>('cipher')?.name), /^TLS_/);
    assert.equal(transport.getExtraInfo('tlsVersion'), 'TLSv1.3');
    await shut(server);
  });

  onBackends('TLS 1.2 is spoken where the context says so', async (loop) => {
    const ssl = clientContext();
    ssl.maximumVersion = 'TLSv1.2';
    const { server, client, transport } = await pair(
      loop,
      () => new Echo(),
      () => new Recorder(),
      { client: { ssl } },
    );
    assert.equal(transport.getExtraInfo('tlsVersion'), 'TLSv1.2');
    transport.write(Buffer.from('old'));
    assert.equal(await client.bytes(3), 'old');
    transport.close();
    await client.lost;
    await shut(server);
  });

  onBackends(
    'versions that do not meet are an SSLError, and nobody hears of a connection',
    async (loop) => {
      const demanding = serverContext();
      demanding.minimumVersion = 'TLSv1.3';
      const peers: Recorder[] = [];
      const [server, port] = await serve(
        loop,
        () => {
          peers.push(new Recorder());
          return peers[0] as Recorder;
        },
        { ssl: demanding },
      );
      const ssl = clientContext();
      ssl.maximumVersion = 'TLSv1.2';
      const client = new Recorder();
      await assert.rejects(
        connect(loop, () => client, port, { ssl }),
        // Deno's TLS does not get to say why it refuses.
        (error) =>
          (error instanceof SSLError || onDeno) &&
          error instanceof OSError &&
          error.syscall === 'TLS handshake',
      );
      await shut(server);
      assert.deepEqual([client.events, peers[0]?.events], [[], []]);
    },
  );

  onBackends('ALPN: both learn what was agreed', async (loop) => {
    const [here, there] = [clientContext(), serverContext()];
    here.setAlpnProtocols(['two', 'three']);
    there.setAlpnProtocols(['one', 'two']);
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
      { client: { ssl: here }, server: { ssl: there } },
    );
    assert.equal(transport.getExtraInfo('alpnProtocol'), 'two');
    assert.equal(peer.transport?.getExtraInfo('alpnProtocol'), 'two');
    transport.close();
    await client.lost;
    await shut(server);
  });

  onBackends('SNI: the callback chooses the context for the name', async (loop) => {
    const [there, other] = [serverContext(), serverContext('other')];
    const asked: string[] = [];
    there.setServernameCallback((name) => {
      asked.push(name);
      return name === 'other.test' ? other : undefined;
    });
    const [server, port] = await serve(loop, () => new Recorder(), { ssl: there });
    for (const name of ['localhost', 'other.test']) {
      const [transport, client] = await connect(loop, () => new Recorder(), port, { serverHostname: name });
      assert.equal(transport.getExtraInfo<PeerCertificate>('peercert')?.subject.CN, name);
      transport.close();
      await client.lost;
    }
    assert.deepEqual(asked, ['localhost', 'other.test']);
    await shut(server);
  });

  onBackends('a numeric address is compared with the certificate and not sent as a name', async (loop) => {
    const there = serverContext();
    const asked: string[] = [];
    there.setServernameCallback((name) => void asked.push(name));
    const [server, port] = await serve(loop, () => new Recorder(), { ssl: there });
    const [transport, client] = await connect(loop, () => new Recorder(), port, {
      serverHostname: undefined,
    });
    transport.close();
    await client.lost;
    await assert.rejects(
      connect(loop, () => new Recorder(), port, { serverHostname: '127.0.0.2' }),
      SSLCertVerificationError,
    );
    assert.deepEqual(asked, []);
    await shut(server);
  });

  onBackends('options of node:tls serve as contexts on both sides', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Echo(),
      () => new Recorder(),
      {
        server: { ssl: { ...pem('server'), ALPNProtocols: ['x'] } },
        client: { ssl: { rejectUnauthorized: false, ALPNProtocols: ['x'] } },
      },
    );
    assert.equal(peer.transport?.getExtraInfo('alpnProtocol'), 'x');
    transport.write(Buffer.from('plain options'));
    assert.equal(await client.bytes(13), 'plain options');
    transport.close();
    await client.lost;
    await shut(server);
  });
});

describe('certificates', () => {
  const cases: [string, 'stranger' | 'expired', RegExp][] = [
    ['signed by nobody', 'stranger', /SELF_SIGNED|UNABLE_TO|UNKNOWN|INVALID/],
    ['out of date', 'expired', onDeno ? /UNABLE_TO/ : /EXPIRED/],
  ];
  for (const [what, name, code] of cases) {
    onBackends(`one that is ${what} is refused`, async (loop) => {
      const [server, port] = await serve(loop, () => new Recorder(), { ssl: serverContext(name) });
      const client = new Recorder();
      await assert.rejects(
        connect(loop, () => client, port),
        (error) => {
          assert.ok(error instanceof SSLCertVerificationError, String(error));
          assert.match(error.code, code);
          assert.ok(error.verifyMessage.length > 0);
          return true;
        },
      );
      assert.deepEqual(client.events, []);
      await shut(server);
    });
  }

  onBackends('one for another name is refused, unless names are not checked', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder());
    await assert.rejects(
      connect(loop, () => new Recorder(), port, { serverHostname: 'elsewhere.test' }),
      (error) => error instanceof SSLCertVerificationError && error.code === 'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    const ssl = clientContext();
    ssl.checkHostname = false;
    const [transport, client] = await connect(loop, () => new Recorder(), port, {
      ssl,
      serverHostname: 'elsewhere.test',
    });
    transport.close();
    await client.lost;
    await shut(server);
  });

  onBackends('CERT_NONE takes any', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder(), { ssl: serverContext('expired') });
    const ssl = clientContext();
    ssl.checkHostname = false;
    ssl.verifyMode = 'none';
    const [transport, client] = await connect(loop, () => new Recorder(), port, { ssl });
    transport.close();
    await client.lost;
    await shut(server);
  });

  onBackends(
    'a client shows its own, and the server sees and checks it',
    async (loop) => {
      const there = serverContext();
      there.loadVerifyLocations({ cafile: certificateFile('ca') });
      there.verifyMode = 'required';
      const peers: Recorder[] = [];
      const [server, port] = await serve(
        loop,
        () => {
          const peer = new Recorder();
          peers.push(peer);
          return peer;
        },
        { ssl: there },
      );
      const ssl = clientContext();
      ssl.loadCertChain({ certfile: certificateFile('client'), keyfile: keyFile('client') });
      // Twice: the second one may resume the session of the first.
      for (const index of [0, 1]) {
        const [transport, client] = await connect(loop, () => new Recorder(), port, { ssl });
        const peer = peers[index] as Recorder;
        await peer.connected;
        assert.equal(peer.transport?.getExtraInfo<PeerCertificate>('peercert')?.subject.CN, 'a client');
        transport.close();
        await client.lost;
      }
      await shut(server);
    },
    { skip: noClientCertificates },
  );

  for (const mode of ['required', 'optional'] as const) {
    onBackends(
      `a client without one, or with one that nobody signed, comes to ${mode === 'required' ? 'nothing' : 'what is due'} when it is ${mode}`,
      async (loop) => {
        const there = serverContext();
        there.loadVerifyLocations({ cafile: certificateFile('ca') });
        there.verifyMode = mode;
        const peers: Recorder[] = [];
        const [server, port] = await serve(
          loop,
          () => {
            const peer = new Echo();
            peers.push(peer);
            return peer;
          },
          { ssl: there },
        );
        const stranger = clientContext();
        stranger.loadCertChain({ certfile: certificateFile('stranger'), keyfile: keyFile('stranger') });
        for (const ssl of [clientContext(), stranger]) {
          // In TLS 1.3 the client has the handshake behind it before the server has looked.
          const client = new Recorder();
          try {
            const [transport] = await connect(loop, () => client, port, { ssl });
            if (mode === 'optional' && ssl !== stranger) {
              transport.write(Buffer.from('no name'));
              await client.bytes(7);
              transport.close();
            }
            await client.lost;
          } catch (error) {
            assert.ok(error instanceof OSError, String(error));
          }
        }
        const made = peers.map((peer) => peer.events.includes('made'));
        assert.deepEqual(made, mode === 'optional' ? [true, false] : [false, false]);
        await shut(server);
      },
      { skip: noClientCertificates },
    );
  }

  test('a server on Deno says that it cannot check them', { skip: !onDeno && 'only on Deno' }, async () => {
    const { normalizeTls } = await import('../../../src/net/tls/tlsRequest.ts');
    const there = serverContext();
    there.verifyMode = 'required';
    assert.throws(() => normalizeTls(there, { serverSide: true }), UnsupportedError);
  });
});

describe('a handshake that comes to nothing', () => {
  onBackends('a peer that never answers: ConnectionAbortedError after the timeout', async (loop) => {
    const silent: Recorder[] = [];
    const server = await loop.createServer(
      () => {
        silent.push(new Recorder());
        return silent[0] as Recorder;
      },
      '127.0.0.1',
      0,
    );
    await assert.rejects(
      connect(loop, () => new Recorder(), addressOf(server)[1], { sslHandshakeTimeout: 30 }),
      (error) => error instanceof ConnectionAbortedError && error.code === 'ECONNABORTED',
    );
    await silent[0]?.lost;
    await shut(server);
  });

  onBackends('a client that never speaks is dropped by the server after the timeout', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder(), { sslHandshakeTimeout: 30 });
    const [, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    await client.lost;
    await shut(server);
  });

  onBackends('a peer that speaks no TLS: SSLError', async (loop) => {
    class Rude extends Recorder {
      override connectionMade(transport: Transport): void {
        super.connectionMade(transport);
        transport.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
      }
    }
    const server = await loop.createServer(() => new Rude(), '127.0.0.1', 0);
    await assert.rejects(
      connect(loop, () => new Recorder(), addressOf(server)[1]),
      SSLError,
    );
    await shut(server);
  });

  onBackends('a client that speaks no TLS is dropped, and told of in debug mode only', async (loop) => {
    const [server, port] = await serve(loop, () => new Recorder());
    const [transport, client] = await loop.createConnection(() => new Recorder(), '127.0.0.1', port);
    transport.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await client.lost;
    await shut(server);
  });

  onBackends('a peer that goes away: ConnectionResetError', async (loop) => {
    class Leaver extends Recorder {
      override connectionMade(transport: Transport): void {
        super.connectionMade(transport);
        transport.close();
      }
    }
    const server = await loop.createServer(() => new Leaver(), '127.0.0.1', 0);
    await assert.rejects(
      connect(loop, () => new Recorder(), addressOf(server)[1]),
      ConnectionResetError,
    );
    await shut(server);
  });

  onBackends('a cancel gives it up, and nothing is left', async (loop) => {
    const silent: Recorder[] = [];
    const server = await loop.createServer(
      () => {
        silent.push(new Recorder());
        return silent[0] as Recorder;
      },
      '127.0.0.1',
      0,
    );
    const client = new Recorder();
    const task = createTask(() => connect(loop, () => client, addressOf(server)[1]));
    while (silent[0] === undefined) await sleep(1);
    await silent[0].bytes(1);
    task.cancel();
    await assert.rejects(task, { name: 'CancelledError' });
    await silent[0].lost;
    assert.deepEqual(client.events, []);
    await shut(server);
  });

  onBackends('connectionMade that throws closes the connection, with a report', async (loop) => {
    const reports: string[] = [];
    loop.setExceptionHandler((_, { message }) => void reports.push(message));
    class Broken extends Protocol {
      override connectionMade(): void {
        throw new Error('no');
      }
    }
    const { server, client } = await pair2(loop, () => new Broken());
    await client.lost;
    assert.deepEqual(reports, ['Fatal error: protocol.connectionMade() call failed.']);
    await shut(server);
  });
});

async function pair2(
  loop: Parameters<typeof serve>[0],
  factory: () => object,
): Promise<{ server: Awaited<ReturnType<typeof serve>>[0]; client: Recorder }> {
  const [server, port] = await serve(loop, factory);
  const [, client] = await connect(loop, () => new Recorder(), port);
  return { server, client };
}

describe('the end', () => {
  onBackends('close writes what is buffered first', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
    );
    const big = Buffer.alloc(3_000_000, 'x');
    transport.write(big);
    transport.close();
    assert.equal(transport.isClosing(), true);
    assert.equal(await client.lost, undefined);
    assert.equal(await peer.lost, undefined);
    assert.equal(peer.received.length, big.length);
    assert.deepEqual(peer.events, ['made', 'eof', 'lost']);
    await shut(server);
  });

  onBackends('abort drops what is buffered; connectionLost comes without an error', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
    );
    peer.transport?.pauseReading();
    transport.write(Buffer.alloc(20_000_000));
    assert.ok(transport.getWriteBufferSize() > 0);
    transport.abort();
    transport.abort();
    assert.equal(await client.lost, undefined);
    assert.deepEqual(client.events, ['made', 'lost']);
    peer.transport?.resumeReading();
    await peer.lost;
    await shut(server);
  });

  onBackends('a peer that does not answer the end: connectionLost with a TimeoutError', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
      { client: { sslShutdownTimeout: 40 } },
    );
    // Not reading, it does not see the end.
    peer.transport?.pauseReading();
    transport.write(Buffer.alloc(20_000_000));
    transport.close();
    assert.ok((await client.lost) instanceof TimeoutError);
    peer.transport?.abort();
    await peer.lost;
    await shut(server);
  });

  onBackends(
    'a peer that goes on sending after our close is not heard, and does not hold it up',
    async (loop) => {
      class Talker extends Recorder {
        override connectionMade(transport: Transport): void {
          super.connectionMade(transport);
          transport.write(Buffer.alloc(2_000_000));
        }
      }
      const { server, client, peer, transport } = await pair(
        loop,
        () => new Talker(),
        () => new Recorder(),
      );
      transport.close();
      assert.equal(await client.lost, undefined);
      await peer.lost;
      await shut(server);
    },
  );

  onBackends('true from eofReceived keeps nothing open', async (loop) => {
    class Keeper extends Recorder {
      override eofReceived(): boolean {
        super.eofReceived();
        return true;
      }
    }
    const { server, peer, client, transport } = await pair(
      loop,
      () => new Keeper(),
      () => new Recorder(),
    );
    transport.close();
    assert.equal(await peer.lost, undefined);
    await client.lost;
    await shut(server);
  });

  onBackends('a write after the end is dropped; writeEof is not there', async (loop) => {
    const { server, client, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
    );
    assert.equal(transport.canWriteEof(), false);
    assert.throws(() => transport.writeEof(), UnsupportedError);
    assert.throws(() => transport.write('text' as never), TypeError);
    transport.close();
    await client.lost;
    transport.write(Buffer.from('nobody'));
    await shut(server);
  });

  onBackends('closeClients and abortClients of a server reach its TLS connections', async (loop) => {
    for (const method of ['closeClients', 'abortClients'] as const) {
      const { server, client } = await pair(
        loop,
        () => new Recorder(),
        () => new Recorder(),
      );
      server.close();
      server[method]();
      await client.lost;
      await server.waitClosed();
    }
  });
});
