// Courses in other words: the same races written with other parts of the library, all of them at once, and
// races that nobody can win, ended from outside.
//
// The server stands in this process and on this host loop, so that other code's I/O is served meanwhile.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  any,
  asCompleted,
  cancelAndWait,
  CancelledError,
  createTask,
  failAt,
  FIRST_COMPLETED,
  getRunningLoop,
  moveOnAfter,
  race,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
} from '../../src/asyncio.ts';
import type { Coroutine } from '../../src/asyncio.ts';
import { sittings } from './courses.ts';
import { getByFetch, getByFuture, getInterruptible, onceSeen, StatusError } from './get.ts';
import { readReport } from './scenarioProcess.ts';
import { startScenarioServer } from './scenarioServer.ts';
import type { Report, ScenarioServer } from './scenarioServer.ts';

const second = 200;
const racers = 50;
const patience = 5000;

let server: ScenarioServer;
const servers: ScenarioServer[] = [];

async function freshServer(): Promise<void> {
  server = await startScenarioServer({ second, racers });
  servers.push(server);
  await fetch(server.url); // the first one loads the host's own client, which takes time
}

after(async () => {
  for (const each of servers) await each[Symbol.asyncDispose]();
});

/** What the course's racers did, `open` and `peak` left out: none may be open. */
async function ends(course: number): Promise<Omit<Report, 'open' | 'peak'>> {
  const { open, peak: _, ...report } = await readReport(server.url, course, patience);
  assert.equal(open, 0);
  return report;
}

/** `run`, and an error where a race waits for ever. */
function inTime<T>(main: () => Promise<T>): Promise<T> {
  return run(() => timeout(60_000, main));
}

function get(path: string): Promise<string> {
  return getInterruptible(server.url + path);
}

/** A racer of course 4, and `seen` when the server has both. */
function bothSeen(seen: () => void): Promise<string> {
  return onceSeen({ url: server.url, course: 4, racers: 2 }, () => get('/4'), seen);
}

test('all courses at once, in one group', async () => {
  await freshServer();
  const answers = await inTime(async () => {
    const tasks = await taskGroup(async (group) =>
      sittings.map(({ course, sit }) => {
        // Course 7 measures the time between two requests, of which the first stands in a crowd here.
        const pace = course === 7 ? 3 * second : second;
        const exam = { url: server.url, get: getInterruptible, second: pace, racers };
        return group.createTask(() => sit(exam));
      }),
    );
    return tasks.map((task) => task.result());
  });
  assert.deepEqual(
    answers,
    sittings.map(() => 'right'),
  );
  for (const { course, answered, cancelled, hungUp } of sittings) {
    const losers = cancelled === 'others' ? racers - 1 : cancelled;
    assert.deepEqual(await ends(course), { answered, cancelled: losers, hungUp, faults: [] });
  }
});

test('course 1 as in Python: wait for the first, cancel the others, wait for them', async () => {
  await freshServer();
  const answer = await inTime(async () => {
    const racer = (): Promise<string> => get('/1');
    const [done, pending] = await wait([createTask(racer), createTask(racer)], {
      returnWhen: FIRST_COMPLETED,
    });
    for (const loser of pending) await cancelAndWait(loser);
    const [winner] = done;
    return winner?.result();
  });
  assert.equal(answer, 'right');
  assert.deepEqual(await ends(1), { answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 4 with failAt and a deadline of a scope around the request of one racer', async () => {
  await freshServer();
  const answer = await inTime(() =>
    any([
      () => get('/4'),
      () =>
        failAt(Infinity, (scope) =>
          bothSeen(() => {
            scope.deadline = getRunningLoop().time() + second;
          }),
        ),
    ]),
  );
  assert.equal(answer, 'right');
  assert.deepEqual(await ends(4), { answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 4 with moveOnAfter in a group', async () => {
  await freshServer();
  const answers = await inTime(async () => {
    const [one, other] = await taskGroup(async (group) => [
      group.createTask(() => get('/4')),
      group.createTask(() =>
        moveOnAfter(Infinity, (scope) =>
          bothSeen(() => {
            scope.deadline = getRunningLoop().time() + second;
          }),
        ),
      ),
    ]);
    return [one?.result(), other?.result()];
  });
  assert.deepEqual(answers, ['right', undefined]);
  assert.deepEqual(await ends(4), { answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 6 with asCompleted: the first that is right', async () => {
  await freshServer();
  const answer = await inTime(async () => {
    const tasks = Array.from({ length: 3 }, () => createTask(() => get('/6')));
    try {
      for await (const task of asCompleted(tasks)) {
        if (task.exception() === undefined) return task.result();
      }
      return 'none';
    } finally {
      for (const task of tasks) await cancelAndWait(task);
    }
  });
  assert.equal(answer, 'right');
  assert.deepEqual(await ends(6), { answered: 2, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 7 by hand: a group that is cancelled when one has the answer', async () => {
  await freshServer();
  const answer = await inTime(async () => {
    let first: string | undefined;
    await taskGroup(async (group) => {
      const racer = async (): Promise<void> => {
        first = await get('/7');
        group.cancel();
      };
      group.startSoon(racer);
      await sleep(3 * second);
      group.startSoon(racer);
    });
    return first;
  });
  assert.equal(answer, 'right');
  assert.deepEqual(await ends(7), { answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 9 with asCompleted: the letters in the order in which they come', async () => {
  await freshServer();
  const answer = await inTime(async () => {
    let letters = '';
    for await (const task of asCompleted(Array.from({ length: 10 }, () => () => get('/9')))) {
      const error = task.exception();
      if (error === undefined) letters += task.result();
      else assert.ok(error instanceof StatusError);
    }
    return letters;
  });
  assert.equal(answer, 'right');
  assert.deepEqual(await ends(9), { answered: 10, cancelled: 0, hungUp: 0, faults: [] });
});

/** Course 3 with one racer too few: nobody will ever win. */
function unwinnable(ask: Coroutine<string>): Promise<string> {
  return race(Array.from({ length: racers - 1 }, () => ask));
}

const endings: { name: string; end: (race: Coroutine<string>) => Promise<unknown> }[] = [
  {
    name: 'a timeout',
    end: async (race) => {
      await assert.rejects(timeout(second, race), TimeoutError);
    },
  },
  {
    name: 'moving on',
    end: async (race) => {
      assert.equal(await moveOnAfter(second, race), undefined);
    },
  },
  {
    name: 'an AbortSignal',
    end: async (race) => {
      await assert.rejects(
        async () => await createTask(race, { signal: AbortSignal.timeout(second) }),
        CancelledError,
      );
    },
  },
  {
    name: 'its group',
    end: (race) =>
      taskGroup(async (group) => {
        group.startSoon(race);
        await sleep(second);
        group.cancel();
      }),
  },
  {
    name: 'a brother that fails',
    end: async (race) => {
      const failing = taskGroup(async (group) => {
        group.startSoon(race);
        await sleep(second);
        throw new RangeError('enough');
      });
      await assert.rejects(failing, { errors: [new RangeError('enough')] });
    },
  },
];

const ways = [
  { way: 'fetch with the signal of the task', ask: getByFetch },
  { way: 'fetch with the signal of the wait', ask: getInterruptible },
  { way: 'callbacks that settle a future', ask: getByFuture },
];

for (const { name, end } of endings) {
  for (const { way, ask } of ways) {
    test(`a race that nobody can win is ended by ${name}, ${way}`, async () => {
      await freshServer();
      await inTime(() => end(() => unwinnable(() => ask(`${server.url}/3`))));
      // On a busy machine not all have come by then, some come when others have gone; none may stay.
      const { open, peak, answered, cancelled } = await readReport(server.url, 3, patience);
      assert.deepEqual([open, answered], [0, 0]);
      assert.ok(
        peak > 0 && cancelled >= peak && cancelled < racers,
        `${peak} at once, ${cancelled} cancelled`,
      );
    });
  }
}

for (const { way, ask } of ways) {
  test(`a cancelled race closes its resources before it ends, ${way}`, async () => {
    await freshServer();
    await inTime(async () => {
      const closed: string[] = [];
      // Alone in course 8: this use is never answered.
      const racer = async (): Promise<void> => {
        const id = await ask(`${server.url}/8?open`);
        try {
          await ask(`${server.url}/8?use=${id}`);
        } finally {
          await ask(`${server.url}/8?close=${id}`);
          await sleep(second / 4);
          closed.push(id);
        }
      };
      await assert.rejects(
        timeout(undefined, (limit) =>
          onceSeen(
            { url: server.url, course: 8, racers: 1 },
            () => race([racer]),
            () => {
              limit.reschedule(getRunningLoop().time() + second / 4);
            },
          ),
        ),
        TimeoutError,
      );
      assert.equal(closed.length, 1);
    });
    assert.deepEqual(await ends(8), { answered: 0, cancelled: 1, hungUp: 0, faults: [] });
  });

  test(`a task that ran into a timeout asks again, ${way}`, async () => {
    await freshServer();
    const answer = await inTime(async () => {
      for (let i = 0; i < 3; i += 1) {
        await assert.rejects(
          timeout(undefined, (limit) =>
            onceSeen(
              { url: server.url, course: 1, racers: 1 },
              () => ask(`${server.url}/1`),
              () => {
                limit.reschedule(getRunningLoop().time() + second / 4);
              },
            ),
          ),
          TimeoutError,
        );
        // The server sees a connection close a moment later: until then the round goes on.
        assert.equal((await readReport(server.url, 1, patience)).open, 0);
      }
      return race([() => ask(`${server.url}/1`), () => ask(`${server.url}/1`)]);
    });
    assert.equal(answer, 'right');
    assert.deepEqual(await ends(1), { answered: 1, cancelled: 4, hungUp: 0, faults: [] });
  });
}

for (const { way, ask } of ways) {
  test(`a cancel that comes while foreign code runs after a request is not lost, ${way}`, async () => {
    await freshServer();
    await inTime(async () => {
      const task = createTask(async () => {
        await ask(server.url);
        await new Promise((resolve) => setTimeout(resolve, second));
        await sleep(0);
      });
      await sleep(second / 2);
      task.cancel();
      await assert.rejects(async () => await task, CancelledError);
    });
  });
}

test('timers and other requests of the loop are served while a race runs', async () => {
  await freshServer();
  await inTime(async () => {
    const loop = getRunningLoop();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      loop.callLater(10, tick);
    };
    loop.callLater(10, tick);
    assert.equal(
      await sittings[6]?.sit({ url: server.url, get: getInterruptible, second, racers }),
      'right',
    );
    assert.ok(ticks > 20, `${ticks} ticks of 10 ms in ${4 * second} ms`);
  });
});
