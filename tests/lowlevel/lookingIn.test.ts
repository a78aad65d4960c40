// asyncio-ts/lowlevel: looking at loops, and at the tasks on them, from outside.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  Event,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  Lock,
  newEventLoop,
  run,
  sleep,
  startServer,
} from '../../src/asyncio.ts';
import type { EventLoop, Task } from '../../src/asyncio.ts';
import {
  creationLines,
  formatWaits,
  observeLoops,
  peekRunningLoop,
  taskState,
  taskTitle,
  taskWaits,
  viewLoop,
  waitCycles,
} from '../../src/lowlevel.ts';
import type { Loop } from '../../src/lowlevel.ts';
import { expectReport, VirtualClock } from '../../src/testing/testing.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

const here = /lookingIn\.test\.ts:\d+/;

test('observeLoops: every observer is told of every start and of the closing, until it is taken away', async () => {
  const told: string[] = [];
  const loops = new Set<Loop>();
  const note = (what: string, loop: Loop): void => {
    loops.add(loop);
    told.push(`${what} ${loop.isRunning()} ${loop.isClosed()}`);
  };
  const stopFirst = observeLoops({ started: (loop) => note('started', loop) });
  const stopSecond = observeLoops({ closing: (loop) => note('closing', loop) });
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {});
  await loop.runUntilComplete(async () => {});
  loop.close();
  assert.deepEqual(told, ['started false false', 'started false false', 'closing false false']);
  assert.deepEqual([...loops], [loop]);
  stopFirst();
  stopFirst();
  stopSecond();
  await run(async () => {});
  assert.equal(told.length, 3);
});

test('observeLoops: what an observer throws is reported, and the loop and the other observers go on', async () => {
  const told: string[] = [];
  const stops = [
    observeLoops({ started: () => assert.fail('faulty') }),
    observeLoops({ started: () => void told.push('started') }),
  ];
  expectReport(/An observer of loops failed \(started\)[^]*faulty/);
  try {
    assert.equal(await run(async () => 'ran'), 'ran');
  } finally {
    for (const stop of stops) stop();
  }
  assert.equal(told[0], 'started');
  assert.throws(() => observeLoops(undefined as never), InvalidArgumentError);
});

test('observeLoops, the option places: creationLines knows where things were made', async () => {
  const made = async (loop: EventLoop): Promise<readonly string[][]> => {
    const lines = await loop.runUntilComplete(async () => {
      const handle = loop.callLater(1000, () => {});
      handle.cancel();
      return [loop.createFuture<void>(), createTask(async () => {}), handle].map((one) =>
        creationLines(one),
      );
    });
    loop.close();
    return lines;
  };
  // The guard of the harness observes loops.
  for (const lines of await made(newEventLoop())) assert.match(lines[0] ?? '', here);
  for (const lines of await made(newEventLoop({ places: true }))) assert.match(lines[0] ?? '', here);
  assert.deepEqual(await made(newEventLoop({ places: false, debug: true })), [[], [], []]);
  assert.deepEqual(creationLines({}), []);
});

test('viewLoop: how busy a loop is', async () => {
  const loop = newEventLoop({ clock: new VirtualClock() });
  const view = viewLoop(loop);
  assert.deepEqual([view.entriesRun, view.iterations, view.ready, view.resting], [0, 0, 0, true]);
  await loop.runUntilComplete(async () => {
    const { entriesRun, iterations } = view;
    assert.equal(view.resting, false);
    assert.equal(view.nextTimer, Infinity);
    loop.callSoon(() => {});
    assert.equal(view.ready, 1);
    await sleep(0);
    assert.ok(view.entriesRun > entriesRun && view.iterations > iterations);
    const handle = loop.callLater(500, () => {});
    assert.equal(view.nextTimer, 500);
    handle.cancel();
    assert.equal(view.nextTimer, Infinity);
  });
  loop.close();
  for (const bad of [undefined, null, {}, 'loop'])
    assert.throws(() => viewLoop(bad as never), InvalidArgumentError);
});

test(
  'LoopView.scheduled: callbacks and timers, the program’s and the library’s, without those that were cancelled',
  inLoop(async () => {
    const loop = getRunningLoop();
    const view = viewLoop(loop);
    const handles = [loop.callSoon(function soon() {}), loop.callLater(5000, function later() {})];
    loop.callSoon(() => {}).cancel();
    loop.callLater(5000, () => {}).cancel();
    const sleeper = createTask(() => sleep(60_000));
    assert.deepEqual(
      view.scheduled().map(({ kind, name, byProgram }) => [kind, name, byProgram]),
      [
        ['callback', 'soon', true],
        ['timer', 'later', true],
      ],
    );
    const [soon, later] = view.scheduled();
    assert.equal(soon?.when, undefined);
    assert.ok((later?.when ?? 0) > loop.time());
    assert.match(later?.place[0] ?? '', here);
    await turns();
    const [nap] = view.scheduled().filter(({ byProgram }) => !byProgram);
    assert.deepEqual([nap?.kind, nap?.name], ['timer', 'sleep']);
    for (const handle of handles) handle.cancel();
    sleeper.cancel();
  }),
);

test(
  'LoopView.open, resources: what is open, where it was opened, and not what closes already',
  inLoop(async () => {
    const view = viewLoop(getRunningLoop());
    assert.deepEqual([view.open, view.resources()], [false, []]);
    const server = await startServer(() => {}, '127.0.0.1', 0);
    assert.equal(view.open, true);
    assert.equal(view.resources().length, 1);
    assert.match(view.resources()[0]?.place.join() ?? '', here);
    server.close();
    await server.waitClosed();
    assert.deepEqual(view.resources(), []);
  }),
);

test('LoopView.onRest: each listener is called whenever the loop has come to rest, until it is taken away', async () => {
  const loop = newEventLoop();
  const view = viewLoop(loop);
  let rests = 0;
  const note = (): void => {
    assert.equal(view.ready, 0);
    rests++;
  };
  const stops = [view.onRest(note), view.onRest(note)];
  await loop.runUntilComplete(() => sleep(1));
  assert.ok(rests >= 2 && rests % 2 === 0);
  stops[0]?.();
  const before = rests;
  await loop.runUntilComplete(() => sleep(1));
  assert.ok(rests > before);
  stops[1]?.();
  const after = rests;
  await loop.runUntilComplete(() => sleep(1));
  assert.equal(rests, after);
  loop.close();
  assert.throws(() => view.onRest(undefined as never), InvalidArgumentError);
});

test('LoopView.onRest: what a listener throws is reported, and the loop goes on', async () => {
  expectReport(/Exception in a listener to the rest of the loop[^]*faulty/);
  await run(async () => {
    const stop = viewLoop(getRunningLoop()).onRest(() => assert.fail('faulty'));
    await sleep(1);
    stop();
  });
});

test(
  'LoopView.waitsForPromises: known on a clock that is not real time',
  inLoop(async () => assert.equal(viewLoop(getRunningLoop()).waitsForPromises, false)),
);

test(
  'taskState, taskWaits, taskTitle: a task that was made, waits, waits elsewhere, is done',
  inLoop(async () => {
    const lock = new Lock({ name: 'db' });
    await lock.acquire();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = createTask(() => lock.with(() => {}), { name: 'waiting' });
    const elsewhere = createTask(async function fetchAll() {
      await promise;
    });
    const both = createTask(() => Promise.all([waiting, new Event({ name: 'go' }).wait()]));
    assert.equal(taskState(waiting), 'created');
    await turns();
    const [wait] = taskWaits(waiting);
    assert.equal(taskState(waiting), 'waiting');
    assert.deepEqual(
      [wait?.what, wait?.call, wait?.held, wait?.any, wait?.timed],
      ['Lock "db"', 'lock.acquire', true, false, false],
    );
    assert.equal(wait?.holders.length, 1);
    assert.deepEqual([taskState(elsewhere), taskWaits(elsewhere)], ['elsewhere', []]);
    assert.match(taskTitle(elsewhere), /^Task-\d+ \(fetchAll\)$/);
    assert.deepEqual(
      taskWaits(both).map(({ what }) => what),
      ['task waiting', 'Event "go"'],
    );
    assert.match(formatWaits(getRunningLoop()), /waiting +waits for Lock "db" \(lock\.acquire\), held by/);
    resolve();
    both.cancel();
    await Promise.allSettled([both, elsewhere]);
    lock.release();
    assert.deepEqual([taskState(both), taskWaits(both)], ['done', []]);
  }),
);

test(
  'waitCycles: tasks that wait for each other, and with `certain` those alone that no other task can end',
  inLoop(async () => {
    const loop = getRunningLoop();
    const [left, right] = [new Lock({ name: 'left' }), new Lock({ name: 'right' })];
    const philosopher = (first: Lock, second: Lock) => () =>
      first.with(async () => {
        await sleep(0);
        await second.with(() => {});
      });
    const tasks: Task<void>[] = [
      createTask(philosopher(left, right), { name: 'Ann' }),
      createTask(philosopher(right, left), { name: 'Bob' }),
    ];
    const bystander = createTask(async () => void (await new Future<void>()));
    await turns(4);
    for (const options of [{}, { certain: true }]) {
      const cycles = waitCycles(loop, options);
      assert.equal(cycles.length, 1);
      assert.deepEqual(cycles[0]?.map(({ task, wait }) => `${task.getName()}: ${wait.what}`).sort(), [
        'Ann: Lock "right"',
        'Bob: Lock "left"',
      ]);
    }
    for (const task of [...tasks, bystander]) task.cancel();
    await Promise.allSettled([...tasks, bystander]);
    assert.deepEqual(waitCycles(loop), []);
    assert.throws(() => waitCycles({} as never), InvalidArgumentError);
    assert.throws(() => formatWaits({} as never), InvalidArgumentError);
  }),
);

test('peekRunningLoop: the loop of this thread, or undefined', async () => {
  assert.equal(peekRunningLoop(), undefined);
  await run(async () => assert.equal(peekRunningLoop(), getRunningLoop()));
});
