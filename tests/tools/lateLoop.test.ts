// Limits of time on a loop that is late: it finds the end of the work and that of its time due in one go. The work has ended
// first, so its outcome counts, as it would with a promise and a host's timer.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, Future, getRunningLoop, TimeoutError } from '../../src/asyncio.ts';
import { circuitBreaker, queue, timeout } from '../../src/tools/tools.ts';
import { inJumpingLoop } from '../jumpingClock.ts';
import type { JumpingClock } from '../jumpingClock.ts';
import { assertCancelled, errorOf } from '../outcome.ts';

const LIMIT = 50;

/** What ends within the limit, seen when that is over too. */
function late(clock: JumpingClock, end: (work: Future<string>) => void): Future<string> {
  const loop = getRunningLoop();
  const work = new Future<string>();
  loop.callLater(10, () => end(work));
  loop.callLater(5, () => clock.advance(100));
  return work;
}

const ways: Readonly<Record<string, (work: PromiseLike<string>) => Promise<unknown>>> = {
  'timeout of a function': (work) => timeout(async () => await work, { milliseconds: LIMIT }),
  'timeout of a promise': (work) => timeout(work, { milliseconds: LIMIT }),
  'timeout of a task': (work) =>
    timeout(
      createTask(async () => await work),
      { milliseconds: LIMIT },
    ),
  'queue.add': (work) => queue({ timeout: LIMIT }).add(async () => await work),
  circuitBreaker: (work) => circuitBreaker(async () => await work, { timeout: LIMIT }).fire(),
};

for (const [name, way] of Object.entries(ways))
  test(`${name}: what had ended when its time was up keeps its outcome`, () =>
    inJumpingLoop(async (_loop, clock) => {
      const came = late(clock, (work) => work.setResult('came'));
      assert.equal(await way(came), 'came');
      const failed = late(clock, (work) => work.setException(new RangeError('no')));
      await errorOf(way(failed), RangeError);
      const never = late(clock, () => {});
      await errorOf(way(never), TimeoutError);
    }));

test('timeout: a cancel that comes in the same go is thrown, whatever has ended', () =>
  inJumpingLoop(async (_loop, clock) => {
    for (const name of ['timeout of a function', 'queue.add'] as const) {
      const task = createTask(() => {
        const work = late(clock, (each) => {
          each.setResult('came');
          task.cancel();
        });
        return (ways[name] as (typeof ways)[string])(work);
      });
      await assertCancelled(task);
    }
  }));

test('timeout: a TimeoutError of the work itself is its failure, also when its time was up', () =>
  inJumpingLoop(async (_loop, clock) => {
    const own = new TimeoutError('of the work');
    const work = late(clock, (each) => each.setException(own));
    const options = { milliseconds: LIMIT, fallback: () => 'instead' };
    assert.equal(
      await errorOf(
        timeout(async () => await work, options),
        TimeoutError,
      ),
      own,
    );
  }));
