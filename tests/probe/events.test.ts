// The source of all traces: traceTasks of asyncio-ts/lowlevel.

import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, Lock, Queue, run, sleep, taskGroup, timeout } from '../../src/asyncio.ts';
import { traceTasks } from '../../src/lowlevel.ts';
import type { TraceEvent } from '../../src/lowlevel.ts';
import { probeSubject } from '../../src/probe/hook.ts';
import { Trace } from '../../src/probe/trace.ts';

/** The events of a run, with the names of tasks for their numbers. */
async function eventsOf(main: () => Promise<unknown>): Promise<string[]> {
  const events: TraceEvent[] = [];
  const stop = traceTasks((event) => void events.push(event));
  try {
    await run(main);
  } finally {
    stop();
  }
  const names = new Map(events.map(({ task, name }) => [task, name] as const).filter(([, name]) => name));
  const nameOf = (task: number | undefined): string =>
    task === undefined ? '' : (names.get(task) ?? '?').split(' ')[0]!;
  return events
    .map((event) => {
      const { what, parent, by, wait, outcome, error, cancelling } = event;
      const parts = [nameOf(event.task), what];
      if (parent !== undefined) parts.push(`of ${nameOf(parent)}`);
      if (by !== undefined) parts.push(`by ${nameOf(by)}`);
      if (cancelling) parts.push('cancelling');
      return [...parts, ...[wait, outcome, error].filter((part) => part !== undefined)].join(' ');
    })
    .filter((line) => !line.startsWith('close '));
}

test('traceTasks: a task is made, steps, waits and ends', async () => {
  assert.deepEqual(await eventsOf(() => sleep(1)), [
    'main create',
    'main step',
    'main wait sleep',
    'main step',
    'main done finished',
  ]);
});

test('traceTasks: who started, who woke', async () => {
  const queue = new Queue<number>();
  const events = await eventsOf(async () => {
    const consumer = createTask(() => queue.get(), { name: 'consumer' });
    await sleep(0);
    queue.putNowait(1);
    await consumer;
  });
  assert.ok(events.includes('consumer create of main'), events.join('\n'));
  assert.ok(events.includes('consumer wait Queue (queue.get)'), events.join('\n'));
  assert.ok(events.includes('consumer step by main'), events.join('\n'));
  assert.ok(events.includes('main wait task consumer'), events.join('\n'));
  assert.ok(events.includes('main step by consumer'), events.join('\n'));
});

test('traceTasks: a cancel, by whom, and the steps under it', async () => {
  const events = await eventsOf(async () => {
    const lock = new Lock({ name: 'door' });
    using _ = await lock.acquire();
    const task = createTask(() => lock.acquire(), { name: 'late' });
    await sleep(0);
    task.cancel();
    await Promise.allSettled([task]);
  });
  const late = events.filter((line) => line.startsWith('late'));
  assert.deepEqual(late, [
    'late create of main',
    'late step',
    'late wait Lock "door" (lock.acquire)',
    'late cancel by main',
    'late step by main cancelling',
    'late done cancelled',
  ]);
});

test('traceTasks: a timeout cancels its task, which is well afterwards', async () => {
  const events = await eventsOf(async () => {
    await timeout(1, () => sleep(10_000)).catch(() => {});
    await sleep(1);
  });
  const from = events.indexOf('main cancel');
  assert.deepEqual(events.slice(from), [
    'main cancel',
    'main step cancelling',
    'main wait sleep',
    'main step',
    'main done finished',
  ]);
});

test('traceTasks: a failure, and the group that is woken by it', async () => {
  const events = await eventsOf(async () => {
    const failing = taskGroup(async (group) => {
      group.startSoon(
        async () => {
          throw new Error('no');
        },
        { name: 'child' },
      );
    });
    await failing.catch(() => {});
  });
  assert.ok(events.includes('child done failed Error: no'), events.join('\n'));
  assert.ok(events.includes('main step by child'), events.join('\n'));
});

test('traceTasks: several waits at once, and one for a foreign promise', async () => {
  const events = await eventsOf(async () => {
    await Promise.all([sleep(1), sleep(1)]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  assert.deepEqual(
    events.filter((line) => line.startsWith('main wait')).map((line) => line.replace('main wait ', '')),
    ['2 things: sleep, …', 'sleep', "a promise that is not the library's"],
  );
});

test('traceTasks: steps have their time, one beside the other', async () => {
  const steps: TraceEvent[] = [];
  const stop = traceTasks((event) => event.what === 'step' && steps.push(event));
  const before = Date.now();
  await run(async () => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    await sleep(0);
  });
  stop();
  const [first, second] = steps as [TraceEvent, TraceEvent];
  assert.ok(first.took! >= 5 && first.took! < 5000, String(first.took));
  assert.ok(Math.abs(first.at - before) < 5000, String(first.at - before));
  assert.ok(second.at >= first.at + first.took! - 0.001);
});

test('traceTasks: a task that was there before is made known with its first event', async () => {
  const events: TraceEvent[] = [];
  await run(async () => {
    const old = createTask(() => sleep(1), { name: 'old' });
    await sleep(0);
    const stop = traceTasks((event) => void events.push(event));
    await old;
    stop();
  });
  const old = events.find(({ name }) => name === 'old')!;
  assert.equal(old.what, 'create');
  assert.ok(events.some(({ task, what }) => task === old.task && what === 'done'));
});

test('traceTasks: nothing is left when the last listener has gone', async () => {
  const stops = [traceTasks(() => {}), traceTasks(() => {})];
  for (const stop of stops) stop();
  stops[0]!();
  for (const name of ['task:create', 'task:done', 'wait:begin'])
    assert.equal(channel(`asyncio-ts:${name}`).hasSubscribers, false, name);
  assert.throws(() => traceTasks(1 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('Trace: who reads too slowly loses the connection, or, where they may, the events', async () => {
  for (const mayLose of [false, true]) {
    let dropped = 0;
    const audience = {
      gone: false,
      slow: true,
      send: (): void => {},
      whenTaken: async (): Promise<void> => {},
      drop: (): void => void dropped++,
    };
    const ended = new Trace(probeSubject(), audience, mayLose);
    await run(async () => {
      for (let step = 0; step < 12_000; step++) await sleep(0);
    });
    ended.end();
    assert.equal(dropped > 0, !mayLose);
  }
});
