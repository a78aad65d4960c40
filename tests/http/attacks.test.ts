// serve: handlers and clients that go wrong on purpose. Whatever they do, each request is answered or cut, told of once,
// counted once, and nothing of it is left.

import '../harness.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Event, getRunningLoop, sleep } from '../../src/asyncio.ts';
import { eventStream, HttpError, LightHeaders, staticFolder } from '../../src/http/http.ts';
import type { HttpHandler, HttpServer } from '../../src/http/http.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { onBun } from '../commandLine.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

const pathOf = (request: Request): string => new URL(request.url).pathname;

/** Waits until nothing is at work. */
async function atRest(server: HttpServer): Promise<void> {
  while (server.statistics.active > 0) await sleep(1);
}

const unanswerable: Readonly<Record<string, () => unknown>> = {
  'an HttpError whose header would break out of its line': () =>
    new HttpError(404, 'x', { headers: { 'x-a': 'a\r\nevil: 1' } }),
  'an error whose response can’t be made': () => ({
    getResponse() {
      throw new Error('no response');
    },
  }),
  'an error that can’t be looked at': () => ({
    get getResponse(): never {
      throw new Error('do not look');
    },
  }),
  'an event that is none': () => null,
};

onEngines('serve: an error whose own response fails is answered 500, and told', async (serveHere) => {
  for (const make of Object.values(unanswerable)) {
    expectReport('the handler of GET / failed');
    await using server = await serveHere(() => {
      throw make();
    });
    await using client = await connect(server.port);
    client.get('/');
    assert.equal((await client.response()).status, 500);
    await atRest(server);
    assert.equal(server.statistics.failed, 1);
  }
});

const bytes = (text: string): Uint8Array => Buffer.from(text);

const spoilt: Readonly<Record<string, HttpHandler>> = {
  '/short': () =>
    new Response(ReadableStream.from([bytes('four'), bytes('more')]), {
      headers: { 'content-length': '9' },
    }),
  '/long': () =>
    new Response(ReadableStream.from([bytes('four'), bytes('more')]), {
      headers: { 'content-length': '5' },
    }),
  '/thrown': () =>
    new Response(
      ReadableStream.from(
        (async function* () {
          yield bytes('four');
          await sleep(0);
          throw new HttpError(404, 'too late for that');
        })(),
      ),
    ),
  '/trailer': (_request, info) => {
    info.sendTrailers(() => ({ 'content-length': '4' }));
    return new Response('four');
  },
  '/event': () => eventStream(ReadableStream.from([{ data: () => 'no JSON' }])),
};

onEngines('serve: a response that is spoilt on its way is cut, told, and has failed', async (serveHere) => {
  await using server = await serveHere((request, info, context) =>
    (spoilt[pathOf(request)] as HttpHandler)(request, info, context),
  );
  for (const path of Object.keys(spoilt)) {
    expectReport(`the handler of GET ${path} failed`);
    await using client = await connect(server.port);
    client.get(path);
    await assert.rejects(client.response(), path);
    await atRest(server);
  }
  const { answered, failed, cancelled } = server.statistics;
  assert.deepEqual([answered, failed, cancelled], [0, Object.keys(spoilt).length, 0]);
});

onEngines('serve: nothing unchecked comes into a head by its headers', async (serveHere) => {
  await using server = await serveHere((_request, info) => {
    assert.throws(() => info.sendTrailers({ 'transfer-encoding': 'chunked' }), TypeError);
    assert.throws(() => info.sendEarlyHints({ link: 'a\r\nb' }), TypeError);
    const response = new Response('x');
    // As somebody would who has read what they are made of.
    Object.assign(response.headers, { flat: ['x-a', 'a\r\nevil: 1'] });
    Object.assign(LightHeaders, { of: () => response.headers });
    return response;
  });
  await using client = await connect(server.port);
  client.get('/');
  const { status, headers } = await client.response();
  assert.deepEqual([status, headers.get('evil'), headers.get('x-a')], [200, null, null]);
});

onEngines(
  'serve: onError is cancelled with its request, and that is nothing to tell',
  async (serveHere) => {
    const asked = new Event();
    await using server = await serveHere(
      () => {
        throw new Error('told to onError');
      },
      {
        onError: async () => {
          asked.set();
          await sleep(60_000);
        },
      },
    );
    const client = await connect(server.port);
    client.get('/');
    await asked.wait();
    client.leave();
    await atRest(server);
    assert.equal(server.statistics.failed, 1);
  },
);

onEngines('waitUntil: what a cancelled handler leaves behind is cancelled, too', async (serveHere) => {
  const started = new Event();
  let ran = false;
  const server = await serveHere(
    async (_request, info) => {
      try {
        started.set();
        await sleep(60_000);
      } finally {
        info.waitUntil(async () => {
          await sleep(60_000);
          ran = true;
        });
      }
      return new Response();
    },
    { graceTime: 1 },
  );
  await using client = await connect(server.port);
  client.get('/');
  await started.wait();
  await server.shutdown();
  assert.equal(ran, false);
  assert.equal(server.statistics.cancelled, 1);
});

onEngines('shutdown: a request that would wait for itself is told so', async (serveHere) => {
  await using server = await serveHere(async (_request, info) => {
    await assert.rejects(info.server.shutdown(), { name: 'UsageError' });
    await assert.rejects(info.server.waitClosed(), { name: 'UsageError' });
    info.server.close();
    return new Response('closing');
  });
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).body, 'closing');
  await server.waitClosed();
});

onEngines(
  'serve: a body that is no JSON or no form is answered 400, other text that is none 500',
  async (serveHere) => {
    await using server = await serveHere(async (request) => {
      const path = pathOf(request);
      if (path === '/other') return Response.json(JSON.parse('{') as unknown);
      if (path === '/form') return new Response(`${(await request.formData()).has('a')}`);
      if (path === '/caught')
        return new Response(String(await request.json().catch((error: Error) => error.name)));
      return Response.json(await request.json());
    });
    await using client = await connect(server.port);
    const statusOf = async (path: string, body: string, ...lines: readonly string[]): Promise<number> => {
      client.post(path, body, ...lines);
      return (await client.response()).status;
    };
    for (const body of ['', '{', '{"a":1}x', "{'a':1}", '\0', '[1,]'])
      assert.equal(await statusOf('/', body), 400);
    assert.equal(await statusOf('/', '{"a":1}'), 200);
    assert.equal(await statusOf('/form', 'a=1'), 400, 'a form has its content-type');
    assert.equal(await statusOf('/form', 'a=1', 'content-type: multipart/form-data; boundary=x'), 400);
    assert.equal(await statusOf('/form', 'a=1', 'content-type: application/x-www-form-urlencoded'), 200);
    client.post('/caught', '{');
    assert.equal((await client.response()).body, 'SyntaxError');
    expectReport('the handler of POST /other failed');
    assert.equal(await statusOf('/other', '{}'), 500);
    await atRest(server);
    assert.equal(server.statistics.failed, 1);
  },
);

onEngines(
  'a Request: what was read can’t be copied, what the platform lacks is there',
  async (serveHere) => {
    for (const globals of [true, false]) {
      await using server = await serveHere(
        async (request) => {
          if (pathOf(request) !== '/read') return new Response(`${request.method} ${await request.text()}`);
          await request.text();
          assert.equal(request.bodyUsed, true);
          assert.throws(() => request.clone(), TypeError);
          // Bun makes one of a request that was read.
          if (!onBun) assert.throws(() => new Request(request), TypeError);
          await assert.rejects(request.text(), TypeError);
          return new Response('read');
        },
        { globals },
      );
      await using client = await connect(server.port);
      client.post('/read', 'abc');
      assert.equal((await client.response()).body, 'read');
      client.send('GET / HTTP/1.1', 'host: here', 'content-length: 3');
      client.write('abc');
      assert.equal((await client.response()).body, globals ? 'GET abc' : 'GET ');
      client.send('TRACE / HTTP/1.1', 'host: here');
      assert.equal((await client.response()).body, 'TRACE ');
    }
  },
);

onEngines(
  'serve: who takes a response slowly gets all of it, who takes nothing is cut',
  async (serveHere, engine) => {
    const size = 12_000_000;
    await using server = await serveHere(
      (request) =>
        new Response(new Uint8Array(size), {
          headers: pathOf(request) === '/last' ? { connection: 'close' } : {},
        }),
      { keepAliveTimeout: 30, headTimeout: 150 },
    );
    await using slow = await connect(server.port);
    slow.writer.transport.pauseReading();
    slow.get('/');
    await sleep(100); // the time of an idle connection is long over
    slow.writer.transport.resumeReading();
    assert.equal((await slow.response()).bytes.length, size);
    // Node's own server has no such limit.
    if (engine === 'node') return;
    for (const path of ['/', '/last']) {
      const stalled = await connect(server.port);
      stalled.writer.transport.pauseReading();
      stalled.get(path);
      while (server.connections < 1) await sleep(1);
      while (server.connections > 0) await sleep(5);
      stalled.leave();
    }
  },
);

onEngines(
  'staticFolder: a client that leaves while a file is looked for is no error',
  async (serveHere) => {
    const folder = mkdtempSync(join(tmpdir(), 'static-'));
    try {
      writeFileSync(join(folder, 'a.txt'), 'a');
      const files = staticFolder(folder);
      const loop = getRunningLoop();
      await using server = await serveHere(async (request) => {
        const sending = files(request);
        // In the very turn in which the file system is asked.
        loop.callSoon(() => client.leave());
        return await sending;
      });
      const client = await connect(server.port);
      client.get('/a.txt');
      while (server.statistics.started === 0) await sleep(1);
      await atRest(server);
      assert.equal(server.statistics.failed, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
