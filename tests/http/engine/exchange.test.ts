// The contract between an engine and the server above it: what an exchange does in each of its states.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, Event, isCancelled, Queue, sleep } from '../../../src/asyncio.ts';
import type { Exchange, OnExchange, Refusal } from '../../../src/http/engine/exchange.ts';
import { HttpBodyError } from '../../../src/http/engine/httpBodyError.ts';
import { readWhole } from '../../../src/http/message/requestBody.ts';
import { onEachEngine } from './onEngines.ts';

/** What was told of the exchanges, in order, and the exchanges as they come. */
class Desk {
  readonly told: string[] = [];
  readonly #came: Queue<Exchange> = new Queue();
  readonly #gone: Event = new Event();

  readonly take: OnExchange = (exchange) => {
    exchange.keeper = {
      clientGone: ({ target }) => {
        this.told.push(`gone ${target}`);
        this.#gone.set();
      },
      ended: ({ target }) => void this.told.push(`ended ${target}`),
    };
    this.#came.putNowait(exchange);
  };

  async next(): Promise<Exchange> {
    return await this.#came.get();
  }

  async clientGone(): Promise<void> {
    await this.#gone.wait();
  }
}

let desk: Desk;
const atDesk = (): OnExchange => (desk = new Desk()).take;

async function bodyOf(exchange: Exchange): Promise<string> {
  return Buffer.from(await readWhole(exchange)).toString();
}

onEachEngine('exchange: says what the head says', atDesk, async ({ connect }) => {
  const client = await connect();
  client.get('/a?b', 'X-One: 1', 'x-two:  2 ', 'X-One: 3');
  const exchange = await desk.next();
  const { method, target, host, httpVersion, hasBody, bodySize, upgradeTo, connection } = exchange;
  assert.deepEqual(
    { method, target, host, httpVersion, hasBody, bodySize, upgradeTo },
    {
      method: 'GET',
      target: '/a?b',
      host: 'here',
      httpVersion: '1.1',
      hasBody: false,
      bodySize: 0,
      upgradeTo: undefined,
    },
  );
  assert.equal(exchange.field('x-one'), '1');
  assert.equal(exchange.field('x-three'), undefined);
  assert.deepEqual(exchange.fields, ['host', 'here', 'x-one', '1', 'x-two', '2', 'x-one', '3']);
  assert.equal(exchange.field('x-two'), '2');
  assert.equal(connection.secure, false);
  assert.deepEqual(connection.remoteAddress?.[0], '127.0.0.1');
  exchange.send(204, '', [], undefined);
  assert.equal((await client.response()).status, 204);
});

onEachEngine(
  'exchange.send: the size is that of the bytes, also where the head before was the same and the letters are not ASCII',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    // Nine letters have eighteen bytes: a size of one digit more than the text's length has.
    for (const body of [
      'teas',
      'ä'.repeat(9),
      'teas',
      '',
      'é'.repeat(50),
      'x'.repeat(100),
      '茶'.repeat(400),
    ]) {
      client.get('/');
      (await desk.next()).send(200, '', ['content-type', 'text/plain'], body);
      const response = await client.response();
      assert.equal(response.headers.get('content-length'), `${Buffer.byteLength(body)}`);
      assert.equal(response.body, body);
    }
  },
);

onEachEngine(
  'exchange.send: heads that differ little are told apart, whatever was sent in between',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    const sent: [number, string, string[]][] = [
      [200, '', ['x-a', 'one']],
      [200, '', ['x-a', 'two']],
      [200, '', ['x-b', 'one']],
      [200, 'Fine', ['x-a', 'one']],
      [201, '', ['x-a', 'one']],
      [200, '', ['x-a', 'one', 'x-b', 'one']],
    ];
    for (let count = 0; count < 40; count++) {
      const [status, statusText, fields] = sent[
        (count * 7 + (count >> 2)) % sent.length
      ] as (typeof sent)[0];
      client.get('/');
      const exchange = await desk.next();
      if (count % 5 === 4) {
        exchange.start(status, statusText, fields);
        exchange.write(Buffer.from('streamed'));
        exchange.end();
      } else exchange.send(status, statusText, fields, `${count}`);
      const response = await client.response();
      assert.equal(response.status, status);
      assert.deepEqual(
        [response.headers.get('x-a'), response.headers.get('x-b')],
        [fields.includes('x-a') ? fields[1] : null, fields.includes('x-b') ? 'one' : null],
      );
      assert.equal(response.body, count % 5 === 4 ? 'streamed' : `${count}`);
    }
  },
);

onEachEngine(
  'exchange.send: frames by size, drops what is the engine’s, and ends it once',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.get('/1');
    const exchange = await desk.next();
    const fields = ['x-a', 'b', 'content-length', '999', 'transfer-encoding', 'chunked', 'keep-alive', 'x'];
    exchange.send(201, 'Very Well', fields, 'häßlich');
    exchange.send(500, '', [], 'late');
    const { status, statusText, headers, body } = await client.response();
    assert.deepEqual([status, statusText, headers.get('x-a'), body], [201, 'Very Well', 'b', 'häßlich']);
    assert.equal(headers.get('content-length'), String(Buffer.byteLength('häßlich')));
    assert.equal(headers.get('transfer-encoding'), null);
    assert.ok(!Number.isNaN(Date.parse(headers.get('date') ?? '')));
    assert.deepEqual(desk.told, ['ended /1']);
    assert.ok(exchange.over && exchange.responded);
  },
);

onEachEngine('exchange.send: bodies of every size and kind arrive whole', atDesk, async ({ connect }) => {
  const client = await connect();
  for (const size of [0, 1, 4000, 16_384, 16_385, 70_000, 1_000_000]) {
    for (const kind of ['text', 'bytes']) {
      const body = kind === 'text' ? 'é'.repeat(size / 2) : new Uint8Array(size).fill(7);
      client.get('/');
      (await desk.next()).send(200, '', [], body);
      const { bytes } = await client.response();
      assert.ok(bytes.equals(Buffer.from(body as string)), `${size} of ${kind}`);
    }
  }
});

onEachEngine('exchange: HEAD, 204 and 304 have no body, whatever is given', atDesk, async ({ connect }) => {
  const client = await connect();
  client.send('HEAD / HTTP/1.1', 'host: here');
  (await desk.next()).send(200, '', [], 'twelve bytes');
  assert.equal((await client.response('HEAD')).headers.get('content-length'), '12');
  client.send('HEAD / HTTP/1.1', 'host: here');
  assert.equal((await desk.next()).start(200, '', ['content-length', '12']), false);
  assert.equal((await client.response('HEAD')).headers.get('content-length'), '12');
  for (const status of [204, 304]) {
    client.get('/');
    (await desk.next()).send(status, '', [], 'nothing of this');
    assert.equal((await client.response()).status, status);
    client.get('/');
    assert.equal((await desk.next()).start(status, '', []), false);
    assert.equal((await client.response()).headers.get('transfer-encoding'), null);
  }
  client.get('/last');
  (await desk.next()).send(200, '', [], 'still in step');
  assert.equal((await client.response()).body, 'still in step');
});

onEachEngine('exchange.start: chunks, with trailers', atDesk, async ({ connect }) => {
  const client = await connect();
  client.get('/');
  const exchange = await desk.next();
  assert.equal(exchange.start(200, '', ['trailer', 'x-sum']), true);
  exchange.write(Buffer.from('one'));
  exchange.write(new Uint8Array(0));
  exchange.write(Buffer.alloc(40_000, 'x'));
  exchange.end(['x-sum', '42']);
  const { body, trailers, headers } = await client.response();
  assert.equal(headers.get('transfer-encoding'), 'chunked');
  assert.equal(body, `one${'x'.repeat(40_000)}`);
  assert.equal(trailers.get('x-sum'), '42');
  assert.deepEqual(desk.told, ['ended /']);
});

onEachEngine(
  'exchange.start: the head goes out though the body lets one wait',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.get('/');
    const exchange = await desk.next();
    exchange.start(200, '', ['x-a', 'b']);
    assert.equal((await client.head()).headers.get('x-a'), 'b');
    exchange.write(Buffer.from('late'));
    assert.equal(String(await client.chunk()), 'late');
    exchange.end();
    assert.equal((await client.chunk()).length, 0);
  },
);

onEachEngine(
  'exchange.write: keeps to the content-length, and end() does not take what is too short',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.get('/');
    const exchange = await desk.next();
    exchange.start(200, '', ['content-length', '5']);
    exchange.write(Buffer.from('four'));
    assert.throws(() => exchange.write(Buffer.from('more')), HttpBodyError);
    assert.throws(() => exchange.end(), HttpBodyError);
    exchange.abort();
    await assert.rejects(client.response());
  },
);

onEachEngine(
  'exchange: HTTP/1.0 has its body to the end of the connection',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.send('GET / HTTP/1.0');
    const exchange = await desk.next();
    assert.equal(exchange.httpVersion, '1.0');
    exchange.inform(103, ['link', '</a>']);
    exchange.start(200, '', []);
    exchange.write(Buffer.from('all of it'));
    exchange.end();
    const { body, headers } = await client.response();
    assert.equal(body, 'all of it');
    assert.equal(headers.get('connection'), 'close');
  },
);

onEachEngine('exchange.inform: interim responses come before the response', atDesk, async ({ connect }) => {
  const client = await connect();
  client.get('/');
  const exchange = await desk.next();
  exchange.inform(103, ['link', '</style.css>; rel=preload']);
  exchange.send(200, '', [], 'now');
  const early = await client.head();
  assert.deepEqual([early.status, early.headers.get('link')], [103, '</style.css>; rel=preload']);
  assert.equal((await client.response()).body, 'now');
});

onEachEngine(
  'exchange: requests in a pipeline are handed out one at a time, and answered in order',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    for (let number = 0; number < 20; number++) client.get(`/${number}`);
    for (let number = 0; number < 20; number++) {
      const exchange = await desk.next();
      assert.equal(exchange.target, `/${number}`);
      if (number % 5 === 0) await sleep(1);
      exchange.send(200, '', [], exchange.target);
    }
    for (let number = 0; number < 20; number++) assert.equal((await client.response()).body, `/${number}`);
  },
);

onEachEngine(
  'exchange.readBody: piece by piece, then the end, then the trailers',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.send('POST / HTTP/1.1', 'host: here', 'transfer-encoding: chunked');
    const exchange = await desk.next();
    assert.equal(exchange.bodySize, undefined);
    assert.equal(exchange.takeBody(), undefined);
    client.write('3\r\none\r\n');
    assert.equal(Buffer.from((await exchange.readBody()) ?? '').toString(), 'one');
    assert.equal(exchange.trailers, undefined);
    client.write('3\r\ntwo\r\n0\r\nX-Sum: 7\r\n\r\n');
    assert.equal(Buffer.from((await exchange.readBody()) ?? '').toString(), 'two');
    assert.equal(await exchange.readBody(), undefined);
    assert.deepEqual(exchange.trailers, ['x-sum', '7']);
    exchange.send(200, '', [], undefined);
    assert.equal((await client.response()).status, 200);
  },
);

onEachEngine('exchange.readBody: a read that is cancelled takes nothing', atDesk, async ({ connect }) => {
  const client = await connect();
  client.send('POST / HTTP/1.1', 'host: here', 'content-length: 6');
  const exchange = await desk.next();
  const reading = createTask(() => exchange.readBody());
  await sleep(1);
  reading.cancel();
  await assert.rejects(reading, isCancelled);
  client.write('abcdef');
  assert.equal(await bodyOf(exchange), 'abcdef');
  exchange.send(200, '', [], undefined);
  assert.equal((await client.response()).status, 200);
});

onEachEngine(
  'exchange.readBody: a large body rests until somebody reads it',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    const size = 8_000_000;
    client.send('POST / HTTP/1.1', 'host: here', `content-length: ${size}`);
    const exchange = await desk.next();
    client.write(Buffer.alloc(size, 'x'));
    await sleep(30);
    assert.ok(client.writer.transport.getWriteBufferSize() > 0, 'the client has to wait');
    assert.equal((await bodyOf(exchange)).length, size);
    exchange.send(200, '', [], 'all');
    assert.equal((await client.response()).body, 'all');
  },
);

onEachEngine(
  'exchange: a client that waits for 100 is told to go on when the body is read',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.send('POST / HTTP/1.1', 'host: here', 'expect: 100-continue', 'content-length: 3');
    const exchange = await desk.next();
    const reading = createTask(() => bodyOf(exchange));
    assert.equal((await client.head()).status, 100);
    client.write('abc');
    assert.equal(await reading, 'abc');
    exchange.send(200, '', [], 'thanks');
    assert.equal((await client.response()).body, 'thanks');
  },
);

onEachEngine(
  'exchange: a client that waits for 100 and is refused has its connection ended',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.send('POST / HTTP/1.1', 'host: here', 'expect: 100-continue', 'content-length: 3');
    (await desk.next()).send(403, '', [], 'no');
    const { status, headers } = await client.response();
    assert.deepEqual([status, headers.get('connection')], [403, 'close']);
    assert.ok(await client.ended());
  },
);

onEachEngine('exchange: a body that nobody read is passed over', atDesk, async ({ connect }) => {
  const client = await connect();
  client.post('/1', 'x'.repeat(30_000));
  (await desk.next()).send(200, '', [], 'one');
  assert.equal((await client.response()).body, 'one');
  client.get('/2');
  (await desk.next()).send(200, '', [], 'two');
  assert.equal((await client.response()).body, 'two');
});

onEachEngine(
  'exchange: told once that the client is gone, whose request was whole',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.get('/it');
    const exchange = await desk.next();
    client.leave();
    await desk.clientGone();
    assert.ok(exchange.over);
    exchange.send(200, '', [], 'to nobody');
    assert.deepEqual(desk.told, ['gone /it', 'ended /it']);
  },
);

/** node:http sees nothing of a client while it does not read it. */
const OURS = ['asyncio'] as const;

const states: Record<string, (exchange: Exchange) => Promise<unknown>> = {
  'before anything was answered': async () => {},
  'while the body is read': (exchange) => exchange.readBody(),
  'while reading rests': (exchange) => exchange.readBody().then(() => sleep(20)),
  'in the middle of a response': async (exchange) => {
    exchange.start(200, '', []);
    exchange.write(Buffer.from('half'));
  },
};
for (const [state, go] of Object.entries(states)) {
  onEachEngine(
    `exchange: told once that the client is gone, ${state}`,
    atDesk,
    async ({ connect }) => {
      const client = await connect();
      client.send('POST /it HTTP/1.1', 'host: here', 'content-length: 9000000');
      // More than is read ahead, and less than the system keeps: then it can tell that the client is gone.
      client.write(Buffer.alloc(160_000));
      const exchange = await desk.next();
      const going = createTask(() => go(exchange));
      await sleep(5);
      client.leave();
      await desk.clientGone();
      going.cancel();
      await Promise.allSettled([going]);
      assert.deepEqual(desk.told, ['gone /it', 'ended /it']);
      assert.ok(exchange.over);
      exchange.send(200, '', [], 'to nobody');
      assert.equal(exchange.write(Buffer.from('to nobody')), false);
      exchange.end();
      await exchange.drained();
      for (let piece: unknown = 1; piece !== undefined;) {
        piece = await exchange.readBody().catch((error: unknown) => {
          assert.ok(error instanceof HttpBodyError);
          return undefined;
        });
      }
      assert.deepEqual(desk.told, ['gone /it', 'ended /it']);
    },
    {},
    OURS,
  );
}

onEachEngine(
  'exchange.drained: waits for a client that reads slowly, and ends with it',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.writer.transport.pauseReading();
    client.get('/');
    const exchange = await desk.next();
    exchange.start(200, '', []);
    let room = true;
    for (let count = 0; count < 1000 && room; count++) room = exchange.write(Buffer.alloc(100_000));
    assert.equal(room, false);
    const waiting = createTask(() => exchange.drained());
    const cancelled = createTask(() => exchange.drained());
    await sleep(5);
    assert.equal(waiting.done(), false);
    cancelled.cancel();
    await assert.rejects(cancelled, isCancelled);
    client.leave();
    await waiting;
    await desk.clientGone();
    assert.ok(exchange.over);
  },
  {},
  OURS,
);

onEachEngine('exchange.abort: cuts the connection', atDesk, async ({ connect }) => {
  const client = await connect();
  client.get('/');
  const exchange = await desk.next();
  exchange.start(200, '', []);
  exchange.write(Buffer.from('half'));
  exchange.abort();
  await assert.rejects(client.response());
  await desk.clientGone();
});

onEachEngine(
  'exchange.upgrade: hands the connection over with what came behind the head',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.send('GET /it HTTP/1.1', 'host: here', 'connection: upgrade', 'upgrade: echo');
    client.write('early');
    const exchange = await desk.next();
    assert.equal(exchange.upgradeTo, 'echo');
    const { socket, head } = await exchange.upgrade();
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
    assert.equal((await client.head()).status, 101);
    let heard = head.toString();
    const all = new Event();
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard === 'early and late') all.set();
    });
    client.write(' and late');
    await all.wait();
    socket.write('bye');
    assert.equal(String(await client.reader.readExactly(3)), 'bye');
    assert.deepEqual(desk.told, ['ended /it']);
    const closed = new Event();
    socket.on('close', () => closed.set());
    socket.on('error', () => {});
    socket.destroy();
    await closed.wait();
  },
);

const refusals: Refusal[] = [];
onEachEngine(
  'engine: a head that does not come, a body that does not, and a silent connection',
  atDesk,
  async ({ connect }) => {
    refusals.length = 0;
    const silent = await connect();
    silent.get('/');
    (await desk.next()).send(200, '', [], undefined);
    assert.equal((await silent.response()).status, 200);
    const slowHead = await connect();
    slowHead.write('GET / HTTP/1.1\r\nHost:');
    const slowBody = await connect();
    slowBody.send('POST / HTTP/1.1', 'host: here', 'content-length: 3');
    const exchange = await desk.next();
    const body = bodyOf(exchange).catch((error: unknown) => {
      if (!exchange.responded) exchange.send((error as HttpBodyError).status, '', [], undefined);
    });
    assert.equal((await slowHead.response()).status, 408);
    assert.ok(await slowHead.ended());
    assert.equal((await slowBody.response()).status, 408);
    assert.ok(await slowBody.ended());
    await body;
    assert.ok(await silent.ended());
    assert.ok(refusals.some(({ status }) => status === 408));
  },
  {
    limits: { headTimeout: 80, requestTimeout: 120, keepAliveTimeout: 60 },
    onRefused: (refusal) => void refusals.push(refusal),
  },
);

onEachEngine(
  'engine: limits the requests of a connection',
  atDesk,
  async ({ connect }) => {
    const client = await connect();
    client.get('/1');
    (await desk.next()).send(200, '', [], 'one');
    assert.equal((await client.response()).headers.get('connection') ?? 'keep-alive', 'keep-alive');
    client.get('/2');
    (await desk.next()).send(200, '', [], 'two');
    assert.equal((await client.response()).headers.get('connection'), 'close');
    assert.ok(await client.ended());
  },
  { limits: { maxRequestsPerConnection: 2 } },
);

onEachEngine(
  'engine.stop: idle connections end, busy ones with their response',
  atDesk,
  async ({ connect, server }) => {
    const [idle, busy] = [await connect(), await connect()];
    idle.get('/idle');
    (await desk.next()).send(200, '', [], 'idle');
    await idle.response();
    busy.get('/busy');
    const exchange = await desk.next();
    assert.equal(server.connections, 2);
    server.stop(false);
    assert.ok(await idle.ended());
    const closed = createTask(() => server.closed());
    await sleep(1);
    assert.equal(closed.done(), false);
    exchange.send(200, '', [], 'busy');
    const { body, headers } = await busy.response();
    assert.deepEqual([body, headers.get('connection')], ['busy', 'close']);
    assert.ok(await busy.ended());
    await closed;
    assert.equal(server.connections, 0);
  },
);

onEachEngine('engine.abortAll: cuts what is under way', atDesk, async ({ connect, server }) => {
  const client = await connect();
  client.get('/it');
  await desk.next();
  server.abortAll();
  assert.ok(await client.ended());
  await desk.clientGone();
  assert.deepEqual(desk.told, ['gone /it', 'ended /it']);
});
