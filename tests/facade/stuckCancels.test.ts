// The warning of a cancel that waits for a foreign promise: on every runtime, by default, once a place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  CancelScope,
  createTask,
  Future,
  getRunningLoop,
  moveOnAfter,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { RunOptions } from '../../src/asyncio.ts';
import { awaitsCompiledAway, hostAwaitsNatively } from '../../src/core/future/nativeAwait.ts';
import { setReporter } from '../../src/sys/host/report.ts';
import { onBun } from '../commandLine.ts';
import { onNode, runProgram } from './program.ts';

const THIS_FILE = onNode ? /at file:.*stuckCancels\.test\.ts:\d+:\d+/ : /in /;

/** Foreign work that ends with the first report, or with `end`. */
interface Foreign {
  readonly work: Promise<void>;
  readonly end: () => void;
}

/** What is reported while `main` runs, whose cancels are patient for 20 ms. */
async function reportsOf(
  main: (foreign: Foreign) => Promise<unknown>,
  options: RunOptions = {},
): Promise<string[]> {
  const { promise: work, resolve: end } = Promise.withResolvers<void>();
  const texts: string[] = [];
  // The timer of the warning does not keep the process alive, and neither does a promise.
  const alive = setInterval(() => {}, 1000);
  const previous = setReporter((_, text) => {
    texts.push(text);
    end();
  });
  try {
    await run(() => main({ work, end }), { foreignCancelWarning: 20, ...options });
  } finally {
    setReporter(previous);
    clearInterval(alive);
  }
  return texts;
}

/** Longer than any of these cancels may wait. */
const longEnough = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

/** Called by a worker that is about to wait for the foreign work. */
let arrived: () => void = () => {};

/** Cancels a task once it waits for the foreign work. */
async function cancelWorker(worker: () => Promise<void>): Promise<void> {
  const there = new Future<void>();
  arrived = () => there.setResult();
  const task = createTask(worker, { name: 'worker' });
  await there;
  task.cancel();
  await Promise.allSettled([task]);
  assert.equal(task.cancelled(), true);
}

test('run: a cancel that waits for a foreign promise is reported, with the coroutine and who cancelled', async () => {
  const [text, ...more] = await reportsOf(({ work }) =>
    cancelWorker(async function downloads() {
      await sleep(1);
      arrived();
      await work;
    }),
  );
  assert.deepEqual(more, []);
  assert.match(
    text ?? '',
    /^worker was cancelled \d\.\d s ago, and it still waits for a promise that is not/,
  );
  assert.match(text ?? '', /in async function downloads\(\)/);
  assert.match(text ?? '', THIS_FILE);
  assert.match(text ?? '', /cancelled by:\n.*cancelWorker .*stuckCancels\.test\.ts:\d+/);
  assert.match(text ?? '', /await interruptible\(promise\)/);
});

test('run: in debug mode the report has the line of the latest await', async () => {
  const [text] = await reportsOf(
    ({ work }) =>
      cancelWorker(async function copies() {
        await sleep(1);
        arrived();
        await work;
      }),
    { debug: true },
  );
  // Bun has no stack of an await.
  const place = onBun
    ? /the task was created:\n.*stuckCancels/
    : /its latest wait before that:\n.*copies .*stuckCancels/;
  assert.match(text ?? '', place);
});

test('timeout: one whose body waits for a foreign promise is reported, with the body', async () => {
  const [text] = await reportsOf(async ({ work }) => {
    await timeout(5, () => work.then(() => 'in the end'));
  });
  assert.match(text ?? '', /^a timeout in main passed \d\.\d s ago/);
  assert.match(text ?? '', /in \(\) ?=> ?work\.then\(\(\) ?=> ?.in the end.\)/);
  assert.match(text ?? '', THIS_FILE);
});

test('moveOnAfter: so is a scope, which is cancelled for good', async () => {
  const [text] = await reportsOf(({ work }) => moveOnAfter(5, () => work));
  assert.match(text ?? '', /^a cancel scope in main was cancelled/);
});

test('taskGroup: so is a body that a failing child cancels, and a child', async () => {
  const texts = await reportsOf(async ({ work }) => {
    await assert.rejects(
      taskGroup(async (group) => {
        group.startSoon(async () => {
          await sleep(1);
          throw new RangeError('child');
        });
        await work;
      }),
    );
  });
  assert.match(texts[0] ?? '', /^a task group in main was cancelled/);
});

test('run: a place is told once, and another one again', async () => {
  const place = async (work: Promise<void>): Promise<void> => {
    await cancelWorker(async () => {
      arrived();
      await work;
    });
  };
  assert.equal((await reportsOf(({ work }) => place(work))).length, 1);
  const again = await reportsOf(async ({ work, end }) => {
    void longEnough().then(end);
    await place(work);
  });
  assert.deepEqual(again, []);
  assert.equal((await reportsOf(({ work }) => cancelWorker(() => (arrived(), work)))).length, 1);
});

test('run: foreignCancelWarning: Infinity turns it off, and a loop has the setting too', async () => {
  const quietly = async ({ work, end }: Foreign): Promise<void> => {
    void longEnough().then(end);
    await cancelWorker(async () => {
      arrived();
      return await work;
    });
  };
  assert.deepEqual(await reportsOf(quietly, { foreignCancelWarning: Infinity }), []);
  assert.deepEqual(
    await reportsOf((foreign) => {
      assert.equal(getRunningLoop().foreignCancelWarning, 20);
      getRunningLoop().foreignCancelWarning = Infinity;
      return quietly(foreign);
    }),
    [],
  );
});

test('run: a cancel that gets through in time is not reported', async () => {
  const texts = await reportsOf(async ({ work, end }) => {
    const task = createTask(async () => await new Future<void>());
    await sleep(0);
    task.cancel();
    // In a scope that is cancelled for good: the foreign promise ends, and the code waits for something else then.
    await moveOnAfter(0, async () => {
      void longEnough().then(end);
      await new Promise((resolve) => setImmediate(resolve));
      await sleep(60_000);
    });
    await longEnough();
    await work;
  });
  assert.deepEqual(texts, []);
});

test('CancelScope: what a shield keeps off is not reported, and is when the shield is gone', async () => {
  const texts = await reportsOf(async () => {
    await moveOnAfter(1, () => new CancelScope({ shield: true }).run(longEnough));
  });
  assert.deepEqual(texts, []);
  const after = await reportsOf(({ work }) =>
    moveOnAfter(1, async () => {
      await new CancelScope({ shield: true }).run(longEnough);
      await work;
    }),
  );
  assert.equal(after.length, 1);
});

test('run: a thread that was busy has not let the cancel be seen', async () => {
  const texts = await reportsOf(async ({ end }) => {
    await assert.rejects(
      timeout(1, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const until = performance.now() + 100;
        while (performance.now() < until);
        await new Promise((resolve) => setImmediate(resolve));
        await sleep(1);
      }),
      TimeoutError,
    );
    end();
  });
  assert.deepEqual(texts, []);
});

const PROGRAM = new URL('./programs/foreign.ts', import.meta.url);

test('run: the warning holds no process, and ASYNCIO_FOREIGN_CANCEL_WARNING=off turns it off', async () => {
  const { code, stderr, stdout } = await runProgram(PROGRAM, ['2500']);
  assert.equal(code, 0);
  assert.match(stderr, /^asyncio: a timeout in main passed \d\.\d s ago/);
  assert.match(stdout, /^after \d{4} ms/);
  assert.equal((await runProgram(PROGRAM, ['2500'], { ASYNCIO_FOREIGN_CANCEL_WARNING: 'off' })).stderr, '');
  assert.equal((await runProgram(PROGRAM, ['1'])).stderr, '');
});

test('run: a main that TypeScript compiled below ES2017 is named, once', async () => {
  const { code, stderr } = await runProgram(PROGRAM, ['compiled']);
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^asyncio: oldMain was compiled for something older than ES2017.*"target" in tsconfig\.json/,
  );
  assert.equal(stderr.match(/was compiled/g)?.length, 1);
});

test('await is native here, and awaits that TypeScript compiled away are known by their traces', async () => {
  assert.equal(await hostAwaitsNatively(), true);
  assert.equal(
    awaitsCompiledAway(async () => {}),
    false,
  );
  const helper = (..._: unknown[]): Promise<void> => Promise.resolve();
  const __awaiter = helper;
  assert.equal(
    awaitsCompiledAway(() => __awaiter(void 0, void 0, void 0, function* () {})),
    true,
  );
  // What others make of it calls Promise.resolve, which is seen.
  const __async = helper;
  assert.equal(
    awaitsCompiledAway(() => __async(undefined, null, function* () {})),
    false,
  );
});
