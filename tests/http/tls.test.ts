// serve over TLS, and HTTP/2: the same handler, the same cancel.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createTask, Event, interruptible, run, runProcess, sleep } from '../../src/asyncio.ts';
import { runtime } from '../../src/lowlevel.ts';
import { connectWebSocket, serve, upgradeWebSocket } from '../../src/http/http.ts';
import { certificateFile, pem } from '../net/tls/contexts.ts';
import { connect } from './client.ts';

const noHttp2 = runtime().name === 'node' ? false : `HTTP/2 is not served on ${runtime().name}`;
const onlyOne = runtime().name === 'bun' ? 'Bun shows one certificate to all' : false;
const ca = readFileSync(certificateFile('ca'), 'utf8');
const hello = (): Response => new Response('hello');

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

function askHttps(
  port: number | undefined,
  path: string = '/',
  servername: string = 'localhost',
): Promise<Answer> {
  return interruptible(
    new Promise((resolve, reject) => {
      const request = httpsRequest({ host: '127.0.0.1', port, path, ca, servername, agent: false });
      request.on('error', reject).on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
      request.end();
    }),
  );
}

/** The name in the certificate that a server shows. */
async function nameShown(port: number | undefined, servername: string): Promise<string> {
  const socket = connectTls({
    host: '127.0.0.1',
    port,
    servername,
    ca,
    rejectUnauthorized: false,
  });
  await interruptible(once(socket, 'secureConnect'));
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  await interruptible(once(socket, 'close'));
  return String(CN);
}

class Http2Client implements AsyncDisposable {
  readonly session: ClientHttp2Session;

  constructor(url: string) {
    this.session = connectHttp2(url, { ca, servername: 'localhost' });
    this.session.on('error', () => {});
  }

  open(headers: Record<string, string>, endStream: boolean = true): ClientHttp2Stream {
    const stream = this.session.request(headers, { endStream });
    stream.on('error', () => {});
    return stream;
  }

  async ask(
    headers: Record<string, string>,
    body?: string,
  ): Promise<{ headers: IncomingHttpHeaders; body: string; trailers: IncomingHttpHeaders }> {
    const stream = this.open(headers, body === undefined);
    if (body !== undefined) stream.end(body);
    let trailers: IncomingHttpHeaders = {};
    stream.on('trailers', (fields: IncomingHttpHeaders) => (trailers = fields));
    const [response] = (await interruptible(once(stream, 'response'))) as [IncomingHttpHeaders];
    let text = '';
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await interruptible(once(stream, 'end'));
    return { headers: response, body: text, trailers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.session.destroyed) return;
    const closed = once(this.session, 'close');
    this.session.destroy();
    await interruptible(closed);
  }
}

function inRun(title: string, body: () => Promise<void>, skip: string | false = false): void {
  test(title, { skip }, () => run(body));
}

inRun('HTTPS: a request and its response', async () => {
  await using server = await serve(
    (request, info) => new Response(`${new URL(request.url).protocol} ${info.secure} ${info.httpVersion}`),
    { host: '127.0.0.1', tls: pem('server') },
  );
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
  assert.deepEqual(await askHttps(server.port), { status: 200, body: 'https: true 1.1' });
});

inRun('HTTPS: WebSockets', async () => {
  await using server = await serve(
    async (request) => {
      const socket = await upgradeWebSocket(request);
      for await (const message of socket) await socket.send(message);
      return socket.response;
    },
    { host: '127.0.0.1', tls: pem('server') },
  );
  await using socket = await connectWebSocket(`wss://localhost:${server.port}`, {
    tls: { ca, host: '127.0.0.1' },
  });
  await socket.send('over TLS');
  assert.equal(await socket.receive(), 'over TLS');
});

inRun(
  'HTTPS: a certificate for each name, and others later',
  async () => {
    const [one, other] = [pem('server'), pem('other')];
    await using server = await serve(hello, {
      host: '127.0.0.1',
      tls: [one, { serverName: 'other.test', ...other }, { serverName: '*.below.test', ...other }],
    });
    const names = async (): Promise<string[]> => [
      await nameShown(server.port, 'localhost'),
      await nameShown(server.port, 'other.test'),
      await nameShown(server.port, 'any.below.test'),
    ];
    const [first, second] = (await names()) as [string, string];
    assert.notEqual(first, second);
    assert.deepEqual(await names(), [first, second, second]);
    assert.throws(() => server.setTls({ cert: 'no', key: 'no' }), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
    assert.deepEqual(await names(), [first, second, second], 'the old ones stay');
    server.setTls(other);
    assert.deepEqual(await names(), [second, second, second]);
  },
  onlyOne,
);

inRun(
  'HTTPS: Bun says that it has one certificate for all names',
  async () => {
    await assert.rejects(serve(hello, { tls: [pem('server'), pem('other')] }), {
      code: 'ERR_ASYNCIO_UNSUPPORTED',
    });
  },
  onlyOne === false && 'this host can do it',
);

inRun('HTTPS: refuses what is no certificate, and an engine that has none', async () => {
  await assert.rejects(serve(hello, { tls: { cert: 'x', key: 'y' } }), {
    code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
  });
  await assert.rejects(serve(hello, { tls: {} }), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  await assert.rejects(serve(hello, { tls: pem('server'), engine: 'asyncio' }), {
    code: 'ERR_ASYNCIO_UNSUPPORTED',
  });
  await using plain = await serve(hello, { host: '127.0.0.1' });
  assert.throws(() => plain.setTls(pem('server')), { name: 'UsageError' });
});

inRun(
  'HTTP/2: by ALPN, beside HTTP/1.1 on the same port',
  async () => {
    await using server = await serve(
      async (request, info) => {
        info.sendTrailers({ 'x-end': 'yes' });
        const told = `${info.httpVersion} ${request.method} ${new URL(request.url).pathname} ${await request.text()}`;
        return new Response(told, { status: 201, headers: { 'x-a': 'b', connection: 'keep-alive' } });
      },
      { host: '127.0.0.1', tls: pem('server') },
    );
    await using client = new Http2Client(server.url);
    const { headers, body, trailers } = await client.ask(
      { ':path': '/path', ':method': 'POST' },
      'the body',
    );
    assert.deepEqual([headers[':status'], headers['x-a'], headers.connection], [201, 'b', undefined]);
    assert.equal(body, '2.0 POST /path the body');
    assert.equal(trailers['x-end'], 'yes');
    assert.match((await askHttps(server.port)).body, /^1\.1 GET/);
  },
  noHttp2,
);

inRun(
  'HTTP/2: without TLS for who begins with it, beside HTTP/1.1',
  async () => {
    await using server = await serve((_request, info) => new Response(info.httpVersion), {
      host: '127.0.0.1',
      http2: true,
    });
    await using client = new Http2Client(server.url);
    assert.equal((await client.ask({ ':path': '/' })).body, '2.0');
    await using plain = await connect(server.port);
    plain.get('/');
    assert.equal((await plain.response()).body, '1.1');
  },
  noHttp2,
);

inRun(
  'HTTP/2: a stream that is reset cancels its task only',
  async () => {
    const [started, ended, goOn] = [new Event(), new Event(), new Event()];
    await using server = await serve(
      async (request) => {
        if (new URL(request.url).pathname === '/other') {
          await goOn.wait();
          return new Response('other');
        }
        try {
          started.set();
          await sleep(60_000);
        } finally {
          await sleep(1);
          ended.set();
        }
        return hello();
      },
      { host: '127.0.0.1', tls: pem('server') },
    );
    await using client = new Http2Client(server.url);
    const other = client.ask({ ':path': '/other' });
    const stream = client.open({ ':path': '/reset' });
    await started.wait();
    stream.close(8);
    await ended.wait();
    goOn.set();
    assert.equal((await other).body, 'other');
    while (server.statistics.active > 0) await sleep(1);
    assert.deepEqual([server.statistics.cancelled, server.statistics.answered], [1, 1]);
  },
  noHttp2,
);

inRun(
  'HTTP/2: a connection that is lost cancels all its tasks',
  async () => {
    let running = 0;
    await using server = await serve(
      async () => {
        running++;
        try {
          await sleep(60_000);
        } finally {
          running--;
        }
        return hello();
      },
      { host: '127.0.0.1', tls: pem('server') },
    );
    const client = new Http2Client(server.url);
    for (let index = 0; index < 5; index++) client.open({ ':path': `/${index}` });
    while (running < 5) await sleep(1);
    await client[Symbol.asyncDispose]();
    while (server.statistics.active > 0) await sleep(1);
    assert.deepEqual([running, server.statistics.cancelled], [0, 5]);
  },
  noHttp2,
);

inRun(
  'HTTP/2: shutdown finishes the streams under way, and no others',
  async () => {
    const [started, goOn] = [new Event(), new Event()];
    const server = await serve(
      async () => {
        started.set();
        await goOn.wait();
        return hello();
      },
      { host: '127.0.0.1', tls: pem('server') },
    );
    await using client = new Http2Client(server.url);
    const under = client.ask({ ':path': '/' });
    await started.wait();
    const ending = createTask(() => server.shutdown());
    await sleep(5);
    assert.equal(ending.done(), false);
    goOn.set();
    assert.equal((await under).body, 'hello');
    await ending;
    assert.equal(server.connections, 0);
  },
  noHttp2,
);

inRun(
  'HTTP/2: bodies at the pace of the client',
  async () => {
    let made = 0;
    await using server = await serve(
      () => {
        const source = async function* (): AsyncGenerator<Uint8Array> {
          for (; made < 2000; made++) yield Buffer.alloc(16_384, 'x');
        };
        return new Response(ReadableStream.from(source()));
      },
      { host: '127.0.0.1', tls: pem('server') },
    );
    await using client = new Http2Client(server.url);
    const stream = client.open({ ':path': '/' });
    await interruptible(once(stream, 'response'));
    for (let still = -1; still !== made; await sleep(20)) still = made;
    assert.ok(made < 500, `${made} pieces were made for a client that does not read`);
    let bytes = 0;
    stream.on('data', (piece: Buffer) => (bytes += piece.length));
    await interruptible(once(stream, 'end'));
    assert.equal(bytes, 2000 * 16_384);
  },
  noHttp2,
);

inRun(
  'HTTP/2: a body that fails resets the stream',
  async () => {
    await using server = await serve(
      () => {
        const source = async function* (): AsyncGenerator<Uint8Array> {
          yield Buffer.from('first');
          await sleep(1);
          throw new Error('disk full');
        };
        return new Response(ReadableStream.from(source()));
      },
      { host: '127.0.0.1', tls: pem('server'), onError: () => {} },
    );
    await using client = new Http2Client(server.url);
    const stream = client.open({ ':path': '/' });
    stream.resume();
    await interruptible(new Promise<void>((resolve) => void stream.on('close', () => resolve())));
    assert.equal(stream.rstCode, 2);
  },
  noHttp2,
);

const noCurl =
  spawnSync('curl', ['--version']).stdout?.toString().includes('HTTP2') === true
    ? false
    : 'no curl with HTTP/2';

inRun(
  'curl: HTTP/1.1 and HTTP/2 over TLS',
  async () => {
    await using server = await serve((_request, info) => new Response(info.httpVersion), {
      host: '127.0.0.1',
      tls: pem('server'),
    });
    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2', '2.0'],
    ] as const) {
      const url = `https://localhost:${server.port}/`;
      const { stdout } = await runProcess([
        'curl',
        '-sS',
        flag,
        '--cacert',
        certificateFile('ca'),
        '--resolve',
        `localhost:${server.port}:127.0.0.1`,
        url,
      ]);
      assert.equal(stdout, version);
    }
  },
  noHttp2 || noCurl,
);

const noH2load = spawnSync('h2load', ['--version']).status === 0 ? false : 'no h2load (nghttp2-client)';

inRun(
  'h2load: 2,000 requests on 10 connections, all answered',
  async () => {
    await using server = await serve(hello, { host: '127.0.0.1', http2: true });
    for (const flags of [[], ['--h1']]) {
      const { stdout } = await runProcess([
        'h2load',
        ...flags,
        '-n',
        '1000',
        '-c',
        '10',
        '-m',
        '10',
        server.url,
      ]);
      assert.match(stdout, /requests: 1000 total, 1000 started, 1000 done, 1000 succeeded, 0 failed/);
    }
    assert.equal(server.statistics.answered, 2000);
  },
  noHttp2 || noH2load,
);
