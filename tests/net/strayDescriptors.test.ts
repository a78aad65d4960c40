// Descriptors that somebody else closes, while a duplicate of the open file lives on: in this process or in a
// child. Nobody is called for them without end, the loop rests, and a number that was given out anew is not
// touched by who had it before.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { createTask, DatagramProtocol, OSError, Protocol, sleep } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { resourcesOf } from '../../src/loop/resources.ts';
import type { LoopResource } from '../../src/loop/resources.ts';
import { socketpair } from '../../src/socket.ts';
import type { Socket } from '../../src/socket.ts';
import { libc } from '../../src/sys/libc/libc.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { onSelector } from './onSelector.ts';
import { Recorder } from './recorder.ts';

const never = (): void => assert.fail('an event for who is gone');
const bytes = Buffer.from('x');
const reported = 'a descriptor was closed before removeReader or removeWriter was called for it';

/** Fails unless the loop rests, however ready what it once knew is. */
async function rests(loop: EventLoop): Promise<void> {
  await sleep(1);
  const before = viewLoop(loop).iterations;
  for (let timers = 0; timers < 10; timers++) await sleep(1);
  const iterations = viewLoop(loop).iterations - before;
  assert.ok(
    iterations < 40,
    `${iterations} iterations for 10 timers: the loop turns although nothing happens`,
  );
}

function isLost(error: unknown): boolean {
  return error instanceof OSError && error.code === 'EBADF';
}

/** Closes a socket's descriptor behind its back; answers the duplicate that lives on. */
function closeBehind(socket: Socket): Socket {
  const duplicate = socket.dup();
  closeSync(socket.fileno());
  return duplicate;
}

/** Puts another open file in the place of a number that is closed; answers what closes it. */
function takeOver(fd: number): () => void {
  assert.equal(openSync('/dev/null', constants.O_RDONLY), fd);
  return () => {
    assert.ok(fstatSync(fd).isCharacterDevice(), 'still what was opened');
    closeSync(fd);
  };
}

for (const [how, gone] of [
  ['closed by its number', (socket: Socket) => socket.fileno()],
  ['detached and closed', (socket: Socket) => socket.detach()],
] as const) {
  onSelector(
    `addReader: a descriptor ${how}, with a duplicate: called a while, then reported once`,
    async (loop) => {
      const [left, right] = socketpair();
      const duplicate = left.dup();
      let calls = 0;
      loop.addReader(left, () => void calls++);
      const fd = gone(left);
      closeSync(fd);
      right.send(bytes);
      expectReport(reported);
      while (descriptorsOf(loop).size > 0) await sleep(1);
      await rests(loop);
      assert.ok(calls > 0 && calls < 100, `${calls} calls`);
      assert.equal(loop.removeReader(fd), false);
      for (const socket of [duplicate, right]) socket.close();
      left._disown();
    },
  );
}

onSelector('addWriter: as addReader, and nothing is left of the reader beside it', async (loop) => {
  const [left, right] = socketpair();
  loop.addReader(left, never);
  let calls = 0;
  loop.addWriter(left, () => void calls++);
  const duplicate = closeBehind(left);
  expectReport(reported);
  while (descriptorsOf(loop).size > 0) await sleep(1);
  await rests(loop);
  assert.ok(calls > 0 && calls < 100, `${calls} calls`);
  left._disown();
  for (const socket of [duplicate, right]) socket.close();
});

for (const others of [0, 3]) {
  onSelector(
    `removeReader: after the close the duplicate wakes nobody, and ${others} others go on`,
    async (loop) => {
      const pairs = Array.from({ length: others }, () => socketpair());
      const told: number[] = [];
      for (const [index, [end]] of pairs.entries()) {
        loop.addReader(end, () => {
          end.recv(10);
          told.push(index);
        });
      }
      const [left, right] = socketpair();
      loop.addReader(left, never);
      loop.addWriter(left, never);
      const duplicate = closeBehind(left);
      assert.equal(loop.removeReader(left), true);
      assert.equal(loop.removeWriter(left), true);
      right.send(bytes);
      await rests(loop);
      for (const [, other] of pairs) other.send(bytes);
      while (told.length < others) await sleep(1);
      assert.deepEqual(
        told.sort((a, b) => a - b),
        [0, 1, 2].slice(0, others),
      );
      for (const [end, other] of pairs) {
        loop.removeReader(end);
        end.close();
        other.close();
      }
      left._disown();
      for (const socket of [duplicate, right]) socket.close();
    },
  );
}

onSelector(
  'addReader: the new owner of a number is told, the duplicate of the old one wakes nobody',
  async (loop) => {
    const [left, right] = socketpair();
    loop.addReader(left, never);
    const fd = left.fileno();
    const duplicate = closeBehind(left);
    left._disown();
    const [next, other] = socketpair();
    assert.equal(next.fileno(), fd);
    let calls = 0;
    loop.addReader(next, () => {
      calls++;
      next.recv(10);
    });
    right.send(bytes);
    await rests(loop);
    assert.equal(calls, 0);
    other.send(bytes);
    await rests(loop);
    assert.equal(calls, 1);
    loop.removeReader(next);
    for (const socket of [next, other, duplicate, right]) socket.close();
  },
);

onSelector(
  'addReader: a number that comes back with the open file it had is watched again',
  async (loop) => {
    const [left, right] = socketpair();
    loop.addReader(left, never);
    const fd = left.fileno();
    const duplicate = closeBehind(left);
    left._disown();
    assert.equal(loop.removeReader(fd), true);
    const again = duplicate.dup();
    assert.equal(again.fileno(), fd);
    const read = loop.createFuture<string>();
    loop.addReader(again, () => {
      loop.removeReader(again);
      read.setResult(again.recv(10).toString());
    });
    right.send(bytes);
    assert.equal(await read, 'x');
    await rests(loop);
    for (const socket of [again, duplicate, right]) socket.close();
  },
);

onSelector('addReader: a callback whose handle was cancelled is taken out', async (loop) => {
  const [left, right] = socketpair();
  loop.addReader(left, never).cancel();
  loop.addWriter(left, never).cancel();
  right.send(bytes);
  await rests(loop);
  assert.equal(descriptorsOf(loop).size, 0);
  left.close();
  right.close();
});

onSelector(
  'sockRecv: a child process that holds the open file: EBADF, and the loop rests',
  async (loop) => {
    const [left, right] = socketpair();
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', left.fileno()] });
    await once(child, 'spawn');
    const reading = createTask(() => loop.sockRecv(left, 10));
    while (left._reader === undefined) await sleep(0);
    closeSync(left.fileno());
    right.send(bytes);
    await assert.rejects(reading, isLost);
    await rests(loop);
    assert.equal(left.closed, true);
    child.stdin?.end();
    await once(child, 'close');
    right.close();
  },
);

onSelector('sockRecv: cancelled after the close it leaves nothing that wakes the loop', async (loop) => {
  const [left, right] = socketpair();
  const reading = createTask(() => loop.sockRecv(left, 10));
  while (left._reader === undefined) await sleep(0);
  const duplicate = closeBehind(left);
  reading.cancel();
  await assert.rejects(reading, { name: 'CancelledError' });
  right.send(bytes);
  await rests(loop);
  for (const socket of [duplicate, right]) socket.close();
});

/** A stream transport whose descriptor somebody else has closed. */
async function severed(loop: EventLoop): Promise<[Recorder, Socket, duplicate: Socket, peer: Socket]> {
  const [left, right] = socketpair();
  const [, protocol] = await loop.createConnection(() => new Recorder(), null, null, { sock: left });
  return [protocol, left, closeBehind(left), right];
}

onSelector(
  'transport: a read of a closed descriptor is connectionLost with EBADF, and the loop rests',
  async (loop) => {
    const [protocol, , duplicate, peer] = await severed(loop);
    peer.send(bytes);
    assert.ok(isLost(await protocol.lost));
    await rests(loop);
    for (const socket of [duplicate, peer]) socket.close();
  },
);

for (const what of ['close', 'abort', 'pauseReading'] as const) {
  onSelector(
    `transport.${what}: a descriptor that is closed already ends in connectionLost, once`,
    async (loop) => {
      const [protocol, left, duplicate, peer] = await severed(loop);
      const free = takeOver(left.fileno());
      protocol.transport?.[what]();
      const error = await protocol.lost;
      assert.ok(what === 'pauseReading' ? isLost(error) : error === undefined, String(error));
      assert.equal(left.closed, true);
      free();
      peer.send(bytes);
      await rests(loop);
      assert.deepEqual(protocol.events, ['made', 'lost']);
      for (const socket of [duplicate, peer]) socket.close();
    },
  );
}

onSelector('transport: what waits to be written is given up when its descriptor is lost', async (loop) => {
  const [left, right] = socketpair();
  const [transport, protocol] = await loop.createConnection(() => new Recorder(), null, null, {
    sock: left,
  });
  transport.write(Buffer.alloc(4 << 20));
  assert.ok(transport.getWriteBufferSize() > 0);
  const duplicate = closeBehind(left);
  const free = takeOver(left.fileno());
  transport.close();
  while (right.recv(65_536).length === 65_536) continue;
  assert.ok((await protocol.lost) instanceof OSError);
  assert.equal(transport.getWriteBufferSize(), 0);
  await rests(loop);
  free();
  for (const socket of [duplicate, right]) socket.close();
});

onSelector('transport: its Socket closed by the program is connectionLost with EBADF', async (loop) => {
  const [left, right] = socketpair();
  const [, protocol] = await loop.createConnection(() => new Recorder(), null, null, { sock: left });
  left.close();
  assert.ok(isLost(await protocol.lost));
  right.close();
});

onSelector(
  'Server: a connection whose descriptor is closed elsewhere is counted no longer once it is closed',
  async (loop) => {
    const accepted: Recorder[] = [];
    const factory = (): Recorder => accepted[accepted.push(new Recorder()) - 1] as Recorder;
    const server = await loop.createServer(factory, '127.0.0.1', 0);
    const [client] = await loop.createConnection(() => new Protocol(), '127.0.0.1', server.port);
    while (accepted.length === 0) await sleep(0);
    const [{ transport }] = accepted as [Recorder];
    closeSync(transport?.getExtraInfo<Socket>('socket')?.fileno() as number);
    assert.equal(server.connections, 1);
    server.close();
    server.closeClients();
    await server.waitClosed();
    assert.equal(server.connections, 0);
    client.abort();
    await sleep(0);
  },
);

onSelector(
  'datagram transport: a closed descriptor is connectionLost with EBADF, and the loop rests',
  async (loop) => {
    const lost = loop.createFuture<unknown>();
    class Listening extends DatagramProtocol {
      override connectionLost(error: unknown): void {
        lost.setResult(error);
      }
    }
    const [transport] = await loop.createDatagramEndpoint(() => new Listening(), {
      localAddr: ['127.0.0.1', 0],
    });
    const socket = transport.getExtraInfo<Socket>('socket') as Socket;
    const address = socket.getsockname();
    const duplicate = closeBehind(socket);
    duplicate.sendto(bytes, address);
    assert.ok(isLost(await lost));
    await rests(loop);
    duplicate.close();
  },
);

/** A pipe of the system's, non-blocking: its reading and its writing end. */
function pipe(): [read: number, write: number] {
  const pair = new Int32Array(2);
  assert.equal(libc().pipe2(new Uint8Array(pair.buffer), constants.O_NONBLOCK), 0);
  return [...pair] as [number, number];
}

onSelector(
  'connectReadPipe: a closed descriptor is connectionLost with EBADF, and the loop rests',
  async (loop) => {
    const [read, write] = pipe();
    const duplicate = libc().fcntl(read, 0, 0);
    const [, protocol] = await loop.connectReadPipe(() => new Recorder(), read);
    closeSync(read);
    assert.equal(libc().write(write, bytes, 1), 1);
    expectReport('Fatal read error on pipe transport');
    assert.ok(isLost(await protocol.lost));
    await rests(loop);
    for (const fd of [write, duplicate]) closeSync(fd);
  },
);

onSelector(
  'connectWritePipe: a closed descriptor is given up by close, and the loop rests',
  async (loop) => {
    const [read, write] = pipe();
    const duplicate = libc().fcntl(write, 0, 0);
    const [transport, protocol] = await loop.connectWritePipe(() => new Recorder(), write);
    closeSync(write);
    const free = takeOver(write);
    transport.close();
    await protocol.lost;
    free();
    closeSync(read);
    await rests(loop);
    closeSync(duplicate);
  },
);

onSelector('Socket.close: a number that is known to belong to another is left alone', async (loop) => {
  const [left, right] = socketpair();
  loop.addReader(left, never);
  closeSync(left.fileno());
  const free = takeOver(left.fileno());
  assert.throws(() => left.close(), isLost);
  free();
  right.close();
});

onSelector('loop.close: what fails there is reported, and everything else is closed', async (loop) => {
  const resources = resourcesOf(loop);
  const closed: string[] = [];
  const make = (name: string): LoopResource => ({
    loopClosed() {
      closed.push(name);
      if (name === 'first') throw new Error('cannot be closed');
    },
  });
  for (const name of ['first', 'second']) resources.add(make(name));
  expectReport('closing what was left open failed');
  resources.close();
  assert.deepEqual(closed, ['first', 'second']);
});
