// Nothing starves: while tasks hand each other values without a pause, the host's timers, immediates and
// I/O are served, and so are the timers of the loop.

import '../harness.ts';
import assert from 'node:assert/strict';
import { createConnection, createServer } from 'node:net';
import { test } from 'node:test';
import { createTask, getRunningLoop, sleep } from '../../src/asyncio.ts';
import type { Future } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';

/** Tasks in pairs that hand each other a value until told to stop; counts the hand-overs. */
function storm(count: number): { handOvers: () => number; stop: () => Promise<void> } {
  const loop = getRunningLoop();
  let going = true;
  let handOvers = 0;
  const pair = (): Promise<void>[] => {
    let ball = loop.createFuture<number>();
    const play = async (serves: boolean): Promise<void> => {
      if (serves) ball.setResult(0);
      while (going) {
        const mine: Future<number> = ball;
        const n = await mine;
        handOvers++;
        if (ball === mine) ball = loop.createFuture<number>();
        if (!ball.done()) ball.setResult(n + 1);
        await sleep(0);
      }
    };
    return [createTask(() => play(true)), createTask(() => play(false))];
  };
  const tasks = Array.from({ length: count / 2 }, pair).flat();
  return {
    handOvers: () => handOvers,
    stop: async () => {
      going = false;
      for (const task of tasks) await task;
    },
  };
}

test(
  'a timer, an immediate and a socket read of the host are served during a storm of 10,000 tasks',
  inLoop(async () => {
    const server = createServer((socket) => socket.on('data', (data) => socket.write(data)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = createConnection(port, '127.0.0.1');
    await new Promise((resolve) => client.once('connect', resolve));
    const { handOvers, stop } = storm(10_000);
    await sleep(0);
    const served: Record<string, number> = {};
    const note = (what: string) => (): void => void (served[what] ??= handOvers());
    const before = handOvers();
    setImmediate(note('immediate'));
    setTimeout(note('timer'), 10);
    client.once('data', note('read'));
    client.write('ping');
    const limit = performance.now() + 5000;
    while (Object.keys(served).length < 3 && performance.now() < limit) await sleep(0);
    const after = handOvers();
    // The storm goes on: whatever was served was served in the middle of it.
    while (handOvers() <= after && performance.now() < limit) await sleep(0);
    assert.deepEqual(Object.keys(served).sort(), ['immediate', 'read', 'timer']);
    assert.ok(after > before);
    for (const at of Object.values(served)) assert.ok(at < handOvers());
    client.destroy();
    server.close();
    await stop();
  }),
);

test(
  'timers of the loop fire during a storm',
  inLoop(async () => {
    const { handOvers, stop } = storm(1000);
    const loop = getRunningLoop();
    const fired: number[] = [];
    for (const delay of [1, 5, 10]) loop.callLater(delay, () => fired.push(handOvers()));
    const limit = performance.now() + 5000;
    while (fired.length < 3 && performance.now() < limit) await sleep(0);
    assert.equal(fired.length, 3);
    await stop();
  }),
);

test(
  'a callback that schedules itself for ever leaves the host its turns',
  inLoop(async () => {
    const loop = getRunningLoop();
    let going = true;
    let count = 0;
    const again = (): void => {
      count++;
      if (going) loop.callSoon(again);
    };
    again();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 5));
    going = false;
    assert.ok(count > 5);
  }),
);

test(
  'tasks that await what is done already leave the others theirs',
  inLoop(async () => {
    const done = getRunningLoop().createFuture<void>();
    done.setResult();
    let others = 0;
    const task = createTask(async () => {
      for (let i = 0; i < 1000; i++) {
        await done;
        if (i % 100 === 99) await sleep(0);
      }
    });
    const other = createTask(async () => {
      while (!task.done()) {
        others++;
        await sleep(0);
      }
    });
    await task;
    await other;
    assert.ok(others >= 10, String(others));
  }),
);
