// currentSignal() inside timeouts, groups, scopes and shields: aborted when the code there is cancelled, with
// the very error, and nothing is left on it.

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import '../harness.ts';
import {
  CancelScope,
  createTask,
  currentSignal,
  failAfter,
  isCancelled,
  moveOnAfter,
  race,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** A foreign operation that takes a signal, as fetch does. */
function foreign(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

test(
  'a timeout aborts the signal of its body with its own cancel',
  inTime(async () => {
    let signal: AbortSignal | undefined;
    let seen: unknown;
    const error = await errorOf(
      timeout(10, async () => {
        signal = currentSignal();
        try {
          await foreign(signal);
        } catch (thrown) {
          seen = thrown;
          throw thrown;
        }
      }),
      TimeoutError,
    );
    assert.ok(isCancelled(seen));
    assert.equal(seen, signal?.reason);
    assert.equal(seen.origin, error.timeout);
    assert.equal(error.cause, seen);
    assert.equal(getEventListeners(signal as AbortSignal, 'abort').length, 0);
  }),
);

test(
  'the signal outside of the timeout is not aborted',
  inTime(async () => {
    const outer = currentSignal();
    await errorOf(
      timeout(10, () => foreign(currentSignal())),
      TimeoutError,
    );
    assert.equal(outer.aborted, false);
    assert.equal(getEventListeners(outer, 'abort').length, 0);
  }),
);

test(
  'a signal of a block that was left is never aborted',
  inTime(async () => {
    const signals: AbortSignal[] = [];
    const task = createTask(async () => {
      await timeout(1000, async () => void signals.push(currentSignal()));
      await moveOnAfter(1000, async () => void signals.push(currentSignal()));
      await taskGroup(async () => void signals.push(currentSignal()));
      await sleep(1000);
    });
    await turns(8);
    task.cancel();
    await outcomeOf(task);
    assert.deepEqual(
      signals.map((signal) => signal.aborted),
      [false, false, false],
    );
  }),
);

test(
  "a scope aborts the signals in it, its children's too",
  inTime(async () => {
    const scope = new CancelScope();
    const reasons: unknown[] = [];
    const listen = async (): Promise<void> => {
      try {
        await foreign(currentSignal());
      } catch (error) {
        reasons.push(error);
        throw error;
      }
    };
    await scope.run(() =>
      taskGroup(async (group) => {
        group.startSoon(listen);
        group.startSoon(listen);
        await turns(2);
        scope.cancel('stop');
        await sleep(1000);
      }),
    );
    assert.equal(reasons.length, 2);
    for (const reason of reasons) assert.ok(isCancelled(reason) && reason.message === 'stop');
  }),
);

test(
  'a signal asked for in a cancelled scope is aborted already',
  inTime(async () => {
    await moveOnAfter(10, async (scope) => {
      scope.cancel('already');
      const signal = currentSignal();
      assert.equal(signal.aborted, true);
      assert.equal((signal.reason as Error).message, 'already');
    });
    await failAfter(1000, async () => assert.equal(currentSignal().aborted, false));
  }),
);

test(
  'a shield keeps a cancel off its signal',
  inTime(async () => {
    let inside: AbortSignal | undefined;
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(async () => {
        inside = currentSignal();
        await sleep(10);
        assert.equal(inside.aborted, false);
      });
      await sleep(1000);
    });
    await turns(2);
    task.cancel();
    await outcomeOf(task);
    assert.equal(inside?.aborted, false);
  }),
);

test(
  'the losers of a race are told by signal, and waited for',
  inTime(async () => {
    let lost: unknown;
    const result = await race([
      async () => {
        try {
          return await foreign(currentSignal());
        } catch (error) {
          lost = error;
          throw error;
        }
      },
      () => sleep(5, { result: 'won' }),
    ]);
    assert.equal(result, 'won');
    assert.ok(isCancelled(lost));
  }),
);

test(
  'a group that fails aborts the signal of its body',
  inTime(async () => {
    let reason: unknown;
    await outcomeOf(
      taskGroup(async (group) => {
        group.startSoon(async () => {
          await sleep(1);
          throw new RangeError('child');
        });
        try {
          await foreign(currentSignal());
        } catch (error) {
          reason = error;
          throw error;
        }
      }),
    );
    assert.ok(isCancelled(reason));
  }),
);
