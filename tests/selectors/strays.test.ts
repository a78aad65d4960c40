// What a selector no longer knows makes it ready no more, however long a duplicate of it lives.

import '../harness.ts';
import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import { test } from 'node:test';
import { EpollSelector, EVENT_READ, PollSelector } from '../../src/selectors/selectors.ts';
import { socketpair } from '../../src/socket.ts';
import { selectorMissing } from '../net/backends.ts';

test(
  'EpollSelector.select: a descriptor closed before unregister, with a duplicate, is an event for nobody',
  { skip: selectorMissing },
  () => {
    const selector = new EpollSelector<string>();
    const [left, right] = socketpair();
    const [other, far] = socketpair();
    selector.register(left, EVENT_READ, 'gone');
    selector.register(other, EVENT_READ, 'here');
    const duplicate = left.dup();
    const fd = left.detach();
    closeSync(fd);
    selector.unregister(fd);
    const [next, beyond] = socketpair();
    assert.equal(next.fileno(), fd);
    right.send(Buffer.from('x'));
    assert.deepEqual(selector.select(0), []);
    // The set itself is ready for nothing, so that a wait would be one.
    const watching = new PollSelector();
    watching.register(selector.fileno(), EVENT_READ);
    assert.equal(watching.select(0).length, 0);
    watching.close();
    far.send(Buffer.from('x'));
    assert.deepEqual(
      selector.select(1000).map(([key]) => key.data),
      ['here'],
    );
    // The number's new owner is told of its own bytes alone.
    selector.register(next, EVENT_READ, 'new');
    assert.deepEqual(
      selector.select(0).map(([key]) => key.data),
      ['here'],
    );
    selector.close();
    for (const socket of [duplicate, right, other, far, next, beyond]) socket.close();
  },
);
