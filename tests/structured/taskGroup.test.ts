// What our groups have beyond asyncio's: start, background children, results, groups side by side, ExceptionGroup.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  CancelScope,
  createTask,
  currentTask,
  ExceptionGroup,
  exceptStar,
  InvalidArgumentError,
  moveOnAfter,
  sleep,
  taskGroup,
  timeout,
  UsageError,
} from '../../src/asyncio.ts';
import type { Task, TimeoutError } from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { errorOf, outcomeOf, typesOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const crash =
  (ms: number, message: string = 'crash') =>
  async (): Promise<never> => {
    await sleep(ms);
    throw new RangeError(message);
  };

test(
  'a group resolves to the result of its body',
  inTime(async () => {
    const total = await taskGroup(async (group) => {
      const one = group.createTask(() => sleep(2, { result: 1 }));
      const two = group.createTask(() => sleep(1, { result: 2 }));
      return (await one) + (await two);
    });
    assert.equal(total, 3);
  }),
);

test(
  'start waits until the child is ready, and the child goes on',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const log: string[] = [];
    await taskGroup(async (group) => {
      const port = await group.start<number>(async (status) => {
        await sleep(10);
        status.started(8080);
        await sleep(20);
        log.push('served');
      });
      assert.equal(port, 8080);
      assert.equal(loop.time(), begin + 10);
      log.push('ready');
    });
    assert.deepEqual([log, loop.time()], [['ready', 'served'], begin + 30]);
  }),
);

test(
  'a child that fails before it is ready fails the start, and not the group',
  inTime(async () => {
    await taskGroup(async (group) => {
      await errorOf(group.start(crash(5)), RangeError);
      await sleep(1);
    });
  }),
);

test(
  'a child that ends without being ready is a UsageError',
  inTime(async () => {
    await taskGroup(async (group) => {
      await errorOf(
        group.start(async () => {}),
        UsageError,
      );
    });
  }),
);

test(
  'a child that fails after it was ready fails the group',
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        await tg.start(async (status) => {
          status.started(1);
          await sleep(5);
          throw new RangeError('late');
        });
        await sleep(1000);
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  'a child that says twice that it is ready gets a UsageError',
  inTime(async () => {
    await taskGroup(async (group) => {
      await group.start<number>(async (status) => {
        status.started(1);
        assert.throws(() => status.started(2), UsageError);
      });
    });
  }),
);

test(
  'cancelling a start cancels the child and waits for it',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    let ended = false;
    await taskGroup(async (group) => {
      const result = await moveOnAfter(10, () =>
        group.start(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(0);
            await new CancelScope({ shield: true }).run(() => sleep(5));
            ended = true;
          }
        }),
      );
      assert.equal(result, undefined);
      assert.equal(ended, true);
      assert.equal(loop.time(), begin + 15);
    }).catch((error: unknown) => {
      throw error;
    });
  }),
);

test(
  'a start of a child that does not wait at all',
  inTime(async () => {
    const value = await taskGroup((group) =>
      group.start<string>(async (status) => status.started('at once')),
    );
    assert.equal(value, 'at once');
  }),
);

test(
  'a start in a group that ends takes its turn in the error',
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(crash(5));
        await tg.start(() => sleep(1000));
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  'background children are cancelled when the rest has ended, and waited for',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const log: string[] = [];
    await taskGroup(async (group) => {
      group.startSoon(
        async () => {
          try {
            await sleep(10_000);
          } finally {
            await sleep(5);
            log.push('background');
          }
        },
        { background: true },
      );
      group.startSoon(async () => {
        await sleep(20);
        log.push('child');
      });
      await sleep(10);
      log.push('body');
    });
    assert.deepEqual(log, ['body', 'child', 'background']);
    assert.equal(loop.time(), begin + 25);
  }),
);

test(
  'a background child that fails cancels the group',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(crash(5), { background: true });
        await sleep(1000);
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
    assert.equal(loop.time(), begin + 5);
  }),
);

test(
  'a background child whose clean-up fails fails the group',
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(
          async () => {
            try {
              await sleep(1000);
            } finally {
              // eslint-disable-next-line no-unsafe-finally -- what is tested
              throw new RangeError('clean-up');
            }
          },
          { background: true },
        );
        await turns();
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  'a child that a background child starts in its clean-up is waited for',
  inTime(async () => {
    const log: string[] = [];
    await taskGroup(async (group) => {
      group.startSoon(
        async () => {
          try {
            await sleep(1000);
          } finally {
            group.startSoon(async () => {
              await sleep(5);
              log.push('late child');
            });
            await sleep(1);
            log.push('background');
          }
        },
        { background: true },
      );
      await turns();
    });
    assert.deepEqual(log, ['background', 'late child']);
  }),
);

test(
  'a background child started ready is cancelled at the end',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    await taskGroup(async (group) => {
      await group.start<number>(
        async (status) => {
          status.started(1);
          await sleep(10_000);
        },
        { background: true },
      );
    });
    assert.equal(loop.time(), begin);
  }),
);

test(
  'groups side by side in one task: only the one that fails is cancelled',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const [bad, good] = await Promise.allSettled([
      taskGroup(async (group) => {
        group.startSoon(crash(5));
        await sleep(1000);
      }),
      taskGroup(async (group) => {
        const child = group.createTask(() => sleep(20, { result: 'child' }));
        await sleep(10);
        return await child;
      }),
    ]);
    assert.equal(bad.status, 'rejected');
    assert.deepEqual(good, { status: 'fulfilled', value: 'child' });
    assert.equal(loop.time(), begin + 20);
    assert.equal(currentTask()?.cancelling(), 0);
  }),
);

test(
  'groups side by side in one task: a cancel of the task ends both',
  inTime(async () => {
    const children: Task<void>[] = [];
    const task = createTask(() =>
      Promise.allSettled(
        [1, 2].map(() =>
          taskGroup(async (group) => {
            children.push(group.createTask(() => sleep(1000)));
            await sleep(1000);
          }),
        ),
      ),
    );
    await turns(3);
    task.cancel();
    const ends = await task;
    assert.deepEqual(
      ends.map((end) => end.status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(
      children.map((child) => child.cancelled()),
      [true, true],
    );
  }),
);

test(
  'a cancel twice while the children clean up ends nothing early, and is one',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    let after: unknown;
    const task = createTask(async () => {
      try {
        await taskGroup(async (group) => {
          group.startSoon(async () => {
            try {
              await sleep(1000);
            } finally {
              await sleep(30);
            }
          });
        });
      } finally {
        after = await outcomeOf(sleep(1, { result: 'clean-up' }));
      }
    });
    await sleep(5);
    for (const message of ['first', 'second', 'third', 'fourth']) {
      task.cancel(message);
      await turns(2);
    }
    assert.deepEqual(await outcomeOf(task), { cancelled: 'first' });
    assert.deepEqual(after, { value: 'clean-up' });
    assert.equal(loop.time(), begin + 36);
  }),
);

test(
  'a child may be linked to an AbortSignal',
  inTime(async () => {
    const controller = new AbortController();
    let child: Task<void> | undefined;
    await taskGroup(async (group) => {
      child = group.createTask(() => sleep(1000), { signal: controller.signal });
      await turns();
      controller.abort(new Error('linked'));
    });
    assert.equal(child?.cancelled(), true);
  }),
);

test(
  "errors come in the order in which they happened, the body's last",
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(crash(10, 'second'));
        tg.startSoon(crash(5, 'first'));
        tg.startSoon(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(5);
            // eslint-disable-next-line no-unsafe-finally -- what is tested
            throw new TypeError('clean-up');
          }
        });
        try {
          await sleep(1000);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- what is tested
          throw new SyntaxError('body');
        }
      }),
      ExceptionGroup,
    );
    assert.deepEqual(
      group.errors.map((error) => (error as Error).message),
      ['first', 'clean-up', 'body'],
    );
  }),
);

test(
  'exceptStar takes a group apart by class',
  inTime(async () => {
    let error: unknown;
    try {
      await taskGroup(async (tg) => {
        tg.startSoon(crash(5));
        await taskGroup(async (inner) => {
          inner.startSoon(async () => {
            await sleep(5);
            throw new TypeError('inner');
          });
        });
      });
    } catch (thrown) {
      error = thrown;
    }
    const seen: string[] = [];
    const rest = exceptStar(error, TypeError, (group) => seen.push(...[...group.leaves()].map(String)));
    assert.deepEqual(seen, ['TypeError: inner']);
    assert.ok(rest instanceof ExceptionGroup);
    assert.deepEqual([...rest.leaves()].map(String), ['RangeError: crash']);
    assert.equal(
      exceptStar(rest, RangeError, () => {}),
      undefined,
    );
  }),
);

test(
  'a body that is no function is told',
  inTime(async () => {
    await errorOf(taskGroup(undefined as never), InvalidArgumentError);
    await errorOf(taskGroup(Promise.resolve() as never), InvalidArgumentError);
  }),
);

test(
  'whose deadline fired: nested, each order',
  inTime(async ({ loop }) => {
    for (const [outerDelay, innerDelay] of [
      [10, 100],
      [100, 10],
      [10, 10],
    ] as const) {
      const begin = loop.time();
      let outer: unknown;
      let inner: unknown;
      const error = await errorOf(
        timeout(outerDelay, (mine) => {
          outer = mine;
          return taskGroup((group) => {
            group.startSoon(() => sleep(1000));
            return timeout(innerDelay, async (its) => {
              inner = its;
              await sleep(1000);
            });
          });
        }),
        Error,
      );
      assert.equal(loop.time(), begin + 10);
      const own =
        error instanceof ExceptionGroup ? (error.errors[0] as TimeoutError) : (error as TimeoutError);
      assert.equal(own.timeout, innerDelay < outerDelay ? inner : outer);
    }
  }),
);

test(
  'timeouts side by side in one task each hit their own body',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const ends = await Promise.allSettled(
      [10, 30, 20].map((delay) =>
        timeout(delay, async () => {
          await outcomeOf(sleep(25));
          await sleep(1);
          return loop.time() - begin;
        }),
      ),
    );
    assert.deepEqual(
      ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason.name)),
      [11, 26, 21],
    );
    assert.equal(currentTask()?.cancelling(), 0);
  }),
);

test(
  'timeouts in timeouts side by side, and a cancel of the task through them all',
  inTime(async () => {
    const task = createTask(() =>
      Promise.all([1, 2].map(() => timeout(100, () => timeout(200, () => sleep(1000))))),
    );
    await sleep(5);
    task.cancel('all');
    assert.deepEqual(await outcomeOf(task), { cancelled: 'all' });
    await sleep(0);
  }),
);
