// Numbers that go to the system: it takes 32 bits, so a larger one would be cut and mean another descriptor,
// another option, another call.

import '../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError, Protocol } from '../../src/asyncio.ts';
import { EpollSelector, EVENT_READ, PollSelector } from '../../src/selectors/selectors.ts';
import { Socket, socketpair } from '../../src/socket.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { onSelector } from './onSelector.ts';

const far = (number: number): number[] => [
  2 ** 32 + number,
  2 ** 33 + number,
  2 ** 31,
  2 ** 53,
  number + 0.5,
  NaN,
];

const refused = (argument: string) => (error: unknown) =>
  error instanceof InvalidArgumentError && error.argument === argument;

onSelector(
  'addReader and its like: a descriptor beyond 32 bits is refused, and no other one touched',
  async (loop) => {
    const [left, right] = socketpair();
    right.send(Buffer.from('for nobody'));
    const never = (): void => assert.fail('called');
    for (const fd of far(left.fileno())) {
      assert.throws(() => loop.addReader(fd, never), refused('fd'));
      assert.throws(() => loop.addWriter(fd, never), refused('fd'));
      assert.throws(() => loop.removeReader(fd), refused('fd'));
      assert.throws(() => loop.removeWriter(fd), refused('fd'));
      assert.throws(() => Socket.fromFd(fd), refused('fd'));
      assert.throws(() => new Socket(1, 1, 0, fd), refused('fd'));
      await assert.rejects(
        loop.connectReadPipe(() => new Protocol(), fd),
        refused('pipe'),
      );
      await assert.rejects(
        loop.connectWritePipe(() => new Protocol(), fd),
        refused('pipe'),
      );
      await assert.rejects(loop.sockSendfile(left, fd), refused('file'));
      for (const selector of [new EpollSelector(), new PollSelector()]) {
        assert.throws(() => selector.register(fd, EVENT_READ), refused('fileobj'));
        assert.throws(() => selector.modify(fd, EVENT_READ), refused('fileobj'));
        assert.throws(() => selector.unregister(fd), refused('fileobj'));
        assert.throws(() => selector.register({ fileno: () => fd }, EVENT_READ), refused('fileobj'));
        selector.close();
      }
    }
    assert.equal(descriptorsOf(loop).size, 0);
    assert.equal(left.recv(100).toString(), 'for nobody');
    left.close();
    right.close();
  },
);

onSelector('Socket: other numbers beyond 32 bits are refused', async () => {
  const [left, right] = socketpair();
  for (const number of far(1)) {
    assert.throws(() => new Socket(number), refused('family'));
    assert.throws(() => socketpair(number), refused('family'));
    assert.throws(() => left.shutdown(number), refused('how'));
    assert.throws(() => left.listen(number), refused('backlog'));
    assert.throws(() => left.send(Buffer.from('x'), number), refused('flags'));
    assert.throws(() => left.recv(1, number), refused('flags'));
    assert.throws(() => left.setsockopt(number, 2, 1), refused('level'));
    assert.throws(() => left.setsockopt(1, number, 1), refused('option'));
    assert.throws(() => left.setsockopt(1, 2, number), refused('value'));
    assert.throws(() => left.getsockopt(1, number), refused('option'));
  }
  left.close();
  right.close();
});
