// What others say to the server: curl, Python's aiohttp and websockets, an app of Hono, and clients that leave in the middle.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { allTasks, currentTask, run, runProcess, sleep, taskGroup } from '../../src/asyncio.ts';
import { eventStream, fileResponse, serve, upgradeWebSocket } from '../../src/http/http.ts';
import { importPeer, missingPeers } from '../peers.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

const home = mkdtempSync(join(tmpdir(), 'asyncio-peers-'));
after(() => rmSync(home, { recursive: true, force: true }));
const large = join(home, 'large.bin');
writeFileSync(large, Buffer.alloc(1_000_000, 'abcdefghij'));

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const noCurl = has('curl', '--version') ? false : 'no curl';
const python = '/usr/bin/python3';
const noPython = has(python, '-c', 'import aiohttp, websockets')
  ? false
  : 'no python3-aiohttp, python3-websockets';

async function handler(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/file') return await fileResponse(large, request);
  if (pathname === '/echo') return new Response(request.body);
  if (pathname === '/socket') {
    const socket = await upgradeWebSocket(request, { protocols: ['chat'], compression: true });
    for await (const message of socket) await socket.send(message);
    return socket.response;
  }
  if (pathname === '/events') {
    const source = async function* (): AsyncGenerator<string> {
      for (const text of ['one', 'two']) {
        yield text;
        await sleep(1);
      }
    };
    return eventStream(source());
  }
  return new Response(`${request.method} ${pathname} ${await request.text()}`);
}

onEngines(
  'curl: get, post, upload, expect, resume, chunked',
  async (serveHere) => {
    await using server = await serveHere(handler);
    const curl = async (path: string, ...args: string[]): Promise<string> =>
      (await runProcess(['curl', '-sS', '--http1.1', ...args, `${server.url}${path}`])).stdout;
    assert.equal(await curl('path'), 'GET /path ');
    assert.equal(await curl('path', '-d', 'data'), 'POST /path data');
    assert.equal(await curl('echo', '-T', large), 'abcdefghij'.repeat(100_000), 'by Expect: 100-continue');
    assert.equal(await curl('echo', '-H', 'transfer-encoding: chunked', '-d', 'chunked'), 'chunked');
    assert.equal(await curl('file', '-r', '999995-'), 'fghij');
    const target = join(home, 'resumed.bin');
    writeFileSync(target, 'abcdefghij'.repeat(50_000));
    await curl('file', '-C', '-', '-o', target);
    assert.equal((await runProcess(['cmp', large, target])).returncode, 0);
    assert.equal(await curl('events'), 'data: one\n\ndata: two\n\n');
    assert.match(await curl('path', '-I'), /^HTTP\/1\.1 200 OK\r\n/);
  },
  noCurl,
);

const clients = `
import asyncio, sys, aiohttp, websockets
port = sys.argv[1]
async def main():
    async with aiohttp.ClientSession(f'http://127.0.0.1:{port}') as session:
        async with session.get('/path') as response:
            assert await response.text() == 'GET /path '
        async def chunks():
            for n in range(100):
                yield b'x' * 1000
        async with session.post('/echo', data=chunks()) as response:
            assert len(await response.read()) == 100000
        async with session.post('/echo', data=b'y' * 100000, expect100=True) as response:
            assert len(await response.read()) == 100000
        texts = await asyncio.gather(*[get(session, n) for n in range(50)])
        assert texts == [f'GET /{n} ' for n in range(50)]
        async with session.ws_connect('/socket', protocols=['chat'], compress=15) as ws:
            assert ws.protocol == 'chat'
            await ws.send_str('text')
            assert (await ws.receive_str()) == 'text'
            await ws.send_bytes(b'bytes')
            assert (await ws.receive_bytes()) == b'bytes'
    async with websockets.connect(f'ws://127.0.0.1:{port}/socket') as ws:
        await ws.send('x' * 200000)
        assert len(await ws.recv()) == 200000
        async def fragments():
            yield 'one '
            yield 'two'
        await ws.send(fragments())
        assert await ws.recv() == 'one two'
        await asyncio.wait_for(await ws.ping(), 5)
    assert ws.close_code == 1000, ws.close_code
    print('fine')
async def get(session, n):
    async with session.get(f'/{n}') as response:
        return await response.text()
asyncio.run(main())
`;

onEngines(
  'Python: aiohttp and websockets as clients',
  async (serveHere) => {
    await using server = await serveHere(handler);
    const { stdout } = await runProcess([python, '-c', clients, String(server.port)]);
    assert.equal(stdout.trim(), 'fine');
    while (server.statistics.active > 0) await sleep(1);
    assert.equal(server.statistics.failed, 0);
  },
  noPython,
);

// The types of hono are checked where the pages of docs/apps are.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;

onEngines(
  'Hono: an app unchanged',
  async (serveHere) => {
    const { Hono } = await importPeer<Any>('hono');
    const { etag } = await importPeer<Any>('hono/etag');
    const { stream, streamSSE } = await importPeer<Any>('hono/streaming');
    const { cors } = await importPeer<Any>('hono/cors');
    const { HTTPException } = await importPeer<Any>('hono/http-exception');
    const app = new Hono();
    app.use('*', cors());
    app.use('/etag/*', etag());
    app.get('/', (context: Any) => context.text('Hello Hono!'));
    app.get('/json/:id', (context: Any) =>
      context.json({ id: context.req.param('id'), query: context.req.query('q') }),
    );
    app.post('/form', async (context: Any) => context.json(await context.req.parseBody()));
    app.post('/json', async (context: Any) => context.json(await context.req.json(), 201));
    app.get('/etag/x', (context: Any) => context.text('cached'));
    app.get('/task', (context: Any) => context.text(currentTask()?.getName()));
    app.get('/env', (context: Any) =>
      context.text(`${context.env.httpVersion} ${context.env.remoteAddress[0]}`),
    );
    app.get('/html', (context: Any) => context.html('<p>page</p>'));
    app.get('/redirect', (context: Any) => context.redirect('/'));
    app.get('/stream', (context: Any) =>
      stream(context, async (out: Any) => {
        for (const text of ['a', 'b', 'c']) await out.write(text);
      }),
    );
    app.get('/sse', (context: Any) =>
      streamSSE(context, async (out: Any) => {
        await out.writeSSE({ data: 'event', id: '1' });
      }),
    );
    app.get('/denied', () => {
      throw new HTTPException(401, { message: 'denied' });
    });
    await using server = await serveHere(app);
    await using client = await connect(server.port);
    const get = async (path: string, ...lines: string[]) => {
      client.get(path, ...lines);
      return await client.response();
    };
    assert.equal((await get('/')).body, 'Hello Hono!');
    assert.equal((await get('/')).headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(JSON.parse((await get('/json/7?q=x')).body), { id: '7', query: 'x' });
    assert.equal((await get('/task')).body, 'GET /task');
    assert.equal((await get('/env')).body, '1.1 127.0.0.1');
    assert.match((await get('/html')).headers.get('content-type') ?? '', /^text\/html/);
    assert.deepEqual([(await get('/redirect')).status, (await get('/nowhere')).status], [302, 404]);
    assert.equal((await get('/stream')).body, 'abc');
    assert.match((await get('/sse')).body, /data: event\nid: 1\n\n/);
    assert.deepEqual([(await get('/denied')).status, (await get('/denied')).body], [401, 'denied']);
    const tag = (await get('/etag/x')).headers.get('etag') as string;
    assert.equal((await get('/etag/x', `if-none-match: ${tag}`)).status, 304);
    client.post('/form', 'a=1&b=two', 'content-type: application/x-www-form-urlencoded');
    assert.deepEqual(JSON.parse((await client.response()).body), { a: '1', b: 'two' });
    client.post('/json', '{"a":[1,2]}', 'content-type: application/json');
    const { status, body } = await client.response();
    assert.deepEqual([status, body], [201, '{"a":[1,2]}']);
    assert.equal(server.statistics.failed, 0);
  },
  missingPeers('hono'),
);

test('load: clients that leave in every state; all requests are counted, and nothing is left', async () => {
  await run(async () => {
    await using server = await serve(
      async (request) => {
        const body = await request.text();
        await sleep(2);
        return new Response(ReadableStream.from([Buffer.from(body), Buffer.alloc(200_000)]));
      },
      { host: '127.0.0.1', onRefused: () => {} },
    );
    let whole = 0;
    await taskGroup((group) => {
      for (let index = 0; index < 200; index++)
        group.startSoon(async () => {
          const client = await connect(server.port);
          const stage = index % 5;
          if (stage === 0) client.write('POST / HTTP/1.1\r\nhost:');
          else client.send('POST / HTTP/1.1', 'host: here', 'content-length: 10');
          if (stage >= 2) client.write('0123456789');
          if (stage === 1) client.write('01234');
          if (stage === 3) await client.head();
          if (stage < 4) {
            await sleep(index % 3);
            client.leave();
            return;
          }
          assert.equal((await client.response()).bytes.length, 200_010);
          whole++;
          await client[Symbol.asyncDispose]();
        });
      return Promise.resolve();
    });
    while (server.statistics.active > 0 || server.connections > 0) await sleep(1);
    const { started, answered, cancelled, failed, refused } = server.statistics;
    assert.equal(whole, 40);
    assert.ok(answered >= whole);
    assert.equal(started, answered + cancelled + failed);
    assert.deepEqual([failed, refused], [0, 0]);
    assert.deepEqual(
      [...allTasks()].filter((task) => task.getName().startsWith('POST')),
      [],
    );
  });
});
