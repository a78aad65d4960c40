// Tries, pauses and copies of the client's requests.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  Event,
  InvalidArgumentError,
  run,
  sleep,
  TimeoutError,
  wrapFuture,
} from '../../../src/asyncio.ts';
import { HttpConnectionError, openClient } from '../../../src/http/http.ts';
import type { FailedTry } from '../../../src/http/http.ts';
import { retryAfter } from '../../../src/http/client/retryPolicy.ts';
import { nodeServer } from './servers.ts';

/** Answers with these, one after the other, and with the last from then on. */
function statuses(...list: readonly number[]): {
  asked: string[];
  answer: Parameters<typeof nodeServer>[0];
} {
  const asked: string[] = [];
  return {
    asked,
    answer: async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push(`${request.method} ${body}`.trim());
      const status = list[Math.min(asked.length, list.length) - 1] as number;
      if (status === 0) return request.socket.destroy();
      response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {});
      return response.end(String(status));
    },
  };
}

test('retry: tries again after passing statuses and broken connections, and tells of each', async () => {
  await run(async () => {
    const { asked, answer } = statuses(0, 503, 500, 200);
    await using server = await nodeServer(answer);
    const told: FailedTry[] = [];
    const retry = { retries: 3, delay: 2, onRetry: (failed: FailedTry) => void told.push(failed) };
    await using client = await openClient({ baseUrl: server.url, retry });
    assert.equal(await client.text('/', { method: 'PUT', body: 'tea' }), '200');
    assert.deepEqual(asked, ['PUT tea', 'PUT tea', 'PUT tea', 'PUT tea']);
    assert.deepEqual(
      told.map(({ attempt, status }) => [attempt, status]),
      [
        [1, undefined],
        [2, 503],
        [3, 500],
      ],
    );
    assert.ok(told[0]?.error instanceof HttpConnectionError);
    assert.equal(told[1]?.delay, 0, 'what Retry-After says');
    const { delay } = told[2] as FailedTry;
    assert.ok(delay >= 4 && delay <= 8, `${delay}: half of it to all of it`);
  });
});

test('retry: the last response is handed out, and so is one that asks for a longer pause than there is', async () => {
  await run(async () => {
    let asked = 0;
    await using server = await nodeServer((request, response) => {
      asked++;
      response.writeHead(429, request.url === '/long' ? { 'retry-after': '3600' } : {});
      response.end();
    });
    await using client = await openClient({ baseUrl: server.url, retry: { retries: 2, delay: 1 } });
    assert.equal((await client.fetch('/')).status, 429);
    assert.equal(asked, 3);
    assert.equal((await client.fetch('/long')).status, 429);
    assert.equal(asked, 4);
  });
});

test('retry: a Retry-After that is neither seconds nor a date of HTTP asks for nothing', () => {
  const date = new Date(Date.now() + 5000).toUTCString();
  const [, day = '', month = '', year = '', time = ''] = /, (\d\d) (\w+) (\d+) (\S+)/.exec(date) ?? [];
  const forms = [
    '5',
    date,
    `Thursday, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    `Thu ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
  ];
  for (const form of forms) {
    const pause = retryAfter(form) ?? Number.NaN;
    assert.ok(pause > 3000 && pause <= 5000, `${form}: ${pause}`);
  }
  assert.equal(retryAfter('Sun, 06 Nov 1994 08:49:37 GMT'), 0, 'a date that is over');
  assert.equal(retryAfter('9'.repeat(400)), Infinity);
  for (const garbage of ['-5', '1.5', '1e3', '5 s', 'soon', '', '2030-01-01', `${date}x`])
    assert.equal(retryAfter(garbage), undefined, garbage);
});

test('retry: never what the server may have seen and must not see twice', async () => {
  await run(async () => {
    const { asked, answer } = statuses(0);
    await using server = await nodeServer(answer);
    await using client = await openClient({ baseUrl: server.url, retry: { retries: 2, delay: 1 } });
    await assert.rejects(client.fetch('/', { method: 'POST', body: 'tea' }), HttpConnectionError);
    assert.equal(asked.length, 1, 'POST is not idempotent');
    const body = new Blob(['tea']).stream();
    await assert.rejects(client.fetch('/', { method: 'PUT', body }), HttpConnectionError);
    assert.equal(asked.length, 2, 'a stream goes once');
    const retry = { retries: 2, delay: 1, methods: ['post'] };
    await assert.rejects(client.fetch('/', { json: 1, retry }), HttpConnectionError);
    assert.equal(asked.length, 5, 'where the program says so');
    await assert.rejects(client.fetch('/', { retry: -1 }), InvalidArgumentError);
  });
});

test('retry: a POST that can’t have reached the server is sent again', async () => {
  await run(async () => {
    const gone = await nodeServer(() => {});
    await gone[Symbol.asyncDispose]();
    let tries = 0;
    await using client = await openClient({ retry: { retries: 2, delay: 1, onRetry: () => void tries++ } });
    await assert.rejects(client.fetch(gone.url, { json: 1 }), HttpConnectionError);
    assert.equal(tries, 2);
  });
});

test('tryTimeout: each try has its own, and timeout holds for all of them and their pauses', async () => {
  await run(async () => {
    let asked = 0;
    await using server = await nodeServer((_, response) => {
      if (++asked === 2) response.end('second');
    });
    await using client = await openClient({ baseUrl: server.url, retry: { retries: 1, delay: 1 } });
    assert.equal(await client.text('/', { tryTimeout: 30 }), 'second');
    const pausing = client.text('/', { tryTimeout: 5, timeout: 40, retry: { retries: 9, delay: 60_000 } });
    await assert.rejects(pausing, (error) => error instanceof TimeoutError && /40 ms/.test(error.message));
  });
});

test('retry: a redirect that leads nowhere is no broken connection, and what makes no sense is refused', async () => {
  await run(async () => {
    let asked = 0;
    await using server = await nodeServer((request, response) => {
      asked++;
      response.writeHead(302, { location: request.url });
      response.end();
    });
    await using client = await openClient({ baseUrl: server.url, retry: { retries: 3, delay: 1 } });
    await assert.rejects(client.fetch('/'), { name: 'TypeError' });
    const once = asked;
    await assert.rejects(client.fetch('/', { retry: 0 }), { name: 'TypeError' });
    assert.equal(asked, 2 * once);
    asked = 0;
    await assert.rejects(client.fetch('/', { redirect: 'error' }), { name: 'TypeError' });
    assert.equal(asked, 1);
    const wrong = [{ statuses: 503 }, { methods: 'GET' }, { onRetry: 1 }] as unknown as {
      retries: number;
    }[];
    for (const retry of wrong) await assert.rejects(client.fetch('/', { retry }), InvalidArgumentError);
    await assert.rejects(client.fetch('/', { method: 'POST', json: () => {} }), InvalidArgumentError);
    assert.equal(asked, 1);
  });
});

test('HttpClient.fetch: hedges and tries cancelled at any moment leave nothing, not on a signal that lives long', async () => {
  await run(async () => {
    await using server = await nodeServer((request, response) => {
      if (request.url === '/busy') response.writeHead(503, { 'retry-after': '0' });
      if (request.url !== '/never') setTimeout(() => response.end('x'.repeat(1000)), 2);
    });
    const { signal } = new AbortController();
    await using client = await openClient({ baseUrl: server.url });
    const retry = { retries: 3, delay: 1 };
    const kinds = [
      ['/', { hedge: 1 }],
      ['/never', { hedge: 1 }],
      ['/busy', { retry, hedge: 1 }],
      ['/never', { retry, tryTimeout: 2 }],
    ] as const;
    for (const [path, options] of kinds)
      for (let turns = 0; turns < 24; turns++) {
        const task = createTask(
          async () => await (await client.fetch(path, { ...options, signal })).text(),
        );
        // Before it begins, in the turns of its begin, and later.
        for (let turn = 0; turn < turns % 12; turn++) await (turns < 12 ? Promise.resolve() : sleep(0.5));
        task.cancel();
        if (turns % 3 === 0) task.cancel();
        await Promise.allSettled([task]);
        assert.match(inspect(client), /active=0/);
        assert.equal(getEventListeners(signal, 'abort').length, 0);
      }
  });
});

test('retry: cancelled in a pause, by the task or by the signal, nothing is sent any more', async () => {
  await run(async () => {
    const { asked, answer } = statuses(500);
    await using server = await nodeServer(answer);
    const pausing = new Event();
    const retry = { retries: 1, delay: 60_000, maxDelay: 60_000, onRetry: () => pausing.set() };
    await using client = await openClient({ baseUrl: server.url, retry });
    const task = createTask(() => client.fetch('/'));
    await pausing.wait();
    task.cancel();
    await assert.rejects(task, CancelledError);
    pausing.clear();
    const controller = new AbortController();
    const other = createTask(() => client.fetch('/', { signal: controller.signal }));
    await pausing.wait();
    controller.abort(new Error('enough'));
    await assert.rejects(other, /enough/);
    assert.equal(asked.length, 2);
  });
});

test('hedge: a second try after so long; the loser is ended', async () => {
  await run(async () => {
    let asked = 0;
    await using server = await nodeServer((_, response) => {
      if (++asked > 1) response.end('second');
    });
    await using client = await openClient({ baseUrl: server.url, hedge: 10, connections: undefined });
    assert.equal(await client.text('/'), 'second');
    assert.equal(asked, 2);
    asked = 0;
    await using lone = await openClient({ baseUrl: server.url, tryTimeout: 40, hedge: { delay: 5 } });
    await assert.rejects(lone.text('/', { json: 1 }), TimeoutError, 'no copy of what is not idempotent');
    assert.equal(asked, 1);
    await lone.close();
    await client.close();
    await wrapFuture(server.quiet());
  });
});

test('hedge: both fail with the error of the request, and a cancel ends both', async () => {
  await run(async () => {
    let asked = 0;
    const both = new Event();
    await using server = await nodeServer((request) => {
      if (request.url === '/broken') request.socket.destroy();
      else if (++asked === 2) both.set();
    });
    await using client = await openClient({ baseUrl: server.url, hedge: 5 });
    await assert.rejects(client.fetch('/broken'), HttpConnectionError);
    const task = createTask(() => client.fetch('/'));
    await both.wait();
    task.cancel();
    await assert.rejects(task, CancelledError);
    await wrapFuture(server.quiet());
  });
});
