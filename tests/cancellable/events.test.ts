// Events, streams and timers of asyncio-ts/cancellable.

import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, moveOnAfter, sleep, timeout, TimeoutError } from '../../src/asyncio.ts';
import { events, stream, timers } from '../../src/cancellable/cancellable.ts';
import { inLoop } from '../inLoop.ts';
import { errorOf } from '../outcome.ts';
import { cancelAtEachMoment } from './cancels.ts';

test(
  'events.once: it listens from the call on, and a cancel takes the listeners away',
  inLoop(async () => {
    const emitter = new EventEmitter();
    const heard = events.once(emitter, 'it');
    emitter.emit('it', 1, 2);
    assert.deepEqual(await heard, [1, 2]);
    await cancelAtEachMoment(() => events.once(emitter, 'it'));
    assert.deepEqual([emitter.listenerCount('it'), emitter.listenerCount('error')], [0, 0]);
    const target = new EventTarget();
    await cancelAtEachMoment(() => events.once(target, 'it'));
    assert.equal(getEventListeners(target, 'it').length, 0);
    await assert.rejects(
      Promise.all([events.once(emitter, 'it'), emitter.emit('error', new RangeError('it'))]),
      RangeError,
    );
  }),
);

test(
  'events.once: in the very turn of the event, the cancel wins, and nothing is left',
  inLoop(async () => {
    const emitter = new EventEmitter();
    const task = createTask(() => events.once(emitter, 'it'));
    await sleep(1);
    emitter.emit('it');
    task.cancel();
    await Promise.allSettled([task]);
    assert.equal(task.cancelled(), true);
    assert.equal(emitter.listenerCount('it'), 0);
  }),
);

test(
  "events.once: the caller's own signal rejects as the host says, with no listener left",
  inLoop(async () => {
    const emitter = new EventEmitter();
    const own = new AbortController();
    const heard = events.once(emitter, 'it', { signal: own.signal });
    own.abort();
    await assert.rejects(heard, { name: 'AbortError' });
    const other = new AbortController();
    await cancelAtEachMoment(() => events.once(emitter, 'it', { signal: other.signal }));
    assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  }),
);

test(
  'events.on: no event between two turns is missed; a cancel of the loop, and its end, take the listeners away',
  inLoop(async () => {
    const emitter = new EventEmitter();
    const got: unknown[] = [];
    const events1 = events.on(emitter, 'it');
    for (const n of [1, 2, 3]) emitter.emit('it', n);
    for await (const [n] of events1) if (got.push(n) === 3) break;
    assert.deepEqual(got, [1, 2, 3]);
    assert.equal(emitter.listenerCount('it'), 0);
    await cancelAtEachMoment(async () => {
      for await (const _ of events.on(emitter, 'it'));
    });
    assert.equal(emitter.listenerCount('it'), 0);
  }),
);

test(
  'stream.pipeline: a cancel destroys the streams, and is thrown when they have ended',
  inLoop(async () => {
    await cancelAtEachMoment(async () => {
      const source = new Readable({ read() {} });
      let closed = false;
      const sink = new Writable({
        destroy(error, callback) {
          setTimeout(() => {
            closed = true;
            callback(error);
          }, 5);
        },
      });
      try {
        await stream.pipeline(source, new PassThrough(), sink);
      } finally {
        assert.deepEqual([source.destroyed, closed], sink.destroyed ? [true, true] : [false, false]);
      }
    });
    const chunks: string[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, callback) {
        chunks.push(String(chunk));
        callback();
      },
    });
    await stream.pipeline(Readable.from(['a', 'b']), sink, { end: true });
    assert.deepEqual(chunks, ['a', 'b']);
  }),
);

test(
  'stream.pipeline: with the signal of a timeout among its options too, the streams have ended first',
  inLoop(async () => {
    let closed = false;
    const sink = new Writable({
      destroy(error, callback) {
        setTimeout(() => {
          closed = true;
          callback(error);
        }, 20);
      },
    });
    const source = new Readable({ read() {} });
    await errorOf(
      timeout(10, ({ signal }) => stream.pipeline(source, sink, { signal })),
      TimeoutError,
    );
    assert.equal(closed, true);
  }),
);

test(
  'timers, events.on: what is no signal is refused by the host, in its words',
  inLoop(async () => {
    for (const signal of [null, 5] as never[]) {
      const refused = { code: 'ERR_INVALID_ARG_TYPE' };
      await assert.rejects(timers.setTimeout(1, undefined, { signal }), refused);
      await assert.rejects(async () => events.on(new EventEmitter(), 'it', { signal }), refused);
    }
  }),
);

test(
  'stream.finished: a cancel leaves the stream as it is, without listeners of its own',
  inLoop(async () => {
    const one = new PassThrough();
    const before = one.eventNames().length;
    await cancelAtEachMoment(() => stream.finished(one));
    assert.equal(one.destroyed, false);
    assert.equal(one.eventNames().length, before);
    one.destroy();
    await assert.rejects(stream.finished(one), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  }),
);

test(
  'timers: a cancel takes the timer away',
  inLoop(async () => {
    assert.equal(await timers.setTimeout(1, 'rang'), 'rang');
    assert.equal(await timers.setImmediate('soon'), 'soon');
    await cancelAtEachMoment(() => timers.setTimeout(60_000));
    await errorOf(
      timeout(10, () => timers.setTimeout(60_000)),
      TimeoutError,
    );
    let rings = 0;
    await moveOnAfter(100, async () => {
      for await (const value of timers.setInterval(1, 'ring')) {
        assert.equal(value, 'ring');
        rings++;
      }
    });
    assert.ok(rings > 0);
    await cancelAtEachMoment(async () => {
      for await (const _ of timers.setInterval(60_000));
    });
    const own = new AbortController();
    const rang = timers.setTimeout(60_000, undefined, { signal: own.signal });
    own.abort();
    await assert.rejects(rang, { name: 'AbortError' });
  }),
);
