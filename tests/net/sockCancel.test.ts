// The sock methods and cancels: whenever a cancel comes, no byte, no datagram and no connection is lost, and
// nothing stays registered.

import '../harness.ts';
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { createTask, sleep } from '../../src/asyncio.ts';
import type { EventLoop, Task } from '../../src/asyncio.ts';
import { BlockingIOError, OSError } from '../../src/base/osError.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { sockConnect } from '../../src/net/socket/sockConnect.ts';
import {
  sockAccept,
  sockRecv,
  sockRecvfrom,
  sockRecvfromInto,
  sockRecvInto,
} from '../../src/net/socket/sockRead.ts';
import { sockSendall, sockSendto } from '../../src/net/socket/sockWrite.ts';
import { SO_SNDBUF, Socket, socketpair, SOL_SOCKET } from '../../src/socket.ts';
import { Random } from '../../src/testing/random.ts';
import { Bell, cancelAfter, cancelWhenReady, close, datagramPair, outcome } from './cancelling.ts';
import { selectorMissing } from './backends.ts';
import { MOST_ITERATIONS, onSelector } from './onSelector.ts';
import { silentAddress } from './silentAddress.ts';

const SEEDS = [1, 2, 3, 4, 5];

// Cancels that came when what was waited for was there. How many of one seed are, the machine decides.
let inTime = 0;

after(() => assert.ok(selectorMissing !== false || inTime > 0, 'none came when the bytes were there'));

type Read = (loop: EventLoop, socket: Socket, size: number) => Promise<Buffer>;

const reads: Record<string, Read> = {
  sockRecv,
  sockRecvInto: async (loop, socket, size) => {
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, await sockRecvInto(loop, socket, buffer));
  },
  sockRecvfrom: async (loop, socket, size) => (await sockRecvfrom(loop, socket, size))[0],
  sockRecvfromInto: async (loop, socket, size) => {
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, (await sockRecvfromInto(loop, socket, buffer))[0]);
  },
};

for (const [name, read] of Object.entries(reads)) {
  onSelector(
    `${name}: cancelled before it starts, while it waits, and when the bytes are there`,
    async (loop) => {
      const [left, right] = socketpair();
      const early = createTask(() => read(loop, right, 10));
      early.cancel();
      assert.equal(await outcome(early), undefined);

      const waiting = createTask(() => read(loop, right, 10));
      await sleep(0);
      assert.equal(descriptorsOf(loop).size, 1);
      waiting.cancel();
      assert.equal(descriptorsOf(loop).size, 0, 'at once, not when the task resumes');
      assert.equal(await outcome(waiting), undefined);

      const late = createTask(() => read(loop, right, 10));
      const cancelling = createTask(() => cancelWhenReady(loop, right, late));
      await sleep(0);
      left.send(Buffer.from('all of it'));
      await cancelling;
      assert.equal(await outcome(late), undefined);
      assert.equal((await read(loop, right, 100)).toString(), 'all of it');
      close(left, right);
    },
  );

  for (const seed of SEEDS) {
    onSelector(`${name}: no byte is lost however often it is cancelled, seed ${seed}`, async (loop) => {
      const random = new Random(seed);
      const [left, right] = socketpair();
      const bell = new Bell(loop, right);
      const sent = Buffer.alloc(3000);
      for (let at = 0; at < sent.length; at++) sent[at] = random.int(256);
      const writing = createTask(async () => {
        for (let at = 0; at < sent.length;) {
          const piece = sent.subarray(at, at + 1 + random.int(40));
          at += piece.length;
          const ring = random.int(3);
          if (ring === 1) bell.ring();
          left.send(piece);
          if (ring === 2) bell.ring();
          for (let pause = random.int(6); pause > 0; pause--) await sleep(0);
          if (random.int(10) === 0) await sleep(1);
        }
        left.close();
      });
      const received: Buffer[] = [];
      let cancels = 0;
      for (;;) {
        const task = createTask(() => read(loop, right, 1 + random.int(60)));
        bell.task = task;
        for (let times = random.int(3); times > 0; times--) cancelAfter(loop, random.int(8), task);
        const data = await outcome(task);
        if (data === undefined) cancels++;
        else if (data.length === 0) break;
        else received.push(data);
      }
      await writing;
      assert.ok(Buffer.concat(received).equals(sent), 'every byte once, in order');
      assert.ok(cancels > 10, `${cancels} were cancelled`);
      inTime += bell.inTime;
      bell.close();
      close(right);
    });
  }
}

for (const seed of SEEDS) {
  onSelector(
    `sockAccept: no connection is lost however often it is cancelled, seed ${seed}`,
    async (loop) => {
      const random = new Random(seed);
      const server = new Socket();
      server.bind(['127.0.0.1', 0]);
      server.listen(100);
      const bell = new Bell(loop, server);
      const wanted = 40;
      const clients: Socket[] = [];
      const connecting = createTask(async () => {
        while (clients.length < wanted) {
          const client = new Socket();
          clients.push(client);
          if (random.int(2) === 0) bell.ring();
          await sockConnect(loop, client, server.getsockname());
          for (let pause = random.int(6); pause > 0; pause--) await sleep(0);
        }
      });
      const accepted: Socket[] = [];
      let cancels = 0;
      while (accepted.length < wanted) {
        const task = createTask(() => sockAccept(loop, server));
        bell.task = task;
        for (let times = random.int(3); times > 0; times--) cancelAfter(loop, random.int(8), task);
        const connection = await outcome(task);
        if (connection === undefined) cancels++;
        else accepted.push(connection[0]);
      }
      await connecting;
      assert.deepEqual(
        new Set(accepted.map((socket) => String(socket.getpeername()))),
        new Set(clients.map((socket) => String(socket.getsockname()))),
      );
      assert.throws(() => server.accept(), BlockingIOError);
      inTime += bell.inTime;
      bell.close();
      assert.ok(cancels > 3, `${cancels} were cancelled`);
      close(server, ...clients, ...accepted);
    },
  );
}

onSelector('sockAccept: cancelled when the connection is there', async (loop) => {
  const server = new Socket();
  server.bind(['127.0.0.1', 0]);
  server.listen();
  const late = createTask(() => sockAccept(loop, server));
  const cancelling = createTask(() => cancelWhenReady(loop, server, late));
  await sleep(0);
  const client = new Socket();
  client.connectEx(server.getsockname());
  await cancelling;
  assert.equal(await outcome(late), undefined);
  const [connection, address] = await sockAccept(loop, server);
  assert.deepEqual(address, client.getsockname());
  close(server, client, connection);
});

for (const seed of SEEDS) {
  onSelector(`sockSendall: what was sent before a cancel is a beginning, seed ${seed}`, async (loop) => {
    const random = new Random(seed);
    const [left, right] = socketpair();
    left.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
    const received: Buffer[] = [];
    const reading = createTask(async () => {
      for (;;) {
        const data = await sockRecv(loop, right, 1 + random.int(3000));
        if (data.length === 0) return;
        received.push(data);
        for (let pause = random.int(4); pause > 0; pause--) await sleep(0);
      }
    });
    const sent: { byte: number; size: number; whole: boolean }[] = [];
    for (let byte = 0; byte < 60; byte++) {
      const size = 1 + random.int(20_000);
      const task = createTask(() => sockSendall(loop, left, Buffer.alloc(size, byte)));
      for (let times = random.int(3); times > 0; times--)
        cancelAfter(loop, random.int(MOST_ITERATIONS), task);
      sent.push({ byte, size, whole: (await outcome(task.then(() => true) as Task<boolean>)) === true });
    }
    left.close();
    await reading;
    let rest = Buffer.concat(received);
    for (const { byte, size, whole } of sent) {
      let count = 0;
      while (count < rest.length && rest[count] === byte) count++;
      if (whole) assert.equal(count, size, `all of ${byte}`);
      assert.ok(count <= size);
      rest = rest.subarray(count);
    }
    assert.equal(rest.length, 0);
    assert.ok(sent.some(({ whole }) => !whole));
    close(right);
  });

  onSelector(
    `sockSendto: a datagram whose sending was cancelled was not sent, seed ${seed}`,
    async (loop) => {
      const random = new Random(seed);
      const { sender, receiver, address } = datagramPair();
      const sent: number[] = [];
      const received: number[] = [];
      const reading = createTask(async () => {
        for (;;) {
          const data = await sockRecv(loop, receiver, 10);
          if (data[0] === 255) return;
          received.push(data[0] as number);
          for (let pause = random.int(8); pause > 0; pause--) await sleep(0);
        }
      });
      for (let byte = 0; byte < 200; byte++) {
        const task = createTask(() => sockSendto(loop, sender, Buffer.from([byte]), address));
        for (let times = random.int(3); times > 0; times--) cancelAfter(loop, random.int(5), task);
        if ((await outcome(task)) !== undefined) sent.push(byte);
      }
      await sockSendto(loop, sender, Buffer.from([255]), address);
      await reading;
      assert.deepEqual(received, sent);
      assert.ok(sent.length < 200);
      close(sender, receiver);
    },
  );
}

/** Fills what `sender` may send, lets `task` wait to send more, makes room, and cancels it right then: nothing
 * but what filled it arrives. */
async function cancelWhenRoom(
  loop: EventLoop,
  sender: Socket,
  receiver: Socket,
  send: (data: Buffer) => Promise<unknown>,
): Promise<void> {
  let sent = 0;
  assert.throws(() => {
    for (;;) sent += sender.send(Buffer.alloc(1000));
  }, BlockingIOError);
  const late = createTask(() => send(Buffer.alloc(1000)));
  const cancelling = createTask(() => cancelWhenReady(loop, sender, late));
  await sleep(0);
  const taken = takeAll(receiver);
  await cancelling;
  assert.equal(await outcome(late), undefined);
  assert.equal(taken + takeAll(receiver), sent);
}

function takeAll(receiver: Socket): number {
  for (let taken = 0; ;) {
    const data = receiver._tryRecv(65_536);
    if (data === undefined) return taken;
    taken += data.length;
  }
}

onSelector('sockSendall: cancelled when there is room again it sends nothing', async (loop) => {
  const [left, right] = socketpair();
  await cancelWhenRoom(loop, left, right, (data) => sockSendall(loop, left, data));
  close(left, right);
});

onSelector('sockSendto: cancelled when there is room again it sends nothing', async (loop) => {
  const { sender, receiver, address } = datagramPair();
  await cancelWhenRoom(loop, sender, receiver, (data) => sockSendto(loop, sender, data, address));
  close(sender, receiver);
});

for (const seed of SEEDS) {
  onSelector(`sockConnect: however often it is cancelled it leaves nothing, seed ${seed}`, async (loop) => {
    const random = new Random(seed);
    const server = new Socket();
    server.bind(['127.0.0.1', 0]);
    server.listen(100);
    const outcomes = { connected: 0, cancelled: 0 };
    for (let attempt = 0; attempt < 60; attempt++) {
      const client = new Socket();
      const task = createTask(() => sockConnect(loop, client, server.getsockname()));
      for (let times = random.int(3); times > 0; times--) cancelAfter(loop, random.int(4), task);
      if ((await outcome(task.then(() => true) as Task<boolean>)) === true) {
        outcomes.connected++;
        assert.deepEqual(client.getpeername(), server.getsockname());
      } else outcomes.cancelled++;
      assert.equal(descriptorsOf(loop).writerOf(client.fileno()), undefined);
      client.close();
    }
    assert.ok(outcomes.connected > 0 && outcomes.cancelled > 0, JSON.stringify(outcomes));
    close(server);
  });
}

onSelector(
  'sockConnect: cancelled before it starts, while it waits, and when it is connected',
  async (loop) => {
    const silent = silentAddress('127.0.0.1');
    const waits = new Socket();
    const waiting = createTask(() => sockConnect(loop, waits, [silent.host, silent.port]));
    await sleep(1);
    assert.equal(descriptorsOf(loop).size, 1);
    waiting.cancel();
    assert.equal(descriptorsOf(loop).size, 0);
    assert.equal(await outcome(waiting), undefined);
    silent.close();

    const server = new Socket();
    server.bind(['127.0.0.1', 0]);
    server.listen();
    const client = new Socket();
    const early = createTask(() => sockConnect(loop, client, server.getsockname()));
    early.cancel();
    assert.equal(await outcome(early), undefined);
    assert.throws(() => client.getpeername(), OSError);
    const late = createTask(() => sockConnect(loop, client, server.getsockname()));
    await cancelWhenReady(loop, client, late);
    assert.equal(await outcome(late), undefined);
    close(waits, client, server);
  },
);
