// What asyncio's test_locks.BarrierTests asks of a barrier, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask } from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { Barrier } from '../../../src/sync/barrier.ts';
import { BrokenBarrierError } from '../../../src/sync/brokenBarrierError.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const parties = 5;

function start<T>(count: number, coro: () => Promise<T>): Task<T>[] {
  return Array.from({ length: count }, () => createTask(coro));
}

async function together<T>(count: number, coro: () => Promise<T>): Promise<T[]> {
  return await Promise.all(start(count, coro));
}

/** Runs `body`; calls `onBroken` instead of throwing a BrokenBarrierError, and says which it was. */
async function passes(body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    return true;
  } catch (error) {
    failsWith(BrokenBarrierError, 'ERR_ASYNCIO_BROKEN_BARRIER')(error);
    return false;
  }
}

function assertEmpty(barrier: Barrier): void {
  assert.equal(barrier.nWaiting, 0);
  assert.equal(barrier.broken, false);
}

test('Barrier: it is no promise and fills at first', () => {
  const barrier = new Barrier(parties);
  assert.match(inspect(barrier), /filling/);
  assert.equal('then' in barrier, false);
});

test(
  'Barrier: inspect shows the state and how many wait',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    assert.equal(inspect(barrier), '<Barrier filling waiters=0/5>');
    const waiters = start(2, () => barrier.wait());
    await turns();
    assert.equal(inspect(barrier), '<Barrier filling waiters=2/5>');
    waiters.push(...start(barrier.parties - barrier.nWaiting, () => barrier.wait()));
    await turns();
    assert.equal(inspect(barrier), '<Barrier draining waiters=0/5>');
    waiters.push(...start(2, () => barrier.wait()));
    await turns();
    await barrier.reset();
    assert.equal(inspect(barrier), '<Barrier resetting waiters=0/5>');
    waiters.push(...start(2, () => barrier.wait()));
    await turns();
    await barrier.abort();
    assert.equal(inspect(barrier), '<Barrier broken>');
    assert.equal(barrier.broken, true);
    await Promise.allSettled(waiters);
  }),
);

test('Barrier: fewer than one party, or no number, is an InvalidArgumentError', () => {
  for (const count of [0, -4, 1.5, NaN, '2' as never]) {
    assert.throws(
      () => new Barrier(count),
      failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
    );
  }
  assert.equal(new Barrier(parties).parties, parties);
});

test(
  'Barrier: each task gets another index',
  inLoop(async () => {
    const barrier = new Barrier(3);
    const results = await together(3, () => barrier.wait());
    assert.deepEqual(
      results.toSorted((a, b) => a - b),
      [0, 1, 2],
    );
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: of one party never waits',
  inLoop(async () => {
    const barrier = new Barrier(1);
    assert.equal(await barrier.wait(), 0);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: of one party can be passed again and again',
  inLoop(async () => {
    const barrier = new Barrier(1);
    const first = createTask(() => barrier.wait());
    await turns();
    assert.equal(barrier.nWaiting, 0);
    const second = createTask(() => barrier.wait());
    await turns();
    assert.equal(first.result(), second.result());
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: it fills task by task',
  inLoop(async () => {
    const barrier = new Barrier(3);
    const tasks: Task<number>[] = [];
    for (const waiting of [1, 2]) {
      tasks.push(createTask(() => barrier.wait()));
      await turns();
      assert.equal(barrier.nWaiting, waiting);
      assert.match(inspect(barrier), /filling/);
    }
    tasks.push(createTask(() => barrier.wait()));
    await turns();
    await Promise.all(tasks);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: the same tasks can meet twice',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const results: boolean[] = [];
    await together(parties, async () => {
      await barrier.wait();
      results.push(true);
      await barrier.wait();
      results.push(false);
    });
    assert.deepEqual(results, [...Array(parties).fill(true), ...Array(parties).fill(false)]);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: the second meeting gives indices of its own',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const results = await together(parties, async () => {
      await barrier.wait();
      return await barrier.wait();
    });
    assert.deepEqual(
      results.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4],
    );
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: it drains until the last has left',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const draining: boolean[] = [];
    await together(parties, async () => {
      await barrier.wait();
      draining.push(inspect(barrier).includes('draining'));
    });
    assert.deepEqual(draining, [true, true, true, true, false]);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: who comes back while it drains waits for the next round',
  inLoop(async () => {
    const again = 2;
    const barrier = new Barrier(parties);
    const rest = new Barrier(parties - again);
    let left = again;
    await together(parties, async () => {
      await barrier.wait();
      if (left > 0) {
        left--;
        await barrier.wait();
      } else {
        await rest.wait();
        await barrier.wait();
      }
    });
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: a cancelled task is not counted any more',
  inLoop(async () => {
    const barrier = new Barrier(3);
    let passed = 0;
    const go = async () => {
      await barrier.wait();
      passed++;
    };
    const first = createTask(go);
    await turns();
    assert.equal(barrier.nWaiting, 1);
    const others = [createTask(go)];
    await turns();
    assert.equal(barrier.nWaiting, 2);
    first.cancel();
    await turns();
    assert.equal(barrier.nWaiting, 1);
    await assertCancelled(first);
    others.push(createTask(go));
    await turns();
    assert.equal(barrier.nWaiting, 2);
    others.push(createTask(go));
    await Promise.all(others);
    assert.equal(passed, 3);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: reset of an empty one changes nothing',
  inLoop(async () => {
    const barrier = new Barrier(1);
    const task = createTask(() => barrier.reset());
    await turns();
    assertEmpty(barrier);
    await task;
  }),
);

test(
  'Barrier: reset sends who waits away with an error',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const tasks = start(parties - 1, () => passes(() => barrier.wait()));
    await turns();
    const reset = createTask(() => barrier.reset());
    assert.deepEqual(await Promise.all(tasks), Array(parties - 1).fill(false));
    await reset;
    assert.doesNotMatch(inspect(barrier), /resetting/);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: reset while it drains sends those away who have not left',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const half = Math.floor(parties / 2);
    const results = await together(parties, async () => {
      const passed = await passes(() => barrier.wait());
      if (passed && barrier.statistics().waiters === half) await barrier.reset();
      return passed;
    });
    assert.equal(results.filter((passed) => !passed).length, half);
    assert.doesNotMatch(inspect(barrier), /resetting/);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: reset while it drains does not touch those who wait for the next round',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const blocking = Math.floor(parties / 2);
    let count = 0;
    let sentAway = 0;
    let blockedSentAway = 0;
    await together(parties, async () => {
      const passed = await passes(() => barrier.wait());
      if (!passed) {
        sentAway++;
        await barrier.wait();
      } else if (++count > blocking) {
        await barrier.reset();
        await barrier.wait();
      } else {
        const again = await passes(() => barrier.wait());
        if (!again) blockedSentAway++;
      }
    });
    assert.equal(sentAway, blocking);
    assert.equal(blockedSentAway, 0);
    assert.doesNotMatch(inspect(barrier), /resetting/);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: after a reset the same tasks can meet',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    let sentAway = 0;
    let met = 0;
    const tasks = start(parties - 1, async () => {
      if (!(await passes(() => barrier.wait()))) sentAway++;
      await barrier.wait();
      met++;
    });
    const reset = createTask(() => barrier.reset());
    await turns();
    const last = createTask(async () => {
      await barrier.wait();
      met++;
    });
    await Promise.all([...tasks, reset, last]);
    assert.equal(sentAway, parties - 1);
    assert.equal(met, parties);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: reset by the last to leave does not disturb the next round',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    let count = 0;
    let second = 0;
    let third = 0;
    await together(parties, async () => {
      await barrier.wait();
      if (++count === parties) {
        await barrier.reset();
        await barrier.wait();
      } else {
        await barrier.wait();
        second++;
      }
      await barrier.wait();
      third++;
    });
    assert.equal(second, parties - 1);
    assert.equal(third, parties);
    assertEmpty(barrier);
  }),
);

test(
  'Barrier: abort breaks it',
  inLoop(async () => {
    const barrier = new Barrier(1);
    const task = createTask(() => barrier.abort());
    await turns();
    assert.equal(barrier.nWaiting, 0);
    assert.equal(barrier.broken, true);
    await task;
    await assert.rejects(barrier.wait(), failsWith(BrokenBarrierError, 'ERR_ASYNCIO_BROKEN_BARRIER'));
  }),
);

test(
  'Barrier: abort while it drains sends away who is inside and who waits to enter',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const blocking = Math.floor(parties / 2);
    let count = 0;
    let inside = 0;
    let outside = 0;
    await together(parties, async () => {
      const passed = await passes(() => barrier.wait());
      if (!passed) inside++;
      else if (++count > blocking) await barrier.abort();
      else {
        const again = await passes(() => barrier.wait());
        if (!again) outside++;
      }
    });
    assert.equal(barrier.broken, true);
    assert.equal(inside, blocking);
    assert.equal(outside, parties - blocking - 1);
    assert.equal(barrier.nWaiting, 0);
    assert.doesNotMatch(inspect(barrier), /resetting/);
  }),
);

/** A party that fails in the middle of a round and aborts the barrier; the others go on to the next round. */
async function failInTheMiddle(barrier: Barrier): Promise<'failed' | 'met' | 'sent away'> {
  let failing = false;
  const passed = await passes(async () => {
    failing = (await barrier.wait()) === Math.floor(parties / 2);
    if (!failing) await barrier.wait();
  });
  if (failing) await barrier.abort();
  return failing ? 'failed' : passed ? 'met' : 'sent away';
}

test(
  'Barrier: one party that fails and aborts sends the others away',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const ends = await together(parties, () => failInTheMiddle(barrier));
    assert.equal(barrier.broken, true);
    assert.deepEqual(ends.toSorted(), ['failed', ...Array(parties - 1).fill('sent away')]);
    assert.equal(barrier.nWaiting, 0);
  }),
);

test(
  'Barrier: a broken one can be reset and used again',
  inLoop(async () => {
    const barrier = new Barrier(parties);
    const other = new Barrier(parties);
    let metAgain = 0;
    const ends = await together(parties, async () => {
      const end = await failInTheMiddle(barrier);
      // They meet elsewhere, so that everybody has left when it is reset and nobody comes before.
      if ((await other.wait()) === Math.floor(parties / 2)) await barrier.reset();
      await other.wait();
      await barrier.wait();
      metAgain++;
      return end;
    });
    assert.equal(barrier.broken, false);
    assert.deepEqual(ends.toSorted(), ['failed', ...Array(parties - 1).fill('sent away')]);
    assert.equal(metAgain, parties);
    assertEmpty(barrier);
  }),
);
