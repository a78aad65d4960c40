// Who waits on a socket: one to read and one to write, woken when it is closed, and never at the cost of others.

import '../harness.ts';
import assert from 'node:assert/strict';
import {
  CancelledError,
  createTask,
  Protocol,
  sleep,
  UnsupportedError,
  UsageError,
} from '../../src/asyncio.ts';
import { OSError } from '../../src/base/osError.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { sockConnect } from '../../src/net/socket/sockConnect.ts';
import { sockAccept, sockRecv } from '../../src/net/socket/sockRead.ts';
import { sockSendall } from '../../src/net/socket/sockWrite.ts';
import { AF_UNIX, Socket, socketpair } from '../../src/socket.ts';
import { selectorMissing } from './backends.ts';
import { close } from './cancelling.ts';
import { onBackends } from './onBackends.ts';
import { onSelector } from './onSelector.ts';

onSelector(
  'sock methods: a second task that waits on one socket is told so, the first goes on',
  async (loop) => {
    const [left, right] = socketpair();
    const first = createTask(() => sockRecv(loop, right, 10));
    await sleep(0);
    await assert.rejects(sockRecv(loop, right, 10), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /another task waits to read/);
      return true;
    });
    const other = right.dup();
    const second = createTask(() => sockRecv(loop, other, 2));
    await sleep(0);
    left.send(Buffer.from('both get some'));
    assert.ok((await first).length + (await second).length > 2);
    await assert.rejects(Promise.resolve(sockRecv(loop, 1 as never, 1)), TypeError);
    close(left, right, other);
  },
);

onSelector('sock methods: a descriptor of addReader is not taken away from it', async (loop) => {
  const [left, right] = socketpair();
  const read = loop.createFuture<string>();
  const fd = right.fileno();
  descriptorsOf(loop).addReader(fd, () => {
    descriptorsOf(loop).removeReader(fd);
    read.setResult(right.recv(10).toString());
  });
  await assert.rejects(sockRecv(loop, right, 10), UsageError);
  left.send(Buffer.from('mine'));
  assert.equal(await read, 'mine');
  close(left, right);
});

onSelector('sock methods: one waits to read while another waits to write', async (loop) => {
  const [left, right] = socketpair();
  const reading = createTask(() => sockRecv(loop, left, 10));
  const writing = createTask(() => sockSendall(loop, left, Buffer.alloc(2_000_000)));
  await sleep(1);
  right.send(Buffer.from('x'));
  assert.equal((await reading).toString(), 'x');
  assert.equal(writing.done(), false);
  for (let left = 2_000_000; left > 0;) left -= (await sockRecv(loop, right, 1_000_000)).length;
  await writing;
  close(left, right);
});

onSelector('sock methods: who waits on a socket that is closed gets EBADF', async (loop) => {
  for (const end of ['close', 'detach'] as const) {
    const [left, right] = socketpair();
    const reading = createTask(() => sockRecv(loop, left, 10));
    const writing = createTask(() => sockSendall(loop, left, Buffer.alloc(2_000_000)));
    await sleep(1);
    const fd = left.fileno();
    left[end]();
    const reuse = end === 'close' ? new Socket() : Socket.fromFd(fd);
    assert.equal(reuse.fileno(), fd);
    for (const task of [reading, writing])
      await assert.rejects(task, (error) => error instanceof OSError && error.code === 'EBADF');
    close(right, reuse);
  }
});

onSelector('sock methods: a task whose socket is always ready lets others run', async (loop) => {
  const [left, right] = socketpair();
  let timers = 0;
  const timer = loop.callLater(1, function again(): void {
    if (++timers < 3) loop.callLater(1, again);
  });
  for (let calls = 0; timers < 3; calls++) {
    await sockSendall(loop, left, Buffer.from('x'));
    await sockRecv(loop, right, 1);
    assert.ok(calls < 1_000_000);
  }
  timer.cancel();
  close(left, right);
});

onSelector('sock methods: a wait is named in a report', async (loop) => {
  const [left, right] = socketpair();
  const task = createTask(() => sockRecv(loop, left, 10), { name: 'reader' });
  await sleep(0);
  const blocker = left._reader as unknown as { what: string; kind: string };
  assert.equal(`${blocker.what} ${blocker.kind}`, `Socket fd=${left.fileno()} sockRecv`);
  task.cancel();
  await assert.rejects(task, CancelledError);
  close(left, right);
});

onSelector(
  'sock methods: one that could go on at once is refused too while another waits',
  async (loop) => {
    const [left, right] = socketpair();
    const all = Buffer.alloc(2_000_000, 1);
    const writing = createTask(() => sockSendall(loop, left, all));
    await sleep(0);
    right.recv(100_000); // there is room, and nobody has told the first task yet
    await assert.rejects(sockSendall(loop, left, Buffer.from('between')), UsageError);
    const received: Buffer[] = [];
    for (let count = 100_000; count < all.length; count += (received.at(-1) as Buffer).length)
      received.push(await sockRecv(loop, right, 1_000_000));
    await writing;
    assert.ok(Buffer.concat(received).every((byte) => byte === 1));
    close(left, right);
  },
);

/** Runs `body` with the address of a Unix listener whose queue is full. */
async function withBusyListener(body: (server: Socket, address: string) => Promise<void>): Promise<void> {
  const server = new Socket(AF_UNIX);
  server.bind('');
  server.listen(0);
  const address = server.getsockname() as string;
  const clients: Socket[] = [];
  for (let code = 0; code === 0;) {
    const client = new Socket(AF_UNIX);
    clients.push(client);
    code = client.connectEx(address);
  }
  try {
    await body(server, address);
  } finally {
    close(server, ...clients);
  }
}

onSelector('sockConnect: a Unix socket whose listener is busy waits for its turn', (loop) =>
  withBusyListener(async (server, address) => {
    const late = new Socket(AF_UNIX);
    const connecting = createTask(() => sockConnect(loop, late, address));
    await sleep(3);
    assert.equal(connecting.done(), false, 'not taken for connected');
    const [accepted] = await sockAccept(loop, server);
    await connecting;
    assert.equal(late.getpeername(), address);
    close(late, accepted);
  }),
);

onSelector('createUnixConnection: a busy listener is waited for, and a cancel ends that', (loop) =>
  withBusyListener(async (server, address) => {
    const cancelled = createTask(() => loop.createUnixConnection(() => new Protocol(), address));
    await sleep(3);
    cancelled.cancel();
    await assert.rejects(cancelled, CancelledError);
    const connecting = createTask(() => loop.createUnixConnection(() => new Protocol(), address));
    await sleep(3);
    assert.equal(connecting.done(), false);
    const [accepted] = await sockAccept(loop, server);
    const [transport] = await connecting;
    transport.abort();
    await sleep(0);
    close(accepted);
  }),
);

onBackends(
  'sock methods: on the host backend they say that they need the selector',
  async (loop) => {
    const [left, right] = socketpair();
    left.send(Buffer.from('there at once'));
    for (const call of [
      sockRecv(loop, right, 1),
      sockSendall(loop, right, Buffer.from('x')),
      sockAccept(loop, right),
      sockConnect(loop, right, ''),
    ])
      await assert.rejects(call, UnsupportedError);
    close(left, right);
  },
  { only: 'host', skip: selectorMissing },
);
