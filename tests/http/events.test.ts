// eventStream: what a client of server-sent events reads, and how it ends.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Queue, run, sleep } from '../../src/asyncio.ts';
import { eventStream } from '../../src/http/http.ts';
import type { ServerSentEvent } from '../../src/http/http.ts';
import { formatEvent } from '../../src/http/events/eventStream.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

test('eventStream: the fields of an event', () => {
  const cases: [ServerSentEvent | string, string][] = [
    ['text', 'data: text\n\n'],
    ['', 'data: \n\n'],
    ['two\nlines\r\nand\rthree', 'data: two\ndata: lines\ndata: and\ndata: three\n\n'],
    [{ data: { a: 1 } }, 'data: {"a":1}\n\n'],
    [{ data: 5, event: 'price', id: '7', retry: 10 }, 'event: price\nid: 7\nretry: 10\ndata: 5\n\n'],
    [{ comment: 'two\nlines' }, ': two\n: lines\n\n'],
    [{ id: '', data: '' }, 'id: \ndata: \n\n'],
  ];
  for (const [event, text] of cases) assert.equal(formatEvent(event), text);
});

test('eventStream: nothing begins a field of its own', () => {
  for (const event of [
    { id: 'a\nb' },
    { id: 'a\0' },
    { event: 'a\rdata: b' },
    { retry: 1.5 },
    { retry: -1 },
  ])
    assert.throws(() => formatEvent(event), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => eventStream(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

async function* count(to: number): AsyncGenerator<string> {
  for (let number = 1; number <= to; number++) {
    yield String(number);
    await sleep(0);
  }
}

onEngines('eventStream: events as they come, each at once', async (serveHere) => {
  const queue = new Queue<string>();
  await using server = await serveHere(() => eventStream(queue, { retry: 500, headers: { 'x-a': 'b' } }));
  await using client = await connect(server.port);
  client.get('/');
  const { headers } = await client.head();
  assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.deepEqual([headers.get('cache-control'), headers.get('x-a')], ['no-store', 'b']);
  assert.equal(String(await client.chunk()), 'retry: 500\n\n');
  for (const text of ['one', 'two']) {
    await queue.put(text);
    assert.equal(String(await client.chunk()), `data: ${text}\n\n`);
  }
  queue.shutdown();
  assert.equal((await client.chunk()).length, 0);
});

onEngines('eventStream: a client that comes again says what it has seen', async (serveHere) => {
  await using server = await serveHere((request) =>
    eventStream((last) => count(Number(last)), { request }),
  );
  await using client = await connect(server.port);
  client.get('/', 'last-event-id: 2');
  assert.equal((await client.response()).body, 'data: 1\n\ndata: 2\n\n');
});

onEngines('eventStream: a comment while there is nothing to say', async (serveHere) => {
  const goOn = new Event();
  const source = async function* (): AsyncGenerator<string> {
    await goOn.wait();
    yield 'at last';
  };
  await using server = await serveHere(() => eventStream(source(), { keepAlive: 5 }));
  await using client = await connect(server.port);
  client.get('/');
  await client.head();
  for (let comments = 0; comments < 3; comments++) assert.equal(String(await client.chunk()), ':\n\n');
  goOn.set();
  let text = '';
  while (text !== 'data: at last\n\n') text = String(await client.chunk());
  assert.equal((await client.chunk()).length, 0);
});

onEngines('eventStream: the client leaves and the source ends, also while it waits', async (serveHere) => {
  const ended = new Event();
  const source = async function* (): AsyncGenerator<string> {
    try {
      yield 'first';
      await sleep(60_000);
    } finally {
      await sleep(1);
      ended.set();
    }
  };
  await using server = await serveHere(() => eventStream(source()));
  const client = await connect(server.port);
  client.get('/');
  await client.head();
  await client.chunk();
  client.leave();
  await ended.wait();
});

onEngines('eventStream: a shutdown ends it at once and in good order', async (serveHere) => {
  let ended = false;
  const source = async function* (): AsyncGenerator<string> {
    try {
      yield 'first';
      await sleep(60_000);
    } finally {
      await sleep(1);
      ended = true;
    }
  };
  const server = await serveHere(() => eventStream(source()));
  await using client = await connect(server.port);
  client.get('/');
  await client.head();
  await client.chunk();
  const ending = server.shutdown({ graceTime: 60_000 });
  assert.equal((await client.chunk()).length, 0, 'the last chunk');
  await ending;
  assert.equal(ended, true);
  assert.equal(server.statistics.answered, 1);
});

test('eventStream: its source is closed when nobody reads it', async () => {
  await run(async () => {
    let ended = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => await sleep(1000, { result: { done: false as const, value: 'x' } }),
        return: async () => {
          ended = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    await eventStream(source).body?.cancel();
    assert.equal(ended, true);
  });
});
