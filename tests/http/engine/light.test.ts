// Light messages stand in for the platform's: the same answers, instances of the same classes, the real one on demand.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, wrapFuture } from '../../../src/asyncio.ts';
import type { Exchange } from '../../../src/http/engine/exchange.ts';
import { LightHeaders, LightResponse, serve } from '../../../src/http/http.ts';
import { replaceGlobals } from '../../../src/http/message/globals.ts';
import { streamOf } from '../../../src/http/message/requestBody.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { connect } from '../client.ts';
import { onEngines } from '../engines.ts';

/** Bun and Deno have ways of their own with messages; the light ones do as Node's. */
const skip = runtime().name !== 'node' && "the platform's own messages differ from Node's";

const { Headers: PlatformHeaders, Request: PlatformRequest, Response: PlatformResponse } = globalThis;

/** What both do, or how both fail. */
async function outcome(body: () => unknown): Promise<unknown> {
  try {
    return await body();
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

const inits: [string, unknown, object | undefined][] = [
  ['nothing', undefined, undefined],
  ['null', null, { status: 204 }],
  ['text', 'häßlich', undefined],
  ['text of a type', '{}', { headers: { 'Content-Type': 'application/json' } }],
  [
    'other headers',
    'a',
    {
      headers: [
        ['X-A', ' b '],
        ['x-a', 'c'],
        ['Set-Cookie', 'd'],
        ['set-cookie', 'e'],
      ],
    },
  ],
  ['bytes', new Uint8Array([104, 105]), { status: 404, statusText: 'Not Here' }],
  ['a buffer', new Uint8Array([104, 105]).buffer, { headers: { a: '1' } }],
  ['a blob', new Blob(['hi'], { type: 'text/x' }), undefined],
  ['a form', new URLSearchParams({ a: 'b c' }), undefined],
  ['a body where there is none', 'a', { status: 204 }],
  ['a status that is none', 'a', { status: 99 }],
  ['a reason that is none', 'a', { statusText: 'a\nb' }],
  ['a name that is none', 'a', { headers: { 'a b': 'c' } }],
  ['a value that breaks out', 'a', { headers: { a: 'b\r\nc: d' } }],
  ['a value beyond bytes', 'a', { headers: { a: '\u0100' } }],
];

for (const [title, body, init] of inits)
  test(`LightResponse: does as the platform's does with ${title}`, { skip }, async () => {
    const look = async (type: unknown): Promise<unknown> =>
      await outcome(async () => {
        const response = new (type as typeof Response)(body as string, init);
        const { status, statusText, ok, type: kind, url, redirected } = response;
        const headers = [...response.headers];
        const copy = response.clone();
        const text = await response.text();
        const second = await outcome(() => response.text());
        const bytes = Buffer.from(await copy.arrayBuffer()).toString('hex');
        return {
          status,
          statusText,
          ok,
          kind,
          url,
          redirected,
          headers,
          text,
          second,
          bytes,
          used: response.bodyUsed,
        };
      });
    assert.deepEqual(await look(LightResponse), await look(PlatformResponse));
  });

test('LightResponse: is an instance of Response, and so is what is derived from it', () => {
  class Own extends (LightResponse as unknown as typeof Response) {}
  const own = new Own('a');
  assert.ok(own instanceof PlatformResponse && own instanceof LightResponse && own instanceof Own);
  assert.ok(new PlatformResponse('a') instanceof LightResponse);
  assert.ok(!((new LightResponse('a') as object) instanceof Own));
  assert.equal(Object.prototype.toString.call(own), '[object Response]');
});

test('LightResponse: json, redirect and error are the platform’s', { skip }, async () => {
  for (const make of [
    (type: typeof Response) => type.json({ a: 1 }),
    (type: typeof Response) => type.json([1], { status: 201, headers: { 'content-type': 'x/y' } }),
    (type: typeof Response) => type.redirect('http://here/a b', 307),
    (type: typeof Response) => type.redirect('http://here/', 200 as 302),
    (type: typeof Response) => type.json(undefined),
  ]) {
    const look = (type: unknown): Promise<unknown> =>
      outcome(async () => {
        const response = make(type as typeof Response);
        return [response.status, [...response.headers], await response.text()];
      });
    assert.deepEqual(await look(LightResponse), await look(PlatformResponse));
  }
  assert.equal(LightResponse.error().type, 'error');
});

test('LightHeaders: do as the platform’s do', { skip }, async () => {
  const scripts: ((headers: Headers) => unknown)[] = [
    (headers) => headers.append('A', '1'),
    (headers) => headers.append('a', ' 2 '),
    (headers) => headers.set('B', '3'),
    (headers) => headers.append('set-cookie', 'x'),
    (headers) => headers.append('Set-Cookie', 'y'),
    (headers) => headers.get('a'),
    (headers) => headers.getSetCookie(),
    (headers) => headers.get('set-cookie'),
    (headers) => headers.has('b'),
    (headers) => headers.set('a', '4'),
    (headers) => headers.delete('b'),
    (headers) => headers.get('b'),
    (headers) => [...headers],
    (headers) => [...headers.keys()],
    (headers) => [...headers.values()],
    (headers) => headers.set('a b', 'c'),
    (headers) => headers.get('a b'),
    (headers) => headers.set('a', 'b\nc'),
    (headers) => Object.fromEntries(headers),
    (headers) => [...new PlatformHeaders(headers)],
    (headers) => [...(new LightHeaders(headers) as unknown as Headers)],
  ];
  const light = new LightHeaders({ Z: '0' }) as unknown as Headers;
  const platform = new PlatformHeaders({ Z: '0' });
  for (const script of scripts)
    assert.deepEqual(
      await outcome(() => script(light)),
      await outcome(() => script(platform)),
      String(script),
    );
  assert.ok(light instanceof PlatformHeaders);
  for (const bad of [[['a']], [['a', 'b', 'c']], 3])
    assert.equal(await outcome(() => new LightHeaders(bad as never)), 'TypeError');
});

test('replaceGlobals: lasts from the first to the last, and leaves what others have put there', () => {
  const [first, second] = [replaceGlobals(), replaceGlobals()];
  assert.equal(globalThis.Response, LightResponse);
  first();
  first();
  assert.equal(globalThis.Response, LightResponse);
  const others = function fetch(): never {
    throw new Error('not called');
  };
  const before = globalThis.fetch;
  globalThis.fetch = others;
  second();
  assert.equal(globalThis.fetch, others);
  globalThis.fetch = before;
  assert.equal(globalThis.Response, PlatformResponse);
  assert.equal(globalThis.Headers, PlatformHeaders);
  assert.equal(globalThis.Request, PlatformRequest);
  replaceGlobals()();
});

onEngines(
  'a light Request: the platform’s own on demand, for fetch, for new Request, for clone',
  async (serveHere) => {
    await using server = await serveHere(async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/target') return new Response(`${request.method} ${await request.text()}`);
      assert.ok(request instanceof Request && request instanceof PlatformRequest);
      const target = new URL('/target', server.url);
      if (pathname === '/proxy') return await fetch(new Request(target, request));
      if (pathname === '/self') {
        const copy = request.clone();
        return new Response(`${await request.text()} ${await copy.text()} ${copy.headers.get('x-a')}`);
      }
      const form = await request.formData();
      return new Response(form.get('a') as string);
    });
    await using client = await connect(server.port);
    client.post('/proxy', 'carried');
    assert.equal((await client.response()).body, 'POST carried');
    client.post('/self', 'twice', 'x-a: b');
    assert.equal((await client.response()).body, 'twice twice b');
    client.post('/form', 'a=b+c', 'content-type: application/x-www-form-urlencoded');
    assert.equal((await client.response()).body, 'b c');
  },
);

onEngines('fetch(request): takes a light one as it is', async (serveHere) => {
  let forwarded = false;
  await using server = await serveHere(async (request) => {
    if (forwarded) return new Response(`got ${await request.text()} as ${request.method}`);
    forwarded = true;
    return await fetch(request);
  });
  await using client = await connect(server.port);
  client.send('PUT / HTTP/1.1', `host: 127.0.0.1:${server.port}`, 'content-length: 4');
  client.write('this');
  assert.equal((await client.response()).body, 'got this as PUT');
});

onEngines('a light Request: bodies as text, JSON, bytes, stream; read once', async (serveHere) => {
  await using server = await serveHere(async (request) => {
    const kind = new URL(request.url).pathname.slice(1);
    let result: unknown;
    if (kind === 'json') result = await request.json();
    else if (kind === 'bytes') result = Buffer.from(await request.arrayBuffer()).toString();
    else if (kind === 'blob') result = await (await request.blob()).text();
    else if (kind === 'stream') {
      result = '';
      for await (const piece of request.body ?? []) result += Buffer.from(piece).toString();
    } else result = await request.text();
    return Response.json({ result, used: request.bodyUsed, again: await outcome(() => request.text()) });
  });
  await using client = await connect(server.port);
  for (const kind of ['text', 'json', 'bytes', 'blob', 'stream']) {
    client.post(`/${kind}`, '{"a":"ü"}');
    const found = JSON.parse((await client.response()).body) as unknown;
    const result = kind === 'json' ? { a: 'ü' } : '{"a":"ü"}';
    assert.deepEqual(found, { result, used: true, again: 'TypeError' }, kind);
  }
});

test('serve: with globals: false nothing is replaced, and handlers get the platform’s Request', async () => {
  await run(async () => {
    const before = globalThis.Response;
    await using server = await serve(
      (request) => new Response(`${request.constructor === PlatformRequest} ${Response === before}`),
      { host: '127.0.0.1', globals: false },
    );
    await using client = await connect(server.port);
    client.get('/');
    assert.equal((await client.response()).body, 'true true');
  });
});

test('streamOf: pieces of one memory arrive whole, whoever reads them and when', async () => {
  await run(async () => {
    // What a busy server has: several small pieces that were copied into one memory before anybody read.
    const memory = new Uint8Array(32);
    const pieces = Array.from({ length: 4 }, (_, index) =>
      memory.subarray(index * 4, index * 4 + 4).fill(65 + index),
    );
    const waiting = [...pieces];
    const body = streamOf({
      readBody: async () => await Promise.resolve(waiting.shift()),
      discardBody: () => {},
    } as unknown as Exchange);
    assert.equal(await wrapFuture(new Response(body).text()), 'AAAABBBBCCCCDDDD');
    assert.equal(memory.byteLength, 32, 'the memory is still its owner’s');
  });
});
