// asyncio-ts/lowlevel: what cannot be used is refused at once, by name.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError, newEventLoop, run } from '../../src/asyncio.ts';
import * as lowlevel from '../../src/lowlevel.ts';
import { selectorMissing } from '../net/backends.ts';

const nothing = { description: 'device', close: () => {} };
const nones: readonly unknown[] = [undefined, null, {}, 5, 'text', Symbol('none'), Object.create(null), []];
const noNumbers = nones.filter((one) => one !== 5);
const notObjects: readonly unknown[] = [null, 5, 'text', Symbol('none')];
const notFunctions: readonly unknown[] = [undefined, null, {}, 5, 'text', Symbol('none')];

/** The argument that is bad, the call, and what it is given in place of it. */
const refused: readonly [string, (bad: never) => unknown, readonly unknown[]][] = [
  ['loop', (bad) => lowlevel.addResource(bad, nothing), nones],
  ['loop', (bad) => lowlevel.viewLoop(bad), nones],
  ['loop', (bad) => lowlevel.formatWaits(bad), nones],
  ['loop', (bad) => lowlevel.waitCycles(bad), nones],
  ['loop', (bad) => lowlevel.orderReady(bad, undefined), nones],
  ['loop', (bad) => lowlevel.reportUnretrieved(bad), nones],
  ['task', (bad) => lowlevel.taskTitle(bad), nones],
  ['task', (bad) => lowlevel.taskState(bad), nones],
  ['task', (bad) => lowlevel.taskWaits(bad), nones],
  ['futures', (bad) => lowlevel.cancelTasks(bad), [...nones.slice(0, -1), [undefined], ['text']]],
  ['message', (bad) => lowlevel.cancelTasks([], bad), notObjects.filter((one) => one !== 'text')],
  ['observer', (bad) => lowlevel.observeLoops(bad), [undefined, ...notObjects]],
  ['reporter', (bad) => lowlevel.setReporter(bad), notFunctions],
  ['callback', (bad) => lowlevel.hostTimer(1, bad), notFunctions],
  ['callback', (bad) => lowlevel.hostTurn(bad), notFunctions],
  ['delay', (bad) => lowlevel.hostTimer(bad, () => {}), noNumbers],
  ['options', (bad) => lowlevel.hostTimer(1, () => {}, bad), notObjects],
  ['reader', (bad) => lowlevel.unread(bad, Buffer.alloc(1)), [undefined, {}, ...notObjects]],
  ['delay', (bad) => lowlevel.toMilliseconds(bad), noNumbers],
  ['fd', (bad) => lowlevel.tryFlock(bad, 'shared'), [...noNumbers, -1, 0.5]],
  ['kind', (bad) => lowlevel.tryFlock(0, bad), nones],
  ['reader', (bad) => lowlevel.unread(bad, Buffer.of(1)), nones],
  ['size', (bad) => lowlevel.reusedMemory(bad), [...noNumbers, -1, 0.5]],
  ['transport', (bad) => lowlevel.whenHungUp(bad, () => {}), nones],
  ['task', (bad) => lowlevel.startTaskIn(bad, (fn) => fn()), nones],
  ['listener', (bad) => lowlevel.traceTasks(bad), notFunctions],
  ['future', (bad) => lowlevel.explainWait(bad, { what: 'a device' }), nones],
  ['options', (bad) => lowlevel.takeSnapshot(bad), notObjects],
  ['count', (bad) => new lowlevel.ParkingLot().unpark(bad), [null, -1, 0.5, 'text', Symbol('none')]],
];

test('lowlevel: each argument that cannot be used is refused at once, by an error that names it', () => {
  for (const [argument, call, bads] of refused) {
    for (const bad of bads) {
      assert.throws(
        () => call(bad as never),
        (error: unknown) => error instanceof InvalidArgumentError && error.argument === argument,
        `${String(call)}, given ${inspect(bad)}`,
      );
    }
  }
});

test('waitCycles and ParkingLot: options that are none are refused', async () => {
  const loop = newEventLoop();
  for (const bad of notObjects)
    assert.throws(() => lowlevel.waitCycles(loop, bad as never), InvalidArgumentError);
  loop.close();
  await run(async () => {
    for (const bad of [undefined, null])
      assert.throws(() => lowlevel.addResource(bad as never, nothing), InvalidArgumentError);
  });
});

test('chooseBackend: refuses a backend that there is not', { skip: selectorMissing }, () => {
  for (const bad of [null, {}, 5, 'none'])
    assert.throws(() => lowlevel.chooseBackend(bad as never), InvalidArgumentError);
});

test('lowlevel: every function that takes something is tried here', () => {
  // They take nothing, or anything; or, as cancelPoint, what a compiler writes.
  const others = ['awaits', 'beginActivation', 'cancelPoint', 'checkpoint', 'chooseBackend'];
  others.push(
    'creationLines',
    'fromHostError',
    'hostAwaitsNatively',
    'HostClock',
    'hostTime',
    'isCancelDue',
    'isInTask',
    'LoopView',
  );
  others.push(
    'checkOptionNames',
    'nearestName',
    'placeInSource',
    'harmless',
    'PROTOCOL',
    'numberOf',
    'runningLoops',
  );
  others.push('defineError', 'makeBodiesCancelPoints', 'peekRunningLoop', 'runtime');
  const tried = refused.map(([, call]) => /lowlevel\.(\w+)\(/.exec(String(call))?.[1]);
  const missing = Object.keys(lowlevel).filter((name) => !tried.includes(name) && !others.includes(name));
  assert.deepEqual(missing, []);
});
