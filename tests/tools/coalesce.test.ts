// coalesce, and what it shares with debounce and memoize: one work for several who wait.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, run, sleep } from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import { coalesce, debounce, memoize, semaphore } from '../../src/tools/tools.ts';
import { assertCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

test('coalesce: those who come while it runs share the outcome, failures too; the next call is another', () =>
  runTest(async () => {
    let calls = 0;
    const load = coalesce(async (name: string) => {
      await sleep(5);
      if (++calls === 2) throw new Error('down');
      return `${name} ${calls}`;
    });
    const first = load('a');
    await sleep(3);
    assert.deepEqual(await Promise.all([first, load('b')]), ['a 1', 'a 1']);
    const ends = await Promise.allSettled([load('c'), load('d')]);
    assert.deepEqual(
      ends.map((end) => end.status === 'rejected' && String(end.reason)),
      ['Error: down', 'Error: down'],
    );
    assert.equal(await load('e'), 'e 3');
  }));

test('coalesce: with after, those who come while it runs share one more, with the newest arguments and `this`', () =>
  runTest(async () => {
    let inside = 0;
    const made: string[] = [];
    const save = coalesce(
      async function (this: { name: string } | undefined, text: string) {
        assert.equal(++inside, 1);
        made.push(`${this?.name} ${text}`);
        await sleep(5);
        inside--;
        if (text === 'bad') throw new Error('bad');
        return text;
      },
      { after: true },
    );
    // In one turn: the first is made for its caller alone.
    const first = save.call({ name: 'x' }, 'a');
    const more = [save('b'), save.call({ name: 'y' }, 'c')];
    assert.deepEqual(await Promise.all([first, ...more]), ['a', 'c', 'c']);
    assert.deepEqual(made, ['x a', 'y c']);
    // Three rounds, the first of which fails.
    const bad = save('bad');
    await sleep(1);
    const second = save('d');
    await assert.rejects(bad, /bad/);
    await turns(2);
    const third = save('e');
    assert.deepEqual(await Promise.all([second, third]), ['d', 'e']);
    assert.deepEqual(made.slice(2), ['undefined bad', 'undefined d', 'undefined e']);
  }));

test('coalesce: when all have left it is cancelled, or not made; no two run at once, whoever leaves when', () =>
  runTest(async () => {
    for (const after of [false, true])
      for (let gap = 0; gap < 8; gap++) {
        let inside = 0;
        const made: string[] = [];
        const work = coalesce(
          async (name: string) => {
            assert.equal(++inside, 1, 'one at a time');
            made.push(name);
            try {
              await sleep(2);
            } finally {
              await sleep(1);
              inside--;
            }
            return name;
          },
          { after },
        );
        const first = createTask(() => work('a'));
        const second = createTask(async () => {
          await sleep(1);
          return await work('b');
        });
        await turns(gap);
        first.cancel();
        await turns(gap);
        second.cancel();
        second.cancel();
        const third = work('c');
        await assertCancelled(first);
        await assertCancelled(second);
        assert.equal(await third, 'c', `after ${gap} turns`);
        assert.equal(await work('d'), 'd');
        assert.equal(inside, 0);
        assert.ok(!made.includes('b') || !after, made.join());
      }
  }));

test('coalesce, debounce, memoize: a program that ends before the call begins does not spoil the next program', async () => {
  const fns = [
    coalesce(async (n: number) => n),
    coalesce(async (n: number) => n, { after: true }),
    debounce(async (n: number) => n, 1),
    debounce(async (n: number) => n, 1, { before: true }),
    memoize(async (n: number) => n, { cacheKey: () => 0 }),
  ];
  for (const fn of fns) {
    await run(async () => void fn(1).catch(() => {}));
    assert.ok([1, 2].includes(await run(async () => await fn(2))));
  }
});

test('debounce: with before, those who come within the time share the outcome, also when the call has ended', () =>
  runTest(async () => {
    let calls = 0;
    const load = debounce(async () => ++calls, 10, { before: true });
    const got: number[] = [];
    for (const pause of [1, 5, 9, 10, 1]) {
      got.push(await load());
      await sleep(pause);
    }
    assert.deepEqual(got, [1, 1, 1, 1, 2]);
  }));

test('semaphore: one that begins with 0 is filled later, so any weight waits', () =>
  runTest(async () => {
    const ready = semaphore(0);
    const order: string[] = [];
    const three = ready.acquire(3).then(() => order.push('three'));
    const one = ready.acquire(1).then(() => order.push('one'));
    await turns(2);
    ready.release(2);
    await turns(2);
    assert.deepEqual([order, ready.getValue()], [[], 2]);
    ready.setValue(4);
    await Promise.all([three, one]);
    assert.deepEqual([order, ready.getValue()], [['three', 'one'], 0]);
  }));
