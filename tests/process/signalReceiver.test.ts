// openSignalReceiver, with signals that the process sends itself.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  CancelledError,
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  NoRunningLoopError,
  openSignalReceiver,
  run,
  sleep,
  taskGroup,
  UsageError,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { raise } from '../raise.ts';
import { unobserved } from '../unobserved.ts';

const listeners = (): number => process.listenerCount('SIGALRM') + process.listenerCount('SIGHUP');

test(
  'openSignalReceiver gives the names of the signals that come, in their order',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM', 1, 'SIGALRM');
    await raise('SIGHUP', 'SIGALRM');
    const seen: string[] = [];
    for await (const signal of signals) {
      seen.push(signal);
      if (seen.length === 2) await raise('SIGHUP');
      if (seen.length === 3) break;
    }
    assert.deepEqual(seen, ['SIGHUP', 'SIGALRM', 'SIGHUP']);
    signals[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver keeps what comes while nobody iterates, several of one kind as one',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM', 'SIGHUP');
    await raise('SIGALRM', 'SIGHUP', 'SIGALRM', 'SIGALRM');
    assert.equal(String(signals), '<SignalReceiver SIGALRM, SIGHUP pending=2>');
    assert.deepEqual([(await signals.next()).value, (await signals.next()).value], ['SIGALRM', 'SIGHUP']);
    assert.equal(String(signals), '<SignalReceiver SIGALRM, SIGHUP>');
    signals[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver: leaving the for await leaves it open, the end of the block closes it',
  inLoop(async () => {
    {
      const signals = openSignalReceiver('SIGALRM');
      await raise('SIGALRM');
      for await (const signal of signals) {
        assert.equal(signal, 'SIGALRM');
        break;
      }
      assert.equal(process.listenerCount('SIGALRM'), 1);
      await raise('SIGALRM');
      for await (const _ of signals) break;
      signals[Symbol.dispose]();
    }
    assert.equal(listeners(), 0);
  }),
);

test(
  'openSignalReceiver: a cancel before and while it waits takes no signal',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM');
    const never = createTask(() => signals.next());
    never.cancel();
    await assert.rejects(async () => await never, CancelledError);
    const waiting = createTask(() => signals.next());
    await sleep(0);
    waiting.cancel();
    waiting.cancel();
    await assert.rejects(async () => await waiting, CancelledError);
    await raise('SIGALRM');
    assert.equal((await signals.next()).value, 'SIGALRM');
    signals[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver: a cancel in the turn of the signal leaves it to the next',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM');
    const first = createTask(() => signals.next());
    await sleep(0);
    const second = createTask(() => signals.next());
    await sleep(0);
    process.once('SIGALRM', () => first.cancel());
    await raise('SIGALRM');
    assert.equal((await second).value, 'SIGALRM');
    await assert.rejects(async () => await first, CancelledError);
    signals[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver: closing ends all loops over it, and closing again does nothing',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM');
    await taskGroup(async (group) => {
      for (let i = 0; i < 2; i++)
        group.startSoon(async () => {
          for await (const _ of signals) assert.fail('no signal came');
        });
      await sleep(0);
      signals.close();
      signals.close();
    });
    assert.deepEqual(await signals.next(), { value: undefined, done: true });
    assert.equal(String(signals), '<SignalReceiver SIGALRM closed>');
  }),
);

test(
  'openSignalReceiver: each of several receivers and handlers gets the signal',
  inLoop(async () => {
    const one = openSignalReceiver('SIGALRM');
    const other = openSignalReceiver('SIGALRM', 'SIGHUP');
    let handled = 0;
    getRunningLoop().addSignalHandler('SIGALRM', () => handled++);
    await raise('SIGALRM');
    assert.deepEqual([(await one.next()).value, (await other.next()).value], ['SIGALRM', 'SIGALRM']);
    await sleep(0);
    assert.equal(handled, 1);
    other[Symbol.dispose]();
    one[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver: what nobody took is passed on to who listens when it is closed',
  inLoop(async () => {
    const heard: string[] = [];
    const listener = (signal: string): void => void heard.push(signal);
    const signals = openSignalReceiver('SIGALRM', 'SIGHUP');
    await raise('SIGALRM');
    process.on('SIGALRM', listener);
    signals.close();
    process.off('SIGALRM', listener);
    assert.deepEqual(heard, ['SIGALRM']);
  }),
);

test(
  'openSignalReceiver: a signal that another receiver has had is not passed on',
  inLoop(async () => {
    const other = openSignalReceiver('SIGALRM');
    const signals = openSignalReceiver('SIGALRM');
    await raise('SIGALRM');
    signals.close();
    assert.equal((await other.next()).value, 'SIGALRM');
    other[Symbol.dispose]();
  }),
);

test(
  'openSignalReceiver wakes a loop that has nothing else to do',
  inLoop(async () => {
    const signals = openSignalReceiver('SIGALRM');
    setTimeout(() => void process.kill(process.pid, 'SIGALRM'), 20).unref();
    assert.equal((await signals.next()).value, 'SIGALRM');
    signals[Symbol.dispose]();
  }),
);

test('openSignalReceiver refuses no signals, unknown ones, those that cannot be caught, and no loop', async () => {
  assert.throws(() => openSignalReceiver('SIGALRM'), NoRunningLoopError);
  await run(async () => {
    assert.throws(() => openSignalReceiver(), InvalidArgumentError);
    assert.throws(() => openSignalReceiver('SIGALRM', 'SIGNOTHING' as never), InvalidArgumentError);
    assert.throws(() => openSignalReceiver('SIGALRM', 'SIGKILL'), UsageError);
  });
  assert.equal(listeners(), 0);
});

test('a SignalReceiver that is left open goes with its loop', async (context) => {
  unobserved(context);
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => void openSignalReceiver('SIGALRM'));
  assert.equal(listeners(), 1);
  loop.close();
  assert.equal(listeners(), 0);
});

test(
  'openSignalReceiver: what came before another was opened is passed on to that one, and is taken once',
  inLoop(async () => {
    const first = openSignalReceiver('SIGALRM');
    await raise('SIGALRM');
    const second = openSignalReceiver('SIGALRM');
    first.close();
    assert.deepEqual(await second.next(), { value: 'SIGALRM', done: false });
    second.close();
  }),
);

test(
  'openSignalReceiver: of several that keep a signal the last passes it on, unless one has taken it, or a handler has',
  inLoop(async () => {
    const passed: string[] = [];
    const listen = (signal: string): void => void passed.push(signal);
    const [one, two, three] = [1, 2, 3].map(() => openSignalReceiver('SIGALRM', 'SIGHUP', 'SIGWINCH'));
    await raise('SIGALRM', 'SIGHUP');
    getRunningLoop().addSignalHandler('SIGWINCH', () => {});
    await raise('SIGWINCH');
    getRunningLoop().removeSignalHandler('SIGWINCH');
    assert.equal((await two?.next())?.value, 'SIGALRM');
    for (const signal of ['SIGALRM', 'SIGHUP', 'SIGWINCH'] as const) process.on(signal, listen);
    for (const receiver of [one, two, three]) {
      assert.deepEqual(passed, []);
      receiver?.close();
    }
    assert.deepEqual(passed, ['SIGHUP']);
    for (const signal of ['SIGALRM', 'SIGHUP', 'SIGWINCH'] as const) process.off(signal, listen);
  }),
);

test(
  'openSignalReceiver: one that comes again while it is kept counts as the later one',
  inLoop(async () => {
    const passed: string[] = [];
    const kept = openSignalReceiver('SIGALRM');
    const other = openSignalReceiver('SIGALRM');
    await raise('SIGALRM');
    await other.next();
    other.close();
    await raise('SIGALRM');
    process.once('SIGALRM', (signal) => passed.push(signal));
    kept.close();
    assert.deepEqual(passed, ['SIGALRM']);
  }),
);

test(
  'openSignalReceiver: closed by a handler of the same signal; both were told',
  inLoop(async () => {
    const loop = getRunningLoop();
    const [one, two] = [openSignalReceiver('SIGHUP'), openSignalReceiver('SIGHUP')];
    const handled = loop.createFuture<void>();
    loop.addSignalHandler('SIGHUP', () => {
      one.close();
      loop.removeSignalHandler('SIGHUP');
      handled.setResult();
    });
    await raise('SIGHUP');
    await handled;
    assert.deepEqual(await one.next(), { value: undefined, done: true });
    assert.equal((await two.next()).value, 'SIGHUP');
    two.close();
  }),
);

test('openSignalReceiver: two waiters and two signals, both cancelled in the turn: both are kept', async () => {
  await run(async () => {
    const signals = openSignalReceiver('SIGHUP', 'SIGALRM');
    const tasks = [createTask(() => signals.next()), createTask(() => signals.next())];
    await sleep(0);
    process.once('SIGALRM', () => {
      for (const task of tasks) task.cancel();
    });
    await raise('SIGHUP', 'SIGALRM');
    const got = await Promise.allSettled(tasks);
    const taken = got.filter(({ status }) => status === 'fulfilled').length;
    const left = [];
    while (left.length + taken < 2) left.push((await signals.next()).value);
    assert.equal(String(signals), '<SignalReceiver SIGHUP, SIGALRM>');
    signals.close();
  });
});
