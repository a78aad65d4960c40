// The client's fetch: what goes out, what comes back, and how each of its waits ends with a cancel.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  Event,
  run,
  sleep,
  timeout,
  TimeoutError,
  UnsupportedError,
  UsageError,
  wrapFuture,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { runtime } from '../../../src/lowlevel.ts';
import {
  checkStatus,
  fetch,
  HttpConnectionError,
  HttpStatusError,
  openClient,
  serve,
} from '../../../src/http/http.ts';
import { nodeServer } from './servers.ts';

const onNode = runtime().name === 'node';

/** Cancels it, and waits for its end. */
async function ended(task: Task<unknown>): Promise<unknown> {
  task.cancel();
  const [{ reason }] = (await Promise.allSettled([task])) as [PromiseRejectedResult];
  return reason;
}

test('fetch: method, headers, query and body go out, the response is the host’s own', async () => {
  await run(async () => {
    await using server = await serve(
      async (request) => {
        const { method, url, headers } = request;
        const told = [method, new URL(url).search, headers.get('x-a'), headers.get('content-type')];
        return Response.json([...told, await request.text()], { headers: { 'x-b': 'b' } });
      },
      { host: '127.0.0.1' },
    );
    await using client = await openClient({ baseUrl: server.url, headers: { 'x-a': 'default' } });
    const response = await client.fetch('/p?one=1', {
      json: { tea: 3 },
      query: { page: 2, tag: ['a', 'b'], none: undefined },
    });
    assert.ok(response instanceof Response);
    assert.equal(response.url, `${server.url.replace(/\/$/, '')}/p?one=1&page=2&tag=a&tag=b`);
    assert.equal(response.headers.get('x-b'), 'b');
    assert.deepEqual(await response.json(), [
      'POST',
      '?one=1&page=2&tag=a&tag=b',
      'default',
      'application/json',
      '{"tea":3}',
    ]);
    const form = new FormData();
    form.set('name', 'tea');
    const sent = await client.json<string[]>('/', { body: form, headers: { 'x-a': 'own' } });
    assert.equal(sent[2], 'own');
    assert.match(sent[3] as string, /^multipart\/form-data; boundary=/);
    assert.match(sent[4] as string, /name="name"\r\n\r\ntea/);
    const query = (await client.json('/', {
      body: new URLSearchParams({ a: 'b c' }),
      method: 'PUT',
    })) as string[];
    assert.deepEqual([query[0], query[4]], ['PUT', 'a=b+c']);
    const stream = new Blob(['in ', 'pieces']).stream();
    assert.equal((await client.json<string[]>('/', { body: stream }))[4], 'in pieces');
    const given = await client.text(new Request(server.url, { method: 'DELETE' }));
    assert.match(given, /^\["DELETE"/);
  });
});

test('fetch: redirects are followed, clone keeps the url, HEAD and 204 have no body', async () => {
  await run(async () => {
    await using server = await serve(
      ({ url, method }) => {
        if (new URL(url).pathname === '/from')
          return new Response(null, { status: 302, headers: { location: '/to' } });
        return method === 'DELETE' ? new Response(null, { status: 204 }) : new Response('here');
      },
      { host: '127.0.0.1' },
    );
    await using client = await openClient({ baseUrl: server.url });
    const response = await client.fetch('/from');
    assert.equal(new URL(response.url).pathname, '/to');
    assert.equal(response.redirected, true);
    const copy = response.clone();
    assert.equal(copy.url, response.url);
    assert.deepEqual(await Promise.all([response.text(), copy.text()]), ['here', 'here']);
    const empty = await client.fetch('/', { method: 'DELETE' });
    assert.deepEqual([empty.status, await empty.text()], [204, '']);
    assert.equal(await (await client.fetch('/', { method: 'HEAD' })).text(), '');
  });
});

test('client.json: a status that is no success is an HttpStatusError with the first part of the body', async () => {
  await run(async () => {
    await using server = await serve(() => new Response('x'.repeat(100_000), { status: 404 }), {
      host: '127.0.0.1',
    });
    await using client = await openClient();
    for (const kind of ['json', 'text', 'bytes'] as const) {
      const error = await client[kind](server.url).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof HttpStatusError);
      assert.deepEqual(
        [error.status, error.body.length, error.code],
        [404, 1024, 'ERR_ASYNCIO_HTTP_RESPONSE_STATUS'],
      );
      assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/ has the status 404/);
    }
    await assert.rejects(checkStatus(await fetch(server.url)), HttpStatusError);
  });
});

test('fetch: who can’t be reached is an HttpConnectionError that names host and port', async () => {
  await run(async () => {
    const gone = await nodeServer(() => {});
    await gone[Symbol.asyncDispose]();
    const error = await fetch(gone.url).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof HttpConnectionError, String(error));
    assert.ok(error.message.includes(new URL(gone.url).host), error.message);
    assert.equal(error.url, `${gone.url}/`);
    await assert.rejects(fetch('no url'), TypeError);
    await assert.rejects(fetch(gone.url, { headers: { 'a b': 'c' } }), TypeError);
  });
});

test('fetch: a connection that ends before the head, or within the body, is an HttpConnectionError', async () => {
  await run(async () => {
    await using server = await nodeServer((request, response) => {
      if (request.url === '/head') return request.socket.destroy();
      response.writeHead(200, { 'content-length': '100' });
      return response.write('some', () => request.socket.end());
    });
    await using client = await openClient({ baseUrl: server.url });
    await assert.rejects(client.fetch('/head'), HttpConnectionError);
    const response = await client.fetch('/body');
    await assert.rejects(response.text(), HttpConnectionError);
  });
});

test('fetch: cancelled before it starts, nothing is sent', async () => {
  await run(async () => {
    let asked = 0;
    await using server = await nodeServer((_, response) => {
      asked++;
      response.end();
    });
    await using client = await openClient({ baseUrl: server.url });
    const task = createTask(() => client.fetch('/'));
    assert.ok((await ended(task)) instanceof CancelledError);
    await assert.rejects(client.fetch('/', { signal: AbortSignal.abort(new Error('mine')) }), /mine/);
    assert.equal((await client.fetch('/')).status, 200);
    assert.equal(asked, 1);
  });
});

test('fetch: cancelled while it connects, the connection is given up', async () => {
  await run(async () => {
    // A server that never begins with TLS: so the connection is never there.
    const came = new Event();
    const silent = createServer((socket) => {
      socket.resume();
      socket.on('error', () => {});
      socket.on('close', () => left.set());
      came.set();
    });
    const left = new Event();
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await using client = await openClient();
    const task = createTask(() => client.fetch(`https://127.0.0.1:${port}/`));
    await came.wait();
    assert.ok((await ended(task)) instanceof CancelledError);
    // At once again, when the old one is just being given up.
    const other = createTask(() => client.fetch(`https://127.0.0.1:${port}/`));
    came.clear();
    if (onNode) await left.wait();
    left.clear();
    await came.wait();
    await client.close();
    await assert.rejects(other, UsageError);
    if (onNode) await left.wait();
    await new Promise<void>((resolve) => void silent.close(() => resolve()));
  });
});

test('fetch: cancelled while it waits for the head, the connection is closed', async () => {
  await run(async () => {
    const asked = new Event();
    await using server = await nodeServer(() => asked.set());
    await using client = await openClient({ baseUrl: server.url });
    const task = createTask(() => client.fetch('/'));
    await asked.wait();
    task.cancel();
    assert.ok((await ended(task)) instanceof CancelledError, 'twice');
    await wrapFuture(server.quiet());
  });
});

test('fetch: cancelled while the body streams, read or unread, the connection is closed', async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => void response.write('some'));
    await using client = await openClient({ baseUrl: server.url });
    const got = new Event();
    const reading = createTask(async () => {
      const response = await client.fetch('/');
      for await (const _ of response.body as ReadableStream) got.set();
    });
    await got.wait();
    assert.ok((await ended(reading)) instanceof CancelledError);
    await wrapFuture(server.quiet());
    got.clear();
    const other = createTask(async () => {
      const response = await client.fetch('/');
      got.set();
      await sleep(60_000);
      return response;
    });
    await got.wait();
    assert.ok((await ended(other)) instanceof CancelledError);
    await wrapFuture(server.quiet());
    // In a scope that has been left: the reading is the task's.
    got.clear();
    const later = createTask(async () => {
      const response = await timeout(60_000, () => client.fetch('/'));
      got.set();
      return await response.text();
    });
    await got.wait();
    assert.ok((await ended(later)) instanceof CancelledError);
    await wrapFuture(server.quiet());
  });
});

test('fetch: cancelled in any turn around its completion, nothing is left', async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => void response.write('some'));
    await using client = await openClient({ baseUrl: server.url });
    let settled = 0;
    for (let turns = 0; turns < 12; turns++) {
      const began = new Event();
      const task = createTask(async () => {
        const response = client.fetch('/');
        began.set();
        await response;
        settled++;
        await sleep(60_000);
      });
      await began.wait();
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      if (turns % 3 === 2) await sleep(3);
      assert.ok((await ended(task)) instanceof CancelledError);
      await wrapFuture(server.quiet());
    }
    assert.ok(settled < 12);
  });
});

test('client.close: ends what is on its way, and asks nothing any more', async () => {
  await run(async () => {
    const asked = new Event();
    await using server = await nodeServer((request, response) => {
      if (request.url === '/body') response.write('some');
      else asked.set();
    });
    const client = await openClient({ baseUrl: server.url });
    const head = createTask(() => client.fetch('/head'));
    await asked.wait();
    const response = await client.fetch('/body');
    const body = createTask(() => response.text());
    await sleep(0);
    await Promise.all([client.close(), client.close()]);
    await assert.rejects(head, UsageError);
    await assert.rejects(body, UsageError);
    await assert.rejects(client.fetch('/'), UsageError);
    if (onNode) await wrapFuture(server.quiet());
  });
});

test('fetch: without a client, its connections end with the loop', async () => {
  await using server = await nodeServer((_, response) => response.end('here'));
  await run(async () => {
    assert.equal(await (await fetch(server.url)).text(), 'here');
    // undici gives a connection back in a turn of its own.
    await sleep(5);
    assert.equal(await (await fetch(server.url)).text(), 'here');
  });
  if (!onNode) return;
  assert.equal(server.connections, 1);
  await server.quiet();
});

test('openClient: connections limits those to an origin, where undici is', { skip: !onNode }, async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => response.end('here'));
    await using client = await openClient({ baseUrl: server.url, connections: 2 });
    assert.equal(client.transport, 'undici');
    const tasks = Array.from({ length: 8 }, () => createTask(() => client.text('/')));
    for (const task of tasks) assert.equal(await task, 'here');
    assert.equal(server.connections, 2);
  });
});

test('openClient: what only undici has is refused by name elsewhere', { skip: onNode }, async () => {
  await run(async () => {
    await assert.rejects(openClient({ connections: 2 }), (error) => {
      assert.ok(error instanceof UnsupportedError);
      assert.match(error.message, /connections/);
      return true;
    });
    await using client = await openClient();
    assert.equal(client.transport, 'platform');
  });
});

test('fetch: each limit of time is a TimeoutError that says which', async () => {
  await run(async () => {
    await using server = await nodeServer((request, response) => {
      if (request.url !== '/head') response.write('some');
    });
    await using client = await openClient({ baseUrl: server.url });
    const fails = async (asking: Promise<unknown>, text: RegExp): Promise<void> => {
      const error = await asking.catch((thrown: unknown) => thrown);
      assert.ok(error instanceof TimeoutError, String(error));
      assert.match(error.message, text);
    };
    await fails(client.fetch('/head', { tryTimeout: 15 }), /no response within 15 ms \(tryTimeout\)/);
    await fails(client.fetch('/head', { timeout: 15 }), /within 15 ms \(timeout\)/);
    await fails(client.text('/body', { timeout: 60 }), /within 60 ms \(timeout\)/);
    await fails(client.text('/body', { bodyTimeout: 15 }), /came for 15 ms/);
    await wrapFuture(server.quiet());
  });
});

test('fetch: a stream that is never sent is cancelled, with what it holds open', async () => {
  await run(async () => {
    const reasons: unknown[] = [];
    const asking = (): RequestInit => ({
      method: 'POST',
      duplex: 'half',
      body: new ReadableStream({ cancel: (reason) => void reasons.push(reason) }),
    });
    const client = await openClient();
    const url = 'http://127.0.0.1:1/';
    const task = createTask(async () => {
      currentTask()?.cancel();
      await client.fetch(url, asking());
    });
    await assert.rejects(task, CancelledError);
    // Nobody listens there.
    await assert.rejects(client.fetch(url, asking()));
    await assert.rejects(
      client.fetch(url, { ...asking(), signal: AbortSignal.abort(new Error('mine')) }),
      /mine/,
    );
    await client.close();
    await assert.rejects(client.fetch(url, asking()), UsageError);
    assert.equal(reasons.length, 4);
  });
});

// Bun and Deno have other words for it, and Deno knows no bad ports.
test(
  'fetch: a URL that fetch does not take is an error of the caller, and not tried again',
  { skip: !onNode },
  async () => {
    await run(async () => {
      let tries = 0;
      for (const url of ['foo://here/', 'http://127.0.0.1:9/'])
        await assert.rejects(
          fetch(url, { retry: { retries: 3, delay: 1, onRetry: () => void tries++ } }),
          TypeError,
        );
      assert.equal(tries, 0);
    });
  },
);
