// Plain requests go by undici's `request`: what is sent and what comes back is as by its `fetch`.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as zlib from 'node:zlib';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  createTask,
  isCancelled,
  run,
  sleep,
  timeout,
  TimeoutError,
  wrapFuture,
} from '../../../src/asyncio.ts';
import { openClient } from '../../../src/http/http.ts';
import type { ClientRequestOptions, HttpClient } from '../../../src/http/http.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { nodeServer } from './servers.ts';

const onNode = runtime().name === 'node';

/** An option that only fetch knows, and that changes nothing. */
const BY_FETCH = { keepalive: false } as ClientRequestOptions;

/** The same, by both ways. */
async function both<T>(act: (options: ClientRequestOptions) => Promise<T>): Promise<[T, T]> {
  return [await act({}), await act(BY_FETCH)];
}

async function shown(client: HttpClient, path: string, options: ClientRequestOptions): Promise<unknown[]> {
  const response = await client.fetch(path, options);
  const { status, statusText, url, redirected, type, ok } = response;
  return [status, statusText, url, redirected, type, ok, [...response.headers], await response.text()];
}

test('client.fetch: method, fields and body are sent as by undici’s fetch', { skip: !onNode }, async () => {
  await run(async () => {
    await using server = await nodeServer((request, response) => {
      const told: unknown[] = [request.method, request.url, request.headers];
      request.on('data', (chunk) => told.push(String(chunk)));
      request.on('end', () => response.end(JSON.stringify(told)));
    });
    await using client = await openClient({ baseUrl: server.url });
    const asked: [string, ClientRequestOptions][] = [
      ['/', {}],
      ['/a?b=c#d', { headers: { accept: 'text/html', 'user-agent': 'me', 'x-a': 'é' } }],
      ['/', { headers: { range: 'bytes=0-1' } }],
      ['/', { method: 'POST' }],
      ['/', { body: 'text' }],
      ['/', { json: { tea: 3 }, method: 'PATCH' }],
      ['/', { body: new Uint8Array([65, 66]), method: 'PUT' }],
      [
        '/',
        {
          method: 'DELETE',
          headers: [
            ['x-a', 'b'],
            ['x-a', 'c'],
          ],
        },
      ],
    ];
    for (const [path, options] of asked) {
      const [plain, fetched] = await both((more) => client.text(path, { ...options, ...more }));
      const [ours, theirs] = [JSON.parse(plain), JSON.parse(fetched)] as unknown[];
      assert.deepEqual(ours, theirs);
    }
  });
});

test(
  'client.fetch: status, fields, redirects and codings come back as by undici’s fetch',
  { skip: !onNode },
  async () => {
    await run(async () => {
      const text = 'some text, '.repeat(500);
      await using server = await nodeServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url as string, 'http://a');
        const told = JSON.stringify([
          request.method,
          pathname,
          request.headers['content-type'],
          request.headers['authorization'],
        ]);
        const send = (status: number, headers: Record<string, string | string[]>, body: unknown): void => {
          response.writeHead(status, headers);
          response.end(request.method === 'HEAD' ? '' : (body as string));
        };
        switch (pathname) {
          case '/to':
            return send(
              Number(searchParams.get('status')),
              { location: searchParams.get('at') ?? '/here' },
              'moved',
            );
          case '/gzip':
            return send(200, { 'content-encoding': 'gzip' }, gzipSync(text));
          case '/twice':
            return send(200, { 'content-encoding': 'deflate, GZIP' }, gzipSync(deflateSync(text)));
          case '/raw':
            return send(200, { 'content-encoding': 'deflate' }, deflateRawSync(text));
          case '/zstd':
            return send(200, { 'content-encoding': 'zstd' }, zlib.zstdCompressSync?.(text) ?? text);
          case '/br':
            return send(200, { 'content-encoding': 'br' }, brotliCompressSync(text));
          case '/unknown':
            return send(200, { 'content-encoding': 'rot13' }, text);
          case '/fields':
            return send(
              201,
              { 'set-cookie': ['a=1', 'b=2'], 'x-a': 'caf\u00e9', 'X-Upper': 'u' },
              'fields',
            );
          case '/empty':
            return send(204, {}, '');
          default:
            return send(200, {}, told);
        }
      });
      await using client = await openClient({ baseUrl: server.url });
      await assert.rejects(client.fetch('/to?status=302&at=//'), /a redirect to \/\/, which is no URL/);
      const paths = [
        '/',
        '/#part',
        '/gzip',
        '/twice',
        '/br',
        '/raw',
        '/zstd',
        '/unknown',
        '/fields',
        '/empty',
      ];
      for (const status of [301, 302, 303, 307, 308]) paths.push(`/to?status=${status}`);
      for (const path of paths) {
        for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
          const body = method === 'POST' || method === 'PUT' ? { body: 'sent' } : {};
          const options = { method, headers: { authorization: 'secret' }, ...body };
          const outcomes = await both((more) =>
            shown(client, path, { ...options, ...more }).catch((error: Error) => [
              error.name,
              error.message,
            ]),
          );
          for (const outcome of outcomes)
            if (Array.isArray(outcome[6])) outcome[6] = outcome[6].filter(([name]) => name !== 'date');
          assert.deepEqual(outcomes[0], outcomes[1], `${method} ${path}`);
        }
      }
    });
  },
);

test('client.fetch: a redirect to another origin takes no secrets along', { skip: !onNode }, async () => {
  await run(async () => {
    await using other = await nodeServer((request, response) =>
      response.end(JSON.stringify(request.headers)),
    );
    await using server = await nodeServer((_, response) => {
      response.writeHead(307, { location: other.url });
      response.end();
    });
    await using client = await openClient();
    const sent = await client.json<Record<string, string>>(server.url, {
      headers: { authorization: 'secret', cookie: 'secret', 'x-a': 'b' },
    });
    assert.equal(JSON.stringify(sent).includes('secret'), false);
    assert.equal(sent['x-a'], 'b');
    const round = await nodeServer((_, response) => {
      response.writeHead(302, { location: '/' });
      response.end();
    });
    await assert.rejects(client.fetch(round.url), /redirect count exceeded/);
    await round[Symbol.asyncDispose]();
  });
});

test('client.fetch: the response is an instance of Response, whatever is asked of it', async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('text');
    });
    await using client = await openClient({ baseUrl: server.url });
    const asked = async (): Promise<Response> => await client.fetch('/');
    const first = await asked();
    assert.ok(first instanceof Response);
    assert.equal(first.constructor, Response);
    assert.ok(first.headers instanceof Headers);
    assert.equal(first.bodyUsed, false);
    const reading = first.text();
    assert.equal(first.bodyUsed, true);
    await assert.rejects(first.text(), TypeError);
    assert.equal(await reading, 'text');
    assert.throws(() => first.clone(), TypeError);
    await assert.rejects(first.blob(), TypeError);
    assert.equal(String.fromCharCode(...(await (await asked()).bytes())), 'text');
    assert.equal((await (await asked()).arrayBuffer()).byteLength, 4);
    assert.equal(await (await (await asked()).blob()).text(), 'text');
    const streamed = await asked();
    assert.equal(streamed.body, streamed.body);
    let text = '';
    for await (const chunk of streamed.body ?? []) text += new TextDecoder().decode(chunk);
    assert.equal(text, 'text');
    const copied = await asked();
    const copy = copied.clone();
    assert.deepEqual(await Promise.all([copied.text(), copy.text()]), ['text', 'text']);
    assert.equal(await new Response((await asked()).body).text(), 'text');
    await assert.rejects((await asked()).json(), SyntaxError);
  });
});

test('client.text: a cancel or a limit of time in the middle of a body ends the request', async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some');
    });
    await using client = await openClient({ baseUrl: server.url });
    for (const path of ['/text', '/body']) {
      const task = createTask(async () => {
        const response = await client.fetch(path);
        if (path === '/text') await response.text();
        else for await (const _ of response.body ?? []);
      });
      await sleep(30);
      task.cancel();
      await assert.rejects(task, isCancelled);
    }
    await assert.rejects(
      timeout(30, () => client.text('/')),
      TimeoutError,
    );
    await assert.rejects(client.text('/', { timeout: 30 }), TimeoutError);
    await wrapFuture(server.quiet());
  });
});
