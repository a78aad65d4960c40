// A number that was closed while it was waited for, and given out anew: its new owner gets its events, the old
// one none.

import '../harness.ts';
import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import { createTask, sleep } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { NOTHING } from '../../src/loop/runnable.ts';
import { socketpair } from '../../src/socket.ts';
import type { Socket } from '../../src/socket.ts';
import { onSelector } from './onSelector.ts';

const never = (): void => assert.fail('an event for who is gone');

/** A pair of which the first has the number of one that was closed by `close` while both directions of it were
 * waited for. */
function reused(loop: EventLoop, close: (socket: Socket) => void): [Socket, Socket] {
  const [gone, other] = socketpair();
  const fd = gone.fileno();
  loop.addReader(fd, never);
  other.send(Buffer.from('nobody reads this'));
  close(gone);
  other.close();
  const pair = socketpair();
  assert.equal(pair[0].fileno(), fd);
  return pair;
}

const behindOurBack = (socket: Socket): void => closeSync(socket.detach());

for (const [how, close] of [
  ['by its Socket', (socket: Socket) => socket.close()],
  ['by its number', behindOurBack],
] as const) {
  onSelector(`addReader: a number that was closed ${how} and reused`, async (loop) => {
    const [left, right] = reused(loop, close);
    const read = loop.createFuture<string>();
    loop.addReader(left, () => {
      loop.removeReader(left);
      read.setResult(left.recv(100).toString());
    });
    right.send(Buffer.from('new'));
    assert.equal(await read, 'new');
    left.close();
    right.close();
  });

  onSelector(`addWriter: a number that was closed ${how} and reused`, async (loop) => {
    const [left, right] = reused(loop, close);
    const written = loop.createFuture<void>();
    loop.addWriter(left, () => {
      loop.removeWriter(left);
      written.setResult();
    });
    right.send(Buffer.from('readable as well'));
    await written;
    assert.equal(loop.removeReader(left), false, 'the old reader is gone');
    left.close();
    right.close();
  });
}

onSelector('sockRecv: a number that was closed by its Socket and reused', async (loop) => {
  const [left, right] = reused(loop, (socket) => socket.close());
  const reading = createTask(() => loop.sockRecv(left, 100));
  while (left._reader === undefined) await sleep(0);
  right.send(Buffer.from('new'));
  assert.equal((await reading).toString(), 'new');
  left.close();
  right.close();
});

onSelector('removeReader, removeWriter: after the close they take out what is left', async (loop) => {
  const [left, right] = socketpair();
  const fd = left.fileno();
  loop.addReader(fd, never);
  loop.addWriter(fd, never);
  behindOurBack(left);
  assert.equal(loop.removeReader(fd), true);
  assert.equal(loop.removeWriter(fd), true);
  assert.equal(loop.removeWriter(fd), false);
  assert.equal(descriptorsOf(loop).size, 0);
  right.close();
});

onSelector('Socket.close: what waited for it is forgotten', async (loop) => {
  const [left, right] = socketpair();
  loop.addReader(left, never);
  loop.addWriter(left, never);
  left.close();
  assert.equal(descriptorsOf(loop).size, 0);
  await sleep(1);
  right.close();
});

onSelector(
  'Socket.close: in a reader that is told it spares the writer of the same event',
  async (loop) => {
    const [left, right] = socketpair();
    right.send(Buffer.from('readable and writable at once'));
    const closed = loop.createFuture<void>();
    loop.addWriter(left, never);
    loop.addReader(left, () => {});
    // In place of the reader, so that it is called within the event and not after it.
    descriptorsOf(loop).watchReadable(left.fileno(), {
      _descriptorLost: () => {},
      _readable() {
        left.close();
        closed.setResult();
        return NOTHING;
      },
    });
    await closed;
    await sleep(1);
    right.close();
  },
);
