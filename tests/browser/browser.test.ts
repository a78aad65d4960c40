// A real browser as the client: fetch, server-sent events and WebSockets of `serve`, and the pages among the examples.

import '../harness.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Event, run, sleep, timeout } from '../../src/asyncio.ts';
import { eventStream, serve, upgradeWebSocket } from '../../src/http/http.ts';
import type { HttpServer, ServerSentEvent } from '../../src/http/http.ts';
import { serveExample, stopExample } from '../examples/example.ts';
import { Chromium, needsChromium } from './chromium.ts';
import type { Page } from './chromium.ts';

let browser: Chromium;
if (needsChromium.skip === false) {
  before(() => {
    browser = new Chromium();
  });
  after(() => browser.close());
}

/** A page of a server that lives as long as `body`. */
function withPage(
  handler: (request: Request, path: string) => Promise<Response> | Response,
  body: (page: Page, server: HttpServer) => Promise<void>,
): Promise<void> {
  return run(() =>
    timeout(30_000, async () => {
      await using server = await serve(
        (request) => {
          const { pathname } = new URL(request.url);
          if (pathname === '/') return new Response('<!doctype html><link rel=icon href=data:,>', html);
          return handler(request, pathname);
        },
        { host: '127.0.0.1', port: 0, graceTime: 0 },
      );
      const page = await browser.open(server.url);
      await body(page, server);
      await page.close();
    }),
  );
}
const html = { headers: { 'content-type': 'text/html' } };

test('serve: a browser fetches, streams, and cancels the task by its abort', needsChromium, async () => {
  const begun = new Event();
  const ended = new Event();
  await withPage(
    async (request, path) => {
      if (path === '/echo') return new Response(await request.text(), { status: 201 });
      if (path === '/stream')
        return eventStream(
          (async function* () {
            for (const word of ['a', 'b', 'c']) yield word;
          })(),
        );
      try {
        begun.set();
        await sleep(60_000);
        return new Response('too late');
      } finally {
        ended.set();
      }
    },
    async (page) => {
      const echoed = `fetch('/echo', { method: 'POST', body: 'tea \u{1f375}' })`;
      assert.equal(
        await page.evaluate(`${echoed}.then(async (r) => r.status + await r.text())`),
        '201tea 🍵',
      );
      assert.equal(
        await page.evaluate(`fetch('/stream').then((r) => r.text())`),
        'data: a\n\ndata: b\n\ndata: c\n\n',
      );
      const aborted = page.evaluate(`(globalThis.abort = new AbortController(),
        fetch('/slow', { signal: abort.signal }).catch((error) => error.name))`);
      await begun.wait();
      await page.evaluate('abort.abort()');
      await ended.wait();
      assert.equal(await aborted, 'AbortError');
    },
  );
});

test(
  'eventStream: an EventSource gets events, comes again where it was, and closes',
  needsChromium,
  async () => {
    const left = new Event();
    async function* count(from: number): AsyncGenerator<ServerSentEvent> {
      try {
        // The first time it is cut after two: the browser asks for the rest.
        yield { id: String(from), data: { from }, retry: 1 };
        yield { id: String(from + 1), event: 'named', data: 'two\nlines' };
        if (from > 0) await sleep(60_000);
      } finally {
        if (from > 0) left.set();
      }
    }
    await withPage(
      (request) => eventStream((last) => count(last === '' ? 0 : Number(last) + 1), { request }),
      async (page) => {
        const heard = await page.evaluate(`new Promise((resolve) => {
        const heard = [];
        const source = new EventSource('/events');
        const take = ({ type, data, lastEventId }) => {
          heard.push([type, data, lastEventId].join(' '));
          if (heard.length < 4) return;
          source.close();
          resolve(heard);
        };
        source.onmessage = take;
        source.addEventListener('named', take);
      })`);
        assert.deepEqual(heard, [
          'message {"from":0} 0',
          'named two\nlines 1',
          'message {"from":2} 2',
          'named two\nlines 3',
        ]);
        await left.wait();
      },
    );
  },
);

test(
  'upgradeWebSocket: a browser talks, in text and bytes, and closes with its code',
  needsChromium,
  async () => {
    const ends: unknown[] = [];
    const ended = new Event();
    await withPage(
      async (request) => {
        const socket = await upgradeWebSocket(request, {
          protocols: ['tea'],
          origins: [new URL(request.url).origin],
        });
        for await (const message of socket) await socket.send(message);
        ends.push(socket.closed, socket.protocol);
        ended.set();
        return socket.response;
      },
      async (page) => {
        const heard = await page.evaluate(`new Promise((resolve) => {
        const heard = [];
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws', ['coffee', 'tea']);
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => { socket.send('hello'); socket.send(new Uint8Array([1, 2, 255])); };
        socket.onmessage = ({ data }) => {
          heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)].join());
          if (heard.length === 2) socket.close(1000, 'enough');
        };
        socket.onclose = ({ code, wasClean }) => resolve([...heard, code, wasClean]);
      })`);
        assert.deepEqual(heard, ['hello', '1,2,255', 1000, true]);
        await ended.wait();
        assert.deepEqual(ends, [{ code: 1000, reason: 'enough' }, 'tea']);
      },
    );
  },
);

const linesOf = `[...document.querySelectorAll('#lines li')].map((line) => line.lastChild.textContent)`;

test(
  'web-chat: two pages talk, what they say is no markup, who leaves is told',
  needsChromium,
  async () => {
    const serving = await serveExample('web-chat');
    const enter = async (name: string): Promise<Page> => {
      const page = await browser.open(`http://127.0.0.1:${serving.port}/`);
      await page.submit('#name', name);
      await page.until(`/here/.test(document.getElementById('state').textContent)`);
      return page;
    };
    const ada = await enter('Ada');
    await ada.submit('#text', 'first');
    const bob = await enter('Bob');
    await ada.until(`document.getElementById('state').textContent === '2 people are here'`);
    await bob.submit('#text', '<b>bold</b>');
    await ada.until(`${linesOf}.length === 3`);
    assert.deepEqual(await ada.evaluate(linesOf), ['first', 'Bob came in', '<b>bold</b>']);
    assert.deepEqual(await bob.evaluate(linesOf), ['first', '<b>bold</b>']);
    assert.equal(await bob.evaluate(`document.querySelectorAll('.mine').length`), 1);
    await bob.close();
    await ada.until(`${linesOf}.at(-1) === 'Bob has left'`);
    assert.equal(await ada.evaluate(`document.getElementById('state').textContent`), 'Only you are here');
    await stopExample(serving);
    await ada.until(`/lost/.test(document.getElementById('state').textContent)`);
    await ada.close();
  },
);

test("agent-runner: the page's Stop button leaves nothing", needsChromium, async () => {
  const serving = await serveExample('agent-runner', {}, ['--seconds=600']);
  const page = await browser.open(`http://127.0.0.1:${serving.port}/`);
  await page.evaluate(`document.getElementById('start').click()`);
  await page.until(
    `['answers', 'processes', 'threads', 'queries'].every((id) => Number(document.getElementById(id).textContent) > 0)`,
  );
  await page.evaluate(`document.getElementById('stop').click()`);
  await page.until(`document.getElementById('state').textContent === 'It was stopped; nothing is left.'`);
  await page.close();
  await stopExample(serving);
});
