// test_selectors.py, the waiting: select, its timeout, and what it answers.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import { InvalidArgumentError, UsageError } from '../../../src/asyncio.ts';
import {
  DefaultSelector,
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
} from '../../../src/selectors/selectors.ts';
import type { ReadyKey } from '../../../src/selectors/selectors.ts';
import { Random } from '../../../src/testing/random.ts';
import { socketpair } from '../../../src/socket.ts';
import type { Socket } from '../../../src/socket.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onSelectors } from './onSelectors.ts';

const BOTH = EVENT_READ | EVENT_WRITE;

function readyFor(ready: readonly ReadyKey[], event: number): unknown[] {
  return ready.filter(([, events]) => (events & event) !== 0).map(([key]) => key.fileobj);
}

onSelectors('select answers what is ready, and for what', (selector, pair) => {
  const [reader, writer] = pair();
  selector.register(reader, EVENT_READ);
  const key = selector.register(writer, EVENT_WRITE);
  assert.deepEqual(selector.select(), [[key, EVENT_WRITE]]);
});

onSelectors('select tells reading and writing of one descriptor together', (selector, pair) => {
  const [one, other] = pair();
  other.send(Buffer.from('foo'));
  const key = selector.register(one, BOTH);
  assert.deepEqual(selector.select(), [[key, BOTH]]);
});

onSelectors(
  'select tells the end of data as readable, and a peer that is gone as both',
  (selector, pair) => {
    const [one, other] = pair();
    const key = selector.register(one, EVENT_READ);
    other.close();
    assert.deepEqual(selector.select(), [[key, EVENT_READ]]);
    assert.equal(selector.select().length, 1, 'level-triggered');
    selector.modify(one, BOTH);
    assert.deepEqual(
      selector.select().map(([, events]) => events),
      [BOTH],
    );
  },
);

onSelectors('messages between many pairs arrive, each at its reader', (selector, pair) => {
  const random = new Random(7);
  const readerOf = new Map<unknown, Socket>();
  for (let count = 0; count < 12; count++) {
    const [reader, writer] = pair();
    selector.register(reader, EVENT_READ);
    selector.register(writer, EVENT_WRITE);
    readerOf.set(writer, reader);
  }
  while (readerOf.size > 0) {
    const writers = readyFor(selector.select(), EVENT_WRITE) as Socket[];
    assert.equal(writers.length, readerOf.size);
    const writer = writers[random.int(writers.length)] as Socket;
    const reader = readerOf.get(writer) as Socket;
    writer.send(Buffer.from(' This is a test.'));
    assert.deepEqual(readyFor(selector.select(), EVENT_READ), [reader]);
    assert.equal(reader.recv(100).toString(), ' This is a test.');
    selector.unregister(writer);
    selector.unregister(reader);
    readerOf.delete(writer);
  }
});

onSelectors('select of nothing waits for its time', (selector) => {
  assert.deepEqual(selector.select(0), []);
  const began = performance.now();
  assert.deepEqual(selector.select(20), []);
  assert.ok(performance.now() - began >= 19.9);
});

onSelectors(
  'select with no time left only looks, else waits at least as long as asked',
  (selector, pair) => {
    const [reader, writer] = pair();
    selector.register(writer, EVENT_WRITE);
    assert.equal(selector.select(0).length, 1);
    assert.equal(selector.select(-1).length, 1);
    assert.equal(selector.select({ total: () => 60_000 }).length, 1);
    selector.unregister(writer);
    selector.register(reader, EVENT_READ);
    assert.deepEqual(selector.select(0), []);
    assert.deepEqual(selector.select(-1), []);
    for (const timeout of [0.4, 1.5, 30]) {
      const began = performance.now();
      assert.deepEqual(selector.select(timeout), []);
      assert.ok(performance.now() - began >= timeout - 0.1, `${timeout} ms`);
    }
    assert.throws(() => selector.select('1' as never), InvalidArgumentError);
  },
);

onSelectors('select goes on after a signal', async (selector, pair) => {
  const [reader] = pair();
  selector.register(reader, EVENT_READ);
  let caught = false;
  const handler = (): void => void (caught = true);
  process.on('SIGWINCH', handler);
  const killer = spawn('kill', ['-WINCH', String(process.pid)], { stdio: 'ignore' });
  const gone = once(killer, 'exit');
  const began = performance.now();
  assert.deepEqual(selector.select(200), []);
  assert.ok(performance.now() - began >= 199.9);
  assert.equal(caught, false, 'no handler can run while the thread is blocked');
  await gone;
  while (!caught) await new Promise((resolve) => setImmediate(resolve));
  process.off('SIGWINCH', handler);
});

onSelectors(
  'more descriptors than select can take are answered in one call',
  (selector, pair) => {
    const pairs = 600;
    for (let count = 0; count < pairs; count++) {
      const [reader, writer] = pair();
      selector.register(reader, EVENT_READ);
      selector.register(writer, EVENT_WRITE);
    }
    assert.equal(selector.select().length, pairs);
  },
  ['PollSelector', 'EpollSelector'],
);

test('EpollSelector: fileno is the epoll set’s own, until it is closed', { skip: selectorMissing }, () => {
  const selector = new EpollSelector();
  assert.ok(Number.isInteger(selector.fileno()) && selector.fileno() >= 0);
  const outer = new DefaultSelector();
  outer.register(selector, EVENT_READ);
  const [left, right] = socketpair();
  selector.register(left, EVENT_READ);
  assert.deepEqual(outer.select(0), []);
  right.send(Buffer.from('x'));
  assert.equal(outer.select(0).length, 1, 'a set can be waited for itself');
  outer.close();
  selector.close();
  assert.throws(() => selector.fileno(), UsageError);
  left.close();
  right.close();
});
