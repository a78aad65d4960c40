// fetch of asyncio-ts/cancellable, against a real server.

import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import '../harness.ts';
import {
  createTask,
  getRunningLoop,
  isCancelled,
  moveOnAfter,
  race,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { fetch } from '../../src/cancellable/cancellable.ts';
import { serve as serveHttp } from '../../src/http/http.ts';
import { inLoop } from '../inLoop.ts';
import { errorOf } from '../outcome.ts';
import { onNode } from '../facade/program.ts';
import { cancelAtEachMoment } from './cancels.ts';

interface Site {
  readonly url: string;
  /** Requests that have come, and those whose connection was closed before they were answered. */
  readonly requests: string[];
  readonly left: string[];
  close(): Promise<void>;
}

/** `/quick` answers, `/never` does not, `/slow-body` begins a body that does not end. */
async function serve(): Promise<Site> {
  const requests: string[] = [];
  const left: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { url = '' } = request;
    requests.push(url);
    response.on('close', () => {
      if (!response.writableFinished) left.push(url);
    });
    if (url === '/quick') response.end('{"answer":42}');
    else if (url === '/slow-body') response.write('beginning ');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    left,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function onSite(body: (site: Site) => Promise<unknown>): () => Promise<void> {
  return inLoop(async () => {
    const site = await serve();
    try {
      await body(site);
    } finally {
      await site.close();
    }
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

test(
  'fetch: what it brings is what the host brings',
  onSite(async ({ url }) => {
    const response = await fetch(`${url}/quick`);
    assert.ok(response instanceof Response);
    assert.equal(response.status, 200);
    const copy = response.clone();
    assert.deepEqual(await response.json(), { answer: 42 });
    assert.equal(await copy.text(), '{"answer":42}');
    const again = await fetch(new URL(`${url}/quick`));
    const chunks: Uint8Array[] = [];
    for await (const chunk of again.body ?? []) chunks.push(chunk as Uint8Array);
    assert.equal(Buffer.concat(chunks).toString(), '{"answer":42}');
    const reader = (await fetch(new Request(`${url}/quick`))).body?.getReader();
    assert.equal(Buffer.from((await reader?.read())?.value as Uint8Array).toString(), '{"answer":42}');
    await reader?.cancel();
  }),
);

test(
  'fetch: a cancel ends the request at once, at each moment, and before it none is made',
  onSite(async (site) => {
    let wanted = 0;
    await cancelAtEachMoment(
      () => fetch(`${site.url}/never`),
      () => {
        wanted++;
        return until(() => site.requests.length === wanted);
      },
    );
    await until(() => site.left.length === 2);
    assert.equal(site.requests.length, 2);
  }),
);

test(
  'fetch: a timeout is a TimeoutError at once, and the loser of a race is gone',
  onSite(async (site) => {
    const late = timeout(60_000, (deadline) => {
      void createTask(async () => {
        await until(() => site.requests.length === 1);
        deadline.reschedule(getRunningLoop().time());
      });
      return fetch(`${site.url}/never`);
    });
    await errorOf(late, TimeoutError);
    await race([() => fetch(`${site.url}/never`), () => until(() => site.requests.length === 2)]);
    await until(() => site.left.length === 2);
  }),
);

const readings: Record<string, (response: Response) => Promise<unknown>> = {
  'text()': (response) => response.text(),
  'arrayBuffer()': (response) => response.arrayBuffer(),
  'for await': async (response) => {
    for await (const _ of response.body ?? []);
  },
  'getReader()': async (response) => {
    const reader = response.body?.getReader();
    while ((await reader?.read())?.done === false);
  },
  'text() of a clone': (response) => Promise.all([response.clone().text(), response.text()]),
};

for (const [name, read] of Object.entries(readings)) {
  test(
    `fetch: a cancel while the body is read by ${name} ends it`,
    onSite(async (site) => {
      const response = await fetch(`${site.url}/slow-body`);
      const error = await errorOf(
        timeout(50, () => read(response)),
        TimeoutError,
      );
      assert.ok(isCancelled(error.cause));
      await until(() => site.left.length === 1);
    }),
  );
}

test(
  'fetch: a cancel ends the body that nobody reads, and not one that was handed out of the cancelled code before',
  onSite(async (site) => {
    const kept = await timeout(60_000, () => fetch(`${site.url}/slow-body`));
    for (const begin of [() => {}, (response: Response) => response.body?.getReader().read()]) {
      const left = site.left.length;
      await moveOnAfter(60_000, async (scope) => {
        await begin(await fetch(`${site.url}/slow-body`));
        scope.cancel();
        await sleep(60_000);
      });
      await until(() => site.left.length === left + 1);
    }
    assert.equal(site.left.length, 2);
    await kept.body?.cancel();
  }),
);

test(
  "fetch: the caller's own signal does what the host says, beside the task's, in the body too",
  onSite(async (site) => {
    const own = new AbortController();
    const reason = new RangeError('own');
    const waiting = createTask(() => fetch(`${site.url}/never`, { signal: own.signal }));
    await until(() => site.requests.length === 1);
    own.abort(reason);
    await assert.rejects(waiting, reason);
    assert.equal(waiting.cancelled(), false);

    const other = new AbortController();
    const response = await fetch(new Request(`${site.url}/slow-body`, { signal: other.signal }));
    setTimeout(() => other.abort(reason), 10);
    await assert.rejects(response.text(), reason);

    await assert.rejects(fetch(`${site.url}/quick`, { signal: AbortSignal.abort(reason) }), reason);
    const third = new AbortController();
    for (let i = 0; i < 5; i++) await (await fetch(`${site.url}/quick`, { signal: third.signal })).text();
    await cancelAtEachMoment(() => fetch(`${site.url}/never`, { signal: third.signal }));
    assert.equal(getEventListeners(third.signal, 'abort').length, 0);
    // A task's own signal among the options is the task's cancel all the same.
    await errorOf(
      timeout(20, ({ signal }) => fetch(`${site.url}/never`, { signal })),
      TimeoutError,
    );
  }),
);

test("fetch: outside of a task it is the host's", async () => {
  const site = await serve();
  try {
    assert.deepEqual(await (await fetch(`${site.url}/quick`)).json(), { answer: 42 });
  } finally {
    await site.close();
  }
});

test(
  'fetch: an error names the line that called',
  { skip: onNode ? false : 'the host gives its errors no stack that follows awaits' },
  inLoop(async () => {
    const asking = async (): Promise<void> => void (await fetch('http://127.0.0.1:1'));
    assert.match((await errorOf(asking(), TypeError)).stack ?? '', /asking .*fetch\.test\.ts/);
  }),
);

test(
  'fetch: a body is read while a server of asyncio-ts/http has replaced the globals',
  inLoop(async () => {
    const server = await serveHttp(() => new Response('tea'), { host: '127.0.0.1' });
    try {
      assert.equal(await (await fetch(server.url)).text(), 'tea');
      const pieces: Uint8Array[] = [];
      for await (const piece of (await fetch(server.url)).body ?? []) pieces.push(piece);
      assert.equal(String(Buffer.concat(pieces)), 'tea');
    } finally {
      await server.shutdown();
    }
  }),
);
