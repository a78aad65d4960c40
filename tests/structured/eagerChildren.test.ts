// Children that start eagerly: their first step runs before whoever started them has got the task, and may
// already end, cancel or ask for what keeps them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  any,
  CancelScope,
  createEagerTaskFactory,
  eagerTaskFactory,
  Event,
  ExceptionGroup,
  gather,
  getRunningLoop,
  hedge,
  moveOnAfter,
  openConnection,
  race,
  run,
  sleep,
  startServer,
  Task,
  taskGroup,
} from '../../src/asyncio.ts';
import type { TaskFactory, TaskGroup } from '../../src/asyncio.ts';
import '../harness.ts';
import { inTime } from '../inTime.ts';

const forever = async (): Promise<unknown> => await new Event().wait();

/** Waits for what never comes, and notes the cancel. */
async function untilCancelled(log: string[]): Promise<void> {
  try {
    await forever();
  } catch {
    log.push('cancelled');
  }
}

/** The ways in which a child comes to start eagerly. */
const ways: Record<string, (group: TaskGroup, child: () => PromiseLike<unknown>) => void> = {
  eagerStart: (group, child) => group.startSoon(child, { eagerStart: true }),
  eagerTaskFactory: withFactory(eagerTaskFactory),
  createEagerTaskFactory: withFactory(createEagerTaskFactory((coro, options) => new Task(coro, options))),
  'a factory with options of its own': withFactory(
    (loop, coro) => new Task(coro, { loop, eagerStart: true }),
  ),
  'a factory that puts a function around': withFactory(
    (loop, coro, options) => new Task(async () => await coro(), { ...options, loop, eagerStart: true }),
  ),
  'group.start': (group, child) => {
    const starting = group.start(
      (status: { started(value: undefined): void }) => {
        status.started(undefined);
        return child();
      },
      { eagerStart: true },
    );
    starting.catch(() => {});
  },
};

function withFactory(factory: TaskFactory): (group: TaskGroup, child: () => PromiseLike<unknown>) => void {
  return (group, child) => {
    const loop = getRunningLoop();
    loop.setTaskFactory(factory);
    try {
      group.startSoon(child);
    } finally {
      loop.setTaskFactory(undefined);
    }
  };
}

for (const [way, start] of Object.entries(ways)) {
  test(
    `taskGroup, ${way}: a child that cancels its group before its first wait is cancelled at that wait`,
    inTime(async () => {
      const log: string[] = [];
      await taskGroup(async (group) => {
        start(group, async () => {
          group.cancel();
          await untilCancelled(log);
        });
      });
      assert.deepEqual(log, ['cancelled']);
    }),
  );

  test(
    `taskGroup, ${way}: a child that fails before its first wait fails the group`,
    inTime(async () => {
      const broken = new Error('at once');
      for (const child of [
        async () => await Promise.reject(broken),
        () => {
          throw broken;
        },
      ]) {
        await assert.rejects(
          taskGroup(async (group) => {
            start(group, child);
            await forever();
          }),
          (error) => error instanceof ExceptionGroup && error.errors[0] === broken,
        );
      }
    }),
  );

  test(
    `CancelScope, ${way}: a child that cancels the scope around its group is cancelled, and for good`,
    inTime(async () => {
      const log: string[] = [];
      await new CancelScope().run(async (scope) => {
        await taskGroup(async (group) => {
          start(group, async () => {
            scope.cancel();
            for (let i = 0; i < 2; i++) await untilCancelled(log);
          });
        });
      });
      assert.deepEqual(log, ['cancelled', 'cancelled']);
    }),
  );
}

test(
  'CancelScope: what an eager child starts in its first step is in the scope too',
  inTime(async () => {
    const log: string[] = [];
    await moveOnAfter(5, async () => {
      await taskGroup(async (outer) => {
        outer.startSoon(
          () =>
            taskGroup(async (inner) => {
              inner.startSoon(async () => {
                for (let i = 0; i < 2; i++) await untilCancelled(log);
              });
            }),
          { eagerStart: true },
        );
        await forever();
      });
    });
    assert.deepEqual(log, ['cancelled', 'cancelled']);
  }),
);

const starters: Record<string, (coro: () => Promise<unknown>) => Promise<unknown>> = {
  gather: async (coro) => await gather(coro),
  race: (coro) => race([coro]),
  any: (coro) => any([coro]),
  hedge: (coro) => hedge(coro, { delay: 60_000 }),
};

for (const [name, start] of Object.entries(starters)) {
  test(
    `${name}: what starts eagerly and cancels the scope around is cancelled, and for good`,
    inTime(async () => {
      getRunningLoop().setTaskFactory(eagerTaskFactory);
      const log: string[] = [];
      await new CancelScope().run(async (scope) => {
        await start(async () => {
          scope.cancel();
          for (let i = 0; i < 2; i++) await untilCancelled(log);
        });
      });
      assert.deepEqual(log, ['cancelled', 'cancelled']);
    }),
  );
}

test(
  'getCoro: an eager child tells its own function',
  inTime(async () => {
    const coro = async (): Promise<void> => await sleep(1);
    await taskGroup(async (group) => {
      assert.equal(group.createTask(coro, { eagerStart: true }).getCoro(), coro);
    });
  }),
);

test('startServer: a handler that starts eagerly counts in its first step already', async () => {
  const seen: number[] = [];
  await run(async () => {
    getRunningLoop().setTaskFactory(eagerTaskFactory);
    const server = await startServer(async () => void seen.push(server.handlers), '127.0.0.1', 0);
    const [reader, writer] = await openConnection('127.0.0.1', server.port);
    await reader.read();
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
  });
  assert.deepEqual(seen, [1]);
});
