// upgradeWebSocket and connectWebSocket: messages both ways, and every way to end.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, Event, run, sleep, taskGroup, timeout } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import {
  connectWebSocket,
  serve,
  upgradeWebSocket,
  WebSocketClosedError,
  WebSocketHandshakeError,
} from '../../src/http/http.ts';
import type { HttpServer, UpgradeOptions, WebSocketConnection } from '../../src/http/http.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';
import { closing, frame, openRaw, PONG } from './frames.ts';

const urlOf = (server: HttpServer): string => `ws://127.0.0.1:${server.port}`;

/** Says back what it hears. */
function echo(options: UpgradeOptions = {}): (request: Request) => Promise<Response> {
  return async (request) => {
    const socket = await upgradeWebSocket(request, options);
    for await (const message of socket) await socket.send(message);
    return socket.response;
  };
}

onEngines('WebSocket: text and bytes, both ways', async (serveHere) => {
  await using server = await serveHere(echo());
  await using socket = await connectWebSocket(urlOf(server));
  await socket.send('text ü');
  assert.equal(await socket.receive(), 'text ü');
  await socket.send(new Uint8Array([1, 2, 3]));
  assert.deepEqual([...((await socket.receive()) as Buffer)], [1, 2, 3]);
  await socket.send('');
  assert.equal(await socket.receive(), '');
  const large = 'x'.repeat(500_000);
  await socket.send(large);
  assert.equal(await socket.receive(), large);
  assert.ok((await socket.ping()) >= 0);
  await socket.close(4000, 'enough');
  assert.deepEqual(socket.closed, { code: 4000, reason: 'enough' });
  await assert.rejects(socket.send('late'), { name: 'WebSocketClosedError' });
  await assert.rejects(socket.receive(), { closeCode: 4000 });
  while (server.statistics.active > 0) await sleep(1);
});

onEngines('WebSocket: what the server closes with', async (serveHere) => {
  expectReport('the handler of GET /fails failed');
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    const { pathname } = new URL(request.url);
    if (pathname === '/fails') throw new Error('no');
    if (pathname === '/says') await socket.close(4001, 'bye');
    return socket.response;
  });
  for (const [path, code] of [
    ['/returns', 1000],
    ['/fails', 1011],
    ['/says', 4001],
  ] as const) {
    const socket = await connectWebSocket(urlOf(server) + path);
    await assert.rejects(socket.receive(), { closeCode: code });
  }
});

onEngines(
  'WebSocket: iterating ends when the client closes in good order, with all that it sent',
  async (serveHere) => {
    const [heard, done] = [[] as (string | Buffer)[], new Event()];
    await using server = await serveHere(async (request) => {
      const socket = await upgradeWebSocket(request);
      for await (const message of socket) {
        await sleep(1);
        heard.push(message);
      }
      done.set();
      return socket.response;
    });
    const socket = await connectWebSocket(urlOf(server));
    for (let index = 0; index < 5; index++) await socket.send(String(index));
    await socket.close();
    await done.wait();
    assert.deepEqual(heard, ['0', '1', '2', '3', '4']);
    while (server.statistics.active > 0) await sleep(1);
    assert.equal(server.statistics.answered, 1);
  },
);

onEngines('WebSocket: a client that is lost cancels the task', async (serveHere) => {
  const [started, ended] = [new Event(), new Event()];
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    try {
      started.set();
      await sleep(60_000);
    } finally {
      await sleep(1);
      ended.set();
    }
    return socket.response;
  });
  const raw = await openRaw(server.port);
  await started.wait();
  raw.client.leave();
  await ended.wait();
  while (server.statistics.active > 0) await sleep(1);
  assert.equal(server.statistics.cancelled, 1);
});

onEngines(
  'WebSocket: with cancelOnDisconnect false the handler is told by its next call',
  async (serveHere) => {
    const [started, told] = [new Event(), new Event()];
    await using server = await serveHere(
      async (request) => {
        const socket = await upgradeWebSocket(request);
        started.set();
        await assert.rejects(
          async () => {
            for await (const _message of socket);
          },
          { closeCode: 1006 },
        );
        await assert.rejects(socket.send('x'), WebSocketClosedError);
        told.set();
        return socket.response;
      },
      { cancelOnDisconnect: false },
    );
    const raw = await openRaw(server.port);
    await started.wait();
    raw.client.leave();
    await told.wait();
  },
);

onEngines(
  'WebSocket.send: when the client has begun to close it throws how, in a group, too',
  async (serveHere) => {
    const failed: unknown[] = [];
    await using server = await serveHere(async (request) => {
      // The client does not hang up.
      const socket = await upgradeWebSocket(request, { closeTimeout: 20 });
      await taskGroup(async (group) => {
        group.startSoon(async () => {
          try {
            for (;;) {
              await socket.send('tick');
              await sleep(0);
            }
          } catch (error) {
            failed.push(error);
            throw error;
          }
        });
        for await (const _message of socket);
        await sleep(60_000);
      });
      return socket.response;
    });
    await using raw = await openRaw(server.port);
    await raw.read();
    raw.write(closing(4002, 'enough'));
    while (server.statistics.active > 0) await sleep(1);
    const [error] = failed;
    assert.ok(error instanceof WebSocketClosedError);
    assert.deepEqual([error.closeCode, error.reason], [4002, 'enough']);
    assert.equal(server.statistics.cancelled, 1);
  },
);

onEngines('WebSocket.ping: waits for its own reply', async (serveHere) => {
  const replied = new Event();
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    await socket.ping();
    assert.equal(replied.isSet(), true);
    return socket.response;
  });
  await using raw = await openRaw(server.port);
  const asked = await raw.read();
  raw.write(frame(PONG, 'nobody asked'));
  await sleep(5);
  replied.set();
  raw.write(frame(PONG, asked?.payload));
  assert.equal(await raw.closeCode(), 1000);
});

onEngines('WebSocket: a send to a client that has closed is no error to report', async (serveHere) => {
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    for (;;) {
      await socket.send('tick');
      await sleep(1);
    }
  });
  const socket = await connectWebSocket(urlOf(server));
  await socket.receive();
  await socket.close();
  while (server.statistics.active > 0) await sleep(1);
  assert.equal(server.statistics.cancelled, 1);
});

onEngines(
  'WebSocket: the server shuts down and says 1001; the handler ends by itself',
  async (serveHere) => {
    let ended = false;
    const server = await serveHere(async (request) => {
      const socket = await upgradeWebSocket(request);
      for await (const message of socket) await socket.send(message);
      await sleep(1);
      ended = true;
      return socket.response;
    });
    const socket = await connectWebSocket(urlOf(server));
    await socket.send('x');
    await socket.receive();
    const ending = createTask(() => server.shutdown());
    await assert.rejects(socket.receive(), { closeCode: 1001 });
    await ending;
    assert.equal(ended, true);
    assert.equal(server.statistics.answered, 1);
  },
);

onEngines('WebSocket: a client that ignores the closing handshake is cut', async (serveHere) => {
  const server = await serveHere(echo({ closeTimeout: 20 }));
  await using raw = await openRaw(server.port);
  const ending = createTask(() => server.shutdown());
  assert.equal(await raw.closeCode(), 1001);
  await ending;
});

onEngines('WebSocket: who does not reply to a ping is lost, and the task cancelled', async (serveHere) => {
  await using server = await serveHere(echo({ pingInterval: 10, pingTimeout: 20 }));
  await using raw = await openRaw(server.port);
  assert.equal(await raw.closeCode(), 'cut');
  while (server.statistics.active > 0) await sleep(1);
  assert.equal(server.statistics.cancelled, 1);
});

onEngines('WebSocket: a receive that is cancelled loses no message', async (serveHere) => {
  const goOn = new Event();
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    await goOn.wait();
    await socket.send('here');
    for await (const _message of socket);
    return socket.response;
  });
  await using socket = await connectWebSocket(urlOf(server));
  await assert.rejects(
    timeout(5, () => socket.receive()),
    { name: 'TimeoutError' },
  );
  goOn.set();
  assert.equal(await socket.receive(), 'here');
  const second = createTask(() => socket.receive());
  await sleep(0);
  await assert.rejects(socket.receive(), { name: 'UsageError' });
  second.cancel();
  await assert.rejects(second, { name: 'CancelledError' });
});

onEngines('WebSocket: who does not receive makes the other side wait', async (serveHere, engine) => {
  const goOn = new Event();
  let sent = 0;
  await using server = await serveHere(async (request) => {
    const socket = await upgradeWebSocket(request);
    await goOn.wait();
    let bytes = 0;
    for await (const message of socket) bytes += message.length;
    assert.equal(bytes, 500 * 65_536, engine);
    return socket.response;
  });
  const socket = await connectWebSocket(urlOf(server));
  const sending = createTask(async () => {
    const message = Buffer.alloc(65_536);
    for (; sent < 500; sent++) await socket.send(message);
  });
  for (let still = -1; still !== sent; await sleep(50)) still = sent;
  assert.ok(sent < 400, `${sent} messages of 64 KiB were sent to a server that does not take them`);
  goOn.set();
  await sending;
  await socket.close();
  while (server.statistics.active > 0) await sleep(1);
  assert.equal(server.statistics.answered, 1);
});

onEngines('WebSocket: subprotocols, by the server’s preference', async (serveHere) => {
  await using server = await serveHere(echo({ protocols: ['v2', 'v1'] }));
  for (const [offered, agreed] of [
    [['v1', 'v2'], 'v2'],
    [['v1'], 'v1'],
    [[], ''],
  ] as const) {
    await using socket = await connectWebSocket(urlOf(server), { protocols: offered });
    assert.equal(socket.protocol, agreed);
  }
});

onEngines('WebSocket: compression where both sides want it', async (serveHere) => {
  await using server = await serveHere(echo({ compression: true }));
  await using socket = await connectWebSocket(urlOf(server), { compression: true });
  const text = 'compress me '.repeat(10_000);
  await socket.send(text);
  assert.equal(await socket.receive(), text);
});

onEngines('WebSocket: a message that is too large ends it with 1009', async (serveHere) => {
  await using server = await serveHere(echo({ maxMessageSize: 100 }));
  const socket = await connectWebSocket(urlOf(server));
  await socket.send('x'.repeat(100));
  assert.equal(String(await socket.receive()).length, 100);
  await socket.send('x'.repeat(101));
  await assert.rejects(socket.receive(), { closeCode: 1009 });
});

onEngines('upgradeWebSocket: a request that asks wrongly gets the right status', async (serveHere) => {
  await using server = await serveHere(echo({ origins: ['https://good.example'] }));
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';
  const [upgrade, connection, version] = [
    'upgrade: websocket',
    'connection: Upgrade',
    'sec-websocket-version: 13',
  ];
  const good = 'origin: https://good.example';
  for (const [lines, status] of [
    [[], 426],
    [[upgrade, key, version, good], 426],
    [[upgrade, connection, key, good], 426],
    [[upgrade, connection, key, 'sec-websocket-version: 12', good], 426],
    [[upgrade, connection, version, good], 400],
    [[upgrade, connection, version, 'sec-websocket-key: short', good], 400],
    [[upgrade, connection, version, key], 403],
    [[upgrade, connection, version, key, 'origin: https://evil.example'], 403],
    [['upgrade: h2c', connection, good], 426],
  ] as const) {
    await using client = await connect(server.port);
    client.get('/', ...lines);
    assert.equal((await client.response()).status, status, lines.join(' '));
  }
  await using raw = await openRaw(server.port, good);
  await raw.client.writer.drain();
});

onEngines('upgradeWebSocket: only of the request that serve gave, and once', async (serveHere) => {
  await using server = await serveHere(async (request) => {
    await assert.rejects(upgradeWebSocket(new Request('http://here/')), { name: 'UsageError' });
    const socket = await upgradeWebSocket(request);
    await assert.rejects(upgradeWebSocket(request));
    await socket.send('one');
    return socket.response;
  });
  const socket = await connectWebSocket(urlOf(server));
  assert.equal(await socket.receive(), 'one');
  await assert.rejects(socket.receive(), { closeCode: 1000 });
});

onEngines('connectWebSocket: a server that says no', async (serveHere) => {
  await using server = await serveHere(() => new Response('no', { status: 403 }));
  await assert.rejects(
    connectWebSocket(urlOf(server)),
    (error) => error instanceof WebSocketHandshakeError && error.status === 403,
  );
});

test('connectWebSocket: nobody there, and a cancel', async () => {
  await run(async () => {
    await using server = await serve(async () => await sleep(60_000, { result: new Response() }), {
      host: '127.0.0.1',
    });
    const url = urlOf(server);
    await assert.rejects(
      timeout(30, () => connectWebSocket(url)),
      { name: 'TimeoutError' },
    );
    while (server.statistics.active > 0) await sleep(1);
    await server.shutdown();
    await assert.rejects(connectWebSocket(url), { name: 'ConnectionRefusedError' });
  });
});

test('WebSocket: refuses what makes no sense', async () => {
  await run(async () => {
    await using server = await serve(echo(), { host: '127.0.0.1' });
    await using socket = await connectWebSocket(urlOf(server));
    for (const message of [5, {}, null, undefined])
      await assert.rejects(socket.send(message as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
    for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000, 1.5])
      await assert.rejects(socket.close(code), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
    await assert.rejects(socket.close(1000, 'x'.repeat(124)), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
    for (const options of [{ maxQueue: 0 }, { pingInterval: 0 }, { maxMessageSize: -1 }])
      await assert.rejects(connectWebSocket('ws://127.0.0.1:1', options), {
        code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
      });
  });
});

test('WebSocket: many at once, some of which leave in the middle, and nothing is left', async () => {
  await run(async () => {
    await using server = await serve(echo(), { host: '127.0.0.1' });
    const sockets: WebSocketConnection[] = [];
    await taskGroup((group) => {
      for (let index = 0; index < 40; index++)
        group.startSoon(async () => {
          const socket = await connectWebSocket(urlOf(server));
          sockets.push(socket);
          await socket.send(`${index}`);
          if (index % 4 === 0) return socket.cut();
          assert.equal(await socket.receive(), `${index}`);
          if (index % 4 === 1) await socket.close();
        });
      return Promise.resolve();
    });
    for (const socket of sockets) await socket.close();
    while (server.statistics.active > 0) await sleep(1);
    const { started, answered, cancelled, failed } = server.statistics;
    assert.equal(started, 40);
    assert.equal(answered + cancelled, 40);
    assert.equal(failed, 0);
  });
});
