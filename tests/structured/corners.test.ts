// Corners in which Trio's and AnyIO's authors found bugs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  CancelledError,
  CancelScope,
  createTask,
  currentTask,
  ExceptionGroup,
  failAfter,
  gather,
  moveOnAfter,
  race,
  shield,
  sleep,
  TaskGroup,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/asyncio.ts';
import type { Future, Task } from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'a group in a cancelled scope: clean-up of children in a shield ends before the group',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const log: string[] = [];
    const scope = new CancelScope();
    await scope.run(async () => {
      try {
        await taskGroup(async (group) => {
          for (const ms of [10, 20]) {
            group.startSoon(async () => {
              try {
                await sleep(1000);
              } finally {
                await new CancelScope({ shield: true }).run(() => sleep(ms));
                log.push(`child ${ms}`);
              }
            });
          }
          await turns();
          scope.cancel();
        });
      } finally {
        log.push('group');
      }
    });
    assert.deepEqual(log, ['child 10', 'child 20', 'group']);
    assert.equal(loop.time(), begin + 20);
  }),
);

test(
  'a cancelled scope in a child does not reach the group',
  inTime(async () => {
    const result = await taskGroup(async (group) => {
      const child = group.createTask(() => moveOnAfter(1, () => sleep(100)));
      assert.equal(await child, undefined);
      return await sleep(1, { result: 'whole' });
    });
    assert.equal(result, 'whole');
  }),
);

test(
  'a deadline in the past with a body that does not wait',
  inTime(async () => {
    assert.equal(await moveOnAfter(-1, async () => 'kept'), 'kept');
    assert.equal(await failAfter(0, async () => 'kept'), 'kept');
    assert.equal(await timeout(-1, async () => 'kept'), 'kept');
    await sleep(0);
  }),
);

test(
  'a scope swallows a cancel that comes out of a nested task',
  inTime(async () => {
    const scope = new CancelScope();
    await scope.run(async () => {
      const inner = createTask(() => sleep(1000));
      await turns();
      scope.cancel();
      await inner;
    });
    assert.equal(scope.cancelledCaught, true);
  }),
);

test(
  'gather, race and waitFor in a scope: their tasks end with it',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const ended: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      try {
        await sleep(1000);
      } finally {
        await new CancelScope({ shield: true }).run(() => sleep(5));
        ended.push(name);
      }
    };
    await moveOnAfter(10, () => gather(work('gather')));
    await moveOnAfter(10, () => race([work('race')]));
    await moveOnAfter(10, () => waitFor(createTask(work('waitFor')), 100));
    await moveOnAfter(10, () => createTask(work('task')));
    await sleep(10);
    assert.deepEqual(ended.toSorted(), ['gather', 'race', 'task', 'waitFor']);
    assert.ok(loop.time() - begin <= 70);
  }),
);

test(
  'a shield function in a cancelled scope: the wait ends, the work goes on',
  inTime(async () => {
    const work = createTask(() => sleep(10, { result: 'done' }));
    await moveOnAfter(1, () => shield(work));
    assert.equal(await work, 'done');
  }),
);

test(
  'a hundred nested scopes, the outermost cancelled',
  inTime(async () => {
    const nest = async (depth: number): Promise<void> => {
      if (depth === 0) await sleep(1000);
      else await new CancelScope({ shield: depth === 50 }).run(() => nest(depth - 1));
    };
    assert.equal(
      await moveOnAfter(5, () => Promise.all([failAfter(10, () => nest(49)), sleep(1)])),
      undefined,
    );
    const outer = new CancelScope();
    const task = createTask(() => outer.run(() => nest(49)));
    await turns();
    outer.cancel();
    await task;
    assert.equal(outer.cancelledCaught, true);
  }),
);

test(
  'a cancel of the task that started a scope elsewhere is not mixed up with the scope',
  inTime(async () => {
    const scope = new CancelScope();
    const tasks: Task<unknown>[] = [];
    tasks.push(createTask(() => scope.run(() => sleep(1000))));
    await turns();
    tasks.push(
      createTask(async () => {
        scope.cancel('from another task');
        await sleep(1);
        return 'untouched';
      }),
    );
    assert.equal(await tasks[1], 'untouched');
    assert.equal(await tasks[0], undefined);
  }),
);

test(
  'uncancel() after a caught cancel lets a timeout around be a timeout again',
  inTime(async () => {
    await errorOf(
      timeout(10, async () => {
        currentTask()?.cancel();
        await assertCancelled(sleep(1000));
        currentTask()?.uncancel();
        await sleep(1000);
      }),
      TimeoutError,
    );
  }),
);

test(
  'two groups nested, the inner cancelled by the child of the outer',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const inner = new TaskGroup();
    const result = await taskGroup(async (outer) => {
      outer.startSoon(async () => {
        await sleep(5);
        inner.cancel();
      });
      await inner.run(() => sleep(1000));
      return await sleep(5, { result: 'went on' });
    });
    assert.deepEqual([result, loop.time() - begin], ['went on', 10]);
  }),
);

test(
  "a group's own cancel while the scope around it is cancelled: the scope gets it",
  inTime(async () => {
    const scope = new CancelScope();
    let after = false;
    await scope.run(async () => {
      await taskGroup(async (group) => {
        group.cancel();
        scope.cancel();
        await sleep(1000);
      });
      after = true;
    });
    assert.deepEqual([after, scope.cancelledCaught], [false, true]);
  }),
);

test(
  'a child fails in the turn in which the body ends',
  inTime(async () => {
    const outcome = await outcomeOf(
      taskGroup(async (group) => {
        group.startSoon(async () => {
          await sleep(5);
          throw new RangeError('child');
        });
        await sleep(5);
        return 'result';
      }),
    );
    assert.ok('error' in outcome);
    await sleep(0);
  }),
);

test(
  'a timeout fires in the turn in which its group fails',
  inTime(async () => {
    const outcome = await outcomeOf(
      timeout(5, () =>
        taskGroup(async (group) => {
          group.startSoon(async () => {
            await sleep(5);
            throw new RangeError('child');
          });
          await sleep(1000);
        }),
      ),
    );
    assert.ok('error' in outcome);
    await sleep(0);
    assert.equal(currentTask()?.cancelling(), 0);
  }),
);

test(
  'shield: a failure after its wait was cancelled is not reported where somebody else waits or looks',
  inTime(async ({ loop, reports }) => {
    const broken = new Error('broken');
    const lose = async (work: Future<void>): Promise<void> => {
      await errorOf(waitFor(shield(work), 1), TimeoutError);
    };
    const fails = async (): Promise<void> => {
      await sleep(5);
      throw broken;
    };
    // Awaited by a task, watched by a group, by a plain promise, by wait and by a later done callback.
    const awaited = createTask(fails);
    await lose(awaited);
    await assert.rejects(awaited, broken);
    await errorOf(
      taskGroup(async (group) => await lose(group.createTask(fails))),
      ExceptionGroup,
    );
    const caught = createTask(fails);
    const seen = caught.catch((error: unknown) => error);
    await lose(caught);
    assert.equal(await seen, broken);
    const looked = createTask(fails);
    await lose(looked);
    const [done] = await wait([looked]);
    assert.equal([...done][0]?.exception(), broken);
    const called = createTask(fails);
    await lose(called);
    called.addDoneCallback(() => called.exception());
    await sleep(10);
    assert.deepEqual(reports, []);
    // And once where nobody does, however many shields it lost.
    const lost = loop.createFuture<void>();
    await lose(lost);
    await lose(lost);
    lost.setException(broken);
    await turns(3);
    assert.deepEqual(
      reports.splice(0).map(({ exception }) => exception),
      [broken],
    );
  }),
);

for (const returnExceptions of [false, true]) {
  test(
    `gather: one that was cancelled says so (returnExceptions ${returnExceptions})`,
    inTime(async () => {
      const ignores = async (): Promise<void> => {
        await outcomeOf(sleep(1000));
      };
      for (const children of [[() => sleep(1000)], [() => sleep(1000), ignores], [ignores]]) {
        const all: Future<unknown> = gather(children, { returnExceptions });
        await turns();
        assert.equal(all.cancel('enough'), true);
        const outcome = await outcomeOf(all);
        assert.deepEqual(outcome, { cancelled: 'enough' });
        assert.equal(all.cancelled(), true);
        assert.throws(() => all.result(), CancelledError);
        assert.ok(all.exception() instanceof CancelledError);
      }
      const bystander = createTask(() => sleep(1000));
      const all = gather([bystander]);
      await turns();
      bystander.cancel();
      await assertCancelled(all);
      assert.equal(all.cancelled(), false);
    }),
  );
}

test(
  'failAfter: says whether its deadline passed or it was cancelled by hand',
  inTime(async () => {
    const late = await errorOf(
      failAfter(1, () => sleep(1000)),
      TimeoutError,
    );
    assert.equal(late.message, 'failAfter: not done after 1 ms');
    for (const [reason, message] of [
      ['', 'failAfter: its scope was cancelled before its deadline'],
      ['no longer needed', 'failAfter: its scope was cancelled before its deadline: no longer needed'],
    ] as const) {
      const byHand = await errorOf(
        failAfter(1000, async (scope) => {
          scope.cancel(reason);
          await sleep(1000);
        }),
        TimeoutError,
      );
      assert.equal(byHand.message, message);
      assert.ok(byHand.cause instanceof CancelledError);
      assert.ok(byHand.timeout instanceof CancelScope);
    }
  }),
);
