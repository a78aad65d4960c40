// What asyncio's test_tasks asks of as_completed, in our words, for both kinds of iteration.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asCompleted,
  createTask,
  ensureFuture,
  InvalidArgumentError,
  NoRunningLoopError,
  sleep,
  TimeoutError,
  wait,
} from '../../../src/asyncio.ts';
import type { AsCompleted, Coroutine, Future } from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import type { InTime } from '../../inTime.ts';
import { errorOf } from '../../outcome.ts';

type Each = <T>(
  all: AsCompleted<T>,
  body: (next: PromiseLike<T>) => Promise<boolean | void>,
) => Promise<void>;
const kinds: [string, Each][] = [
  [
    'for',
    async (all, body) => {
      for (const next of all) if ((await body(next)) === true) break;
    },
  ],
  [
    'for await',
    async (all, body) => {
      for await (const next of all) if ((await body(next as never)) === true) break;
    },
  ],
];

const collect = async <T>(each: Each, all: AsCompleted<T>): Promise<T[]> => {
  const results: T[] = [];
  await each(all, async (next) => {
    results.push(await next);
  });
  return results;
};

function both(title: string, body: (each: Each, test: InTime) => Promise<unknown>): void {
  for (const [kind, each] of kinds)
    test(
      `${kind}: ${title}`,
      inTime((given) => body(each, given)),
    );
}

const after =
  <T>(ms: number, result: T): Coroutine<T> =>
  () =>
    sleep(ms, { result });

both('results come in the order of completion', async (each, { loop }) => {
  const begin = loop.time();
  assert.deepEqual(await collect(each, asCompleted([after(10, 'b'), after(150, 'c'), after(10, 'a')])), [
    'b',
    'a',
    'c',
  ]);
  assert.equal(loop.time(), begin + 150);
});

test(
  'for await: tasks come out as they went in, coroutines as new tasks',
  inTime(async () => {
    const [a, c] = [async () => 'a', async () => 'c'];
    const [b, d] = [createTask(async () => 'b'), createTask(async () => 'd')];
    const given = new Set<unknown>([a, b, c, d]);
    const out = new Set<Future<string>>();
    for await (const next of asCompleted([a, b, c, d])) out.add(next as Future<string>);
    assert.equal(out.size, 4);
    assert.deepEqual(
      [...out].filter((next) => given.has(next)),
      [b, d],
    );
  }),
);

both('when the time is over the iteration throws TimeoutError', async (each, { loop }) => {
  const begin = loop.time();
  const tasks = [createTask(after(100, 'a')), createTask(after(150, 'b'))];
  const got: string[] = [];
  await errorOf(
    each(asCompleted(tasks, { timeout: 120 }), async (next) => {
      got.push(await next);
    }),
    TimeoutError,
  );
  assert.deepEqual(got, ['a']);
  assert.equal(loop.time(), begin + 120);
  await wait(tasks);
});

test(
  'for: each that is left throws TimeoutError',
  inTime(async () => {
    const tasks = [createTask(after(100, 'a')), createTask(after(150, 'b')), createTask(after(160, 'c'))];
    const outcomes: string[] = [];
    for (const next of asCompleted(tasks, { timeout: 120 })) {
      outcomes.push(await Promise.resolve(next).catch((error: unknown) => (error as Error).name));
    }
    assert.deepEqual(outcomes, ['a', 'TimeoutError', 'TimeoutError']);
    await wait(tasks);
  }),
);

both('a limit that is not needed leaves no timer', async (each) => {
  assert.deepEqual(await collect(each, asCompleted([after(10, 'a')], { timeout: 1000 })), ['a']);
});

both('an iteration that was left goes on where it was', async (each) => {
  const all = asCompleted([0, 1, 2, 3].map((i) => after(i, i)));
  const got: number[] = [];
  await each(all, async (next) => got.push(await next) === 2);
  assert.equal(got.length, 2);
  got.push(...(await collect(each, all)));
  assert.deepEqual(got, [0, 1, 2, 3]);
});

both('an iteration that was left keeps its deadline, and no timer meanwhile', async (each, { loop }) => {
  const tasks = [createTask(after(1, 1)), createTask(after(1000, 2))];
  const all = asCompleted(tasks, { timeout: 100 });
  const begin = loop.time();
  await each(all, async (next) => (await next) === 1);
  assert.equal(loop._timers.live, 1);
  await sleep(50);
  await errorOf(collect(each, all), TimeoutError);
  assert.equal(loop.time(), begin + 100);
  await wait(tasks);
});

test(
  'for: the first that is awaited gets the first result',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const all = [...asCompleted([after(50, 'a'), after(100, 'b')])];
    assert.equal(all.length, 2);
    assert.equal(await all[1], 'a');
    assert.equal(loop.time(), begin + 50);
    assert.equal(await all[0], 'b');
    assert.equal(loop.time(), begin + 100);
    assert.equal(await all[0], 'b');
  }),
);

test(
  'for: several may be awaited at once',
  inTime(async () => {
    const all = [...asCompleted([after(50, 'a'), after(50, 'b')])].map((next) => ensureFuture(next));
    const [done] = await wait(all);
    assert.deepEqual([...done].map((next) => next.result()).toSorted(), ['a', 'b']);
  }),
);

test(
  'for await: the futures may be awaited later, at once',
  inTime(async () => {
    const all: Future<string>[] = [];
    for await (const next of asCompleted([after(50, 'a'), after(50, 'b')]))
      all.push(next as Future<string>);
    const [done] = await wait(all);
    assert.deepEqual([...done].map((next) => next.result()).toSorted(), ['a', 'b']);
  }),
);

test(
  'for: what nobody awaits is no unhandled rejection',
  inTime(async () => {
    const all = [
      ...asCompleted([
        async () => {
          throw new RangeError('unseen until it is awaited');
        },
        after(1, 'a'),
      ]),
    ];
    await sleep(10);
    await assert.rejects(Promise.resolve(all[0]), RangeError);
    assert.equal(await all[1], 'a');
  }),
);

both('the same promise given twice counts once', async (each) => {
  const one = (async (): Promise<string> => 'ham')();
  assert.deepEqual(await collect(each, asCompleted([one, one, async () => 'spam'])), ['ham', 'spam']);
});

test('asCompleted without a loop is a NoRunningLoopError', () => {
  assert.throws(() => asCompleted([async () => 42]), NoRunningLoopError);
});

test(
  'asCompleted refuses what is no list of awaitables, and starts nothing',
  inTime(async ({ loop }) => {
    const future = loop.createFuture();
    assert.throws(() => asCompleted(future as never), InvalidArgumentError);
    assert.throws(() => asCompleted((async () => {}) as never), InvalidArgumentError);
    let started = false;
    assert.throws(
      () =>
        asCompleted([
          async () => {
            started = true;
          },
          1 as never,
        ]),
      InvalidArgumentError,
    );
    await sleep(1);
    assert.equal(started, false);
  }),
);
