// threadLoop: who may stop and run the loop of the tasks of spawn.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { getRunningLoop, sleep, spawn, UsageError } from '../../src/asyncio.ts';

const hostTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("spawn: no task stops the thread's loop, which serves the others", async () => {
  const other = spawn(() => sleep(2, { result: 'served' }));
  const stopping = spawn(async () => getRunningLoop().stop());
  await assert.rejects(
    stopping,
    (error) => error instanceof UsageError && /rests by itself/.test(error.message),
  );
  assert.equal(await other, 'served');
});

test('spawn: code that outlives its task goes on, also when the loop rests', async () => {
  const told: string[] = [];
  const over = Promise.withResolvers<void>();
  const loop = await spawn(async () => {
    void (async () => {
      for (let turn = 0; turn < 3; turn++) {
        await sleep(5);
        told.push(`turn ${turn}`);
      }
      over.resolve();
    })();
    return getRunningLoop();
  });
  while (loop.isRunning()) await hostTurn();
  const held = setInterval(() => {}, 1000); // the waits themselves hold no process
  await over.promise;
  clearInterval(held);
  assert.deepEqual(told, ['turn 0', 'turn 1', 'turn 2']);
  while (loop.isRunning()) await hostTurn();
});

test("spawn: the thread's loop can be run by the program while it rests", async () => {
  const loop = await spawn(async () => getRunningLoop());
  while (loop.isRunning()) await hostTurn();
  assert.equal(await loop.runUntilComplete(() => sleep(1, { result: 'ran' })), 'ran');
  assert.equal(await spawn(() => sleep(1, { result: 'and again' })), 'and again');
});
