// TLS with programs that others wrote, both ways: openssl, curl, Python's asyncio.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openConnection, OSError, sleep, SSLEOFError, startServer } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Echo, Recorder } from '../recorder.ts';
import { certificateFile, clientContext, keyFile, serverContext } from './contexts.ts';
import { connect, serve, shut } from './pair.ts';
import { missing, Program } from './programs.ts';

const ca = certificateFile('ca');
const noOpenssl = missing('openssl', 'version');
const noCurl = missing('curl');
const python = missing('/usr/bin/python3') === false ? '/usr/bin/python3' : 'python3';
const noPython = missing(python, '-c', 'import ssl, asyncio; asyncio.Runner');
const noRenegotiation = (onBun || onDeno) && 'the TLS of this host knows no renegotiation';
const noClientCertificates = onDeno && 'Deno does not check client certificates';

/** A port that is free at this moment, for programs that cannot say which they took. */
async function freePort(loop: EventLoop): Promise<number> {
  const server = await loop.createServer(() => new Recorder(), '127.0.0.1', 0);
  const port = addressOf(server)[1];
  await shut(server);
  return port;
}

describe('openssl', () => {
  for (const version of ['-tls1_2', '-tls1_3']) {
    onBackends(
      `s_client ${version} talks to our server`,
      async (loop) => {
        const [server, port] = await serve(loop, () => new Echo());
        const client = new Program('openssl', [
          ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', version],
          ...['-CAfile', ca, '-verify_return_error', '-verify_hostname', 'localhost'],
        ]);
        client.child.stdin.write('hello from openssl\n');
        await client.says('Verify return code: 0 (ok)');
        await client.says('hello from openssl');
        client.child.stdin.end();
        const { output } = await client.ended;
        assert.match(output, version === '-tls1_2' ? /TLSv1\.2/ : /TLSv1\.3/);
        await shut(server);
      },
      { skip: noOpenssl },
    );
  }

  for (const [what, version, command, said] of [
    ['new keys in the middle of TLS 1.3', '-tls1_3', 'K', 'KEYUPDATE'],
    ['a renegotiation of TLS 1.2', '-tls1_2', 'R', 'RENEGOTIATING'],
  ] as const) {
    onBackends(
      `s_client asks for ${what}, and the connection goes on`,
      async (loop) => {
        const [server, port] = await serve(loop, () => new Echo());
        const client = new Program('openssl', [
          ...['s_client', '-connect', `127.0.0.1:${port}`, version, '-CAfile', ca],
        ]);
        client.child.stdin.write('hello\n');
        await client.says('hello\n');
        client.child.stdin.write(`${command}\n`);
        await client.says(said);
        client.child.stdin.write('after that\n');
        await client.says('after that\n');
        client.child.stdin.end();
        await client.ended;
        await shut(server);
      },
      { skip: noOpenssl || (command === 'R' && noRenegotiation) },
    );
  }

  onBackends(
    's_client resumes its session with our server',
    async (loop) => {
      const [server, port] = await serve(loop, () => new Echo());
      // Connects once and then five times with the session that it got.
      const client = new Program(
        'openssl',
        [...['s_client', '-connect', `127.0.0.1:${port}`, '-reconnect', '-tls1_2', '-CAfile', ca]],
        '',
      );
      const { output } = await client.ended;
      assert.ok(output.split('Reused, TLSv1.2').length - 1 >= 5, output);
      await shut(server);
    },
    { skip: noOpenssl || (onDeno && 'Deno resumes no TLS 1.2 sessions') },
  );

  onBackends(
    's_client agrees on a protocol and shows its certificate',
    async (loop) => {
      const context = serverContext();
      context.setAlpnProtocols(['chat', 'h2']);
      context.loadVerifyLocations({ cafile: ca });
      context.verifyMode = 'required';
      const peers: Recorder[] = [];
      const [server, port] = await serve(
        loop,
        () => {
          const peer = new Echo();
          peers.push(peer);
          return peer;
        },
        { ssl: context },
      );
      const client = new Program('openssl', [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', ca, '-alpn', 'h2,chat'],
        ...['-cert', certificateFile('client'), '-key', keyFile('client')],
      ]);
      client.child.stdin.write('it is me\n');
      await client.says('ALPN protocol: chat');
      await client.says('it is me\n');
      const certificate = peers[0]?.transport?.getExtraInfo<{ subject: { CN: string } }>('peercert');
      assert.equal(certificate?.subject.CN, 'a client');
      client.child.stdin.end();
      await client.ended;
      await shut(server);
    },
    { skip: noOpenssl || noClientCertificates },
  );

  for (const version of ['-tls1_2', '-tls1_3']) {
    onBackends(
      `s_server ${version} answers our client; close waits for its end`,
      async (loop) => {
        const port = await freePort(loop);
        const server = new Program('openssl', [
          ...['s_server', '-accept', `127.0.0.1:${port}`, '-naccept', '1', version, '-rev'],
          ...['-cert', certificateFile('server'), '-key', keyFile('server')],
        ]);
        await server.says('ACCEPT');
        const [transport, client] = await connect(loop, () => new Recorder(), port);
        transport.write(Buffer.from('abcdef\n'));
        assert.equal(await client.bytes(7), 'fedcba\n');
        transport.close();
        assert.equal(await client.lost, undefined);
        await server.ended;
      },
      { skip: noOpenssl },
    );
  }

  onBackends(
    's_server that goes away without a word ends the connection',
    async (loop) => {
      const port = await freePort(loop);
      const server = new Program('openssl', [
        ...['s_server', '-accept', `127.0.0.1:${port}`, '-rev'],
        ...['-cert', certificateFile('server'), '-key', keyFile('server')],
      ]);
      await server.says('ACCEPT');
      const [transport, client] = await connect(loop, () => new Recorder(), port);
      transport.write(Buffer.from('ab\n'));
      await client.bytes(3);
      await server.kill();
      await client.lost;
      assert.equal(client.events.at(-1), 'lost');
    },
    { skip: noOpenssl },
  );
});

onBackends(
  's_client that is killed has not ended TLS, and a hundred new keys are nothing to our server',
  async (loop) => {
    const failed = loop.createFuture<unknown>();
    let got = '';
    const server = await startServer(
      async (reader) => {
        try {
          for await (const line of reader) got += String(line);
        } catch (error) {
          failed.setResult(error);
        }
      },
      '127.0.0.1',
      0,
      { ssl: serverContext() },
    );
    const client = new Program('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${server.port}`, '-tls1_3', '-CAfile', ca],
    ]);
    await client.says('Verify return code');
    for (let count = 1; count <= 100; count++) {
      client.child.stdin.write('K\n');
      while (client.errors.split('KEYUPDATE').length <= count) await sleep(1);
    }
    client.child.stdin.write('after that\n');
    while (got !== 'after that\n') await sleep(1);
    await client.kill();
    const error = await failed;
    assert.ok(error instanceof OSError, String(error));
    await server.shutdown();
  },
  { skip: noOpenssl || ((onBun || onDeno) && 'the TLS of this host tells other things') },
);

describe('curl', () => {
  onBackends(
    'it reads pages from our server, and keeps them whole',
    async (loop) => {
      const page = Buffer.alloc(2_000_000, 'page ');
      const server = await startServer(
        async (reader, writer) => {
          await reader.readUntil(Buffer.from('\r\n\r\n'));
          writer.write(
            Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n`),
          );
          writer.write(page);
          await writer.drain();
          writer.close();
          await writer.waitClosed();
        },
        '127.0.0.1',
        0,
        { ssl: serverContext() },
      );
      const port = addressOf(server)[1];
      const url = `https://localhost:${port}/`;
      const there = ['--resolve', `localhost:${port}:127.0.0.1`, '--noproxy', '*', '-sS'];
      const good = await new Program('curl', [...there, '--cacert', ca, url]).ended;
      assert.equal(good.status, 0, good.errors);
      assert.equal(good.output.length, page.length);
      // Without the authority it refuses us, and we are none the worse for it.
      const bad = await new Program('curl', [...there, url]).ended;
      assert.equal(bad.status, 60, bad.errors);
      server.close();
      await server.waitClosed();
      void loop;
    },
    { skip: noCurl },
  );
});

const pythonServer = `
import asyncio, ssl, sys
cert, key = sys.argv[1:3]
async def handle(reader, writer):
    line = await reader.readline()
    count = int(line)
    data = await reader.readexactly(count)
    writer.write(data[::-1])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    server = await asyncio.start_server(handle, '127.0.0.1', 0, ssl=context)
    print('port', server.sockets[0].getsockname()[1], 'end', flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
asyncio.run(main())
`;

const pythonClient = `
import asyncio, ssl, sys
port, ca = int(sys.argv[1]), sys.argv[2]
async def one(n):
    context = ssl.create_default_context(cafile=ca)
    reader, writer = await asyncio.open_connection('127.0.0.1', port, ssl=context, server_hostname='localhost')
    data = bytes([n]) * 300_000
    writer.write(data)
    back = await reader.readexactly(len(data))
    assert back == data
    writer.close()
    await writer.wait_closed()
async def main():
    await asyncio.gather(*(one(n) for n in range(20)))
    print('all well')
asyncio.run(main())
`;

describe("Python's asyncio", () => {
  onBackends(
    'its server answers our client',
    async () => {
      const args = ['-c', pythonServer, certificateFile('server'), keyFile('server')];
      const server = new Program(python, args);
      await server.says('end');
      const port = Number(/port (\d+)/.exec(server.output)?.[1]);
      const tls = { ssl: clientContext(), serverHostname: 'localhost' };
      const [reader, writer] = await openConnection('127.0.0.1', port, tls);
      const data = Buffer.alloc(1_000_000, 'abcde');
      writer.write(Buffer.from(`${data.length}\n`));
      writer.write(data);
      await writer.drain();
      const back = await reader.read();
      assert.ok(back.equals(Buffer.from(data).reverse()));
      writer.close();
      await writer.waitClosed();
      server.child.stdin.end();
      assert.equal((await server.ended).status, 0, server.errors);
    },
    { skip: noPython, timeout: 20_000 },
  );

  onBackends(
    'twenty of its clients at once are answered by our server, and see a clean end',
    async (loop) => {
      const [server, port] = await serve(loop, () => new Echo());
      const client = new Program(python, ['-c', pythonClient, String(port), ca], '');
      const { status, output, errors } = await client.ended;
      assert.equal(status, 0, errors);
      assert.equal(output.trim(), 'all well');
      assert.equal(errors, '');
      await shut(server);
    },
    { skip: noPython, timeout: 30_000 },
  );
});

const cutServer = `
import socket, ssl, sys
cert, key, how = sys.argv[1:4]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)
listener = socket.create_server(('127.0.0.1', 0))
print('port', listener.getsockname()[1], 'end', flush=True)
plain, _ = listener.accept()
tls = context.wrap_socket(plain, server_side=True)
tls.recv(5)
tls.sendall(b'all there is')
if how == 'said':
    tls.unwrap()
tls.close()
`;

describe("Python's ssl", () => {
  for (const how of ['cut', 'said'] as const) {
    onBackends(
      `a server's end that is ${how} is ${how === 'cut' ? 'an SSLEOFError' : 'the end'} for our client`,
      async () => {
        const server = new Program(python, [
          ...['-c', cutServer, certificateFile('server'), keyFile('server'), how],
        ]);
        await server.says('end');
        const port = Number(/port (\d+)/.exec(server.output)?.[1]);
        const tls = { ssl: clientContext(), serverHostname: 'localhost' };
        const [reader, writer] = await openConnection('127.0.0.1', port, tls);
        writer.write(Buffer.from('hello'));
        if (how === 'said') assert.equal(String(await reader.read()), 'all there is');
        else {
          await assert.rejects(reader.read(), SSLEOFError);
          assert.equal(String(await reader.read(100)), 'all there is');
        }
        writer.close();
        await writer.waitClosed();
        assert.equal((await server.ended).status, 0, server.errors);
      },
      { skip: noPython || (how === 'cut' && onBun && 'Bun does not tell how TLS over a socket ended') },
    );
  }
});
