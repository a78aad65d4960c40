// Timers: never early, first come first served, and a heap that does not fill with the cancelled.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { getRunningLoop, sleep } from '../../src/asyncio.ts';
import { NOTHING } from '../../src/loop/runnable.ts';
import { Timers } from '../../src/loop/timers.ts';
import type { Timed } from '../../src/loop/timers.ts';
import { inLoop } from '../inLoop.ts';
import { inJumpingLoop } from '../jumpingClock.ts';

test(
  'no timer runs before its time by the clock of the host',
  inLoop(async () => {
    const loop = getRunningLoop();
    const late: number[] = [];
    const all: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      const when = loop.time() + (i % 40) * 0.37;
      const done = loop.createFuture<void>();
      loop.callAt(when, () => {
        late.push(loop.time() - when);
        done.setResult();
      });
      all.push(done);
    }
    for (const one of all) await one;
    assert.equal(late.length, 200);
    assert.ok(
      late.every((ms) => ms >= 0),
      String(Math.min(...late)),
    );
  }),
);

test('timers run in the order of their times, and of their making among equals', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), async (delays) => {
      const order = await inJumpingLoop(async (loop) => {
        const ran: number[] = [];
        delays.forEach((delay, i) => loop.callLater(delay, () => ran.push(i)));
        await sleep(10);
        return ran;
      });
      const expected = delays
        .map((_, i) => i)
        .sort((a, b) => (delays[a] as number) - (delays[b] as number) || a - b);
      assert.deepEqual(order, expected);
    }),
    { numRuns: 60 },
  ));

test(
  'a shorter timer set later is served first',
  inLoop(async () => {
    const loop = getRunningLoop();
    const long = loop.callLater(60_000, () => assert.fail('a minute early'));
    await sleep(2);
    const short = loop.createFuture<void>();
    loop.callLater(5, () => short.setResult());
    await short;
    long.cancel();
  }),
);

test(
  'a timer for a far future does not overflow the clock of the host',
  inLoop(async () => {
    const loop = getRunningLoop();
    const handle = loop.callLater(2 ** 40, () => assert.fail('decades early'));
    const never = loop.callLater(Infinity, () => assert.fail('never'));
    await sleep(5);
    handle.cancel();
    never.cancel();
  }),
);

// asyncio: test__run_once_cancelled_event_cleanup
test(
  'cancelled timers are pruned at the head and compacted when they are many',
  inLoop(async () => {
    const loop = getRunningLoop();
    const timers = loop._timers;
    const kept = Array.from({ length: 60 }, (_, i) => loop.callLater(60_000 + i, () => {}));
    const dead = Array.from({ length: 1000 }, (_, i) => loop.callLater(90_000 + i, () => {}));
    for (const handle of dead) handle.cancel();
    assert.equal(timers.live, 60);
    assert.ok(timers.size <= 60 + 101, `${timers.size} left in the heap`);
    for (const handle of kept) handle.cancel();
    await sleep(1);
    assert.equal(timers.live, 0);
    assert.equal(timers.size, 0);
  }),
);

test('the set of timers behaves like a sorted list under any pushes and cancels', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ when: fc.integer({ min: 0, max: 20 }), op: fc.constantFrom('add', 'kill', 'take') }),
        {
          maxLength: 400,
        },
      ),
      (steps) => {
        const timers = new Timers();
        type Mortal = Timed & { _dead: boolean };
        const model: Mortal[] = [];
        const alive = (): Mortal[] =>
          model
            .map((timer, i) => ({ timer, i }))
            .sort((a, b) => a.timer._when - b.timer._when || a.i - b.i)
            .map(({ timer }) => timer);
        for (const { when, op } of steps) {
          if (op === 'add') {
            const timer: Mortal = { _when: when, _sequence: 0, _dead: false, _run: () => NOTHING };
            timers.add(timer);
            model.push(timer);
          } else if (op === 'kill') {
            const victim = alive()[when % Math.max(1, model.length)];
            if (victim === undefined) continue;
            victim._dead = true;
            timers.noteDead();
            model.splice(model.indexOf(victim), 1);
          } else {
            const due = timers.takeDue(when);
            const expected = alive()[0];
            if (expected !== undefined && expected._when <= when) {
              assert.equal(due, expected);
              model.splice(model.indexOf(expected), 1);
            } else assert.equal(due, undefined);
          }
          assert.equal(timers.live, model.length);
          assert.equal(timers.next(), alive()[0]?._when ?? Infinity);
          assert.ok(timers.size <= 2 * model.length + 202);
        }
      },
    ),
    { numRuns: 200 },
  ));
