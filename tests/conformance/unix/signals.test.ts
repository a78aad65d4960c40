// addSignalHandler and removeSignalHandler: what asyncio's own tests ask of them (test_unix_events, test_events), with
// signals that the process sends itself.

import assert from 'node:assert/strict';
import { constants } from 'node:os';
import process from 'node:process';
import { test } from 'node:test';
import { isMainThread, Worker } from 'node:worker_threads';
import '../../harness.ts';
import {
  ContextVar,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  sleep,
  UsageError,
} from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { raise } from '../../raise.ts';

test(
  'addSignalHandler calls the handler on the loop, with its arguments, at each signal',
  inLoop(async () => {
    const loop = getRunningLoop();
    const calls: unknown[] = [];
    let came = new Future<void>();
    loop.addSignalHandler(
      'SIGALRM',
      (...args: unknown[]) => {
        calls.push(args, getRunningLoop() === loop);
        came.setResult();
      },
      1,
      'two',
    );
    for (let i = 0; i < 2; i++) {
      came = new Future();
      await raise('SIGALRM');
      await came;
    }
    assert.deepEqual(calls, [[1, 'two'], true, [1, 'two'], true]);
  }),
);

test(
  'addSignalHandler wakes a loop that has nothing else to do, and keeps the process for it',
  inLoop(async () => {
    const came = new Future<void>();
    getRunningLoop().addSignalHandler('SIGALRM', () => came.setResult());
    setTimeout(() => void process.kill(process.pid, 'SIGALRM'), 20).unref();
    await came;
  }),
);

test(
  'addSignalHandler takes numbers, and removeSignalHandler knows them as the same signal',
  inLoop(async () => {
    const loop = getRunningLoop();
    const came = new Future<void>();
    loop.addSignalHandler(constants.signals.SIGALRM, () => came.setResult());
    await raise('SIGALRM');
    await came;
    assert.equal(loop.removeSignalHandler('SIGALRM'), true);
  }),
);

test(
  'a second addSignalHandler replaces the first',
  inLoop(async () => {
    const loop = getRunningLoop();
    const came = new Future<string>();
    loop.addSignalHandler('SIGALRM', () => came.setResult('first'));
    loop.addSignalHandler('SIGALRM', () => came.setResult('second'));
    await raise('SIGALRM');
    assert.equal(await came, 'second');
    assert.equal(loop.removeSignalHandler('SIGALRM'), true);
    assert.equal(loop.removeSignalHandler('SIGALRM'), false);
  }),
);

test(
  'removeSignalHandler leaves no listener of the process, and other handlers alone',
  inLoop(async () => {
    const loop = getRunningLoop();
    const before = process.listenerCount('SIGALRM');
    loop.addSignalHandler('SIGALRM', () => {});
    loop.addSignalHandler('SIGHUP', () => {});
    assert.equal(process.listenerCount('SIGALRM'), before + 1);
    assert.equal(loop.removeSignalHandler('SIGALRM'), true);
    assert.equal(process.listenerCount('SIGALRM'), before);
    assert.equal(process.listenerCount('SIGHUP'), 1);
    assert.equal(loop.removeSignalHandler('SIGHUP'), true);
  }),
);

test(
  'addSignalHandler runs the handler in the context of who added it',
  inLoop(async () => {
    const name = new ContextVar<string>('name', { default: 'nobody' });
    const came = new Future<string>();
    name.set('ada');
    getRunningLoop().addSignalHandler('SIGALRM', () => came.setResult(name.get()));
    name.set('bob');
    await raise('SIGALRM');
    assert.equal(await came, 'ada');
  }),
);

test('addSignalHandler refuses what is no signal, no catchable one, and no plain function', () => {
  const loop = newEventLoop();
  const nothing = (): void => {};
  for (const signal of [
    'SIGNOTHING',
    'sigterm',
    '',
    'constructor',
    0,
    -1,
    1000,
    1.5,
    NaN,
    undefined,
    null,
    {},
  ]) {
    assert.throws(() => loop.addSignalHandler(signal as never, nothing), InvalidArgumentError);
    assert.throws(() => loop.removeSignalHandler(signal as never), InvalidArgumentError);
  }
  for (const signal of ['SIGKILL', 'SIGSTOP', 9, 19] as const)
    assert.throws(
      () => loop.addSignalHandler(signal, nothing),
      (error) => error instanceof UsageError && /^SIG(KILL|STOP) cannot be caught/.test(error.message),
    );
  assert.throws(() => loop.addSignalHandler('SIGALRM', 'no function' as never), InvalidArgumentError);
  assert.throws(() => loop.addSignalHandler('SIGALRM', async () => {}), InvalidArgumentError);
  assert.equal(process.listenerCount('SIGALRM'), 0);
  loop.close();
  assert.throws(() => loop.addSignalHandler('SIGALRM', nothing), UsageError);
});

test('loop.close takes its signal handlers away', () => {
  const loop = newEventLoop();
  loop.addSignalHandler('SIGALRM', () => {});
  loop.addSignalHandler('SIGHUP', () => {});
  loop.close();
  assert.equal(process.listenerCount('SIGALRM') + process.listenerCount('SIGHUP'), 0);
  assert.equal(loop.removeSignalHandler('SIGALRM'), false);
});

test('a signal that comes while the loop rests is handled in its next run', async () => {
  const loop = newEventLoop();
  const seen: string[] = [];
  const arrived = new Promise<void>((resolve) => void process.once('SIGALRM', () => resolve()));
  loop.addSignalHandler('SIGALRM', () => seen.push('handled'));
  await raise('SIGALRM');
  await arrived;
  assert.deepEqual(seen, []);
  await loop.runUntilComplete(() => sleep(0));
  assert.deepEqual(seen, ['handled']);
  loop.close();
});

test('a signal reaches the handlers of all loops of the thread', async () => {
  const handled = async (): Promise<void> => {
    const came = new Future<void>();
    getRunningLoop().addSignalHandler('SIGALRM', () => came.setResult());
    if (++ready === 2) await raise('SIGALRM');
    await came;
  };
  let ready = 0;
  await Promise.all([run(handled), run(handled)]);
});

test(
  'what a signal handler throws goes to the exception handler, and the handler stays',
  inLoop(async () => {
    const loop = getRunningLoop();
    const failed = new Future<unknown>();
    loop.setExceptionHandler((_, { exception }) => failed.setResult(exception));
    loop.addSignalHandler('SIGALRM', () => {
      throw new RangeError('in the handler');
    });
    await raise('SIGALRM');
    assert.equal(String(await failed), 'RangeError: in the handler');
    assert.equal(loop.removeSignalHandler('SIGALRM'), true);
  }),
);

test(
  'in a worker thread addSignalHandler says that signals do not reach it',
  { skip: !isMainThread },
  async () => {
    const worker = new Worker(new URL('./signalWorker.ts', import.meta.url));
    const said = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    assert.equal(
      said,
      'UsageError: addSignalHandler works on the main thread only: the host delivers no signal to a worker thread',
    );
  },
);
