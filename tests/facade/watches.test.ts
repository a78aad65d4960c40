// What debug mode looks out for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, Future, getRunningLoop, run, sleep, timeout } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { awaitsCompiledAway, hostAwaitsNatively } from '../../src/core/future/nativeAwait.ts';
import { setReporter } from '../../src/sys/host/report.ts';
import { reportsOf } from '../core/reports.ts';

/** Cancels a task that waits for a foreign promise, which goes on after the report, or after 200 ms without. */
async function stuckInForeign(debug: boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const texts: string[] = [];
  // The watch does not keep the process alive, and neither does a promise.
  const alive = setInterval(() => {}, 1000);
  const previous = setReporter((_, text) => {
    texts.push(text);
    resolve();
  });
  try {
    await run(
      async () => {
        getRunningLoop().foreignCancelWarning = 10;
        const there = new Future<void>();
        const task = createTask(
          async function worker() {
            await sleep(1);
            there.setResult();
            await promise;
          },
          { name: 'worker' },
        );
        await there;
        task.cancel();
        if (!debug) setTimeout(resolve, 200);
        await Promise.allSettled([task]);
        assert.equal(task.cancelled(), true);
      },
      { debug },
    );
  } finally {
    setReporter(previous);
    clearInterval(alive);
  }
  return texts.join('\n');
}

test('a cancel that waits for a foreign promise for long is reported in debug mode, with the place', async () => {
  const text = await stuckInForeign(true);
  assert.match(
    text,
    /worker was cancelled \d+\.\d s ago and still waits for a promise that is not the library's/,
  );
  assert.match(text, /watches\.test\.ts:\d+/);
  assert.match(text, /await interruptible\(promise\)/);
  assert.equal(text.match(/was cancelled/g)?.length, 1);
});

test('without debug mode nothing is said', async () => {
  assert.equal(await stuckInForeign(false), '');
});

test('a timeout that cannot get through is reported too', async () => {
  const texts = await reportsOf(() =>
    run(
      async () => {
        getRunningLoop().foreignCancelWarning = 10;
        await timeout(1, async () => {
          await new Promise((resolve) => setTimeout(resolve, 150));
        });
      },
      { debug: true },
    ),
  );
  assert.match(texts.join('\n'), /main was cancelled/);
});

test('a cancel that gets through is not reported', async () => {
  const texts = await reportsOf(() =>
    run(
      async () => {
        getRunningLoop().foreignCancelWarning = 1;
        const task: Task<void> = createTask(async () => await new Future<void>());
        await sleep(0);
        task.cancel();
        await sleep(20);
      },
      { debug: true },
    ),
  );
  assert.deepEqual(texts, []);
});

test('await is native here, and awaits that were compiled away are known by their traces', async () => {
  assert.equal(await hostAwaitsNatively(), true);
  assert.equal(
    awaitsCompiledAway(async () => {}),
    false,
  );
  const helper = (..._: unknown[]): Promise<void> => Promise.resolve();
  const __awaiter = helper;
  assert.equal(
    awaitsCompiledAway(() => __awaiter(undefined, undefined, undefined, function* () {})),
    true,
  );
});

/** Keeps the thread for `ms` milliseconds. */
function hog(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a step that keeps the thread for long is reported in debug mode, with its task', async () => {
  const body = async (): Promise<void> => {
    getRunningLoop().slowCallbackDuration = 30;
    await createTask(
      async () => {
        await sleep(1);
        hog(50);
        await sleep(0);
      },
      { name: 'hog' },
    );
    await createTask(async () => hog(50), { name: 'short hog' });
    await createTask(
      async () => {
        await sleep(1);
        hog(50);
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
      { name: 'hog before foreign' },
    );
  };
  const slow = (await reportsOf(() => run(body, { debug: true }))).filter((text) =>
    text.includes('Executing'),
  );
  assert.equal(slow.length, 3, slow.join('\n'));
  for (const [index, name] of ['Task hog ', 'Task short hog ', 'Task hog before foreign '].entries()) {
    assert.match(slow[index] ?? '', new RegExp(`Executing <${name}.* took \\d+\\.\\d ms`));
  }
  assert.deepEqual(await reportsOf(() => run(body)), []);
});
