// race, any and hedge: who wins, and that the losers are cancelled and waited for whatever happens.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  any,
  createTask,
  currentTask,
  ExceptionGroup,
  hedge,
  InvalidArgumentError,
  moveOnAfter,
  race,
  run,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** Sleeps, and takes `exit` milliseconds to clean up; notes how it went. */
const work =
  (log: string[], name: string, ms: number, exit: number = 0) =>
  async (): Promise<string> => {
    log.push(`${name} starts`);
    try {
      await sleep(ms);
      return name;
    } finally {
      if (exit > 0) await sleep(exit);
      log.push(`${name} ends`);
    }
  };

const fail =
  (ms: number, message: string = 'failed') =>
  async (): Promise<never> => {
    await sleep(ms);
    throw new RangeError(message);
  };

const failOnExit =
  (message: string = 'clean-up') =>
  async (): Promise<string> => {
    try {
      await sleep(10_000);
    } finally {
      // eslint-disable-next-line no-unsafe-finally -- what is tested
      throw new RangeError(message);
    }
  };

const contests: [string, (list: (() => Promise<string>)[]) => Promise<string>][] = [
  ['race', race],
  ['any', any],
];

for (const [name, contest] of contests) {
  test(
    `${name}: the first wins, the others are cancelled and waited for`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      const winner = await contest([
        work(log, 'slow', 1000, 30),
        work(log, 'quick', 10),
        work(log, 'slower', 2000, 20),
      ]);
      assert.equal(winner, 'quick');
      assert.equal(loop.time(), begin + 40);
      assert.deepEqual(
        log.filter((line) => line.endsWith('ends')),
        ['quick ends', 'slower ends', 'slow ends'],
      );
    }),
  );

  test(
    `${name}: of two that end at once the first in the list wins`,
    inTime(async () => {
      assert.equal(await contest([async () => 'a', async () => 'b']), 'a');
    }),
  );

  test(
    `${name}: a cancel from outside cancels all and waits for them`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      const task = createTask(() => contest([work(log, 'a', 1000, 30), work(log, 'b', 1000, 20)]));
      await sleep(5);
      task.cancel('stop');
      assert.deepEqual(await outcomeOf(task), { cancelled: 'stop' });
      assert.equal(loop.time(), begin + 35);
      assert.equal(log.length, 4);
    }),
  );

  test(
    `${name}: a second and third cancel while the losers clean up end nothing early`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      let after: unknown;
      const task = createTask(async () => {
        try {
          return await contest([work(log, 'a', 1000, 30), work(log, 'b', 1000, 20)]);
        } finally {
          // One cancel was thrown: those that came while it was being obeyed are not thrown again.
          after = await outcomeOf(sleep(1, { result: 'clean-up goes on' }));
        }
      });
      await sleep(5);
      for (const message of ['first', 'second', 'third', 'fourth']) {
        task.cancel(message);
        await turns(2);
      }
      assert.deepEqual(await outcomeOf(task), { cancelled: 'first' });
      assert.deepEqual(after, { value: 'clean-up goes on' });
      assert.equal(loop.time(), begin + 36);
      assert.equal(log.length, 4);
    }),
  );

  test(
    `${name}: a cancel while the losers clean up is not lost`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      const task = createTask(() => contest([work(log, 'a', 1000, 30), work(log, 'b', 10)]));
      await sleep(15);
      task.cancel('late');
      assert.deepEqual(await outcomeOf(task), { cancelled: 'late' });
      assert.equal(loop.time(), begin + 40);
    }),
  );

  test(
    `${name}: cancelled before it starts, what it starts ends at once`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      const task = createTask(async () => {
        currentTask()?.cancel();
        return await contest([work(log, 'a', 1), work(log, 'b', 1)]);
      });
      assert.deepEqual(await outcomeOf(task), { cancelled: '' });
      assert.equal(loop.time(), begin);
      assert.equal(log.filter((line) => line.endsWith('starts')).length * 2, log.length);
    }),
  );

  test(
    `${name}: an error of a loser's clean-up is reported, and the winner wins`,
    inTime(async ({ reports }) => {
      assert.equal(await contest([failOnExit(), () => sleep(10, { result: 'won' })]), 'won');
      const [report, ...more] = reports.splice(0);
      assert.ok(report?.exception instanceof RangeError);
      assert.deepEqual(more, []);
    }),
  );

  test(
    `${name}: a function that throws at once, and one that returns no promise`,
    inTime(async () => {
      const throws = (): never => {
        throw new TypeError('at once');
      };
      if (name === 'race') await errorOf(contest([throws, () => sleep(10, { result: '' })]), TypeError);
      else assert.equal(await contest([throws, () => sleep(10, { result: 'ok' })]), 'ok');
      assert.equal(await contest([(() => 'plain') as never, () => sleep(10, { result: '' })]), 'plain');
    }),
  );

  test(
    `${name}: a bad list is told before anything starts`,
    inTime(async () => {
      const log: string[] = [];
      await errorOf(contest([]), InvalidArgumentError);
      await errorOf(contest(work(log, 'a', 1) as never), InvalidArgumentError);
      await errorOf(contest([work(log, 'a', 1), 42 as never]), InvalidArgumentError);
      await turns(3);
      assert.deepEqual(log, []);
    }),
  );

  test(
    `${name}: a timeout around it, a deadline scope around it`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const begin = loop.time();
      await errorOf(
        timeout(5, () => contest([work(log, 'a', 1000, 30)])),
        TimeoutError,
      );
      assert.equal(loop.time(), begin + 35);
      assert.equal(await moveOnAfter(5, () => contest([failLate(log)])), undefined);
      assert.equal(loop.time(), begin + 40);
    }),
  );

  test(
    `${name}: any awaitable may take part, and one given twice runs once`,
    inTime(async ({ loop }) => {
      const never = loop.createFuture<string>();
      const task = createTask(() => sleep(5, { result: 'task' }));
      assert.equal(await contest([never, task, task, new Promise<string>(() => {})] as never), 'task');
      assert.equal(never.cancelled(), true);
    }),
  );
}

/** A loser that waits for a foreign promise in its clean-up. */
const failLate = (log: string[]) => async (): Promise<string> => {
  try {
    return await sleep(1000, { result: '' });
  } finally {
    await Promise.resolve();
    log.push('cleaned');
  }
};

test(
  'race: the first error decides too',
  inTime(async () => {
    const log: string[] = [];
    await errorOf(race([work(log, 'a', 1000, 5), fail(10)]), RangeError);
    assert.equal(log.at(-1), 'a ends');
  }),
);

test(
  'any: errors are passed over while another may succeed',
  inTime(async () => {
    assert.equal(await any([fail(1), fail(2), () => sleep(5, { result: 'ok' })]), 'ok');
  }),
);

test(
  'any: when all fail their errors come in the order of the arguments',
  inTime(async () => {
    const group = await errorOf(any([fail(3, 'a'), fail(1, 'b'), fail(2, 'c')]), ExceptionGroup);
    assert.deepEqual(
      group.errors.map((error) => (error as Error).message),
      ['a', 'b', 'c'],
    );
  }),
);

test(
  'hedge: a second copy starts after the delay, the first that succeeds wins',
  inTime(async ({ loop }) => {
    const log: string[] = [];
    const begin = loop.time();
    let copies = 0;
    const result = await hedge(() => work(log, `copy ${++copies}`, copies === 1 ? 1000 : 10, 1)(), {
      delay: 50,
    });
    assert.equal(result, 'copy 2');
    assert.equal(loop.time(), begin + 62);
    assert.deepEqual(log, ['copy 1 starts', 'copy 2 starts', 'copy 2 ends', 'copy 1 ends']);
  }),
);

test(
  'hedge: a copy that is quick enough stays alone',
  inTime(async () => {
    let copies = 0;
    assert.equal(await hedge(() => sleep(10, { result: ++copies }), { delay: 50, max: 5 }), 1);
    assert.equal(copies, 1);
  }),
);

test(
  'hedge: a copy that fails is followed at once, up to max',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    let copies = 0;
    const group = await errorOf(
      hedge(() => fail(10, `copy ${++copies}`)(), { delay: 50, max: 3 }),
      ExceptionGroup,
    );
    assert.deepEqual(
      group.errors.map((error) => (error as Error).message),
      ['copy 1', 'copy 2', 'copy 3'],
    );
    assert.equal(loop.time(), begin + 30);
  }),
);

test(
  'hedge: no copy starts while the call is being cancelled',
  inTime(async () => {
    const log: string[] = [];
    let copies = 0;
    const task = createTask(() =>
      hedge(() => work(log, `copy ${++copies}`, 1000, 100)(), { delay: 50, max: 9 }),
    );
    await sleep(5);
    task.cancel();
    assert.deepEqual(await outcomeOf(task), { cancelled: '' });
    await sleep(1000);
    assert.deepEqual(log, ['copy 1 starts', 'copy 1 ends']);
  }),
);

test(
  'hedge: no copy starts while the losers clean up',
  inTime(async () => {
    const log: string[] = [];
    let copies = 0;
    await hedge(() => work(log, `copy ${++copies}`, copies === 1 ? 1000 : 10, copies === 1 ? 100 : 0)(), {
      delay: 50,
      max: 9,
    });
    await sleep(1000);
    assert.equal(copies, 2);
  }),
);

test(
  'hedge: bad options are told',
  inTime(async () => {
    const coro = async (): Promise<number> => 1;
    for (const options of [
      { delay: 5, max: 0 },
      { delay: 5, max: 1.5 },
      { delay: Number.NaN },
      {},
      undefined,
    ]) {
      await errorOf(hedge(coro, options as never), InvalidArgumentError);
    }
  }),
);

test('race: the failure that wins is not reported as never retrieved while the losers clean up, in debug mode', async () => {
  await run(
    async () => {
      const slow = async (): Promise<void> => {
        try {
          await sleep(1000);
        } finally {
          await sleep(5);
        }
      };
      await assert.rejects(race([fail(0, 'wins'), slow]), /wins/);
    },
    { debug: true, handleSignals: false },
  );
});
