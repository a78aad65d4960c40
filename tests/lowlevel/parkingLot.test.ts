// ParkingLot of asyncio-ts/lowlevel: fair, and no turn is lost to a cancel, whenever it comes.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  InvalidArgumentError,
  NoRunningLoopError,
  run,
  sleep,
  timeout,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { formatWaits, ParkingLot, taskWaits, waitCycles } from '../../src/lowlevel.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

/** Tasks that park in `lot` and write down their names when they were unparked. */
async function parked(lot: ParkingLot, names: string, order: string[]): Promise<Task<void>[]> {
  const tasks = names.split('').map((name) =>
    createTask(
      async () => {
        await lot.park();
        order.push(name);
      },
      { name },
    ),
  );
  await turns();
  return tasks;
}

test(
  'ParkingLot.unpark: in the order in which they parked, as many as were asked for',
  inLoop(async () => {
    const lot = new ParkingLot();
    const order: string[] = [];
    void (await parked(lot, 'abcde', order));
    assert.equal(lot.length, 5);
    assert.deepEqual([lot.unpark(), lot.unpark(2), lot.unpark(0)], [1, 2, 0]);
    assert.equal(lot.length, 2);
    assert.deepEqual(order, []);
    await turns();
    assert.deepEqual(order, ['a', 'b', 'c']);
    assert.equal(lot.unpark(Infinity), 2);
    assert.equal(lot.unpark(), 0);
    await turns();
    assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e']);
  }),
);

test(
  'ParkingLot.park: a cancel before it parks, while it is parked, and twice',
  inLoop(async () => {
    const lot = new ParkingLot();
    const before = createTask(async () => {
      currentTask()?.cancel('before');
      await lot.park();
    });
    await assert.rejects(before, CancelledError);
    assert.equal(lot.length, 0);
    const order: string[] = [];
    const [a, b] = await parked(lot, 'ab', order);
    a?.cancel('once');
    a?.cancel('twice');
    assert.equal(lot.length, 1);
    await assert.rejects(a as Task, CancelledError);
    assert.equal(lot.unpark(), 1);
    await b;
    assert.deepEqual(order, ['b']);
  }),
);

test(
  'ParkingLot.park: who was unparked and cancelled before they ran passes the turn on',
  inLoop(async () => {
    const lot = new ParkingLot();
    const order: string[] = [];
    const [a, b, c] = await parked(lot, 'abc', order);
    lot.unpark();
    a?.cancel();
    await assert.rejects(a as Task, CancelledError);
    await b;
    assert.deepEqual(order, ['b']);
    // With nobody to pass it on to, or who was cancelled first, nothing is passed on.
    c?.cancel();
    assert.equal(lot.unpark(), 0);
    await assert.rejects(c as Task, CancelledError);
  }),
);

test(
  'ParkingLot, option passOn: a lost turn goes where the primitive says',
  inLoop(async () => {
    let passed = 0;
    const lot = new ParkingLot({ passOn: () => void passed++ });
    const order: string[] = [];
    const [a, b] = await parked(lot, 'ab', order);
    lot.unpark();
    a?.cancel();
    await assert.rejects(a as Task, CancelledError);
    await turns(2);
    assert.deepEqual([passed, order, lot.length], [1, [], 1]);
    b?.cancel();
    await assert.rejects(b as Task, CancelledError);
    assert.equal(passed, 1);
    await assert.rejects(
      timeout(1, () => lot.park()),
      TimeoutError,
    );
    assert.equal(lot.length, 0);
  }),
);

test(
  'ParkingLot: reports say what is waited for, and cycles are found through its holders',
  inLoop(async () => {
    const one = new ParkingLot({ what: 'Pool "one"', kind: 'pool.get', holders: () => [second] });
    const two = new ParkingLot({ what: 'Pool "two"', kind: 'pool.get', holders: () => [first] });
    const first: Task = createTask(() => one.park(), { name: 'first' });
    const second: Task = createTask(() => two.park(), { name: 'second' });
    await turns();
    const [wait] = taskWaits(first);
    assert.deepEqual([wait?.what, wait?.call, wait?.holders], ['Pool "one"', 'pool.get', [second]]);
    assert.equal(waitCycles(getRunningLoop())[0]?.length, 2);
    assert.match(
      formatWaits(getRunningLoop()),
      /first +waits for Pool "one" \(pool\.get\), held by second/,
    );
    one.unpark();
    two.unpark();
    await Promise.all([first, second]);
    assert.equal(String(one), '<Pool "one" waiters=0>');
    assert.match(String(new ParkingLot()), /^<ParkingLot waiters=0>$/);
  }),
);

test('ParkingLot: belongs to the loop on which somebody first parked, and refuses bad counts', async () => {
  const lot = new ParkingLot();
  await assert.rejects(lot.park(), NoRunningLoopError);
  await run(async () => {
    const task = createTask(() => lot.park());
    await sleep(0);
    lot.unpark();
    await task;
  });
  await run(() => assert.rejects(lot.park(), UsageError));
  for (const bad of [-1, 0.5, NaN, '1', null])
    assert.throws(() => lot.unpark(bad as never), InvalidArgumentError);
});
