// Every tool that holds work back, under every kind of cancel: before the call's task begins, while it waits, in the turn
// in which it would go on, twice, of the calling task and by a timeout around it. Afterwards nobody waits, nothing runs
// behind anybody's back, and what was taken is free again.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, sleep, timeout, TimeoutError } from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import {
  debounce,
  limit,
  memoize,
  mutex,
  pMap,
  queue,
  retry,
  semaphore,
  throttle,
} from '../../src/tools/tools.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** A tool with one work inside, so that another has to wait. */
interface Held {
  /** Asks for `work` to be run; it waits, at first. */
  ask(work: () => Promise<unknown>): Promise<unknown>;
  /** Ends what is inside. */
  free(): void;
  /** How many wait, and how many are inside. */
  counts(): [waiting: number, inside: number];
}

const tools: Record<string, () => Promise<Held>> = {
  limit: async () => {
    const one = limit(1);
    const holder = one(() => sleep(60_000));
    holder.catch(() => {});
    return {
      ask: (work) => one(work),
      free: () => void holder.cancel(),
      counts: () => [one.pendingCount, one.activeCount],
    };
  },
  queue: async () => {
    const works = queue({ concurrency: 1 });
    const holder = works.add(() => sleep(60_000));
    holder.catch(() => {});
    return {
      ask: (work) => works.add(work),
      free: () => void holder.cancel(),
      counts: () => [works.size, works.pending],
    };
  },
  'mutex.runExclusive': async () => {
    const lock = mutex();
    const release = await lock.acquire();
    return {
      ask: (work) => lock.runExclusive(work),
      free: release,
      counts: () => [0, lock.isLocked() ? 1 : 0],
    };
  },
  'semaphore.acquire': async () => {
    const seats = semaphore(2);
    const [, release] = await seats.acquire(2);
    return {
      ask: async (work) => {
        const [, leave] = await seats.acquire(1);
        try {
          return await work();
        } finally {
          leave();
        }
      },
      free: release,
      counts: () => [0, 2 - seats.getValue()],
    };
  },
};

for (const [name, hold] of Object.entries(tools)) {
  const within = (body: (held: Held, ran: string[]) => Promise<void>) => () =>
    runTest(async () => {
      const held = await hold();
      const ran: string[] = [];
      await body(held, ran);
      held.free();
      await turns(4);
      assert.deepEqual(held.counts(), [0, 0]);
      assert.equal(await held.ask(async () => 'next'), 'next');
      await turns(2);
      assert.deepEqual(held.counts(), [0, 0]);
    });

  test(
    `${name}: cancelled before it begins`,
    within(async (held, ran) => {
      const task = createTask(async () => held.ask(async () => ran.push('ran')));
      task.cancel();
      await assertCancelled(task);
      assert.deepEqual(ran, []);
    }),
  );

  test(
    `${name}: cancelled while it waits, twice`,
    within(async (held, ran) => {
      const task = createTask(async () => held.ask(async () => ran.push('ran')));
      await turns(3);
      task.cancel();
      task.cancel();
      await assertCancelled(task);
      held.free();
      await turns(4);
      assert.deepEqual(ran, []);
    }),
  );

  test(
    `${name}: cancelled in the turn in which it is let in`,
    within(async (held) => {
      for (let gap = 0; gap < 5; gap++) {
        const again = gap === 0 ? held : await hold();
        const task = createTask(async () => again.ask(() => sleep(60_000)));
        await turns(3);
        again.free();
        await turns(gap);
        task.cancel();
        await assertCancelled(task);
        await turns(4);
        assert.deepEqual(again.counts(), [0, 0], `${gap} turns after`);
      }
    }),
  );

  test(
    `${name}: several at once by Promise.all, the calling task cancelled`,
    within(async (held, ran) => {
      const task = createTask(() =>
        Promise.all([1, 2, 3].map((n) => held.ask(async () => ran.push(`ran ${n}`)))),
      );
      await turns(3);
      task.cancel();
      await assertCancelled(task);
      held.free();
      await turns(4);
      assert.deepEqual(ran, []);
    }),
  );

  test(
    `${name}: a timeout around the call ends the wait, and the work`,
    within(async (held) => {
      await errorOf(
        timeout(5, () => held.ask(async () => {})),
        TimeoutError,
      );
      held.free();
      await turns(4);
      let ended = false;
      const work = async (): Promise<void> => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(3);
          ended = true;
        }
      };
      await errorOf(
        timeout(5, () => held.ask(work)),
        TimeoutError,
      );
      assert.equal(ended, true, 'the work had been waited for');
    }),
  );
}

test('throttle: a call that is cancelled before its turn takes nothing of the rate', () =>
  runTest(async ({ clock }) => {
    const starts: number[] = [];
    const slow = throttle({ limit: 1, interval: 100 })(async () => starts.push(clock.now()));
    await slow();
    const second = slow();
    const third = slow();
    await sleep(50);
    second.cancel();
    await assertCancelled(second);
    await third;
    assert.deepEqual(starts, [0, 100]);
  }));

test('memoize: one who is cancelled leaves the others; the last one ends the computation', () =>
  runTest(async () => {
    const log: string[] = [];
    const load = memoize(async (id: string) => {
      log.push(`${id} begins`);
      try {
        await sleep(100);
        return id;
      } finally {
        log.push(`${id} ends`);
      }
    });
    const [one, two] = [createTask(() => load('a')), createTask(() => load('a'))];
    await sleep(10);
    one.cancel();
    await assertCancelled(one);
    assert.equal(await two, 'a');
    const three = createTask(() => load('b'));
    await sleep(10);
    three.cancel();
    await assertCancelled(three);
    assert.equal(await load('b'), 'b');
    assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'b begins', 'b ends']);
  }));

test('debounce: when all who called are cancelled the function is not called', () =>
  runTest(async () => {
    const called: string[] = [];
    const find = debounce(async (text: string) => called.push(text), 50);
    const tasks = ['a', 'b'].map((text) => createTask(() => find(text)));
    await sleep(10);
    for (const task of tasks) task.cancel();
    for (const task of tasks) await assertCancelled(task);
    await sleep(200);
    assert.deepEqual(called, []);
    assert.equal(await find('c'), 1);
  }));

test('retry: a cancel ends the pause, and is not tried again', () =>
  runTest(async () => {
    let tries = 0;
    const task = createTask(() =>
      retry(
        async () => {
          tries++;
          if (tries === 2) await sleep(60_000);
          throw new Error('busy');
        },
        { minTimeout: 100 },
      ),
    );
    await sleep(150);
    assert.equal(tries, 2);
    task.cancel();
    await assertCancelled(task);
    await sleep(10_000);
    assert.equal(tries, 2);
  }));

test('pMap: a failure and a cancel end the mappers, and leave the source', () =>
  runTest(async () => {
    const log: string[] = [];
    async function* source(): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        log.push('left');
      }
    }
    const mapper = async (n: number): Promise<number> => {
      try {
        await sleep(n === 1 ? 5 : 100);
        if (n === 1) throw new RangeError('one');
        return n;
      } finally {
        await sleep(10);
        log.push(`${n} ended`);
      }
    };
    await errorOf(pMap(source(), mapper, { concurrency: 3 }), RangeError);
    assert.deepEqual(log.toSorted(), ['0 ended', '1 ended', '2 ended', 'left']);
    log.length = 0;
    const task = createTask(() => pMap(source(), (n) => sleep(1000, { result: n }), { concurrency: 2 }));
    await sleep(10);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(log, ['left']);
  }));
