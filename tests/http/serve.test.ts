// serve: the life of a request, from its arrival to its end.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { expectReport } from '../../src/testing/testing.ts';
import {
  allTasks,
  ContextVar,
  createTask,
  currentTask,
  Event,
  run,
  shield,
  sleep,
  spawn,
} from '../../src/asyncio.ts';
import { HttpError, serve } from '../../src/http/http.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

const pathOf = (request: Request): string => new URL(request.url).pathname;

onEngines('serve: a request becomes a Request, and a Response its answer', async (serveHere) => {
  await using server = await serveHere(async (request, info) => {
    const { method, url, headers } = request;
    const told = {
      method,
      url,
      header: headers.get('x-a'),
      body: await request.text(),
      version: info.httpVersion,
    };
    return Response.json(told, { status: 201, headers: { 'x-b': 'b', 'set-cookie': 'a=1' } });
  });
  await using client = await connect(server.port);
  client.post('/path?query=1', 'the body', 'x-a: a');
  const { status, headers, body } = await client.response();
  assert.equal(status, 201);
  assert.equal(headers.get('x-b'), 'b');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(headers.get('content-length'), String(Buffer.byteLength(body)));
  assert.deepEqual(JSON.parse(body), {
    method: 'POST',
    url: 'http://here/path?query=1',
    header: 'a',
    body: 'the body',
    version: '1.1',
  });
  client.get('/again');
  assert.equal((await client.response()).status, 201, 'the connection goes on');
  assert.deepEqual(server.statistics, {
    started: 2,
    active: 0,
    answered: 2,
    failed: 0,
    cancelled: 0,
    refused: 0,
  });
});

onEngines('serve: an object with fetch is a handler', async (serveHere) => {
  const app = {
    name: 'app',
    fetch(): Response {
      return new Response(this.name);
    },
  };
  await using server = await serveHere(app);
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).body, 'app');
});

onEngines('serve: a body that came in several small pieces is streamed whole', async (serveHere) => {
  await using server = await serveHere(async (request) => {
    await sleep(20); // until some of it waits
    return new Response(request.body);
  });
  await using client = await connect(server.port);
  const pieces = Array.from({ length: 20 }, (_, n) => String.fromCharCode(65 + n).repeat(100));
  client.send('POST / HTTP/1.1', 'host: here', 'transfer-encoding: chunked');
  const framed = pieces.map((piece) => `64\r\n${piece}\r\n`);
  client.write(framed.slice(0, 10).join(''));
  await sleep(40);
  client.write(`${framed.slice(10).join('')}0\r\n\r\n`);
  const { status, body } = await client.response();
  assert.equal(status, 200);
  assert.ok(body === pieces.join(''));
});

onEngines('serve: the client goes away and the task is cancelled, with its signal', async (serveHere) => {
  const [started, ended] = [new Event(), new Event()];
  let aborted = false;
  await using server = await serveHere(async (request) => {
    try {
      started.set();
      request.signal.addEventListener('abort', () => (aborted = true));
      await sleep(60_000);
    } finally {
      await sleep(1);
      ended.set();
    }
    return new Response('never');
  });
  const client = await connect(server.port);
  client.get('/');
  await started.wait();
  client.leave();
  await ended.wait();
  assert.equal(aborted, true);
  await sleep(0);
  assert.equal(server.statistics.cancelled, 1);
});

onEngines(
  'serve: with cancelOnDisconnect false the handler goes on without its client',
  async (serveHere) => {
    const [started, goOn, ended] = [new Event(), new Event(), new Event()];
    await using server = await serveHere(
      async () => {
        started.set();
        await goOn.wait();
        ended.set();
        return new Response('to nobody');
      },
      { cancelOnDisconnect: false },
    );
    const client = await connect(server.port);
    client.get('/');
    await started.wait();
    client.leave();
    while (server.connections > 0) await sleep(1);
    goOn.set();
    await ended.wait();
  },
);

onEngines('serve: shielded work goes on when the client has left', async (serveHere) => {
  const [started, goOn, saved] = [new Event(), new Event(), new Event()];
  await using server = await serveHere(async () => {
    started.set();
    await shield(async () => {
      await goOn.wait();
      saved.set();
    });
    return new Response('saved');
  });
  const client = await connect(server.port);
  client.get('/');
  await started.wait();
  client.leave();
  while (server.statistics.cancelled === 0) await sleep(1);
  goOn.set();
  await saved.wait();
});

onEngines('serve: a client that leaves while a body is streamed ends its source', async (serveHere) => {
  const ended = new Event();
  await using server = await serveHere(() => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield Buffer.from('tick\n');
          await sleep(1);
        }
      } finally {
        await sleep(1);
        ended.set();
      }
    };
    return new Response(ReadableStream.from(source()));
  });
  const client = await connect(server.port);
  client.get('/');
  await client.head();
  assert.equal(String(await client.chunk()), 'tick\n');
  client.leave();
  await ended.wait();
});

onEngines('serve: context variables belong to one request', async (serveHere) => {
  const user = new ContextVar<string>('user');
  user.set('nobody');
  await using server = await serveHere(async (request) => {
    const before = user.get();
    user.set(pathOf(request));
    await sleep(1);
    return new Response(`${before} ${user.get()}`);
  });
  await using first = await connect(server.port);
  await using second = await connect(server.port);
  first.get('/a');
  second.get('/b');
  assert.equal((await first.response()).body, 'nobody /a');
  assert.equal((await second.response()).body, 'nobody /b');
  first.get('/c');
  assert.equal((await first.response()).body, 'nobody /c');
});

onEngines('serve: the task of a request has its name, and is found by the loop', async (serveHere) => {
  await using server = await serveHere(async () => {
    await sleep(0);
    return new Response(
      [...allTasks()].map((task) => task.getName()).includes('GET /who')
        ? currentTask()?.getName()
        : 'lost',
    );
  });
  await using client = await connect(server.port);
  client.get('/who');
  assert.equal((await client.response()).body, 'GET /who');
});

onEngines('serve: what a handler throws is 500, and reported once', async (serveHere) => {
  expectReport('the handler of GET /now failed');
  expectReport('the handler of GET /later failed');
  await using server = await serveHere((request) => {
    if (pathOf(request) === '/now') throw new Error('secret');
    return sleep(1).then(() => {
      throw new Error('secret');
    });
  });
  await using client = await connect(server.port);
  for (const path of ['/now', '/later']) {
    client.get(path);
    const { status, body } = await client.response();
    assert.equal(status, 500);
    assert.doesNotMatch(body, /secret/);
  }
  assert.equal(server.statistics.failed, 2);
});

onEngines('serve: onError is told in place of the loop, and may answer', async (serveHere) => {
  const errors: unknown[] = [];
  await using server = await serveHere(
    () => {
      throw new RangeError('mine');
    },
    {
      onError: (error, request) => {
        errors.push(error);
        return pathOf(request) === '/own' ? new Response('sorry', { status: 502 }) : undefined;
      },
    },
  );
  await using client = await connect(server.port);
  client.get('/own');
  assert.equal((await client.response()).status, 502);
  client.get('/other');
  assert.equal((await client.response()).status, 500);
  assert.equal(errors.length, 2);
  assert.ok(errors[0] instanceof RangeError);
});

onEngines('serve: an onError that fails is reported, and the client gets 500', async (serveHere) => {
  expectReport('onError failed for GET /');
  const fails = (): never => {
    throw new Error('no');
  };
  await using server = await serveHere(fails, { onError: fails });
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).status, 500);
});

onEngines('HttpError: it is the response, and no error of the server', async (serveHere) => {
  await using server = await serveHere(async () => {
    await sleep(0);
    throw new HttpError(429, 'later', { headers: { 'retry-after': '7' } });
  });
  await using client = await connect(server.port);
  client.get('/');
  const { status, body, headers } = await client.response();
  assert.deepEqual([status, body, headers.get('retry-after')], [429, 'later', '7']);
});

for (const [what, value] of [
  ['undefined', undefined],
  ['a string', 'text'],
  ['an object of Object', {}],
  ['an error of the network', Response.error()],
] as const) {
  onEngines(
    `serve: a handler that returns ${what} is a mistake, named and answered 500`,
    async (serveHere) => {
      expectReport(/the handler of GET \/ (failed|returned)/);
      await using server = await serveHere(() => value as Response);
      await using client = await connect(server.port);
      client.get('/');
      assert.equal((await client.response()).status, 500);
    },
  );
}

onEngines('serve: a body that fails after its head cuts the connection', async (serveHere) => {
  expectReport('the handler of GET / failed');
  await using server = await serveHere(() => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      await sleep(1);
      throw new Error('disk full');
    };
    return new Response(ReadableStream.from(source()));
  });
  await using client = await connect(server.port);
  client.get('/');
  await client.head();
  assert.equal(String(await client.chunk()), 'first');
  assert.ok(await client.ended(), 'without the last chunk');
});

onEngines('serve: bodies are streamed at the pace of the client', async (serveHere) => {
  let made = 0;
  await using server = await serveHere(() => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (; made < 2000; made++) yield Buffer.alloc(16_384, 'x');
    };
    return new Response(ReadableStream.from(source()));
  });
  await using client = await connect(server.port);
  client.get('/');
  await client.head();
  for (let still = -1; still !== made; await sleep(20)) still = made;
  assert.ok(made < 1500, `${made} pieces of 16 KiB were made for a client that does not read`);
  let bytes = 0;
  for (let chunk = await client.chunk(); chunk.length > 0; chunk = await client.chunk())
    bytes += chunk.length;
  assert.equal(bytes, 2000 * 16_384);
});

onEngines('serve: a body in both directions at once', async (serveHere) => {
  await using server = await serveHere((request) => new Response(request.body));
  await using client = await connect(server.port);
  client.send('POST / HTTP/1.1', 'host: here', 'transfer-encoding: chunked');
  client.write('3\r\none\r\n');
  await client.head();
  assert.equal(String(await client.chunk()), 'one');
  client.write('3\r\ntwo\r\n');
  assert.equal(String(await client.chunk()), 'two');
  client.write('0\r\n\r\n');
  assert.equal((await client.chunk()).length, 0);
});

test('serve: outside of a loop it runs on the thread’s own, until it is shut down', async () => {
  const server = await serve(() => new Response('from outside'), { host: '127.0.0.1' });
  const { port } = server;
  const body = await spawn(async () => {
    await using client = await connect(port);
    client.get('/');
    return (await client.response()).body;
  });
  assert.equal(body, 'from outside');
  await server.shutdown();
  assert.equal(server.isServing(), false);
});

test('serve: serveForever shuts down when it is cancelled, and throws the cancel', async () => {
  await run(async () => {
    const server = await serve(() => new Response('x'), { host: '127.0.0.1' });
    const serving = createTask(() => server.serveForever());
    await sleep(0);
    serving.cancel();
    await assert.rejects(serving, { name: 'CancelledError' });
    assert.equal(server.isServing(), false);
    assert.equal(server.port, undefined);
  });
});

test('serve: refuses what makes no sense', async () => {
  await assert.rejects(serve(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  const handler = (): Response => new Response();
  for (const options of [{ maxRequests: 0 }, { graceTime: -1 }, { engine: 'other' }, { lifespan: 5 }])
    await assert.rejects(serve(handler, options as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('serve: an address in use is an error of the call', async () => {
  await run(async () => {
    await using server = await serve(() => new Response(), { host: '127.0.0.1' });
    await assert.rejects(
      serve(() => new Response(), { host: '127.0.0.1', port: server.port }),
      { name: 'AddressInUseError' },
    );
  });
});

onEngines('HttpError: the name of its status is its message, where it is given none', async (serveHere) => {
  await using server = await serveHere(() => {
    throw new HttpError(404);
  });
  await using client = await connect(server.port);
  client.get('/');
  const { status, body } = await client.response();
  assert.deepEqual([status, body], [404, 'Not Found']);
});

onEngines('serve: a server prints where it listens and what is at work', async (serveHere) => {
  const server = await serveHere((_request, info) => new Response(inspect(info.server)));
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).body, `<HttpServer ${server.url} active=1>`);
  await server.shutdown();
  assert.equal(inspect(server), '<HttpServer closed active=0>');
});
