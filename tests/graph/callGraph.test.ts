// Call graphs beyond what asyncio's own tests ask.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  captureCallGraph,
  createTask,
  formatCallGraph,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  Lock,
  newEventLoop,
  NoRunningLoopError,
  printCallGraph,
  run,
  sleep,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { onBun } from '../commandLine.ts';
import { shapeHere, shapeOf } from './shape.ts';

test('outside of a loop it needs a future', () => {
  assert.throws(() => captureCallGraph(), NoRunningLoopError);
  const loop = newEventLoop();
  const future = loop.createFuture();
  assert.deepEqual(shapeOf(captureCallGraph(future)), ['F', [], []]);
  future.cancel();
  loop.close();
});

test('what is no future is an InvalidArgumentError', () =>
  run(async () => {
    for (const bad of [1, {}, Promise.resolve()]) {
      assert.throws(() => captureCallGraph(bad as never), InvalidArgumentError);
    }
  }));

test('in a callback there is no task and no graph', () =>
  run(async () => {
    const graphs: unknown[] = [];
    getRunningLoop().callSoon(() => graphs.push(captureCallGraph(), formatCallGraph()));
    await sleep(0);
    assert.deepEqual(graphs, [undefined, '']);
  }));

test('without debug mode other tasks have no stack, but who awaits whom is there', () =>
  run(async () => {
    const inner = createTask(() => sleep(60_000), { name: 'inner' });
    const outer = createTask(async () => await inner, { name: 'outer' });
    await sleep(0);
    assert.deepEqual(shapeHere(inner), ['T<inner>', [], [['T<outer>', [], []]]]);
    inner.cancel();
    await Promise.allSettled([outer]);
  }));

const bunNames = { skip: onBun ? 'Bun does not name functions that end in a call' : false };

test(
  'limit keeps the outermost entries when positive, the innermost when negative, none for 0',
  bunNames,
  () =>
    run(async () => {
      const names = (limit: number | undefined): string[] => shapeHere(undefined, { limit, depth: 2 })[1];
      const c = async (limit: number | undefined): Promise<string[]> => names(limit);
      const b = async (limit: number | undefined): Promise<string[]> => await c(limit);
      const a = async (limit: number | undefined): Promise<string[]> => await b(limit);
      const all = await a(undefined);
      assert.deepEqual(all.slice(0, 3), ['c', 'b', 'a']);
      assert.deepEqual(await a(1), all.slice(-1));
      assert.deepEqual(await a(-2), ['c', 'b']);
      assert.deepEqual(await a(0), []);
    }),
);

test('depth leaves out frames at the top', bunNames, () =>
  run(async () => {
    const inner = (depth: number): string | undefined =>
      captureCallGraph(undefined, { depth })?.callStack[0]?.frame.name;
    const outer = (depth: number): string | undefined => inner(depth);
    assert.equal(outer(1), 'inner');
    assert.equal(outer(2), 'outer');
  }),
);

test('a frame tells its place', () =>
  run(async () => {
    const frame = captureCallGraph()?.callStack[0]?.frame;
    assert.match(frame?.file ?? '', /callGraph\.test\.ts$/);
    assert.ok((frame?.line ?? 0) > 0 && (frame?.column ?? 0) > 0);
  }));

test('who waits for a lock does not await its holder', () =>
  run(async () => {
    const lock = new Lock();
    await lock.acquire();
    const waiting = createTask(async () => void (await lock.acquire()));
    await sleep(0);
    assert.deepEqual(captureCallGraph()?.awaitedBy, []);
    lock.release();
    await waiting;
  }));

test('a circle of tasks ends where it began', () =>
  run(async () => {
    const tasks: Task<unknown>[] = [];
    const way = new Future<void>();
    tasks.push(createTask(async () => await Promise.race([tasks[1], way]), { name: 'a' }));
    tasks.push(createTask(async () => await Promise.race([tasks[0], way]), { name: 'b' }));
    await sleep(0);
    assert.deepEqual(shapeHere(tasks[0]), ['T<a>', [], [['T<b>', [], []]]]);
    way.setResult();
    await Promise.all(tasks);
  }));

test('printCallGraph hands the text to write', () =>
  run(
    async () => {
      const texts: string[] = [];
      printCallGraph(undefined, { limit: 0, write: (text) => texts.push(text) });
      assert.equal(texts.length, 1);
      assert.match(texts[0] ?? '', /^\* Task\(name='main', id=0x[0-9a-f]+\)$/);
    },
    { name: 'main' },
  ));
