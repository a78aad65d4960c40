// Bodies that come in pieces: lines, events, downloads.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  CancelledError,
  createTask,
  Event,
  LineTooLongError,
  run,
  sleep,
  UsageError,
  wrapFuture,
} from '../../../src/asyncio.ts';
import { TemporaryDirectory } from '../../../src/files/files.ts';
import {
  eventStream,
  HttpConnectionError,
  HttpStatusError,
  lines,
  openClient,
  serve,
} from '../../../src/http/http.ts';
import { nodeServer } from './servers.ts';

function inPieces(...pieces: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
}

test('lines: wherever the pieces are cut', async () => {
  await run(async () => {
    const tea = new TextEncoder().encode('thé\r\n');
    const got: string[] = [];
    const cut = inPieces('on', 'e\n\ntwo\r', '\n', tea.slice(0, 3), tea.slice(3), 'a\rb\nlast');
    for await (const line of lines(cut)) got.push(line);
    assert.deepEqual(got, ['one', '', 'two', 'thé', 'a\rb', 'last']);
    for await (const line of lines(new Response(null))) assert.fail(line);
    const long = async (): Promise<void> => {
      for await (const line of lines(inPieces('12345'), { limit: 4 })) assert.fail(line);
    };
    await assert.rejects(long(), LineTooLongError);
  });
});

test('lines: a line in many pieces is looked through once', async () => {
  await run(async () => {
    // Looked through anew at each piece this is some minutes.
    const pieces = 60_000;
    let left = pieces;
    const long = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        left-- > 0 ? controller.enqueue(new Uint8Array(16).fill(97)) : controller.close(),
    });
    for await (const line of lines(long)) assert.equal(line.length, pieces * 16);
    const ends: string[] = [];
    for await (const line of lines(inPieces('a\r', 'b\r', '\n', '\r\n', 'c\r'))) ends.push(line);
    assert.deepEqual(ends, ['a\rb', '', 'c']);
  });
});

test('lines: leaving the loop, and a cancel, end the body', async () => {
  await run(async () => {
    await using server = await nodeServer((_, response) => void response.write('one\ntwo\n'));
    await using client = await openClient({ baseUrl: server.url });
    for await (const line of lines(await client.fetch('/'))) {
      assert.equal(line, 'one');
      break;
    }
    await wrapFuture(server.quiet());
    const second = new Event();
    const task = createTask(async () => {
      for await (const line of lines(await client.fetch('/'))) if (line === 'two') second.set();
    });
    await second.wait();
    task.cancel();
    await assert.rejects(task, CancelledError);
    await wrapFuture(server.quiet());
  });
});

test('events: come as they are sent, and again from the last id, after the pause that the server asks for', async () => {
  await run(async () => {
    const asked: string[] = [];
    const count = async function* (from: number) {
      for (let id = from; id < from + 2; id++) yield { id: String(id), event: 'count', data: `a\n${id}` };
      await sleep(0);
    };
    await using server = await serve(
      (request) => {
        asked.push(request.headers.get('last-event-id') ?? '');
        if (asked.length === 2) return new Response('busy', { status: 503 });
        if (asked.length === 4) return new Response(null, { status: 204 });
        return eventStream((last) => count(Number(last) + 1), { request, retry: 1 });
      },
      { host: '127.0.0.1' },
    );
    await using client = await openClient();
    const got: string[] = [];
    for await (const { id, event, data } of client.events(server.url)) got.push(`${id} ${event} ${data}`);
    assert.deepEqual(got, ['1 count a\n1', '2 count a\n2', '3 count a\n3', '4 count a\n4']);
    assert.deepEqual(asked, ['', '2', '2', '4']);
  });
});

test('events: a broken connection is one more try; what had not come as a whole has not been seen', async () => {
  await run(async () => {
    const asked: unknown[] = [];
    await using server = await nodeServer((request, response) => {
      asked.push(request.headers['last-event-id']);
      if (asked.length === 3) return response.writeHead(404).end('gone');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const text = ': hello\r\nretry: 1\r\nid: 7\r\ndata: seven\r\n\r\nid: 8\r\ndata: eig';
      return response.write(text);
    });
    await using client = await openClient();
    const got: string[] = [];
    const all = async (): Promise<void> => {
      for await (const { id, event, data } of client.events(server.url, { pause: 1 })) {
        got.push(`${id} ${event} ${data}`);
        for (const socket of server.sockets) socket.destroy();
      }
    };
    await assert.rejects(all(), HttpStatusError);
    assert.deepEqual(got, ['7 message seven', '7 message seven']);
    assert.deepEqual(asked, [undefined, '7', '7']);
  });
});

test('events: what is no stream of events is an error, and so are too many failures', async () => {
  await run(async () => {
    await using server = await nodeServer((request, response) =>
      request.url === '/text' ? response.end('text') : request.socket.destroy(),
    );
    await using client = await openClient({ baseUrl: server.url });
    await assert.rejects(client.events('/text').next(), TypeError);
    const failing = client.events('/', { pause: 1, maxFailures: 2 }).next();
    await assert.rejects(failing, HttpConnectionError);
  });
});

test('events: a cancel ends the connection, and the pause before the next', async () => {
  await run(async () => {
    const [came, asked] = [new Event(), new Event()];
    await using server = await nodeServer((request, response) => {
      asked.set();
      if (request.url === '/pause') return response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.write('data: one\n\n');
    });
    await using client = await openClient({ baseUrl: server.url });
    const task = createTask(async () => {
      for await (const _ of client.events('/')) came.set();
    });
    await came.wait();
    task.cancel();
    await assert.rejects(task, CancelledError);
    await wrapFuture(server.quiet());
    asked.clear();
    const pausing = createTask(() => client.events('/pause').next());
    await asked.wait();
    await sleep(5);
    pausing.cancel();
    await assert.rejects(pausing, CancelledError);
  });
});

const whole = 'abcdefghij'.repeat(1000);

/** Serves `whole` under an ETag, and breaks off where it is told to. */
function fileServer(options: { etag?: () => string; breakAfter: (number | undefined)[] }) {
  const ranges: unknown[] = [];
  const server = nodeServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const etag = options.etag?.() ?? '"one"';
    const same = request.headers['if-range'] === etag;
    const from = range !== undefined && same ? Number(/\d+/.exec(range)?.[0]) : 0;
    const rest = whole.slice(from);
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      'content-length': rest.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
    });
    const most = options.breakAfter.shift();
    if (most === undefined) return response.end(rest);
    return response.write(rest.slice(0, most), () => request.socket.end());
  });
  return { ranges, server };
}

test('download: goes on where the connection broke, tells how far it is, and gives the name at the end', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const path = `${folder.name}/file`;
    const { ranges, server: opening } = fileServer({ breakAfter: [4000, 2000] });
    await using server = await opening;
    await using client = await openClient();
    let last: unknown;
    const done = await client.download(server.url, path, {
      pause: 1,
      onProgress: (progress) => {
        assert.equal(existsSync(path), false);
        last = progress;
      },
    });
    assert.deepEqual(done, { path, bytes: whole.length, resumedAt: 0 });
    assert.deepEqual(last, { bytes: whole.length, total: whole.length });
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.equal(ranges.length, 3);
    assert.deepEqual([existsSync(`${path}.part`), existsSync(`${path}.part.version`)], [false, false]);
  });
});

test('download: cancelled, it leaves a part, with which the next one goes on', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const path = `${folder.name}/file`;
    let stall = true;
    await using server = await nodeServer((request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      const head = { etag: '"one"', 'content-length': whole.length - from };
      const range = { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` };
      response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...head, ...range } : head);
      if (stall) response.write(whole.slice(0, 4000));
      else response.end(whole.slice(from));
    });
    await using client = await openClient({ baseUrl: server.url });
    const some = new Event();
    const task = createTask(() => client.download('/', path, { onProgress: () => some.set() }));
    await some.wait();
    task.cancel();
    await assert.rejects(task, CancelledError);
    await wrapFuture(server.quiet());
    assert.equal(existsSync(path), false);
    const had = readFileSync(`${path}.part`).length;
    assert.ok(had > 0);
    stall = false;
    assert.equal((await client.download('/', path)).resumedAt, had);
    assert.equal(readFileSync(path, 'utf8'), whole);
    some.clear();
    stall = true;
    const bare = createTask(() =>
      client.download('/', path, { resume: false, onProgress: () => some.set() }),
    );
    await some.wait();
    bare.cancel();
    await assert.rejects(bare, CancelledError);
    assert.equal(existsSync(`${path}.part`), false, 'resume: false leaves nothing');
    assert.equal(readFileSync(path, 'utf8'), whole, 'nor takes what was there');
  });
});

test('download: a part of another version, or of none that is known, begins anew', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const path = `${folder.name}/file`;
    const { ranges, server: opening } = fileServer({ breakAfter: [] });
    await using server = await opening;
    await using client = await openClient();
    writeFileSync(`${path}.part`, 'other');
    assert.equal((await client.download(server.url, path)).resumedAt, 0);
    writeFileSync(`${path}.part`, 'other');
    writeFileSync(`${path}.part.version`, '"two"');
    assert.equal((await client.download(server.url, path)).resumedAt, 0);
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.deepEqual(ranges, [undefined, 'bytes=5-']);
  });
});

test('download: a status that is no success is an error, and no file', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    await using server = await nodeServer((_, response) => response.writeHead(404).end('no tea'));
    await using client = await openClient();
    const path = `${folder.name}/file`;
    await assert.rejects(client.download(server.url, path), HttpStatusError);
    assert.deepEqual([existsSync(path), existsSync(`${path}.part`)], [false, false]);
  });
});

test('download: two that would write to one part are told apart, also by another process', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const path = `${folder.name}/file`;
    const goOn = new Event();
    await using server = await serve(
      async () => {
        await goOn.wait();
        return new Response(whole);
      },
      { host: '127.0.0.1' },
    );
    await using client = await openClient();
    const first = createTask(() => client.download(server.url, path));
    while (server.statistics.active === 0) await sleep(1);
    await assert.rejects(client.download(server.url, `${folder.name}/./file`), UsageError);
    goOn.set();
    assert.equal((await first).bytes, whole.length);
    const disturbed = client.download(server.url, path, {
      onProgress: () => appendFileSync(`${path}.part`, 'by somebody else'),
    });
    await assert.rejects(disturbed, UsageError);
    assert.equal(readFileSync(path, 'utf8'), whole);
  });
});

test('download: a part is gone on with by what fits it only', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const asked: (string | undefined)[] = [];
    let breakOff = (): void => {};
    // First a packed body that breaks off; then more than was promised; then all of it.
    const packed = gzipSync(whole);
    await using server = await nodeServer(({ headers, socket }, response) => {
      asked.push(headers.range);
      const etag = '"one"';
      if (asked.length === 1) {
        response.writeHead(200, { etag, 'content-encoding': 'gzip', 'content-length': packed.length });
        return response.write(packed.subarray(0, -8), () => socket.end());
      }
      if (asked.length === 2) {
        response.writeHead(200, { etag, 'content-length': whole.length });
        breakOff = () => void socket.end();
        return response.write(whole.slice(0, 4000));
      }
      breakOff = () => {};
      if (headers.range === undefined) return response.writeHead(200, { etag }).end(whole);
      response.writeHead(206, { etag, 'content-range': `bytes 4000-9999/10000` });
      return response.end(`${whole.slice(4000)}and more`);
    });
    const path = `${folder.name}/file`;
    await using client = await openClient();
    await client.download(server.url, path, { pause: 1, onProgress: () => breakOff() });
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.deepEqual(asked, [undefined, undefined, 'bytes=4000-', undefined]);
  });
});

test('download: a part that does not say the size of the whole is not taken for all of it', async () => {
  await run(async () => {
    await using folder = await TemporaryDirectory();
    const asked: (string | undefined)[] = [];
    let breakOff = (): void => {};
    await using server = await nodeServer(({ headers, socket }, response) => {
      asked.push(headers.range);
      const etag = '"one"';
      if (asked.length === 1) {
        response.writeHead(200, { etag, 'content-length': whole.length });
        breakOff = () => void socket.end();
        return response.write(whole.slice(0, 4000));
      }
      breakOff = () => {};
      const [from, to] = asked.length === 2 ? [4000, 4009] : [4010, whole.length - 1];
      response.writeHead(206, { etag, 'content-range': `bytes ${from}-${to}/*` });
      return response.end(whole.slice(from, to + 1));
    });
    const path = `${folder.name}/file`;
    await using client = await openClient();
    await client.download(server.url, path, { pause: 1, onProgress: () => breakOff() });
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.deepEqual(asked, [undefined, 'bytes=4000-', 'bytes=4010-']);
  });
});

test('json: a response that is none says where it came from', async () => {
  await run(async () => {
    const page = (): Response => new Response('<p>', { headers: { 'content-type': 'text/html' } });
    await using server = await serve(page, { host: '127.0.0.1' });
    await using client = await openClient({ baseUrl: server.url });
    const said = `the response of ${server.url}x (text/html) is no JSON`;
    await assert.rejects(
      client.json('x'),
      (error) => error instanceof SyntaxError && error.message.startsWith(said),
    );
  });
});
