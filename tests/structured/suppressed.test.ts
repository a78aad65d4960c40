// `await using` under a cancel. A disposal that is cancelled too makes a SuppressedError of the two, and each
// compiler that takes `using` apart makes its own where the runtime has none. Written out here as those do,
// so that the suite runs where `using` can't be parsed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  ExceptionGroup,
  failAfter,
  gather,
  isCancelled,
  moveOnAfter,
  openConnection,
  race,
  run,
  sleep,
  startServer,
  taskGroup,
  timeout,
  TimeoutError,
  waitFor,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import '../harness.ts';
import { onBackends } from '../net/onBackends.ts';
import { inTime } from '../inTime.ts';
import { errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';

type Suppressing = (error: unknown, suppressed: unknown) => Error;

const named = (error: unknown, suppressed: unknown, message?: string): Error =>
  Object.assign(new Error(message), { name: 'SuppressedError', error, suppressed });

const native = (globalThis as { SuppressedError?: new (error: unknown, suppressed: unknown) => Error })
  .SuppressedError;

const makers: Record<string, Suppressing> = {
  'as TypeScript makes it': (error, suppressed) =>
    named(error, suppressed, 'An error was suppressed during disposal.'),
  'as Babel and esbuild make it': (error, suppressed) => named(error, suppressed),
  ...(native === undefined
    ? {}
    : { "the runtime's": (error: unknown, suppressed: unknown) => new native(error, suppressed) }),
};

/** `await using resource = { [Symbol.asyncDispose]: dispose }` around `body`. */
async function using<T>(
  suppressing: Suppressing,
  dispose: () => Promise<unknown>,
  body: () => Promise<T>,
): Promise<T> {
  let failed = false;
  let failure: unknown;
  let result: T | undefined;
  try {
    result = await body();
  } catch (error) {
    failed = true;
    failure = error;
  }
  try {
    await dispose();
  } catch (error) {
    throw failed ? suppressing(error, failure) : error;
  }
  if (failed) throw failure;
  return result as T;
}

const forever = async (): Promise<void> => await sleep(60_000);
const slowly = async (): Promise<void> => await sleep(5);

for (const [made, suppressing] of Object.entries(makers)) {
  const slow = <T>(body: () => Promise<T>): Promise<T> => using(suppressing, slowly, body);

  test(
    `moveOnAfter, SuppressedError ${made}: a disposal that waits does not keep the scope from catching`,
    inTime(async () => {
      assert.equal(await moveOnAfter(10, () => slow(forever)), undefined);
      assert.equal(await moveOnAfter(10, () => slow(() => slow(() => slow(forever)))), undefined);
      assert.equal(
        await moveOnAfter(10, () =>
          taskGroup(async (group) => group.startSoon(() => slow(() => slow(forever)))),
        ),
        undefined,
      );
      await errorOf(
        failAfter(10, () => slow(forever)),
        TimeoutError,
      );
    }),
  );

  test(
    `Task, SuppressedError ${made}: a second cancel in a disposal leaves the task cancelled, by the second`,
    inTime(async () => {
      const task = createTask(() => slow(forever));
      await turns();
      task.cancel('first');
      await turns();
      task.cancel('second');
      await assert.rejects(task, { name: 'CancelledError', message: 'second' });
      assert.equal(task.cancelled(), true);
    }),
  );

  test(
    `timeout, SuppressedError ${made}: a cancel from outside in a disposal passes, one of its own does not`,
    inTime(async () => {
      await errorOf(
        timeout(10, () => slow(forever)),
        TimeoutError,
      );
      await errorOf(
        waitFor(() => timeout(10, () => slow(() => slow(forever))), 12),
        TimeoutError,
      );
      const task = createTask(() => timeout(10, () => slow(forever)));
      await sleep(12);
      task.cancel('outer');
      await assert.rejects(task, { name: 'CancelledError', message: 'outer' });
    }),
  );

  test(
    `taskGroup, SuppressedError ${made}: a child that is cancelled twice is no error of the group`,
    inTime(async () => {
      const error = await errorOf(
        taskGroup(async (group) => {
          const child = group.createTask(() => slow(forever));
          group.startSoon(async () => {
            await turns();
            child.cancel();
            await turns();
            throw new Error('sibling');
          });
        }),
        ExceptionGroup,
      );
      assert.deepEqual(
        error.errors.map((one) => (one as Error).message),
        ['sibling'],
      );
    }),
  );

  test(
    `race, gather, SuppressedError ${made}: a loser that is cancelled twice is no failure`,
    inTime(async () => {
      assert.equal(
        await moveOnAfter(10, () =>
          race([() => slow(forever), async () => await gather(() => slow(forever))]),
        ),
        undefined,
      );
    }),
  );

  test(`run, SuppressedError ${made}: a main that is cancelled twice ends as cancelled`, async () => {
    const stop = new AbortController();
    const main = (): Promise<void> => {
      const self = currentTask() as Task;
      const dispose = async (): Promise<void> => {
        self.cancel('again');
        await slowly();
      };
      return using(suppressing, dispose, async () => {
        stop.abort();
        await forever();
      });
    };
    await assert.rejects(run(main, { signal: stop.signal }), { name: 'CancelledError', message: 'again' });
  });

  test(
    `SuppressedError ${made}: one with an error in it is a failure, and keeps it, whichever came first`,
    inTime(async () => {
      const broken = new Error('broken');
      const fails = async (): Promise<never> => {
        await turns();
        throw broken;
      };
      const inDisposal = using(suppressing, fails, async () => {});
      await assert.rejects(inDisposal, broken);
      for (const body of [
        // The disposal fails after the cancel.
        () => using(suppressing, async () => await Promise.reject(broken), forever),
        // The cancel comes in the disposal, after the failure.
        () => using(suppressing, forever, fails),
      ]) {
        for (const scope of [moveOnAfter, timeout, failAfter]) {
          const error = await errorOf(scope(10, body), Error);
          assert.equal(error.name, 'SuppressedError');
          const { error: outer, suppressed } = error as Error & { error: unknown; suppressed: unknown };
          assert.ok([outer, suppressed].includes(broken));
          assert.equal(isCancelled(error), false);
        }
        const task = createTask(body);
        await turns(3);
        task.cancel();
        await errorOf(task, Error);
        assert.equal(task.cancelled(), false);
      }
    }),
  );

  test(`isCancelled, SuppressedError ${made}: at any depth, on both sides, in circles`, () => {
    const latest = new CancelledError('latest');
    let deep: unknown = latest;
    let wide: unknown = new CancelledError();
    for (let i = 0; i < 100_000; i++) {
      deep = suppressing(deep, new CancelledError());
      wide = suppressing(new CancelledError(), wide);
    }
    assert.equal(isCancelled(deep), true);
    assert.equal(isCancelled(wide), true);
    assert.equal(isCancelled(suppressing(deep, suppressing(wide, new Error('x')))), false);
    assert.equal(isCancelled(suppressing(deep, undefined)), false);
    const circle = suppressing(latest, undefined) as Error & { suppressed: unknown };
    circle.suppressed = circle;
    assert.equal(isCancelled(circle), true);
  });
}

test('isCancelled: an AbortError of a signal of ours is a cancel, and so is one in a SuppressedError', () => {
  const aborted = (cause: unknown): Error =>
    Object.assign(new Error('aborted', { cause }), { name: 'AbortError' });
  assert.equal(isCancelled(aborted(new CancelledError())), true);
  assert.equal(isCancelled(named(aborted(new CancelledError()), new CancelledError())), true);
  assert.equal(isCancelled(aborted(new Error('x'))), false);
  assert.equal(isCancelled(named(new CancelledError(), aborted(new Error('x')))), false);
});

test('isCancelled: an error that does not let itself be looked at is none', () => {
  const hostile = Object.defineProperty(new Error('x'), 'name', {
    get(): never {
      throw new Error('no');
    },
  });
  assert.equal(isCancelled(hostile), false);
  assert.equal(isCancelled(named(new CancelledError(), hostile)), false);
  assert.equal(isCancelled({ name: 'SuppressedError', error: new CancelledError() }), false);
});

onBackends('StreamReader, StreamWriter, server: disposed of in a scope that is cancelled', async () => {
  const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
  const disposing = (resource: AsyncDisposable) => async (): Promise<void> =>
    await resource[Symbol.asyncDispose]();
  for (const which of ['reader', 'writer'] as const) {
    const result = await moveOnAfter(60_000, async (scope) => {
      const [reader, writer] = await openConnection('127.0.0.1', server.port);
      return await using(named, disposing({ reader, writer }[which]), async () => {
        scope.cancel();
        await reader.read();
        return 'never';
      });
    });
    assert.equal(result, undefined);
  }
  const serving = moveOnAfter(60_000, (scope) =>
    using(named, disposing(server), async () => {
      scope.cancel();
      await server.serveForever();
    }),
  );
  assert.equal(await serving, undefined);
  assert.equal(server.isServing(), false);
});

test("moveOnAfter: the same with the language's own `await using`", async (t) => {
  const AsyncFunction = (async () => {}).constructor as new (...code: string[]) => Using;
  type Using = (resource: AsyncDisposable, body: () => Promise<unknown>) => Promise<unknown>;
  let within: Using;
  try {
    within = new AsyncFunction('resource', 'body', 'await using it = resource; return await body();');
  } catch {
    t.skip('this runtime does not parse `await using`');
    return;
  }
  await run(async () => {
    const inner = (): Promise<unknown> => within({ [Symbol.asyncDispose]: slowly }, forever);
    const outer = (): Promise<unknown> => within({ [Symbol.asyncDispose]: slowly }, inner);
    assert.equal(await moveOnAfter(1, outer), undefined);
    await assert.rejects(timeout(1, outer), TimeoutError);
  });
});
