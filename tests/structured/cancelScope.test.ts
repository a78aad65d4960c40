// Cancel scopes: level, shield, nesting, deadlines, and the groups inside them.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelScope,
  createTask,
  currentTask,
  eagerTaskFactory,
  failAfter,
  failAt,
  isCancelled,
  moveOnAfter,
  moveOnAt,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'a cancelled scope cancels every await in it, and swallows the cancel',
  inTime(async () => {
    const scope = new CancelScope();
    let hits = 0;
    let reached = false;
    const result = await scope.run(async () => {
      scope.cancel('enough');
      for (let i = 0; i < 3; i++) {
        try {
          await sleep(1000);
        } catch (error) {
          assert.ok(isCancelled(error));
          assert.equal(error.message, 'enough');
          assert.equal(error.origin, scope);
          hits++;
        }
      }
      await sleep(0);
      reached = true;
      return 'result';
    });
    assert.deepEqual([result, hits, reached], [undefined, 3, false]);
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [true, true]);
    await sleep(0);
  }),
);

test(
  'a scope that swallowed nothing says so',
  inTime(async () => {
    const scope = new CancelScope();
    const result = await scope.run(async () => {
      scope.cancel();
      return 'kept';
    });
    assert.equal(result, 'kept');
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [true, false]);
  }),
);

test(
  'a scope that is cancelled before it is entered is cancelled on entry',
  inTime(async () => {
    const scope = new CancelScope();
    scope.cancel();
    let entered = false;
    await scope.run(async () => {
      entered = true;
      await sleep(1000);
      assert.fail('not reached');
    });
    assert.deepEqual([entered, scope.cancelledCaught], [true, true]);
  }),
);

test(
  'a scope is left by an error as it is',
  inTime(async () => {
    const scope = new CancelScope({ deadline: Infinity });
    await errorOf(
      scope.run(async () => {
        scope.cancel();
        throw new RangeError('mine');
      }),
      RangeError,
    );
    assert.equal(scope.cancelledCaught, false);
    const late = new CancelScope();
    late.deadline = 10_000;
    await errorOf(
      late.run(async () => {
        throw new RangeError('mine');
      }),
      RangeError,
    );
  }),
);

test(
  'cancelling the outer scope ends the inner one, and the outer swallows',
  inTime(async () => {
    const outer = new CancelScope();
    const inner = new CancelScope();
    await outer.run(async () => {
      await inner.run(async () => {
        outer.cancel();
        await sleep(1000);
      });
      assert.fail('not reached');
    });
    assert.deepEqual([outer.cancelledCaught, inner.cancelledCaught], [true, false]);
  }),
);

test(
  'cancelling the inner scope leaves the outer one alone',
  inTime(async () => {
    const outer = new CancelScope();
    const inner = new CancelScope();
    const result = await outer.run(async () => {
      await inner.run(async () => {
        inner.cancel();
        await sleep(1000);
      });
      await sleep(1);
      return 'went on';
    });
    assert.equal(result, 'went on');
    assert.deepEqual([outer.cancelledCaught, inner.cancelledCaught], [false, true]);
  }),
);

for (const order of ['inner first', 'outer first', 'outer while the inner cleans up']) {
  test(
    `both scopes cancelled, ${order}: the outer one swallows`,
    inTime(async () => {
      const outer = new CancelScope();
      const inner = new CancelScope();
      let between = false;
      const task = createTask(() =>
        outer.run(async () => {
          await inner.run(async () => {
            try {
              await sleep(1000);
            } finally {
              if (order.includes('cleans')) outer.cancel();
            }
          });
          between = true;
        }),
      );
      await turns();
      if (order === 'outer first') outer.cancel();
      inner.cancel();
      if (order === 'inner first') outer.cancel();
      await task;
      assert.deepEqual([between, outer.cancelledCaught, inner.cancelledCaught], [false, true, false]);
    }),
  );
}

test(
  'a shield keeps an outer scope off until it ends',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const outer = new CancelScope();
    let saved = false;
    await outer.run(async () => {
      outer.cancel();
      await new CancelScope({ shield: true }).run(async () => {
        await sleep(10);
        saved = true;
      });
      await sleep(1000);
      assert.fail('not reached');
    });
    assert.equal(saved, true);
    assert.equal(loop.time(), begin + 10);
  }),
);

test(
  'a shield keeps task.cancel() off, and it is delivered after',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    let saved = false;
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(async () => {
        await sleep(10);
        await sleep(10);
        saved = true;
      });
      await sleep(1000);
    });
    await sleep(5);
    task.cancel('kept off');
    assert.deepEqual(await outcomeOf(task), { cancelled: 'kept off' });
    assert.deepEqual([saved, loop.time() - begin], [true, 20]);
  }),
);

test(
  'a cancel that was kept off is delivered though the task waits for nothing more',
  inTime(async () => {
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(() => sleep(10));
      return 'result';
    });
    await sleep(5);
    task.cancel();
    await assertCancelled(task);
  }),
);

test(
  'a shielded scope may be cancelled itself, and a deadline fires in it',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const scope = new CancelScope({ shield: true });
    await scope.run(async () => {
      scope.cancel();
      await sleep(1000);
    });
    assert.equal(scope.cancelledCaught, true);
    assert.equal(await moveOnAfter(10, () => sleep(1000), { shield: true }), undefined);
    await errorOf(
      failAfter(10, () => sleep(1000), { shield: true }),
      TimeoutError,
    );
    assert.equal(loop.time(), begin + 20);
  }),
);

test(
  'inside a shield a timeout is a timeout though the task was cancelled meanwhile',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const seen: string[] = [];
    const task = createTask(async () => {
      try {
        await sleep(10_000);
      } finally {
        await new CancelScope({ shield: true }).run(async () => {
          await errorOf(
            timeout(50, () => sleep(1000)),
            TimeoutError,
          );
          seen.push('timeout');
          const tired = new CancelScope({ deadline: loop.time() + 50 });
          await tired.run(() => sleep(1000));
          seen.push(`scope ${tired.cancelledCaught}`);
          await taskGroup(async (group) => {
            group.startSoon(async () => group.cancel());
            await sleep(1000);
          });
          seen.push('group');
        });
        const own = await failAfter(10, () => sleep(1000), { shield: true }).catch(
          (error: unknown) => error,
        );
        seen.push((own as Error).name);
      }
    });
    await sleep(5);
    task.cancel('first');
    await sleep(5);
    task.cancel('second');
    await sleep(60);
    task.cancel('third');
    await assertCancelled(task);
    assert.deepEqual(seen, ['timeout', 'scope true', 'group', 'TimeoutError']);
    assert.equal(loop.time(), begin + 115);
  }),
);

test(
  'a shield can be taken away, and what came meanwhile comes in',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const scope = new CancelScope({ shield: true });
    const task = createTask(() => scope.run(() => sleep(1000)));
    await turns();
    task.cancel('kept off');
    await sleep(10);
    assert.equal(task.done(), false);
    scope.shield = false;
    assert.deepEqual(await outcomeOf(task), { cancelled: 'kept off' });
    assert.equal(loop.time(), begin + 10);
  }),
);

test(
  'a shield can be raised for the clean-up',
  inTime(async () => {
    const scope = new CancelScope();
    const outer = new CancelScope();
    let saved = false;
    await outer.run(() =>
      scope.run(async () => {
        try {
          outer.cancel();
          await sleep(1000);
        } finally {
          scope.shield = true;
          await sleep(10);
          saved = true;
        }
      }),
    );
    assert.deepEqual([saved, outer.cancelledCaught, scope.cancelledCaught], [true, true, false]);
  }),
);

test(
  "task.cancel() inside a scope is not the scope's",
  inTime(async () => {
    for (const both of [false, true]) {
      const scope = new CancelScope();
      const task = createTask(() =>
        scope.run(async () => {
          if (both) scope.cancel();
          currentTask()?.cancel('task');
          await sleep(1000);
        }),
      );
      await assertCancelled(task);
      assert.equal(scope.cancelledCaught, false);
    }
  }),
);

test(
  'a deadline cancels, and can be moved both ways',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const scope = new CancelScope({ deadline: begin + 10 });
    assert.equal(scope.deadline, begin + 10);
    await scope.run(async () => {
      scope.deadline = begin + 500;
      await sleep(400);
      scope.deadline = begin + 450;
      await sleep(1000);
    });
    assert.equal(loop.time(), begin + 450);
    assert.equal(scope.cancelledCaught, true);
    const never = new CancelScope({ deadline: loop.time() + 10 });
    await never.run(async () => {
      never.deadline = Infinity;
      await sleep(50);
    });
    assert.equal(never.cancelCalled, false);
    const past = new CancelScope();
    await past.run(async () => {
      past.deadline = loop.time() - 1;
      await sleep(50);
      assert.fail('not reached');
    });
    const early = new CancelScope();
    early.deadline = loop.time() + 5;
    await early.run(() => sleep(50));
    assert.equal(early.cancelledCaught, true);
  }),
);

test(
  'a scope cancels the children of groups inside it, those that start later too',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const log: string[] = [];
    const stubborn = (name: string) => async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        const outcome = await outcomeOf(sleep(1000));
        log.push(`${name} ${Object.keys(outcome)[0]}`);
      }
    };
    const scope = new CancelScope();
    await scope.run(() =>
      taskGroup(async (group) => {
        group.startSoon(stubborn('a'));
        await turns();
        scope.cancel();
        group.startSoon(stubborn('b'));
      }),
    );
    assert.equal(loop.time(), begin);
    assert.deepEqual(log.toSorted(), [
      'a cancelled',
      'a cancelled',
      'a cancelled',
      'b cancelled',
      'b cancelled',
      'b cancelled',
    ]);
  }),
);

test(
  'a child of a group that waits for nothing when its scope is cancelled keeps its result',
  inTime(async () => {
    const scope = new CancelScope();
    const foreign = Promise.withResolvers<void>();
    let task: { done(): boolean; cancelled(): boolean } | undefined;
    await scope.run(() =>
      taskGroup(async (group) => {
        const child = group.createTask(async () => {
          await foreign.promise;
          return 'result';
        });
        task = child;
        await turns(2);
        scope.cancel();
        foreign.resolve();
      }),
    );
    assert.deepEqual([task?.done(), task?.cancelled()], [true, false]);
  }),
);

test(
  'an eager child that waits already is cancelled with its cancelled scope',
  inTime(
    async ({ loop }) => {
      const begin = loop.time();
      const scope = new CancelScope();
      await scope.run(() =>
        taskGroup(async (group) => {
          scope.cancel();
          group.startSoon(() => sleep(1000));
        }),
      );
      assert.equal(loop.time(), begin);
    },
    (loop) => loop.setTaskFactory(eagerTaskFactory),
  ),
);

test(
  'a shield inside a child keeps the scope around its group off',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const scope = new CancelScope();
    let saved = false;
    await scope.run(() =>
      taskGroup(async (group) => {
        group.startSoon(() =>
          new CancelScope({ shield: true }).run(async () => {
            await sleep(10);
            saved = true;
          }),
        );
        await turns();
        scope.cancel();
      }),
    );
    assert.deepEqual([saved, loop.time() - begin], [true, 10]);
  }),
);

test(
  'a child outside of the scope is not touched',
  inTime(async () => {
    const result = await taskGroup(async (group) => {
      const scope = new CancelScope();
      let child: PromiseLike<string> | undefined;
      await scope.run(async () => {
        child = group.createTask(() => sleep(10, { result: 'outside' }));
        scope.cancel();
        await sleep(5);
      });
      return await child;
    });
    assert.equal(result, 'outside');
  }),
);

test(
  'a foreign await is not interrupted, the next one of ours is',
  inTime(async () => {
    const scope = new CancelScope();
    const foreign = Promise.withResolvers<string>();
    let got = '';
    const task = createTask(() =>
      scope.run(async () => {
        got = await foreign.promise;
        await sleep(1000);
      }),
    );
    await turns();
    scope.cancel();
    await turns(3);
    assert.equal(task.done(), false);
    foreign.resolve('foreign');
    await task;
    assert.equal(got, 'foreign');
    assert.equal(scope.cancelledCaught, true);
  }),
);

test(
  'scopes side by side in one task do not hit each other',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const results = await Promise.all([
      moveOnAfter(10, () => sleep(100, { result: 'a' })),
      moveOnAfter(1000, () => sleep(50, { result: 'b' })),
      moveOnAfter(20, async () => {
        await outcomeOf(sleep(100));
        return 'c';
      }),
    ]);
    assert.deepEqual(results, [undefined, 'b', 'c']);
    assert.equal(loop.time(), begin + 50);
  }),
);

test(
  'moveOn and failAfter: time, result, whose deadline',
  inTime(async ({ loop }) => {
    assert.equal(await moveOnAfter(10, () => sleep(5, { result: 'in time' })), 'in time');
    assert.equal(await moveOnAt(loop.time() + 10, () => sleep(50, { result: 'late' })), undefined);
    assert.equal(await failAfter(10, () => sleep(5, { result: 'in time' })), 'in time');
    let scope: CancelScope | undefined;
    const error = await errorOf(
      failAt(loop.time() + 10, async (mine) => {
        scope = mine;
        await sleep(50);
      }),
      TimeoutError,
    );
    assert.equal(error.timeout, scope);
  }),
);

test(
  'of nested failAfter the one whose deadline passed throws',
  inTime(async () => {
    for (const [outerDelay, innerDelay] of [
      [10, 100],
      [100, 10],
      [10, 10],
    ] as const) {
      let outer: CancelScope | undefined;
      let inner: CancelScope | undefined;
      const error = await errorOf(
        failAfter(outerDelay, async (mine) => {
          outer = mine;
          await failAfter(innerDelay, async (its) => {
            inner = its;
            await sleep(1000);
          });
        }),
        TimeoutError,
      );
      assert.equal(error.timeout, innerDelay < outerDelay ? inner : outer);
    }
  }),
);

test(
  'a timeout in a cancelled scope does not turn the cancel into a TimeoutError',
  inTime(async () => {
    const scope = new CancelScope();
    await scope.run(() =>
      timeout(10, async () => {
        try {
          await sleep(1000);
        } finally {
          scope.cancel();
        }
      }),
    );
    assert.equal(scope.cancelledCaught, true);
  }),
);

test(
  'a scope runs once, in a task',
  inTime(async () => {
    const scope = new CancelScope();
    await scope.run(async () => {
      await errorOf(
        scope.run(async () => {}),
        UsageError,
      );
    });
    await errorOf(
      scope.run(async () => {}),
      UsageError,
    );
  }),
);

test(
  'cancel() after the end changes nothing',
  inTime(async () => {
    const scope = new CancelScope();
    await scope.run(async () => {});
    scope.cancel();
    await sleep(0);
    assert.deepEqual([scope.cancelCalled, scope.cancelledCaught], [false, false]);
  }),
);
