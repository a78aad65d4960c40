// The TLS proxy, with curl and openssl in front of it, and plain and TLS servers behind it.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConnection, run, startServer } from '../../src/asyncio.ts';
import type { StreamReader, StreamServer, StreamWriter } from '../../src/asyncio.ts';
import { certificateFile, clientContext, keyFile, serverContext } from '../net/tls/contexts.ts';
import { missing, Program } from '../net/tls/programs.ts';
import { posix, startExample, stopExample } from './example.ts';
import type { Serving } from './example.ts';

const ca = certificateFile('ca');
const page = Buffer.alloc(3_000_000, 'page ');

/** Answers one request with the page. */
async function web(reader: StreamReader, writer: StreamWriter): Promise<void> {
  await reader.readUntil(Buffer.from('\r\n\r\n'));
  writer.write(
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n`),
  );
  writer.write(page);
  await writer.drain();
  writer.close();
}

/** Says in capitals what it hears, line by line, until the end. */
async function capitals(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for await (const line of reader) writer.write(Buffer.from(line.toString().toUpperCase()));
  writer.write(Buffer.from('BYE\n'));
  writer.close();
}

type Handler = (reader: StreamReader, writer: StreamWriter) => Promise<void>;

/** Runs `body` against a proxy before a server of ours. */
async function behindProxy(
  handler: Handler,
  tls: boolean,
  body: (serving: Serving, backend: StreamServer) => Promise<void>,
): Promise<void> {
  await run(
    async () => {
      const backend = await startServer(handler, '127.0.0.1', 0, tls ? { ssl: serverContext() } : {});
      const [, port] = backend.sockets[0]!.getsockname() as [string, number];
      const upstream = tls ? ['--tls-upstream', '--ca', ca] : [];
      const args = ['0', certificateFile('server'), keyFile('server'), `localhost:${port}`, ...upstream];
      const program = startExample('tls-proxy', args);
      await program.printed('\n');
      const [, host = '', bound = ''] = /on ([\d.]+):(\d+)/.exec(program.output) ?? [];
      const serving: Serving = { program, interrupted: false, host, port: Number(bound) };
      try {
        await body(serving, backend);
      } catch (error) {
        program.signal('SIGKILL');
        await program.ended;
        throw error;
      }
      await stopExample(serving);
      backend.close();
      await backend.waitClosed();
    },
    { handleSignals: false },
  );
}

for (const tls of [false, true]) {
  const behind = tls ? 'a TLS server' : 'a plain server';

  test(`curl reads a page of ${behind} through it`, { skip: posix || missing('curl') }, async () => {
    await behindProxy(web, tls, async ({ port }) => {
      const there = ['--resolve', `localhost:${port}:127.0.0.1`, '--noproxy', '*', '-sS', '--cacert', ca];
      const fetched = await new Program('curl', [...there, `https://localhost:${port}/`]).ended;
      assert.equal(fetched.status, 0, fetched.errors);
      assert.equal(fetched.output.length, page.length);
    });
  });

  test(`lines go both ways to ${behind}`, { skip: posix }, async () => {
    await behindProxy(capitals, tls, async ({ host, port }) => {
      const [reader, writer] = await openConnection(host, port, {
        ssl: clientContext(),
        serverHostname: 'localhost',
      });
      for (let i = 0; i < 50; i++) {
        writer.write(Buffer.from(`line ${i}\n`));
        assert.equal(String(await reader.readline()), `LINE ${i}\n`);
      }
      await writer[Symbol.asyncDispose]();
    });
  });
}

test(
  'openssl s_client talks to a plain server through it',
  { skip: posix || missing('openssl', 'version') },
  async () => {
    await behindProxy(capitals, false, async ({ host, port }) => {
      const client = new Program('openssl', [
        ...[
          's_client',
          '-connect',
          `${host}:${port}`,
          '-servername',
          'localhost',
          '-quiet',
          '-no_ign_eof',
          '-CAfile',
          ca,
        ],
      ]);
      client.child.stdin.write('hello\n');
      await client.says('HELLO');
      client.child.stdin.end();
      await client.ended;
    });
  },
);

test(
  'a server behind it that is not there closes the connection, with a line about it',
  { skip: posix },
  async () => {
    const args = ['0', certificateFile('server'), keyFile('server'), '127.0.0.1:1'];
    const program = startExample('tls-proxy', args);
    await program.printed('\n');
    const [, host = '', port = ''] = /on ([\d.]+):(\d+)/.exec(program.output) ?? [];
    await run(
      async () => {
        const tls = { ssl: clientContext(), serverHostname: 'localhost' };
        const [reader, writer] = await openConnection(host, Number(port), tls);
        assert.equal(String(await reader.read()), '');
        await writer[Symbol.asyncDispose]();
      },
      { handleSignals: false },
    );
    program.signal('SIGINT');
    const { code, stderr } = await program.ended;
    assert.equal(code, 130);
    assert.match(stderr, /^no way to 127\.0\.0\.1:1: .*ECONNREFUSED/);
  },
);

test('Ctrl-C closes connections that say nothing', { skip: posix }, async () => {
  await behindProxy(capitals, false, async (serving) => {
    const tls = { ssl: clientContext(), serverHostname: 'localhost' };
    const [reader, writer] = await openConnection(serving.host, serving.port, tls);
    writer.write(Buffer.from('one\n'));
    assert.equal(String(await reader.readline()), 'ONE\n');
    serving.interrupted = true;
    serving.program.signal('SIGINT');
    const rest = String(await reader.read());
    assert.ok(rest === '' || rest === 'BYE\n', rest);
    await writer[Symbol.asyncDispose]();
  });
});
