// test_selectors.py: one set of cases over each selector, and what some of them add.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { InvalidArgumentError, OSError, UsageError } from '../../../src/asyncio.ts';
import {
  DefaultSelector,
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
  NotRegisteredError,
  PollSelector,
  SelectSelector,
} from '../../../src/selectors/selectors.ts';
import type { BaseSelector } from '../../../src/selectors/selectors.ts';
import { socketpair } from '../../../src/socket.ts';
import type { Socket } from '../../../src/socket.ts';
import { selectorMissing } from '../../net/backends.ts';
import { selectorCases } from './selectorCases.ts';
import type { SelectorCase } from './selectorCases.ts';

const skip = selectorMissing;
const selectors: Record<string, new () => BaseSelector> = {
  DefaultSelector,
  SelectSelector,
  PollSelector,
  EpollSelector,
};

/** Runs a case and closes what it made. */
async function runCase(make: new () => BaseSelector, body: SelectorCase): Promise<void> {
  const selector = new make();
  const sockets: Socket[] = [];
  const pair = (): [Socket, Socket] => {
    const both = socketpair();
    sockets.push(...both);
    return both;
  };
  try {
    await body(selector, pair);
  } finally {
    selector.close();
    for (const socket of sockets) socket.close();
  }
}

for (const [name, make] of Object.entries(selectors)) {
  for (const [title, body] of Object.entries(selectorCases)) {
    test(`${name}: ${title}`, { skip, timeout: 20_000 }, () => runCase(make, body));
  }
}

for (const make of [PollSelector, EpollSelector]) {
  test(`${make.name}: more descriptors than select can take`, { skip }, () =>
    runCase(make, (selector, pair) => {
      const pairs = 600;
      for (let count = 0; count < pairs; count++) {
        const [reader, writer] = pair();
        selector.register(reader, EVENT_READ);
        selector.register(writer, EVENT_WRITE);
      }
      assert.equal(selector.select().length, pairs, 'all in one call');
    }),
  );
}

test('SelectSelector: a descriptor of 1,024 or more is an error that says what to take', { skip }, () =>
  runCase(SelectSelector, (selector, pair) => {
    let last: Socket;
    do last = pair()[0];
    while (last.fileno() < 1024);
    assert.throws(
      () => selector.register(last, EVENT_READ),
      (error) => error instanceof InvalidArgumentError && /below 1024 .* PollSelector/.test(error.message),
    );
    assert.equal(selector.getMap()?.size, 0);
    const [low] = pair();
    const fd = low.fileno();
    assert.ok(fd >= 1024);
    assert.deepEqual(selector.select(0), []);
  }),
);

test('EpollSelector: a regular file is refused by the system and not registered', { skip }, () =>
  runCase(EpollSelector, (selector) => {
    const fd = openSync(import.meta.filename, 'r');
    try {
      assert.throws(
        () => selector.register(fd, EVENT_READ),
        (error) => error instanceof OSError && error.code === 'EPERM' && error.syscall === 'epoll_ctl',
      );
      assert.throws(() => selector.getKey(fd), NotRegisteredError);
    } finally {
      closeSync(fd);
    }
  }),
);

test('EpollSelector: fileno is the epoll set’s own, until it is closed', { skip }, () => {
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

test('DefaultSelector: it is the best that the system has', { skip }, () => {
  assert.equal(DefaultSelector, EpollSelector);
});
