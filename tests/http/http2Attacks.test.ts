// serve over HTTP/2: clients that begin and do not end, reset what they have asked for, read nothing, or ask for what nobody
// should. Whatever they do, each request is counted once, and nothing of it is left.

import '../harness.ts';
import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { once } from 'node:events';
import { test } from 'node:test';
import { interruptible, run, sleep, timeout } from '../../src/asyncio.ts';
import { runtime } from '../../src/lowlevel.ts';
import { serve } from '../../src/http/http.ts';
import type { HttpHandler, HttpServeOptions, HttpServer } from '../../src/http/http.ts';
import { END_HEADERS, frame, head, noWindow, PREFACE, reset, settings, WireClient } from './http2Wire.ts';

const skip = runtime().name === 'node' ? false : `HTTP/2 is not served on ${runtime().name}`;

function serving(
  title: string,
  handler: HttpHandler,
  options: HttpServeOptions,
  body: (server: HttpServer) => Promise<void>,
): void {
  test(`HTTP/2: ${title}`, { skip }, () =>
    run(() =>
      timeout(10_000, async () => {
        await using server = await serve(handler, { host: '127.0.0.1', http2: true, ...options });
        await body(server);
      }),
    ),
  );
}

/** Waits until nothing is at work. */
async function atRest(server: HttpServer): Promise<void> {
  while (server.statistics.active > 0) await sleep(1);
}

const pathOf = (request: Request): string => new URL(request.url).pathname;
const told: number[] = [];
let left = false;

serving(
  'who begins and does not go on is closed, and a request that does not arrive is answered 408',
  async (request) => new Response(await request.text()),
  {
    headTimeout: 150,
    keepAliveTimeout: 40,
    requestTimeout: 100,
    onRefused: ({ status }) => void told.push(status),
  },
  async (server) => {
    const [half, silent, headless, bodiless, idle] = [
      [PREFACE.subarray(0, 10)],
      [PREFACE, settings],
      [PREFACE, settings, head(1, '/', 1)],
      [PREFACE, settings, head(1, '/', END_HEADERS)],
      [PREFACE, settings, head(1, '/')],
    ].map((bytes) => new WireClient(server.port, ...bytes)) as [
      WireClient,
      WireClient,
      WireClient,
      WireClient,
      WireClient,
    ];
    const clients = [half, silent, headless, bodiless, idle];
    await using byBytes = new WireClient(server.port);
    for (const byte of Buffer.concat([PREFACE, settings, head(1, '/')])) {
      byBytes.send(Buffer.from([byte]));
      if (byBytes.socket.bytesWritten < 8) await sleep(1);
    }
    await byBytes.seen('HEADERS 1');
    for (const client of clients) await client.seen('closed');
    assert.ok(bodiless.got.includes('HEADERS 1'), bodiless.got.join(', '));
    assert.ok(idle.got.includes('GOAWAY 0 0'), idle.got.join(', '));
    assert.deepEqual(told, [408]);
    await atRest(server);
    const { answered, cancelled, failed } = server.statistics;
    assert.deepEqual([answered, cancelled, failed], [2, 1, 0]);
  },
);

serving(
  'a client that reads nothing is cut, what comes later is at the pace of who reads',
  (request) =>
    new Response(
      pathOf(request) === '/whole'
        ? new Uint8Array(100_000)
        : ReadableStream.from(
            (async function* () {
              for (;;) yield new Uint8Array(10_000);
            })(),
          ),
    ),
  { headTimeout: 60 },
  async (server) => {
    for (const path of ['/whole', '/stream']) {
      await using client = new WireClient(server.port, PREFACE, noWindow, head(1, path), head(3, path));
      await client.seen('HEADERS 3');
      await client.seen('closed');
      await atRest(server);
    }
  },
);

serving(
  'streams that are reset at any moment are cancelled, and counted once',
  async (request) => {
    try {
      await sleep(Number(pathOf(request).slice(1)));
    } finally {
      await sleep(0);
    }
    return new Response('x'.repeat(1000));
  },
  {},
  async (server) => {
    await using client = new WireClient(server.port, PREFACE, settings);
    const all = 96;
    for (let index = 0; index < all; index++) {
      const stream = 2 * index + 1;
      client.send(head(stream, `/${index % 3 === 0 ? 60_000 : index % 3}`));
      // Before it began, while it waits, in the turn of its response, behind it.
      if (index % 8 > 0) await sleep((index % 8) / 2);
      client.send(reset(stream));
    }
    client.send(head(2 * all + 1, '/0'));
    await client.seen(`HEADERS ${2 * all + 1}`);
    await atRest(server);
    const { started, answered, cancelled, failed } = server.statistics;
    assert.deepEqual([answered + cancelled, failed], [started, 0]);
    assert.ok(cancelled >= all / 3, `${cancelled} were cancelled`);
  },
);

serving(
  'a flood of resets is held by maxRequests while the cancelled ones still clean up',
  async () => {
    try {
      await sleep(60_000);
    } finally {
      await sleep(200);
    }
    return new Response();
  },
  { maxRequests: 20 },
  async (server) => {
    await using client = new WireClient(server.port, PREFACE, settings);
    const streams = Array.from({ length: 60 }, (_, index) => 2 * index + 1);
    for (const stream of streams) {
      client.send(head(stream, '/'));
      while (server.statistics.started + server.statistics.refused < (stream + 1) / 2) await sleep(1);
      client.send(reset(stream));
    }
    const { started, refused } = server.statistics;
    assert.equal(started + refused, 60);
    assert.ok(started < 60, `${started} were begun`);
    await atRest(server);
  },
);

serving(
  'more streams than allowed are refused, those of a client that goes away are not cut',
  async () => {
    await sleep(20);
    return new Response('here');
  },
  {},
  async (server) => {
    await using client = new WireClient(server.port, PREFACE, settings);
    for (let stream = 1; stream < 204; stream += 2) client.send(head(stream, '/'));
    client.send(frame('GOAWAY', 0, 0, Buffer.alloc(8)));
    await client.seen('RST 203 7');
    await client.seen('HEADERS 199');
    await atRest(server);
    assert.equal(server.statistics.answered, 100);
  },
);

serving(
  'what HTTP/1.1 would refuse is refused',
  (request) => new Response(`${[...request.headers].length}`),
  { maxFields: 200, maxRequestsPerConnection: 7, onRefused: ({ status }) => void told.push(status) },
  async (server) => {
    told.length = 0;
    const session = connect(server.url);
    session.on('error', () => {});
    const gone = once(session, 'close');
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const stream = session.request(headers, { endStream: true });
      stream.on('error', () => {}).resume();
      const [response] = (await interruptible(once(stream, 'response'))) as [{ ':status': number }];
      return response[':status'];
    };
    const fields = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, '']));
    const asked = [
      { ':path': '/a#b' },
      { ':path': '/', ':method': 'BREW' },
      { ':path': '/', ':authority': 'here', host: 'elsewhere' },
      { ':path': '/', ...fields(201) },
      { ':path': '/', ...fields(200) },
    ];
    const statuses: number[] = [];
    for (const headers of asked) statuses.push(await ask(headers));
    assert.deepEqual(statuses, [400, 501, 400, 431, 200]);
    assert.deepEqual(told, [400, 501, 400, 431]);
    assert.equal(await ask({ ':path': '/6' }), 200);
    assert.equal(await ask({ ':path': '/7' }), 200, 'the last one');
    await interruptible(gone);
  },
);

serving(
  'early hints for a stream that was reset are no error',
  async (_request, info) => {
    while (!left) await sleep(1);
    info.sendEarlyHints({ link: '</a>; rel=preload' });
    return new Response();
  },
  { cancelOnDisconnect: false },
  async (server) => {
    await using client = new WireClient(server.port, PREFACE, settings, head(1, '/'));
    while (server.statistics.active === 0) await sleep(1);
    client.send(reset(1));
    await sleep(10);
    left = true;
    await atRest(server);
    assert.equal(server.statistics.failed, 0);
  },
);
