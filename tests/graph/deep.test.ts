// Reports on chains, circles and trees of any size: they end, and their text stays readable.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  captureCallGraph,
  createTask,
  formatCallGraph,
  Future,
  gather,
  getRunningLoop,
  sleep,
} from '../../src/asyncio.ts';
import type { FutureCallGraph, Task } from '../../src/asyncio.ts';
import { cancelAll } from '../../src/core/cancel/cancel.ts';
import { waitReport } from '../../src/reports/waitReport.ts';
import { findCycles } from '../../src/reports/waitCycles.ts';
import { viewWaits } from '../../src/reports/waitView.ts';
import '../harness.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

const DEPTH = 12_000;

/** Tasks that each await the one before; the first awaits `last`. */
async function chainOn(last: Future<unknown>, length: number): Promise<Task<unknown>[]> {
  const tasks: Task<unknown>[] = [];
  for (let i = 0; i < length; i++) {
    const before = tasks.at(-1) ?? last;
    tasks.push(createTask(async () => await before, { name: `link ${i}` }));
  }
  await turns();
  return tasks;
}

async function end(tasks: readonly Task<unknown>[]): Promise<void> {
  cancelAll(tasks, '');
  await Promise.allSettled(tasks);
}

test(
  'captureCallGraph, formatCallGraph: a chain of any length',
  inLoop(async () => {
    const last = new Future<void>();
    const tasks = await chainOn(last, DEPTH);
    let levels = 0;
    let node: FutureCallGraph | undefined = captureCallGraph(last);
    for (; node !== undefined; node = node.awaitedBy[0]) levels++;
    assert.equal(levels, DEPTH + 1);
    const text = formatCallGraph(last);
    assert.match(text, /link 98'/);
    assert.match(text, /and so on: captureCallGraph\(\) has the rest$/);
    assert.ok(text.length < 100_000);
    await end(tasks);
  }),
);

test(
  'captureCallGraph: what many paths lead to is there once, so that it grows with the tasks, not the paths',
  inLoop(async () => {
    const last = new Future<void>();
    const all: Task<unknown>[] = [];
    let level: Future<unknown>[] = [last];
    for (let i = 0; i < 60; i++) {
      const below = level;
      const tasks = [0, 1].map((side) =>
        createTask(async () => await Promise.all(below), { name: `${i} ${side}` }),
      );
      all.push(...tasks);
      level = tasks;
      await turns();
    }
    const nodes = new Set<FutureCallGraph>();
    const left = [captureCallGraph(last) as FutureCallGraph];
    for (const node of left) {
      if (nodes.has(node)) continue;
      nodes.add(node);
      left.push(...node.awaitedBy);
    }
    assert.equal(nodes.size, 121);
    assert.ok(formatCallGraph(last).split('\n').length < 11_000);
    await end(all);
  }),
);

test(
  'waitReport, findCycles: a chain, a circle and a wait for any number',
  inLoop(async () => {
    const loop = getRunningLoop();
    const last = new Future<void>();
    const chain = await chainOn(last, DEPTH);
    assert.deepEqual(findCycles(viewWaits(loop), true), []);
    assert.match(waitReport(viewWaits(loop)), /… and \d+ more/);
    await end(chain);

    // A future of its own lets the cancel break the circle.
    const way = new Future<void>();
    const round: Task<unknown>[] = [];
    for (let i = 0; i < DEPTH; i++)
      round.push(
        createTask(async () => await Promise.all(i === 0 ? [round[1], way] : [round[(i + 1) % DEPTH]]), {
          name: `round ${i}`,
        }),
      );
    await turns();
    const cycles = findCycles(viewWaits(loop), true);
    assert.equal(cycles.length, 1);
    assert.equal(cycles[0]?.length, DEPTH);
    const report = waitReport(viewWaits(loop));
    assert.match(report, new RegExp(`… ${DEPTH - 50} more → `));
    assert.ok(report.split('\n').length < 120);
    await end(round);

    const sleeps = Array.from({ length: 150_000 }, () => new Future<void>());
    const wide = createTask(async () => await Promise.all(sleeps), { name: 'wide' });
    const gathered = createTask(async () => await gather(sleeps), { name: 'gathered' });
    await turns();
    const wideReport = waitReport(viewWaits(loop));
    assert.match(wideReport, /wide .*waits for a future\n(.*\n)+.* and 149990 more\n/);
    assert.ok(wideReport.split('\n').length < 200);
    await end([wide, gathered]);
    await sleep(0);
  }),
);
