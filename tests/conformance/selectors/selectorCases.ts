// What every selector must do: the cases of test_selectors.py, and where we say more. A case gets a fresh
// selector and a maker of socket pairs; both are closed after it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { InvalidArgumentError, UsageError } from '../../../src/asyncio.ts';
import {
  AlreadyRegisteredError,
  EVENT_READ,
  EVENT_WRITE,
  NotRegisteredError,
  SelectorKey,
} from '../../../src/selectors/selectors.ts';
import type { BaseSelector, ReadyKey } from '../../../src/selectors/selectors.ts';
import { Random } from '../../../src/testing/random.ts';
import type { Socket } from '../../../src/socket.ts';

export type Pair = () => [Socket, Socket];
export type SelectorCase = (selector: BaseSelector, pair: Pair) => void | Promise<void>;

const BOTH = EVENT_READ | EVENT_WRITE;
/** Surely no open descriptor. */
const NO_FD = 999_999;

function readyFor(ready: readonly ReadyKey[], event: number): unknown[] {
  return ready.filter(([, events]) => (events & event) !== 0).map(([key]) => key.fileobj);
}

/** By title. */
export const selectorCases: Readonly<Record<string, SelectorCase>> = {
  'register answers a key with object, descriptor, events and data': (selector, pair) => {
    const [reader] = pair();
    const key = selector.register(reader, EVENT_READ, 'data');
    assert.ok(key instanceof SelectorKey);
    assert.equal(key.fileobj, reader);
    assert.equal(key.fd, reader.fileno());
    assert.equal(key.events, EVENT_READ);
    assert.equal(key.data, 'data');
  },

  'register refuses unknown events and what is no descriptor': (selector, pair) => {
    const [reader] = pair();
    for (const events of [NO_FD, 0, -1, 4, Number.NaN])
      assert.throws(() => selector.register(reader, events), InvalidArgumentError, String(events));
    for (const fileobj of [-10, 1.5, {}, { fileno: () => 'x' }, 'x', null] as never[])
      assert.throws(() => selector.register(fileobj, EVENT_READ), InvalidArgumentError, String(fileobj));
    assert.equal(selector.getMap()?.size, 0);
  },

  'register refuses a descriptor that is registered, also by another object': (selector, pair) => {
    const [reader] = pair();
    selector.register(reader, EVENT_READ);
    assert.throws(() => selector.register(reader, EVENT_READ), AlreadyRegisteredError);
    assert.throws(() => selector.register(reader.fileno(), EVENT_READ), AlreadyRegisteredError);
  },

  'unregister takes it out, once': (selector, pair) => {
    const [reader] = pair();
    const key = selector.register(reader, EVENT_READ);
    assert.equal(selector.unregister(reader), key);
    assert.throws(() => selector.unregister(NO_FD), NotRegisteredError);
    assert.throws(() => selector.unregister(reader), NotRegisteredError);
  },

  'unregister of a descriptor that was closed is no error': (selector, pair) => {
    const [reader, writer] = pair();
    const [r, w] = [reader.fileno(), writer.fileno()];
    selector.register(r, EVENT_READ);
    selector.register(w, EVENT_WRITE);
    reader.close();
    writer.close();
    selector.unregister(r);
    selector.unregister(w);
  },

  'unregister of a descriptor that was closed and given out anew is no error': (selector, pair) => {
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

  'unregister of a socket that was closed finds it by the object': (selector, pair) => {
    const [reader, writer] = pair();
    selector.register(reader, EVENT_READ);
    selector.register(writer, EVENT_WRITE);
    reader.close();
    writer.close();
    assert.equal(selector.getKey(reader).fileobj, reader);
    selector.unregister(reader);
    selector.unregister(writer);
  },

  'modify changes the events': (selector, pair) => {
    const [reader] = pair();
    const key = selector.register(reader, EVENT_READ);
    const changed = selector.modify(reader, EVENT_WRITE);
    assert.notEqual(key.events, changed.events);
    assert.equal(selector.getKey(reader), changed);
    assert.deepEqual(selector.select(0), [[changed, EVENT_WRITE]]);
    assert.throws(() => selector.modify(reader, 8), InvalidArgumentError);
    assert.throws(() => selector.modify(NO_FD, EVENT_READ), NotRegisteredError);
  },

  'modify changes the data without asking the system': (selector, pair) => {
    const [reader] = pair();
    const [first, second] = [{}, {}];
    const key = selector.register(reader, EVENT_READ, first);
    selector.register = selector.unregister = () => assert.fail('not needed');
    const changed = selector.modify(reader, EVENT_READ, second);
    assert.equal(changed.events, key.events);
    assert.equal(changed.data, second);
    assert.equal(selector.getKey(reader), changed);
    assert.equal(selector.modify(reader, EVENT_READ).data, undefined);
  },

  'modify that the system refuses leaves it unregistered': (selector, pair) => {
    const [reader] = pair();
    selector.register(reader, EVENT_READ);
    const refused = new Error('refused');
    (selector as unknown as { _change: () => void })._change = () => {
      throw refused;
    };
    assert.throws(() => selector.modify(reader, EVENT_WRITE), refused);
    assert.equal(selector.getMap()?.size, 0);
    assert.deepEqual(selector.select(0), []);
  },

  'close forgets everything and every method says so': (selector, pair) => {
    const map = selector.getMap();
    const [reader, writer] = pair();
    selector.register(reader, EVENT_READ);
    selector.register(writer, EVENT_WRITE);
    selector.close();
    selector.close();
    assert.equal(selector.getMap(), undefined);
    assert.equal(map?.get(reader), undefined);
    assert.equal(map?.size, 0);
    for (const call of [
      () => selector.getKey(reader),
      () => selector.register(writer, EVENT_READ),
      () => selector.unregister(writer),
      () => selector.select(0),
    ])
      assert.throws(call, UsageError);
  },

  'getKey answers the key': (selector, pair) => {
    const [reader] = pair();
    const key = selector.register(reader, EVENT_READ, 'data');
    assert.equal(selector.getKey(reader), key);
    assert.equal(selector.getKey(reader.fileno()), key);
    assert.throws(() => selector.getKey(NO_FD), NotRegisteredError);
  },

  'getMap is a live read-only view': (selector, pair) => {
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
  },

  'select answers what is ready, and for what': (selector, pair) => {
    const [reader, writer] = pair();
    selector.register(reader, EVENT_READ);
    const key = selector.register(writer, EVENT_WRITE);
    assert.deepEqual(selector.select(), [[key, EVENT_WRITE]]);
  },

  'select tells reading and writing of one descriptor together': (selector, pair) => {
    const [one, other] = pair();
    other.send(Buffer.from('foo'));
    const key = selector.register(one, BOTH);
    assert.deepEqual(selector.select(), [[key, BOTH]]);
  },

  'select tells the end of data as readable, and a peer that is gone as both': (selector, pair) => {
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

  'dispose closes': (selector, pair) => {
    const [reader, writer] = pair();
    selector.register(reader, EVENT_READ);
    selector.register(writer, EVENT_WRITE);
    selector[Symbol.dispose]();
    assert.throws(() => selector.getKey(reader), UsageError);
  },

  'messages between many pairs arrive, each at its reader': (selector, pair) => {
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
  },

  'select of nothing waits for its time': (selector) => {
    assert.deepEqual(selector.select(0), []);
    const began = performance.now();
    assert.deepEqual(selector.select(20), []);
    assert.ok(performance.now() - began >= 19.9);
  },

  'select with no time left only looks, else waits at least as long as asked': (selector, pair) => {
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

  'select goes on after a signal': async (selector, pair) => {
    const [reader] = pair();
    selector.register(reader, EVENT_READ);
    let caught = false;
    const handler = (): void => void (caught = true);
    process.on('SIGUSR2', handler);
    const killer = spawn('kill', ['-USR2', String(process.pid)], { stdio: 'ignore' });
    const gone = once(killer, 'exit');
    const began = performance.now();
    assert.deepEqual(selector.select(200), []);
    assert.ok(performance.now() - began >= 199.9);
    assert.equal(caught, false, 'no handler can run while the thread is blocked');
    await gone;
    while (!caught) await new Promise((resolve) => setImmediate(resolve));
    process.off('SIGUSR2', handler);
  },
};
