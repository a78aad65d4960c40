// What asyncio's test_events and test_unix_events ask of add_reader and its like, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Future,
  InvalidArgumentError,
  newEventLoop,
  UnsupportedError,
  UsageError,
} from '../../../src/asyncio.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import type { Socket } from '../../../src/net/socket/socket.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Recorder } from '../../net/recorder.ts';
import { failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const misuse = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');
const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const onSelector = { only: 'selector' } as const;

function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.close();
}

// asyncio: EventLoopTestsMixin.test_reader_callback
onBackends(
  'addReader calls back whenever there is something to read, until removeReader',
  async (loop) => {
    const [ours, theirs] = socketpair();
    const pieces: string[] = [];
    const ended = new Future<void>();
    loop.addReader(ours, () => {
      const data = ours.recv(1024);
      if (data.length > 0) pieces.push(data.toString());
      else {
        assert.equal(loop.removeReader(ours.fileno()), true);
        ended.setResult();
      }
    });
    loop.callSoon(() => void theirs.send(Buffer.from('abc')));
    loop.callLater(5, () => {
      theirs.send(Buffer.from('def'));
      theirs.close();
    });
    await ended;
    assert.equal(pieces.join(''), 'abcdef');
    assert.equal(loop.removeReader(ours), false);
    closeAll([ours]);
  },
  onSelector,
);

// asyncio: EventLoopTestsMixin.test_writer_callback
onBackends(
  'addWriter calls back whenever there is room to write, until removeWriter',
  async (loop) => {
    const [ours, theirs] = socketpair();
    let calls = 0;
    const enough = new Future<void>();
    loop.addWriter(
      ours.fileno(),
      (text: string) => {
        ours.send(Buffer.from(text));
        if (++calls < 3) return;
        assert.equal(loop.removeWriter(ours), true);
        enough.setResult();
      },
      'x',
    );
    await enough;
    await turns(3);
    assert.equal(theirs.recv(100).toString(), 'xxx');
    assert.equal(loop.removeWriter(ours), false);
    closeAll([ours, theirs]);
  },
  onSelector,
);

onBackends(
  'addReader again takes the place of the callback, and a cancelled handle is not called',
  async (loop) => {
    const [ours, theirs] = socketpair();
    const told: string[] = [];
    const second = new Future<void>();
    loop.addReader(ours, () => told.push('first'));
    const handle = loop.addReader(ours, () => {
      told.push('second');
      loop.removeReader(ours);
      second.setResult();
    });
    theirs.send(Buffer.from('x'));
    await second;
    assert.deepEqual(told, ['second']);
    assert.equal(handle.cancelled(), true);
    closeAll([ours, theirs]);
  },
  onSelector,
);

// asyncio: BaseSelectorEventLoopTests.test_add_writer_existing, test_process_events_write_cancelled
onBackends(
  'addWriter again takes the place of the callback, and a cancelled handle is not called',
  async (loop) => {
    const [ours, theirs] = socketpair();
    const told: string[] = [];
    const second = new Future<void>();
    const third = new Future<void>();
    loop.addReader(ours, () => told.push('reader'));
    const replaced = loop.addWriter(ours, () => told.push('first'));
    loop.addWriter(ours, () => {
      told.push('second');
      second.setResult();
      loop.addWriter(ours, () => told.push('cancelled')).cancel();
      loop.addWriter(theirs, () => {
        loop.removeWriter(theirs);
        third.setResult();
      });
    });
    assert.equal(replaced.cancelled(), true);
    await second;
    await third;
    assert.deepEqual(told, ['second']);
    assert.equal(loop.removeWriter(ours), false);
    assert.equal(loop.removeReader(ours), true);
    closeAll([ours, theirs]);
  },
  onSelector,
);

// asyncio: TestFunctional.test_add_reader_invalid_argument
onBackends(
  'addReader and its like refuse what is no descriptor',
  async (loop) => {
    for (const wrong of [-1, 1.5, '3', {}, null, undefined]) {
      const fd = wrong as never;
      for (const call of [
        () => loop.addReader(fd, () => {}),
        () => loop.addWriter(fd, () => {}),
        () => loop.removeReader(fd),
        () => loop.removeWriter(fd),
      ]) {
        assert.throws(call, badArgument);
      }
    }
  },
  onSelector,
);

// asyncio: TestFunctional.test_add_reader_or_writer_transport_fd
onBackends(
  'addReader and its like leave the descriptor of a transport alone',
  async (loop) => {
    const [ours, theirs] = socketpair();
    const [transport, protocol] = await createConnection(loop, () => new Recorder(), null, null, {
      sock: ours,
    });
    for (const fd of [ours, ours.fileno()]) {
      assert.throws(() => loop.addReader(fd, () => {}), misuse);
      assert.throws(() => loop.addWriter(fd, () => {}), misuse);
      assert.throws(() => loop.removeReader(fd), misuse);
      assert.throws(() => loop.removeWriter(fd), misuse);
    }
    theirs.send(Buffer.from('x'));
    assert.equal(await protocol.bytes(1), 'x');
    transport.close();
    await protocol.lost;
    closeAll([theirs]);
  },
  onSelector,
);

// asyncio: EventLoopTestsMixin.test_remove_fds_after_closing, test_add_fds_after_closing
test(
  'a closed loop waits for no descriptors: adding throws, removing finds none',
  { skip: selectorMissing },
  async () => {
    const loop = newEventLoop({ backend: 'selector' });
    const [ours, theirs] = socketpair();
    loop.addReader(ours, () => {});
    loop.addWriter(ours, () => {});
    loop.close();
    loop.close();
    assert.equal(loop.isClosed(), true);
    await assert.rejects(async () => loop.runForever(), misuse);
    await assert.rejects(async () => loop.runUntilComplete(async () => {}), misuse);
    assert.equal(loop.removeReader(ours), false);
    assert.equal(loop.removeWriter(ours), false);
    assert.throws(() => loop.addReader(ours, () => {}), misuse);
    assert.throws(() => loop.addWriter(ours, () => {}), misuse);
    closeAll([ours, theirs]);
  },
);

onBackends(
  'on the host backend addReader and its like say that they need the other',
  async (loop) => {
    const unsupported = failsWith(UnsupportedError, 'ERR_ASYNCIO_UNSUPPORTED');
    assert.throws(() => loop.addReader(0, () => {}), unsupported);
    assert.throws(() => loop.addWriter(0, () => {}), unsupported);
    assert.throws(() => loop.removeReader(0), unsupported);
    assert.throws(() => loop.removeWriter(0), unsupported);
  },
  { only: 'host' },
);
