// serve: what HTTP has beside a head and a body: HEAD, trailers, interim responses, `Expect`.

import '../harness.ts';
import assert from 'node:assert/strict';
import { currentTask, sleep } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

onEngines('HEAD: the head of the response and nothing behind it', async (serveHere) => {
  await using server = await serveHere(() => new Response('hello', { headers: { 'x-a': 'b' } }));
  await using client = await connect(server.port);
  client.send('HEAD / HTTP/1.1', 'host: here');
  const { status, headers } = await client.response('HEAD');
  assert.deepEqual([status, headers.get('x-a'), headers.get('content-length')], [200, 'b', '5']);
  client.get('/');
  assert.equal((await client.response()).body, 'hello');
});

onEngines('HEAD: a stream is not read, and its source is told', async (serveHere) => {
  let cancelled = false;
  await using server = await serveHere(
    () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => void (cancelled = true),
        }),
      ),
  );
  await using client = await connect(server.port);
  client.send('HEAD / HTTP/1.1', 'host: here');
  await client.response('HEAD');
  client.get('/');
  await client.head();
  assert.equal(cancelled, true);
  client.leave();
  await sleep(1);
});

onEngines('204 and 304: no body, whatever the handler says', async (serveHere) => {
  await using server = await serveHere(
    (request) => new Response(null, { status: Number(new URL(request.url).pathname.slice(1)) }),
  );
  await using client = await connect(server.port);
  for (const status of [204, 304]) {
    client.get(`/${status}`);
    assert.equal((await client.response()).status, status);
  }
});

onEngines(
  'trailers: of the request when its body was read, of the response when its body ends',
  async (serveHere) => {
    await using server = await serveHere(async (request, info) => {
      const text = await request.text();
      let sum = '';
      info.sendTrailers(() => ({ 'x-sum': sum, 'x-got': info.trailers.get('x-in') ?? 'none' }));
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from(text);
        await sleep(1);
        sum = `${text.length}`;
      };
      return new Response(ReadableStream.from(source()));
    });
    await using client = await connect(server.port);
    client.send('POST / HTTP/1.1', 'host: here', 'te: trailers', 'transfer-encoding: chunked');
    client.write('5\r\nhello\r\n0\r\nx-in: it came\r\n\r\n');
    const { body, trailers } = await client.response();
    assert.deepEqual([body, trailers.get('x-sum'), trailers.get('x-got')], ['hello', '5', 'it came']);
  },
);

onEngines('Expect: 100 Continue is sent when the body is read, and not before', async (serveHere) => {
  await using server = await serveHere(async (request) => {
    if (new URL(request.url).pathname === '/no') return new Response('no', { status: 403 });
    return new Response(await request.text());
  });
  await using yes = await connect(server.port);
  yes.send('POST /yes HTTP/1.1', 'host: here', 'content-length: 4', 'expect: 100-continue');
  assert.equal((await yes.head()).status, 100);
  yes.write('body');
  assert.equal((await yes.response()).body, 'body');
  await using no = await connect(server.port);
  no.send('POST /no HTTP/1.1', 'host: here', 'content-length: 4', 'expect: 100-continue');
  const { status, headers } = await no.response();
  assert.deepEqual(
    [status, headers.get('connection')],
    [403, 'close'],
    'whether the body comes is not known',
  );
});

onEngines('sendEarlyHints: 103 before the response', async (serveHere) => {
  await using server = await serveHere((_request, info) => {
    info.sendEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    return new Response('page');
  });
  await using client = await connect(server.port);
  client.get('/');
  const early = await client.head();
  assert.deepEqual([early.status, early.headers.get('link')], [103, '</style.css>; rel=preload; as=style']);
  assert.equal((await client.response()).body, 'page');
});

onEngines('headers: nothing that a handler puts into one breaks out of its line', async (serveHere) => {
  expectReport('the handler of GET / failed');
  await using server = await serveHere(
    () => new Response('x', { headers: { 'x-a': 'b\r\nset-cookie: stolen=1' } }),
  );
  await using client = await connect(server.port);
  client.get('/');
  const { status, headers } = await client.response();
  assert.deepEqual([status, headers.get('set-cookie')], [500, null]);
});

onEngines('headers: how the body is framed is not the handler’s', async (serveHere) => {
  await using server = await serveHere(
    () =>
      new Response('five!', {
        headers: { 'transfer-encoding': 'chunked', connection: 'keep-alive', 'keep-alive': 'x' },
      }),
  );
  await using client = await connect(server.port);
  for (let round = 0; round < 2; round++) {
    client.get('/');
    const { headers, body } = await client.response();
    assert.deepEqual(
      [headers.get('transfer-encoding'), headers.get('content-length'), body],
      [null, '5', 'five!'],
    );
  }
});

onEngines('serve: a query is not in the name of the task', async (serveHere) => {
  await using server = await serveHere(() => new Response(currentTask()?.getName()));
  await using client = await connect(server.port);
  client.get('/path?token=secret');
  assert.equal((await client.response()).body, 'GET /path');
});

onEngines('headers: several cookies stay several lines', async (serveHere) => {
  await using server = await serveHere(() => {
    const headers = new Headers();
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    return new Response('', { headers });
  });
  await using client = await connect(server.port);
  client.get('/');
  assert.deepEqual((await client.response()).headers.getSetCookie(), ['a=1', 'b=2']);
});

onEngines('pipeline: responses come in the order of the requests', async (serveHere) => {
  let active = 0;
  let most = 0;
  await using server = await serveHere(async (request) => {
    most = Math.max(most, ++active);
    const { pathname } = new URL(request.url);
    await sleep(pathname === '/1' ? 5 : 0);
    active--;
    return new Response(pathname);
  });
  await using client = await connect(server.port);
  for (const path of ['/1', '/2', '/3']) client.get(path);
  for (const path of ['/1', '/2', '/3']) assert.equal((await client.response()).body, path);
  assert.equal(most, 1);
});

onEngines(
  'HTTP/1.0: without a size the end of the connection is the end of the body',
  async (serveHere) => {
    await using server = await serveHere((_request, { httpVersion }) => {
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('version ');
        await sleep(1);
        yield Buffer.from(httpVersion);
      };
      return new Response(ReadableStream.from(source()));
    });
    await using client = await connect(server.port);
    client.send('GET / HTTP/1.0', 'host: here');
    const { headers, body } = await client.response();
    assert.deepEqual([headers.get('transfer-encoding'), body], [null, 'version 1.0']);
  },
);
