// Virtual time and work that is real: the clock waits for what is waited for outside of the loop, however that
// is wrapped, and does not wait for ever. Real work is stood for by turns of the host, so that no test depends
// on how long anything takes.

import '../harness.ts';
import assert from 'node:assert/strict';
import { createServer as createNodeServer, connect as connectNode } from 'node:net';
import type { AddressInfo, Socket as NodeSocket } from 'node:net';
import { test } from 'node:test';
import {
  any,
  asCompleted,
  createTask,
  ensureFuture,
  gather,
  hedge,
  interruptible,
  newEventLoop,
  openConnection,
  openDatagram,
  race,
  shield,
  sleep,
  startServer,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
  waitFor,
  wrapFuture,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { Waits } from '../../src/loop/foreignWaits.ts';
import { VirtualClock, waitAllTasksBlocked } from '../../src/testing/testing.ts';
import type { VirtualClockOptions } from '../../src/testing/testing.ts';
import { backends, selectorMissing } from '../net/backends.ts';
import { clientContext, serverContext } from '../net/tls/contexts.ts';

type Body = (clock: VirtualClock, loop: EventLoop) => Promise<void>;

async function onVirtualTime(
  body: Body,
  backend?: 'selector' | 'host',
  options?: VirtualClockOptions,
): Promise<void> {
  const clock = new VirtualClock(options);
  const loop = newEventLoop({ clock, backend });
  try {
    await loop.runUntilComplete(() => body(clock, loop));
  } finally {
    loop.close();
  }
}

// More turns than the clock waits for when nothing is under way, and none that the host tells of.
const TURNS = 8;

function turns(done: () => void, left: number = TURNS): void {
  if (left === 0) done();
  else setImmediate(turns, done, left - 1);
}

const realWork = (): Promise<string> => new Promise((resolve) => turns(() => resolve('done')));

const ways: Record<string, () => PromiseLike<unknown>> = {
  'a plain await': async () => await realWork(),
  'interruptible(promise)': () => interruptible(realWork()),
  'interruptible(function)': () => interruptible(() => realWork()),
  wrapFuture: () => wrapFuture(realWork()),
  ensureFuture: () => ensureFuture(realWork()),
  'a thenable': () =>
    wrapFuture({ then: (resolve: () => void) => turns(resolve) } as PromiseLike<unknown>).then(
      () => 'done',
    ),
  gather: async () => (await gather(realWork(), sleep(0)))[0],
  race: () => race([interruptible(realWork()), () => sleep(120_000)]),
  any: () => any([interruptible(realWork()), () => sleep(120_000)]),
  hedge: () => hedge(() => realWork(), { delay: 120_000, max: 2 }),
  shield: () => shield(realWork()),
  waitFor: () => waitFor(realWork(), 120_000),
  wait: async () => [...(await wait([wrapFuture(realWork())]))[0]][0]?.result(),
  asCompleted: async () => {
    for await (const one of asCompleted([realWork()])) return one.result();
    return undefined;
  },
  'a task of a group': () =>
    taskGroup(async (group) => await group.createTask(() => interruptible(realWork()))),
};

for (const [name, way] of Object.entries(ways)) {
  test(`VirtualClock: time does not overtake a foreign promise (${name})`, () =>
    onVirtualTime(async (clock) => {
      assert.equal(await timeout(60_000, async () => await way()), 'done');
      assert.equal(clock.now(), 0);
    }));
}

test('VirtualClock: a foreign promise that never settles does not stop the time, and one that was given up does not count', () =>
  onVirtualTime(async (clock, loop) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const plain = createTask(async () => await promise);
    await assert.rejects(
      timeout(60_000, async () => await interruptible(promise)),
      TimeoutError,
    );
    assert.equal(clock.now(), 60_000);
    assert.equal(loop._foreignWaits?.promises.any, false);
    await sleep(1000);
    assert.equal(clock.now(), 61_000);
    resolve();
    await plain;
  }));

test('VirtualClock.advance: time that is moved by hand does not overtake real work on its way either', () =>
  onVirtualTime(
    async (clock) => {
      const work = createTask(() =>
        timeout(60_000, async () => {
          await sleep(10_000);
          return await interruptible(realWork());
        }),
      );
      await clock.advance(3_600_000);
      assert.equal(await work, 'done');
    },
    undefined,
    { autojump: false },
  ));

test('VirtualClock.jump: moves the time at once, whatever is under way', () =>
  onVirtualTime(
    async (clock) => {
      const work = createTask(() => timeout(60_000, async () => await interruptible(realWork())));
      await waitAllTasksBlocked();
      clock.jump(60_000);
      await assert.rejects(work, TimeoutError);
    },
    undefined,
    { autojump: false },
  ));

test('Waits: counts what is not done, and keeps nothing that is', () => {
  const waits = new Waits();
  const wait = { ended: false, done: () => wait.ended };
  assert.equal(waits.any, false);
  waits.add(wait);
  assert.equal(waits.any, true);
  let asked = 0;
  for (let i = 0; i < 10_000; i++) waits.add({ done: () => ++asked > 0 });
  assert.ok(asked >= 9_000, `${asked} of 10000 were looked at, and dropped, on the way`);
  wait.ended = true;
  assert.equal(waits.any, false);
});

test('a loop on real time keeps no count', () => {
  const loop = newEventLoop();
  assert.equal(loop._foreignWaits, undefined);
  loop.close();
});

/** A server of the host's that sends a line to each client, a while after it came. */
async function slowHostServer(
  send: (socket: NodeSocket) => void,
): Promise<[port: number, end: () => Promise<void>]> {
  const server = createNodeServer((socket) => turns(() => send(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return [(server.address() as AddressInfo).port, end];
}

for (const backend of backends) {
  test(`VirtualClock: time does not overtake what a connection is still to bring (${backend})`, () =>
    onVirtualTime(async (clock) => {
      const [port, end] = await clock.hold(() => slowHostServer((socket) => socket.end('line\n')));
      const line = await timeout(60_000, async () => {
        const [reader, writer] = await openConnection('localhost', port, { family: 4 });
        const line = await reader.readline();
        writer.close();
        await writer.waitClosed();
        return line;
      });
      assert.equal(String(line), 'line\n');
      assert.equal(clock.now(), 0);
      await clock.hold(end);
    }, backend));

  test(`VirtualClock: time does not overtake a client that is still to come (${backend})`, () =>
    onVirtualTime(async (clock, loop) => {
      const came = loop.createFuture<string>();
      const server = await startServer(
        async (reader) => came.setResult(String(await reader.read())),
        '127.0.0.1',
        0,
      );
      turns(() => void connectNode(server.port as number, '127.0.0.1').end('hello'));
      assert.equal(await timeout(60_000, async () => await came), 'hello');
      await server.shutdown();
      assert.equal(clock.now(), 0);
    }, backend));

  test(`VirtualClock: time does not overtake a TLS handshake and its answer (${backend})`, () =>
    onVirtualTime(async (clock) => {
      const server = await startServer(
        async (reader, writer) => {
          writer.write(await reader.readline());
          await writer.drain();
        },
        '127.0.0.1',
        0,
        { ssl: serverContext() },
      );
      const line = await timeout(60_000, async () => {
        const [reader, writer] = await openConnection('127.0.0.1', server.port, {
          ssl: clientContext(),
          serverHostname: 'localhost',
        });
        writer.write(Buffer.from('over TLS\n'));
        const line = await reader.readline();
        writer.close();
        await writer.waitClosed();
        return line;
      });
      assert.equal(String(line), 'over TLS\n');
      await server.shutdown();
      assert.equal(clock.now(), 0);
    }, backend));

  test(`VirtualClock: time does not overtake a datagram (${backend})`, () =>
    onVirtualTime(async (clock) => {
      const first = await openDatagram({ localAddr: ['127.0.0.1', 0] });
      const second = await openDatagram({ remoteAddr: first.sockname as [string, number] });
      const answer = await timeout(60_000, async () => {
        await second.send(Buffer.from('hello'));
        return await first.receive();
      });
      assert.equal(String(answer.data), 'hello');
      await second.close();
      await first.close();
      assert.equal(clock.now(), 0);
    }, backend));

  test(`VirtualClock: time does not overtake a look-up of a name or an address (${backend})`, () =>
    onVirtualTime(async (clock, loop) => {
      await timeout(60_000, async () => {
        await loop.getaddrinfo('localhost', 80);
        await loop.getnameinfo(['127.0.0.1', 80]);
      });
      assert.equal(clock.now(), 0);
    }, backend));
}

test('VirtualClock: time does not overtake a descriptor that is watched', { skip: selectorMissing }, () =>
  onVirtualTime(async (clock, loop) => {
    const { socketpair } = await import('../../src/socket.ts');
    const [one, two] = socketpair();
    two.setblocking(false);
    one.setblocking(false);
    turns(() => void two.send(Buffer.from('x')));
    const came = await timeout(60_000, () => loop.sockRecv(one, 10));
    assert.equal(String(came), 'x');
    const readable = loop.createFuture<void>();
    loop.addReader(one.fileno(), () => {
      loop.removeReader(one.fileno());
      readable.setResult();
    });
    turns(() => void two.send(Buffer.from('y')));
    await timeout(60_000, async () => await readable);
    assert.equal(clock.now(), 0);
    one.close();
    two.close();
  }, 'selector'),
);
