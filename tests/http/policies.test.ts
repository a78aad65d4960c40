// serve: limits, time, and the end of a server.

import '../harness.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { createTask, Event, openUnixConnection, run, sleep, timeout } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { serve } from '../../src/http/http.ts';
import type { HttpServer, Refusal } from '../../src/http/http.ts';
import { Client, connect } from './client.ts';
import { onEngines } from './engines.ts';
import type { ServeHere } from './engines.ts';

const hello = (): Response => new Response('hello');
const pathOf = (request: Request): string => new URL(request.url).pathname;

onEngines('maxRequests: one more is answered 503 with Retry-After', async (serveHere) => {
  const [started, goOn] = [new Event(), new Event()];
  await using server = await serveHere(
    async () => {
      started.set();
      await goOn.wait();
      return new Response('served');
    },
    { maxRequests: 1, retryAfter: 3 },
  );
  await using first = await connect(server.port);
  first.get('/');
  await started.wait();
  await using second = await connect(server.port);
  second.post('/', 'a body that nobody reads');
  const refused = await second.response();
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '3']);
  goOn.set();
  assert.equal((await first.response()).body, 'served');
  second.get('/');
  assert.equal((await second.response()).body, 'served', 'the connection goes on, and there is room');
  assert.equal(server.statistics.refused, 1);
});

onEngines('handlerTimeout: 504, and the task is cancelled', async (serveHere) => {
  const ended = new Event();
  await using server = await serveHere(
    async (request) => {
      if (pathOf(request) === '/quick') return hello();
      try {
        await sleep(60_000);
      } finally {
        await sleep(1);
        ended.set();
      }
      return hello();
    },
    { handlerTimeout: 20 },
  );
  await using client = await connect(server.port);
  client.get('/slow');
  assert.equal((await client.response()).status, 504);
  await ended.wait();
  client.get('/quick');
  assert.equal((await client.response()).status, 200, 'the connection goes on');
  await sleep(0);
  assert.deepEqual([server.statistics.cancelled, server.statistics.answered], [1, 1]);
});

onEngines('handlerTimeout: it ends with the head of the response, not with its body', async (serveHere) => {
  await using server = await serveHere(
    () => {
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('one ');
        await sleep(300);
        yield Buffer.from('two');
      };
      return new Response(ReadableStream.from(source()));
    },
    { handlerTimeout: 250 },
  );
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).body, 'one two');
});

onEngines('maxBodySize: 413 by the head, and when it shows on the way', async (serveHere) => {
  const refusals: Refusal[] = [];
  await using server = await serveHere(async (request) => new Response(await request.text()), {
    maxBodySize: 10,
    onRefused: (refusal) => refusals.push(refusal),
  });
  await using announced = await connect(server.port);
  announced.post('/', 'x'.repeat(11));
  assert.equal((await announced.response()).status, 413);
  await using chunked = await connect(server.port);
  chunked.send('POST / HTTP/1.1', 'host: here', 'transfer-encoding: chunked');
  chunked.write('6\r\nsix___\r\n6\r\nsix___\r\n0\r\n\r\n');
  assert.equal((await chunked.response()).status, 413);
  await using small = await connect(server.port);
  small.post('/', 'x'.repeat(10));
  assert.equal((await small.response()).body, 'x'.repeat(10));
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [413, 413],
  );
});

onEngines('maxFields and maxHeadSize: 431', async (serveHere) => {
  await using server = await serveHere(hello, { maxFields: 5, maxHeadSize: 2048 });
  await using many = await connect(server.port);
  many.get('/', ...Array.from({ length: 9 }, (_, index) => `x-${index}: 1`));
  assert.equal((await many.response()).status, 431);
  await using long = await connect(server.port);
  long.get('/', `x: ${'y'.repeat(4000)}`);
  assert.equal((await long.response()).status, 431);
});

onEngines('headTimeout and requestTimeout: 408', async (serveHere) => {
  await using server = await serveHere(async (request) => new Response(await request.text()), {
    headTimeout: 60,
    requestTimeout: 120,
  });
  await using head = await connect(server.port);
  head.write('GET / HTTP/1.1\r\nhost: here\r\n');
  assert.equal((await head.response()).status, 408);
  await using body = await connect(server.port);
  body.send('POST / HTTP/1.1', 'host: here', 'content-length: 10');
  body.write('half');
  assert.equal((await body.response()).status, 408);
});

onEngines('shutdown: requests under way are finished, newcomers find nobody', async (serveHere) => {
  const [started, goOn] = [new Event(), new Event()];
  const server = await serveHere(async (request) => {
    if (pathOf(request) === '/first') return hello();
    started.set();
    await goOn.wait();
    return new Response('served');
  });
  const { port } = server;
  await using idle = await connect(port);
  idle.get('/first');
  await idle.response();
  await using busy = await connect(port);
  busy.get('/');
  await started.wait();
  const ending = createTask(() => server.shutdown());
  assert.equal(await idle.ended(), true, 'idle connections go at once');
  await assert.rejects(connect(port), { name: 'ConnectionRefusedError' });
  assert.equal(ending.done(), false);
  goOn.set();
  const { body, headers } = await busy.response();
  assert.deepEqual([body, headers.get('connection')], ['served', 'close']);
  await ending;
  assert.equal(server.connections, 0);
});

/** A server with one request that goes on until it is cancelled, and takes a moment to clean up. */
async function busyServer(
  serveHere: ServeHere,
): Promise<{ server: HttpServer; client: Client; isCleaned: () => boolean }> {
  const started = new Event();
  let cleaned = false;
  const server = await serveHere(async () => {
    try {
      started.set();
      await sleep(60_000);
    } finally {
      await sleep(5);
      cleaned = true;
    }
    return hello();
  });
  const client = await connect(server.port);
  client.get('/');
  await started.wait();
  return { server, client, isCleaned: () => cleaned };
}

onEngines(
  'shutdown: what is not done in the grace time gets 503, and is cancelled and waited for',
  async (serveHere) => {
    const { server, client: busy, isCleaned } = await busyServer(serveHere);
    await using client = busy;
    const ending = createTask(() => server.shutdown({ graceTime: 20 }));
    assert.equal((await client.response()).status, 503);
    await ending;
    assert.equal(isCleaned(), true);
    assert.equal(server.statistics.cancelled, 1);
  },
);

onEngines('shutdown: a cancel ends the grace time, and is thrown when all is done', async (serveHere) => {
  const { server, client, isCleaned } = await busyServer(serveHere);
  await using _ = client;
  await assert.rejects(
    timeout(20, () => server.shutdown({ graceTime: 60_000 })),
    { name: 'TimeoutError' },
  );
  assert.equal(isCleaned(), true);
  assert.equal(server.isServing(), false);
});

onEngines('shutdown: what does not stop is named, and left alone', async (serveHere) => {
  expectReport(/1 of the server's tasks did not stop within 20 ms: GET \/stubborn/);
  const [started, goOn] = [new Event(), Promise.withResolvers<void>()];
  const server = await serveHere(
    async () => {
      started.set();
      await goOn.promise; // not the library's: a cancel does not reach it
      return hello();
    },
    { cancelTime: 20 },
  );
  await using client = await connect(server.port);
  client.get('/stubborn');
  await started.wait();
  await server.shutdown({ graceTime: 1 });
  goOn.resolve();
  await sleep(1);
});

onEngines('shutdown: the grace time may be endless', async (serveHere) => {
  const [started, goOn] = [new Event(), new Event()];
  const server = await serveHere(
    async () => {
      started.set();
      await goOn.wait();
      return hello();
    },
    { graceTime: Infinity },
  );
  await using client = await connect(server.port);
  client.get('/');
  await started.wait();
  const ending = createTask(() => server.shutdown());
  await sleep(5);
  goOn.set();
  assert.equal((await client.response()).body, 'hello');
  await ending;
});

onEngines('onRefused: what it throws is reported', async (serveHere) => {
  expectReport('onRefused of an HTTP server failed');
  await using server = await serveHere(hello, {
    onRefused: () => {
      throw new Error('no');
    },
  });
  await using client = await connect(server.port);
  client.write('no HTTP\r\n\r\n');
  assert.equal((await client.response()).status, 400);
});

onEngines('serve: a Unix socket', async (serveHere) => {
  if (process.platform === 'win32') return;
  const path = join(mkdtempSync(join(tmpdir(), 'asyncio-unix-')), 'http.sock');
  const server = await serveHere(hello, { host: undefined, path });
  assert.deepEqual([server.address, server.port, server.url], [path, undefined, '']);
  const [reader, writer] = await openUnixConnection(path);
  await using client = new Client(reader, writer);
  client.get('/');
  assert.equal((await client.response()).body, 'hello');
  await server.shutdown();
  rmSync(dirname(path), { recursive: true });
});

onEngines('close: begins the end and does not wait', async (serveHere) => {
  const server = await serveHere(hello);
  server.close();
  assert.equal(server.isServing(), false);
  await server.waitClosed();
});

onEngines('waitUntil: work goes on behind the response, and the server waits for it', async (serveHere) => {
  expectReport('what GET /fails left to be done failed');
  const goOn = new Event();
  let done = false;
  const server = await serveHere((request, info) => {
    info.waitUntil(async () => {
      await goOn.wait();
      if (pathOf(request) === '/fails') throw new Error('no');
      done = true;
    });
    return hello();
  });
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.response()).body, 'hello');
  client.get('/fails');
  await client.response();
  const ending = createTask(() => server.shutdown());
  await sleep(5);
  assert.equal(ending.done(), false);
  goOn.set();
  await ending;
  assert.equal(done, true);
});

test('lifespan: a generator, around all requests, whose variables and state the requests have', async () => {
  const order: string[] = [];
  await run(async () => {
    const server = await serve<string>(
      (_request, { state }) => {
        order.push('request');
        return new Response(state);
      },
      {
        host: '127.0.0.1',
        lifespan: async function* (server) {
          order.push(`begin ${server.isServing()}`);
          await sleep(1);
          try {
            yield 'the state';
          } finally {
            await sleep(1);
            order.push('end');
          }
        },
      },
    );
    assert.equal(server.state, 'the state');
    await using client = await connect(server.port);
    client.get('/');
    assert.equal((await client.response()).body, 'the state');
    await server.shutdown();
  });
  assert.deepEqual(order, ['begin false', 'request', 'end']);
});

test('lifespan: a resource is disposed at the end', async () => {
  let disposed = false;
  await run(async () => {
    const open = async () => ({ value: 7, [Symbol.asyncDispose]: async () => void (disposed = true) });
    await using server = await serve<Awaited<ReturnType<typeof open>>>(
      (_request, { state }) => new Response(`${state.value} ${disposed}`),
      { host: '127.0.0.1', lifespan: open },
    );
    await using client = await connect(server.port);
    client.get('/');
    assert.equal((await client.response()).body, '7 false');
  });
  assert.equal(disposed, true);
});

test('lifespan: what fails at the begin fails the call, at the end the shutdown', async () => {
  await run(async () => {
    await assert.rejects(
      serve(hello, { host: '127.0.0.1', lifespan: () => Promise.reject(new Error('no database')) }),
      { message: 'no database' },
    );
    const server = await serve(hello, {
      host: '127.0.0.1',
      lifespan: async function* () {
        yield undefined;
        throw new Error('not closed');
      },
    });
    await assert.rejects(server.shutdown(), { message: 'not closed' });
    assert.equal(server.isServing(), false);
  });
});

test('lifespan: it ends when the address is in use, and when the start is cancelled', async () => {
  let ended = 0;
  const lifespan = async function* (): AsyncGenerator<undefined> {
    try {
      yield undefined;
    } finally {
      ended++;
    }
  };
  await run(async () => {
    await using server = await serve(hello, { host: '127.0.0.1' });
    await assert.rejects(serve(hello, { host: '127.0.0.1', port: server.port, lifespan }), {
      code: 'EADDRINUSE',
    });
    assert.equal(ended, 1);
    const begun = new Event();
    const slow = async function* (): AsyncGenerator<undefined> {
      try {
        begun.set();
        await sleep(60_000);
        yield undefined;
      } finally {
        ended++;
      }
    };
    const starting = createTask(() => serve(hello, { host: '127.0.0.1', lifespan: slow }));
    await begun.wait();
    starting.cancel();
    await assert.rejects(starting, { name: 'CancelledError' });
    assert.equal(ended, 2);
  });
});

test('serve: the end of run shuts a server down that nobody has closed', async () => {
  let ended = false;
  await run(async () => {
    await serve(hello, {
      host: '127.0.0.1',
      lifespan: async function* () {
        yield undefined;
        ended = true;
      },
    });
  });
  assert.equal(ended, true);
});
