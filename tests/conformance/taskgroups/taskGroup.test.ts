// What asyncio's test_taskgroups asks of a task group, in our words; each with lazily and with eagerly
// started tasks.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ContextVar,
  copyContext,
  createTask,
  currentTask,
  eagerTaskFactory,
  ExceptionGroup,
  exceptStar,
  isCancelled,
  newEventLoop,
  sleep,
  TaskGroup,
  taskGroup,
  timeout,
  TimeoutError,
  UsageError,
} from '../../../src/asyncio.ts';
import type { EventLoop, Task } from '../../../src/asyncio.ts';
import { Event } from '../../../src/sync/event.ts';
import { inTime } from '../../inTime.ts';
import type { InTime } from '../../inTime.ts';
import { assertCancelled, errorOf, outcomeOf, typesOf } from '../../outcome.ts';

class Crash extends Error {}
class OtherCrash extends Error {}

const crashAfter =
  (ms: number, type: new () => Error = Crash) =>
  async (): Promise<never> => {
    await sleep(ms);
    throw new type();
  };

/** Sleeps, and fails when it is cancelled. */
const crashOnExit =
  (type: new () => Error = Crash) =>
  async (): Promise<void> => {
    try {
      await sleep(10_000);
    } finally {
      // eslint-disable-next-line no-unsafe-finally -- what is tested
      throw new type();
    }
  };

const groupOf = (promise: PromiseLike<unknown>): Promise<ExceptionGroup> =>
  errorOf(promise, ExceptionGroup);

function both(title: string, body: (test: InTime) => Promise<unknown>): void {
  test(title, inTime(body));
  const eager = (loop: EventLoop): void => loop.setTaskFactory(eagerTaskFactory);
  test(`eager: ${title}`, inTime(body, eager));
}

both('a group waits for its children', async () => {
  let first: Task<number> | undefined;
  let second: Task<number> | undefined;
  await taskGroup(async (group) => {
    first = group.createTask(() => sleep(100, { result: 42 }));
    second = group.createTask(() => sleep(200, { result: 11 }));
  });
  assert.deepEqual([first?.result(), second?.result()], [42, 11]);
});

both('a child may be started after another has ended', async () => {
  let second: Task<number> | undefined;
  await taskGroup(async (group) => {
    group.startSoon(() => sleep(100));
    await sleep(150);
    second = group.createTask(() => sleep(200, { result: 11 }));
  });
  assert.equal(second?.result(), 11);
});

both('a child that is cancelled alone disturbs nobody', async () => {
  let first: Task<void> | undefined;
  let second: Task<number> | undefined;
  await taskGroup(async (group) => {
    first = group.createTask(() => sleep(1000));
    await sleep(150);
    first.cancel();
    second = group.createTask(() => sleep(200, { result: 11 }));
  });
  assert.equal(first?.cancelled(), true);
  assert.equal(second?.result(), 11);
});

both('a child that fails cancels its siblings and what stands after the group is not reached', async () => {
  let reached = false;
  let seen = false;
  let sibling: Task<void> | undefined;
  const runner = createTask(async () => {
    await taskGroup(async (group) => {
      group.startSoon(crashAfter(100));
      sibling = group.createTask(async () => {
        try {
          await sleep(1000);
        } catch (error) {
          seen = isCancelled(error);
          throw error;
        }
      });
    });
    reached = true;
  });
  assert.deepEqual(typesOf(await groupOf(runner)), ['Crash']);
  assert.deepEqual([reached, seen, sibling?.cancelled()], [false, true, true]);
});

both('children that fail at once are all in the group, and siblings and body are cancelled', async () => {
  const cancelled: string[] = [];
  const note = (name: string) => async (): Promise<void> => {
    try {
      await sleep(10_000);
    } catch (error) {
      if (isCancelled(error)) cancelled.push(name);
      throw error;
    }
  };
  const runner = createTask(() =>
    taskGroup(async (group) => {
      for (let i = 0; i < 3; i++) group.startSoon(crashAfter(100));
      group.startSoon(note('sibling'));
      await note('body')();
    }),
  );
  assert.deepEqual(typesOf(await groupOf(runner)), ['Crash', 'Crash', 'Crash']);
  assert.deepEqual(cancelled.toSorted(), ['body', 'sibling']);
});

for (const bodyWaits of [false, true]) {
  both(
    `a cancel from outside cancels all children while the body ${bodyWaits ? 'waits' : 'has ended'}`,
    async () => {
      let children = 0;
      let body = 0;
      const runner = createTask(() =>
        taskGroup(async (group) => {
          for (let i = 0; i < 5; i++) {
            group.startSoon(async () => {
              try {
                await sleep(5000);
              } catch (error) {
                children++;
                throw error;
              }
            });
          }
          if (!bodyWaits) return;
          try {
            await sleep(10_000);
          } catch (error) {
            body++;
            throw error;
          }
        }),
      );
      await sleep(100);
      assert.equal(runner.done(), false);
      runner.cancel('stop');
      assert.deepEqual(await outcomeOf(runner), { cancelled: 'stop' });
      assert.deepEqual([children, body], [5, bodyWaits ? 1 : 0]);
    },
  );
}

both('errors of the clean-up win over a cancel from outside', async () => {
  const runner = createTask(() =>
    taskGroup(async (group) => {
      for (let i = 0; i < 5; i++) group.startSoon(crashOnExit());
      await sleep(10_000);
    }),
  );
  await sleep(100);
  runner.cancel();
  assert.deepEqual(typesOf(await groupOf(runner)), ['Crash', 'Crash', 'Crash', 'Crash', 'Crash']);
});

for (const wait of [100, 0]) {
  both(`a body that fails ${wait > 0 ? 'after a wait' : 'at once'} cancels the children`, async () => {
    const tasks: Task<void>[] = [];
    const group = await groupOf(
      taskGroup(async (tg) => {
        tasks.push(
          tg.createTask(() => sleep(1000)),
          tg.createTask(() => sleep(2000)),
        );
        if (wait > 0) await sleep(wait);
        throw new Crash();
      }),
    );
    assert.deepEqual(typesOf(group), ['Crash']);
    assert.deepEqual(
      tasks.map((task) => task.cancelled()),
      [true, true],
    );
  });
}

for (const busyOuter of [false, true]) {
  both(
    `errors of an inner group come as a group in the outer one${busyOuter ? ' that has children' : ''}`,
    async () => {
      const runner = createTask(() =>
        taskGroup(async (outer) => {
          if (busyOuter) outer.startSoon(() => sleep(10_000));
          await taskGroup(async (inner) => {
            for (let i = 0; i < 5; i++) inner.startSoon(crashOnExit());
            await sleep(10_000);
          });
        }),
      );
      await sleep(100);
      runner.cancel();
      const group = await groupOf(runner);
      assert.deepEqual(typesOf(group), ['ExceptionGroup']);
      assert.deepEqual(typesOf(group.errors[0] as ExceptionGroup), [
        'Crash',
        'Crash',
        'Crash',
        'Crash',
        'Crash',
      ]);
    },
  );
}

both('a failing child of the outer group cancels the inner group without a trace', async () => {
  const group = await groupOf(
    taskGroup(async (outer) => {
      outer.startSoon(crashAfter(100));
      await taskGroup(async (inner) => {
        inner.startSoon(crashAfter(10_000));
      });
    }),
  );
  assert.deepEqual(typesOf(group), ['Crash']);
});

both('a failing child of the inner group cancels the children of the outer', async () => {
  const group = await groupOf(
    taskGroup(async (outer) => {
      outer.startSoon(crashAfter(10_000));
      await taskGroup(async (inner) => {
        inner.startSoon(crashAfter(100));
      });
    }),
  );
  assert.deepEqual(typesOf(group), ['ExceptionGroup']);
  assert.deepEqual(typesOf(group.errors[0] as ExceptionGroup), ['Crash']);
});

for (const nested of [false, true]) {
  both(
    `an error that comes while a cancelled body cleans up wins${nested ? ', also through an awaited task' : ''}`,
    async () => {
      const work = (): Promise<void> =>
        taskGroup(async (group) => {
          group.startSoon(crashAfter(300));
          try {
            await sleep(10_000);
          } catch (error) {
            await sleep(500);
            throw error;
          }
        });
      const runner = createTask(async () => {
        if (nested) await createTask(work);
        else await work();
      });
      await sleep(100);
      runner.cancel();
      assert.deepEqual(typesOf(await groupOf(runner)), ['Crash']);
    },
  );
}

both('a group without children passes a cancel on', async () => {
  let cleaned = false;
  const runner = createTask(() =>
    taskGroup(async () => {
      try {
        await sleep(10_000);
      } catch (error) {
        cleaned = true;
        throw error;
      }
    }),
  );
  await sleep(100);
  runner.cancel();
  await assertCancelled(runner);
  assert.equal(cleaned, true);
});

both('a body that turns its cancel into an error fails with that error', async () => {
  const runner = createTask(() =>
    taskGroup(async () => {
      try {
        await sleep(10_000);
      } catch {
        throw new Crash();
      }
    }),
  );
  await sleep(100);
  runner.cancel();
  assert.deepEqual(typesOf(await groupOf(runner)), ['Crash']);
});

both('errors of a child and of the body it cancelled are both in the group', async () => {
  const runner = createTask(() =>
    taskGroup(async (group) => {
      group.startSoon(crashAfter(100));
      await crashOnExit(OtherCrash)();
    }),
  );
  assert.deepEqual(typesOf(await groupOf(runner)), ['Crash', 'OtherCrash']);
});

both('what is thrown need not be an Error', async () => {
  const group = await groupOf(
    taskGroup(async (tg) => {
      tg.startSoon(async () => {
        await sleep(100);
        throw 'text';
      });
      tg.startSoon(async () => {
        await sleep(100);
        throw undefined;
      });
      await sleep(1000);
    }),
  );
  assert.deepEqual(group.errors, ['text', undefined]);
});

both('a cancel right after the children were started passes through', async () => {
  const runner = createTask(() =>
    taskGroup(async (group) => {
      group.startSoon(() => sleep(1000));
      group.startSoon(() => sleep(2000));
    }),
  );
  await sleep(50);
  runner.cancel();
  await assertCancelled(runner);
});

both('a group forgets children that have ended', async () => {
  await taskGroup(async (group) => {
    const size = (): number => Number(/tasks=(\d+)/.exec(describe(group))?.[1] ?? 0);
    for (let count = 0; count < 10; count++) {
      await sleep(100);
      group.startSoon(() => sleep(300));
      if (count === 5) assert.ok(size() < 5);
    }
    await sleep(1350);
    assert.equal(size(), 0);
  });
});

both('a child may start children', async () => {
  let count = 0;
  await taskGroup(async (group) => {
    group.startSoon(async () => {
      await sleep(100);
      for (const ms of [100, 200]) {
        group.startSoon(async () => {
          await sleep(ms);
          count++;
        });
      }
    });
  });
  assert.equal(count, 2);
});

both('children that keep starting children end when one fails', async () => {
  let hydras = 0;
  const group = await groupOf(
    taskGroup(async (tg) => {
      const hydra = async (): Promise<void> => {
        hydras++;
        await sleep(10);
        tg.startSoon(hydra);
        tg.startSoon(hydra);
      };
      tg.startSoon(hydra);
      tg.startSoon(async () => {
        while (hydras < 10) await sleep(15);
        throw new Crash();
      });
    }),
  );
  assert.deepEqual(typesOf(group), ['Crash']);
  assert.ok(hydras >= 10);
});

both('a child has the name it was given', async () => {
  let seen: string | undefined;
  await taskGroup(async (group) => {
    const task = group.createTask(
      async () => {
        seen = currentTask()?.getName();
      },
      { name: 'yolo' },
    );
    assert.equal(task.getName(), 'yolo');
  });
  assert.equal(seen, 'yolo');
});

both('a child runs in the context it was given', async () => {
  const variable = new ContextVar<number>('variable');
  const set = (value: number) => async (): Promise<void> => {
    await sleep(0);
    variable.set(value);
  };
  await taskGroup(async (group) => {
    const context = copyContext();
    assert.equal(context.get(variable), undefined);
    await group.createTask(set(1), { context });
    assert.equal(context.get(variable), 1);
    await group.createTask(set(2), { context });
    assert.equal(context.get(variable), 2);
  });
});

both('a group that is being cancelled takes no children', async () => {
  let refused = false;
  const group = await groupOf(
    taskGroup(async (tg) => {
      tg.startSoon(crashAfter(1));
      tg.startSoon(async () => {
        await assertCancelled(sleep(1000));
        assert.throws(() => tg.createTask(async () => {}), UsageError);
        refused = true;
      });
    }),
  );
  assert.deepEqual(typesOf(group), ['Crash']);
  assert.equal(refused, true);
});

both("an error thrown by a finally of the body joins the child's", async () => {
  const task = createTask(async () => {
    const me = currentTask();
    try {
      await taskGroup(async (group) => {
        try {
          group.startSoon(async () => {
            throw new Crash();
          });
          await sleep(1000);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- what is tested
          throw new Crash();
        }
      });
    } catch (error) {
      const rest = exceptStar(error, Crash, (part) => assert.equal(part.errors.length, 2));
      assert.equal(rest, undefined);
      assert.equal(me?.cancelling(), 0);
      return 'seen';
    }
    return 'not thrown';
  });
  assert.equal(await task, 'seen');
});

both('a group runs once', async () => {
  const group = new TaskGroup();
  await group.run(async () => {
    assert.match(
      (
        await errorOf(
          group.run(async () => {}),
          UsageError,
        )
      ).message,
      /entered already/,
    );
  });
  assert.match(
    (
      await errorOf(
        group.run(async () => {}),
        UsageError,
      )
    ).message,
    /entered already/,
  );
});

both('a group that has ended takes no children', async () => {
  const group = new TaskGroup();
  await group.run(async () => {});
  assert.throws(() => group.createTask(async () => {}), /finished/);
});

both('a group that was not entered takes no children', async () => {
  assert.throws(() => new TaskGroup().createTask(async () => {}), /not been entered/);
});

test('a group needs a task', async () => {
  const loop = newEventLoop();
  const group = new TaskGroup();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  loop.callSoon(() => {
    group.run(async () => {}).catch(resolve);
    loop.stop();
  });
  await loop.runForever();
  loop.close();
  assert.ok((await promise) instanceof UsageError);
  assert.throws(() => group.createTask(async () => {}), /not been entered/);
});

both('a group that failed leaves no cancel behind', async () => {
  await groupOf(
    taskGroup(async (group) => {
      group.startSoon(crashAfter(0));
    }),
  );
  assert.equal(currentTask()?.cancelling(), 0);
  await sleep(0);
});

both(
  'two nested groups cancelled at once: the outer cancel is still there after the inner group',
  async () => {
    const me = currentTask();
    const group = await groupOf(
      taskGroup(async (outer) => {
        const inner = await groupOf(
          taskGroup(async (tg) => {
            tg.startSoon(crashAfter(0));
            outer.startSoon(crashAfter(0, OtherCrash));
          }),
        );
        assert.deepEqual(typesOf(inner), ['Crash']);
        assert.equal(me?.cancelling(), 1);
      }),
    );
    assert.deepEqual(typesOf(group), ['OtherCrash']);
    assert.equal(me?.cancelling(), 0);
  },
);

both('a cancel that comes together with an error is delivered after the group', async () => {
  const started = new Event();
  const task = createTask(async () => {
    const group = await groupOf(
      taskGroup(async (tg) => {
        tg.startSoon(async () => {
          started.set();
          await sleep(0);
          throw new Crash();
        });
        await sleep(1000);
        assert.fail('the sleep should have been cancelled');
      }),
    );
    assert.deepEqual(typesOf(group), ['Crash']);
    assert.equal(currentTask()?.cancelling(), 1);
    await sleep(1000);
    assert.fail('the sleep after the group should have been cancelled');
  });
  await started.wait();
  assert.equal(task.cancelling(), 0);
  task.cancel();
  assert.equal(task.cancelling(), 1);
  await assertCancelled(task);
});

both('a child started while a child is being created is cancelled with the others', async () => {
  let ran = false;
  const group = await groupOf(
    taskGroup(async (tg) => {
      tg.startSoon(async () => {
        tg.startSoon(async () => {
          throw new Crash();
        });
        await assertCancelled(
          (async () => {
            await sleep(0);
            await sleep(0);
          })(),
        );
        ran = true;
      });
    }),
  );
  assert.deepEqual(typesOf(group), ['Crash']);
  assert.equal(ran, true);
});

both('a timeout around a group cancels its children', async ({ loop }) => {
  const tasks: Task<void>[] = [];
  const begin = loop.time();
  await errorOf(
    timeout(50, () =>
      taskGroup(async (group) => {
        tasks.push(
          group.createTask(() => sleep(1000)),
          group.createTask(() => sleep(2000)),
        );
      }),
    ),
    TimeoutError,
  );
  assert.equal(loop.time(), begin + 50);
  assert.deepEqual(
    tasks.map((task) => task.cancelled()),
    [true, true],
  );
});

function describe(group: TaskGroup): string {
  return (
    (group as unknown as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')]?.call(
      group,
    ) ?? ''
  );
}
