// Waits that are given up: nothing of them stays with what they waited for, and giving them up takes the same time
// for each, however many there are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cancelAndWait,
  createTask,
  Future,
  interruptible,
  moveOnAfter,
  shield,
  sleep,
  taskGroup,
  wait,
  wrapFuture,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { offDone, onDone } from '../../src/core/future/doneCallback.ts';
import type { Following } from '../../src/core/future/foreignPromise.ts';
import '../harness.ts';
import { inLoop } from '../inLoop.ts';
import { outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const MANY = 20_000;

/** How many entries stand in the list of a future. */
const entriesOf = (future: Future<unknown>): number => [future._callbacks ?? []].flat().length;

const waits: Record<string, (work: Task<unknown>) => Promise<unknown>> = {
  wait: async (work) => await wait([work]),
  shield: async (work) => await shield(work),
};

for (const [name, waiting] of Object.entries(waits)) {
  test(
    `${name}: tasks that give up waiting for one future, in order and the other way round`,
    inLoop(async () => {
      for (const reversed of [false, true]) {
        const work = createTask(() => sleep(60_000));
        const before = entriesOf(work);
        await taskGroup(async (group) => {
          const tasks = Array.from({ length: MANY }, () => group.createTask(() => waiting(work)));
          await turns(2);
          assert.ok(entriesOf(work) >= MANY);
          for (const task of reversed ? tasks.toReversed() : tasks) task.cancel();
        });
        assert.ok(entriesOf(work) <= before + 16);
        await cancelAndWait(work);
      }
    }),
  );
}

test(
  'Future: what is left in a long list still runs, once and in order',
  inLoop(async () => {
    const future = new Future<void>();
    const log: number[] = [];
    const hooks = Array.from({ length: 100 }, (_, i) => onDone(future, () => log.push(i)));
    const taken = hooks.filter((_, i) => i % 3 !== 0);
    for (const hook of [...taken, ...taken]) offDone(future, hook);
    future.addDoneCallback(() => log.push(100));
    future.setResult();
    await turns(2);
    assert.deepEqual(
      log,
      Array.from({ length: 101 }, (_, i) => i).filter((i) => i % 3 === 0 || i === 100),
    );
    for (const hook of hooks) offDone(future, hook);
  }),
);

const followersOf = (future: Future<unknown>): number | undefined =>
  (future as Following<unknown>)._together?.size;

test(
  'interruptible: a promise that never settles keeps nothing of a wait that gave up',
  inLoop(async () => {
    const never = new Promise<void>(() => {});
    const first = interruptible(never);
    for (let i = 0; i < 100; i++) {
      await moveOnAfter(0, async () => {
        await interruptible(never);
      });
    }
    assert.equal(followersOf(first), 1);
    first.cancel();
    assert.equal(followersOf(first), 0);
  }),
);

test(
  'interruptible, wrapFuture: all that follow one promise get its outcome, in their order, later ones too',
  inLoop(async () => {
    for (const fails of [false, true]) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const log: string[] = [];
      const follow = (name: string, future: Future<string>): Task<void> =>
        createTask(async () => {
          const outcome = await outcomeOf(future);
          log.push(`${name} ${JSON.stringify(outcome)}`);
        });
      const dropped = interruptible(promise);
      const tasks = [
        follow('a', interruptible(promise)),
        follow('dropped', dropped),
        follow('b', wrapFuture(promise)),
      ];
      await turns();
      dropped.cancel();
      if (fails) reject('no');
      else resolve('yes');
      await wait(tasks);
      await wait([follow('late', interruptible(promise))]);
      const outcome = fails ? '{"error":"no"}' : '{"value":"yes"}';
      assert.deepEqual(log, [
        'dropped {"cancelled":""}',
        `a ${outcome}`,
        `b ${outcome}`,
        `late ${outcome}`,
      ]);
    }
  }),
);

test(
  'interruptible: the `then` of what is no plain promise is called for each wait',
  inLoop(async () => {
    let calls = 0;
    class Lazy<T> extends Promise<T> {
      override then<A, B>(
        onResult?: ((value: T) => A | PromiseLike<A>) | null,
        onError?: ((error: unknown) => B | PromiseLike<B>) | null,
      ): Promise<A | B> {
        calls++;
        return super.then(onResult, onError);
      }
    }
    const query = Lazy.resolve('row');
    assert.equal(await interruptible(query), 'row');
    assert.equal(await interruptible(query), 'row');
    assert.equal(calls, 2);
  }),
);
