// Errors that nobody looked at: asyncio's "exception was never retrieved".

import '../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { createTask, getRunningLoop, newEventLoop, run, sleep } from '../../src/asyncio.ts';
import type { ExceptionContext } from '../../src/asyncio.ts';
import { runChild } from './child.ts';
import { hostTurn, reportsOf } from './reports.ts';

async function reported(
  debug: boolean,
  body: () => Promise<unknown>,
  after: () => Promise<unknown> = hostTurn,
): Promise<ExceptionContext[]> {
  const contexts: ExceptionContext[] = [];
  const loop = newEventLoop({ debug });
  loop.setExceptionHandler((_, context) => contexts.push(context));
  await loop.runUntilComplete(async () => {
    await body();
    await after();
  });
  loop.close();
  return contexts;
}

const fail = (message: string) =>
  createTask(
    async () => {
      throw new RangeError(message);
    },
    { name: message },
  );

// asyncio: test_tb_logger_exception_unretrieved, test_future_exception_never_retrieved_debug, test_future_exception_never_retrieved
test('debug mode reports a dropped failure promptly, with error, future and place', async () => {
  const contexts: ExceptionContext[] = [];
  const told = Promise.withResolvers<void>();
  const loop = newEventLoop({ debug: true });
  loop.setExceptionHandler((_, context) => {
    contexts.push(context);
    told.resolve();
  });
  // Held, so that it is not collected, and the run goes on until the report is there: neither brought it about.
  const dropped = await loop.runUntilComplete(async () => {
    const task = fail('dropped');
    await told.promise;
    return [task];
  });
  loop.close();
  assert.equal(contexts.length, 1);
  const [context] = contexts;
  assert.match(context?.message ?? '', /exception was never retrieved/);
  assert.match(context?.message ?? '', /dropped/);
  assert.ok(context?.exception instanceof RangeError);
  assert.equal(context?.['future'], dropped[0]);
  assert.match(String((context as { created?: string[] }).created?.[0]), /unretrieved\.test\.ts/);
});

// asyncio: test_tb_logger_exception_retrieved, test_tb_logger_exception_result_retrieved, test_tb_logger_result_retrieved, test_tb_logger_result_unretrieved, test_tb_logger_abandoned
test('what was looked at, awaited, subscribed to or cancelled is not reported', async () => {
  const contexts = await reported(true, async () => {
    // Failures of this very step, so that nothing is reported before it is looked at.
    const failed = (message: string) => {
      const future = getRunningLoop().createFuture<never>();
      future.setException(new RangeError(message));
      return future;
    };
    failed('exception()').exception();
    const thrown = failed('result()');
    assert.throws(() => thrown.result(), RangeError);
    failed('then').then(undefined, () => {});
    failed('cancel').cancel();
    await assert.rejects(failed('await'), RangeError);
    await assert.rejects(fail('awaited task'), RangeError);
    const fine = createTask(async () => 1);
    const abandoned = createTask(() => sleep(60_000));
    await sleep(0);
    abandoned.cancel();
    await sleep(0);
    assert.equal(fine.done(), true);
  });
  assert.deepEqual(
    contexts.map((context) => context.message),
    [],
  );
});

test('start two, await the first, the second fails first: the process lives and the error is retrievable', async () => {
  const contexts = await reported(false, async () => {
    const first = createTask(async () => {
      await sleep(5);
      return 'first';
    });
    const second = fail('second');
    assert.equal(await first, 'first');
    await assert.rejects(second, RangeError);
  });
  assert.deepEqual(contexts, []);
});

// asyncio: test_default_exc_handler_coro
test('a failure that is dropped is reported when run ends at the latest', async () => {
  const texts = await reportsOf(async () => {
    await run(async () => {
      void fail('left to the end');
      await sleep(1);
    });
  });
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? '', /left to the end: its exception was never retrieved/);
});

// asyncio: test_future_del_collect, test_task_del_collect
test('a failure that is dropped is reported when it is collected, those looked at are not', async () => {
  const { stdout, stderr } = await runChild(new URL('./unretrievedProgram.ts', import.meta.url));
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), {
    before: 0,
    seen: [
      'Future: its exception was never retrieved future dropped',
      // Deno's errors hold the task whose method threw them, so that there its turn comes at the end of the run.
      ...('deno' in process.versions
        ? []
        : ['Task dropped: its exception was never retrieved task dropped']),
    ],
  });
});
