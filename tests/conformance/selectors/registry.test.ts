// test_selectors.py, the registry: register, unregister, modify, getKey, getMap, close.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError, OSError, UnsupportedError, UsageError } from '../../../src/asyncio.ts';
import {
  AlreadyRegisteredError,
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
  NotRegisteredError,
  PollSelector,
  SelectorKey,
  SelectSelector,
} from '../../../src/selectors/selectors.ts';
import type { Socket } from '../../../src/socket.ts';
import { selectorMissing } from '../../net/backends.ts';
import { NO_FD, onSelectors } from './onSelectors.ts';

onSelectors('register answers a key with object, descriptor, events and data', (selector, pair) => {
  const [reader] = pair();
  const key = selector.register(reader, EVENT_READ, 'data');
  assert.ok(key instanceof SelectorKey);
  assert.equal(key.fileobj, reader);
  assert.equal(key.fd, reader.fileno());
  assert.equal(key.events, EVENT_READ);
  assert.equal(key.data, 'data');
});

onSelectors('register refuses unknown events and what is no descriptor', (selector, pair) => {
  const [reader] = pair();
  for (const events of [NO_FD, 0, -1, 4, Number.NaN])
    assert.throws(() => selector.register(reader, events), InvalidArgumentError, String(events));
  for (const fileobj of [-10, 1.5, {}, { fileno: () => 'x' }, 'x', null] as never[])
    assert.throws(() => selector.register(fileobj, EVENT_READ), InvalidArgumentError, String(fileobj));
  assert.equal(selector.getMap()?.size, 0);
});

onSelectors(
  'register refuses a descriptor that is registered, also by another object',
  (selector, pair) => {
    const [reader] = pair();
    selector.register(reader, EVENT_READ);
    assert.throws(() => selector.register(reader, EVENT_READ), AlreadyRegisteredError);
    assert.throws(() => selector.register(reader.fileno(), EVENT_READ), AlreadyRegisteredError);
  },
);

onSelectors('unregister takes it out, once', (selector, pair) => {
  const [reader] = pair();
  const key = selector.register(reader, EVENT_READ);
  assert.equal(selector.unregister(reader), key);
  assert.throws(() => selector.unregister(NO_FD), NotRegisteredError);
  assert.throws(() => selector.unregister(reader), NotRegisteredError);
});

onSelectors('unregister of a descriptor that was closed is no error', (selector, pair) => {
  const [reader, writer] = pair();
  const [r, w] = [reader.fileno(), writer.fileno()];
  selector.register(r, EVENT_READ);
  selector.register(w, EVENT_WRITE);
  reader.close();
  writer.close();
  selector.unregister(r);
  selector.unregister(w);
});

onSelectors(
  'unregister of a descriptor that was closed and given out anew is no error',
  (selector, pair) => {
    const [reader, writer] = pair();
    const numbers = [reader.fileno(), writer.fileno()] as const;
    selector.register(numbers[0], EVENT_READ);
    selector.register(numbers[1], EVENT_WRITE);
    reader.close();
    writer.close();
    // The system gives out the lowest numbers that are free.
    assert.deepEqual(new Set(pair().map((socket) => socket.fileno())), new Set(numbers));
    selector.unregister(numbers[0]);
    selector.unregister(numbers[1]);
  },
);

onSelectors('unregister of a socket that was closed finds it by the object', (selector, pair) => {
  const [reader, writer] = pair();
  selector.register(reader, EVENT_READ);
  selector.register(writer, EVENT_WRITE);
  reader.close();
  writer.close();
  assert.equal(selector.getKey(reader).fileobj, reader);
  selector.unregister(reader);
  selector.unregister(writer);
});

onSelectors('modify changes the events', (selector, pair) => {
  const [reader] = pair();
  const key = selector.register(reader, EVENT_READ);
  const changed = selector.modify(reader, EVENT_WRITE);
  assert.notEqual(key.events, changed.events);
  assert.equal(selector.getKey(reader), changed);
  assert.deepEqual(selector.select(0), [[changed, EVENT_WRITE]]);
  assert.throws(() => selector.modify(reader, 8), InvalidArgumentError);
  assert.throws(() => selector.modify(NO_FD, EVENT_READ), NotRegisteredError);
});

onSelectors('modify changes the data without asking the system', (selector, pair) => {
  const [reader] = pair();
  const [first, second] = [{}, {}];
  const key = selector.register(reader, EVENT_READ, first);
  selector.register = selector.unregister = () => assert.fail('not needed');
  const changed = selector.modify(reader, EVENT_READ, second);
  assert.equal(changed.events, key.events);
  assert.equal(changed.data, second);
  assert.equal(selector.getKey(reader), changed);
  assert.equal(selector.modify(reader, EVENT_READ).data, undefined);
});

onSelectors('modify that the system refuses leaves it unregistered', (selector, pair) => {
  const [reader] = pair();
  selector.register(reader, EVENT_READ);
  const refused = new Error('refused');
  (selector as unknown as { _change: () => void })._change = () => {
    throw refused;
  };
  assert.throws(() => selector.modify(reader, EVENT_WRITE), refused);
  assert.equal(selector.getMap()?.size, 0);
  assert.deepEqual(selector.select(0), []);
});

onSelectors('close forgets everything and every method says so', (selector, pair) => {
  const map = selector.getMap();
  const [reader, writer] = pair();
  selector.register(reader, EVENT_READ);
  selector.register(writer, EVENT_WRITE);
  selector.close();
  selector.close();
  assert.equal(selector.getMap(), undefined);
  assert.equal(map?.get(reader), undefined);
  assert.equal(map?.get(writer), undefined);
  assert.equal(map?.size, 0);
  for (const call of [
    () => selector.getKey(reader),
    () => selector.getKey(writer),
    () => selector.register(writer, EVENT_READ),
    () => selector.unregister(writer),
    () => selector.select(0),
  ])
    assert.throws(call, UsageError);
});

onSelectors('getKey answers the key', (selector, pair) => {
  const [reader] = pair();
  const key = selector.register(reader, EVENT_READ, 'data');
  assert.equal(selector.getKey(reader), key);
  assert.equal(selector.getKey(reader.fileno()), key);
  assert.throws(() => selector.getKey(NO_FD), NotRegisteredError);
});

onSelectors('getMap is a live read-only view', (selector, pair) => {
  const [reader] = pair();
  const map = selector.getMap();
  assert.ok(map);
  assert.equal(map.size, 0);
  assert.deepEqual([...map], []);
  assert.equal(map.get(reader), undefined);
  assert.equal(map.get(reader, 'none'), 'none');
  const key = selector.register(reader, EVENT_READ, 'data');
  assert.equal(map.has(reader), true);
  assert.equal(map.get(reader), key);
  assert.equal(map.size, 1);
  assert.deepEqual([...map], [reader.fileno()]);
  assert.deepEqual([...map.values()], [key]);
  assert.deepEqual([...map.entries()], [[reader.fileno(), key]]);
  assert.equal(map.get(NO_FD), undefined);
  assert.equal('set' in map || 'delete' in map, false);
});

onSelectors('dispose closes', (selector, pair) => {
  const [reader, writer] = pair();
  selector.register(reader, EVENT_READ);
  selector.register(writer, EVENT_WRITE);
  selector[Symbol.dispose]();
  assert.throws(() => selector.getKey(reader), UsageError);
  assert.throws(() => selector.getKey(writer), UsageError);
});

onSelectors(
  'a regular file is refused by the system and not registered',
  (selector) => {
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
  },
  ['EpollSelector'],
);

onSelectors(
  'a descriptor of 1,024 or more is an error that says what to take',
  (selector, pair) => {
    let last: Socket;
    do last = pair()[0];
    while (last.fileno() < 1024);
    assert.throws(
      () => selector.register(last, EVENT_READ),
      (error) => error instanceof InvalidArgumentError && /below 1024 .* PollSelector/.test(error.message),
    );
    assert.equal(selector.getMap()?.size, 0);
    assert.deepEqual(selector.select(0), []);
  },
  ['SelectSelector'],
);

test(
  'a selector says so where there are no system calls',
  { skip: selectorMissing === false && 'there are' },
  () => {
    for (const make of [SelectSelector, PollSelector, EpollSelector])
      assert.throws(() => new make(), UnsupportedError);
  },
);

onSelectors('errors and print-outs say which descriptors', (selector, pair) => {
  const [reader] = pair();
  assert.throws(() => selector.unregister(reader), {
    message: `descriptor ${reader.fileno()} is not registered`,
  });
  selector.register(reader, EVENT_READ);
  assert.match(inspect(selector), /^<\w+Selector registered=1>$/);
  assert.ok(
    inspect(selector.getMap()).startsWith(`SelectorMap(1) {\n  ${reader.fileno()} => SelectorKey {`),
  );
  selector.close();
  assert.match(inspect(selector), /^<\w+Selector closed>$/);
});
