// The signals that bodies, children and racers are given: what takes one stops at once, and a timeout is a
// TimeoutError. Promises among what races are refused by the compiler, and told of at run time.

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import '../harness.ts';
import {
  any,
  CancelScope,
  createTask,
  failAfter,
  Future,
  hedge,
  InvalidArgumentError,
  isCancelled,
  moveOnAfter,
  race,
  sleep,
  taskGroup,
  TaskGroup,
  timeout,
  Timeout,
  TimeoutError,
  UsageError,
  waitFor,
} from '../../src/asyncio.ts';
import type { RunningTask, TaskBody } from '../../src/asyncio.ts';
import { reportsOf } from '../core/reports.ts';
import { inTime } from '../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** What the foreign operations were stopped with. */
const stopped: unknown[] = [];

/** A foreign operation that takes a signal and ends when it is aborted, as `fetch` does. */
function foreign({ signal }: { signal: AbortSignal }): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => {
      stopped.push(signal.reason);
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function stoppedWith(): unknown {
  const [reason, ...more] = stopped.splice(0);
  assert.deepEqual(more, []);
  return reason;
}

test(
  'timeout, waitFor, failAfter: a body that hands its signal on ends at the deadline, with a TimeoutError',
  inTime(async ({ loop }) => {
    const ways: Record<string, () => Promise<unknown>> = {
      timeout: () => timeout(10, ({ signal }) => foreign({ signal })),
      waitFor: () => waitFor(({ signal }) => foreign({ signal }), 10),
      failAfter: () => failAfter(10, ({ signal }) => foreign({ signal })),
    };
    for (const [name, way] of Object.entries(ways)) {
      const begin = loop.time();
      const error = await errorOf(way(), TimeoutError);
      assert.equal(loop.time() - begin, 10, name);
      const reason = stoppedWith();
      assert.ok(isCancelled(reason), name);
      assert.equal(error.cause, reason, name);
    }
    assert.equal(await moveOnAfter(10, ({ signal }) => foreign({ signal })), undefined);
    assert.ok(isCancelled(stoppedWith()));
  }),
);

test(
  'timeout: a cancel from outside reaches the signal, and stays a CancelledError',
  inTime(async () => {
    const task = createTask(() => timeout(1000, foreign));
    await turns(2);
    task.cancel('enough');
    await assertCancelled(task);
    assert.equal((stoppedWith() as Error).message, 'enough');
  }),
);

test(
  'Timeout, CancelScope, TaskGroup: the signal is there while the body runs, and made when it is asked for',
  inTime(async () => {
    for (const block of [new Timeout(undefined), new CancelScope(), new TaskGroup()]) {
      assert.throws(() => block.signal, UsageError);
      await block.run(async (same: { signal: AbortSignal }) => {
        assert.equal(same.signal.aborted, false);
        assert.equal(same.signal, block.signal);
        assert.equal(getEventListeners(same.signal, 'abort').length, 0);
      });
      assert.throws(() => block.signal, UsageError);
    }
    let made = 0;
    class Counted extends AbortController {
      constructor() {
        super();
        made++;
      }
    }
    const before = globalThis.AbortController;
    globalThis.AbortController = Counted;
    try {
      await timeout(10, async () => await sleep(1));
      await taskGroup(async (group) => group.startSoon(async () => await sleep(1)));
      assert.equal(made, 0);
      await timeout(10, async ({ signal }) => assert.ok(signal));
      assert.equal(made, 1);
    } finally {
      globalThis.AbortController = before;
    }
  }),
);

test(
  'CancelScope: a signal that is asked for after the cancel is aborted already',
  inTime(async () => {
    await new CancelScope().run(async (scope) => {
      scope.cancel('over');
      await foreign(scope);
    });
    assert.equal((stoppedWith() as Error).message, 'over');
  }),
);

test(
  'taskGroup: children are given their own signal, and a failure aborts it',
  inTime(async () => {
    const error = await outcomeOf(
      taskGroup(async (group) => {
        group.startSoon(({ signal }) => foreign({ signal }));
        void group.createTask(foreign);
        await group.start(async (status) => {
          status.started(undefined);
          await foreign(status);
        });
        await sleep(1);
        throw new RangeError('body');
      }),
    );
    assert.equal((error as { error: AggregateError }).error.errors.length, 1);
    assert.equal(stopped.splice(0).filter(isCancelled).length, 3);
  }),
);

test(
  'taskGroup: only the child that is cancelled has its signal aborted',
  inTime(async () => {
    await taskGroup(async (group) => {
      const one = group.createTask(foreign);
      const two = group.createTask(async ({ signal }) => {
        await sleep(5);
        return signal.aborted;
      });
      await turns(2);
      one.cancel();
      assert.equal(await two, false);
    });
    stoppedWith();
  }),
);

test(
  "taskGroup: the group's own signal is aborted with the group, also after its body has ended",
  inTime(async () => {
    const group = new TaskGroup();
    await outcomeOf(
      group.run(async ({ signal }) => {
        group.startSoon(() => foreign({ signal }));
        group.startSoon(async () => {
          await sleep(1);
          group.startSoon(() => foreign({ signal: group.signal }));
          await sleep(1);
          throw new RangeError('child');
        });
      }),
    );
    assert.equal(stopped.splice(0).filter(isCancelled).length, 2);
  }),
);

test(
  'race, any, hedge: the losers are given a signal, which is aborted when it is decided',
  inTime(async () => {
    const quick: TaskBody<string> = () => sleep(1, { result: 'won' });
    assert.equal(await race([({ signal }) => foreign({ signal }), quick]), 'won');
    assert.ok(isCancelled(stoppedWith()));
    assert.equal(await any([foreign, quick]), 'won');
    assert.ok(isCancelled(stoppedWith()));
    let calls = 0;
    const copy = async ({ signal }: RunningTask): Promise<string> =>
      calls++ === 0 ? await foreign({ signal }) : 'copy';
    assert.equal(await hedge(copy, { delay: 5 }), 'copy');
    assert.ok(isCancelled(stoppedWith()));
  }),
);

test(
  'race, any: a promise is a type error; at run time, what lost is told once a place, and the wait ends at once',
  inTime(async () => {
    const never = new Promise<string>(() => {});
    const again = async (): Promise<void> => {
      // @ts-expect-error nothing could stop the work behind a promise
      assert.equal(await race([never, () => sleep(1, { result: 'won' })]), 'won');
    };
    const texts = await reportsOf(async () => {
      await again();
      await again();
      // @ts-expect-error the same
      assert.equal(await any([() => sleep(1, { result: 'won' }), never]), 'won');
      // One that has settled is no loss.
      // @ts-expect-error the same
      assert.equal(await race([Promise.resolve('there'), () => sleep(1000)]), 'there');
    });
    assert.equal(texts.length, 2);
    assert.match(texts[0] ?? '', /: race was given promises.*number 1 of 2 lost.*\n +at .*givenSignals/);
    assert.match(texts[1] ?? '', /: any was given promises.*number 2 of 2 lost/);
  }),
);

test(
  'race: futures, tasks and what interruptible returns are no promises in that sense',
  inTime(async () => {
    const future = new Future<string>();
    const task = createTask(() => sleep(1, { result: 'task' }));
    assert.equal(await race([future, task]), 'task');
    assert.equal(future.cancelled(), true);
  }),
);

test(
  'hedge: a promise is refused, since there would be no second copy',
  inTime(async () => {
    // @ts-expect-error a function is wanted
    await assert.rejects(hedge(Promise.resolve(1), { delay: 1 }), InvalidArgumentError);
  }),
);

test('types: a function whose own parameter is something else is no racer, child or body', () => {
  const refresh = async (force?: boolean): Promise<boolean | undefined> => force;
  const check = async (group: TaskGroup): Promise<void> => {
    // @ts-expect-error it would be given the task
    await race([refresh]);
    // @ts-expect-error it would be given the task
    group.startSoon(refresh);
    // @ts-expect-error it would be given the timeout
    await waitFor(refresh, 10);
    const answer: boolean | undefined = await race([() => refresh()]);
    const text: string | number = await any([async ({ signal }) => String(signal.aborted), async () => 1]);
    assert.ok(answer ?? text);
  };
  assert.equal(typeof check, 'function');
});

test(
  'waitFor, race: those that take running promises stop waiting at once',
  inTime(async ({ loop }) => {
    const never = new Promise<never>(() => {});
    const begin = loop.time();
    await errorOf(waitFor(never, 10), TimeoutError);
    assert.equal(loop.time() - begin, 10);
  }),
);
