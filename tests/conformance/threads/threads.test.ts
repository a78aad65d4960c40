// What asyncio's test_events asks of call_soon_threadsafe, in our words: with a real worker thread, over the
// port that the loop hands out, since JavaScript's threads share no functions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import '../../harness.ts';
import { ContextVar, currentTask, getRunningLoop, newEventLoop, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { caughtContexts } from '../../core/reports.ts';
import { inLoop as inPlainLoop } from '../../inLoop.ts';
import { turns } from '../../turns.ts';

interface Options {
  name?: string;
  calls?: number;
  unknown?: boolean;
}

const workers = new Set<Worker>();

/** A test whose threads have ended when it ends, so that the harness finds none of their descriptors. */
function endingWorkers(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    try {
      await body();
    } finally {
      for (const worker of workers) await worker.terminate();
      workers.clear();
    }
  };
}

function inLoop(body: () => Promise<unknown>): () => Promise<void> {
  return endingWorkers(inPlainLoop(body));
}

/** Starts a worker that calls `hello` some times and then `end`. */
function startWorker(
  loop: EventLoop,
  handlers: Record<string, (...args: never[]) => void>,
  options: Options = {},
): Worker {
  const port = loop.threadsafePort(handlers);
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: {
      port,
      name: options.name ?? 'w',
      calls: options.calls ?? 1,
      unknown: options.unknown ?? false,
    },
    transferList: [port as never],
  });
  workers.add(worker);
  return worker;
}

// asyncio: EventLoopTestsMixin.test_call_soon_threadsafe
test(
  'a worker wakes a resting loop, and its calls run in order',
  inLoop(async () => {
    const loop = getRunningLoop();
    const heard: string[] = [];
    const ended = loop.createFuture<void>();
    const worker = startWorker(
      loop,
      {
        hello: (name: string, i: number) => heard.push(`${name}${i}`),
        end: () => ended.setResult(),
      },
      { calls: 5 },
    );
    await ended;
    assert.deepEqual(heard, ['w0', 'w1', 'w2', 'w3', 'w4']);
    const refused = new Promise((resolve) => worker.once('message', resolve));
    worker.postMessage('close');
    assert.equal(await refused, 'ERR_ASYNCIO_USAGE');
  }),
);

test(
  'two workers at once lose no call',
  inLoop(async () => {
    const loop = getRunningLoop();
    const heard = new Map<string, number[]>();
    const ends = [loop.createFuture<void>(), loop.createFuture<void>()];
    ['a', 'b'].forEach((name, n) =>
      startWorker(
        loop,
        {
          hello: (who: string, i: number) => void heard.set(who, [...(heard.get(who) ?? []), i]),
          end: () => (ends[n] as (typeof ends)[0]).setResult(),
        },
        { name, calls: 200 },
      ),
    );
    for (const end of ends) await end;
    const all = Array.from({ length: 200 }, (_, i) => i);
    assert.deepEqual(heard.get('a'), all);
    assert.deepEqual(heard.get('b'), all);
  }),
);

test(
  'a call that the port does not offer is reported',
  inLoop(async () => {
    const loop = getRunningLoop();
    const contexts = caughtContexts(loop);
    const ended = loop.createFuture<void>();
    startWorker(loop, { hello: () => {}, end: () => ended.setResult() }, { unknown: true });
    await ended;
    assert.equal(contexts.length, 1);
    assert.match(contexts[0]?.message ?? '', /"unknown"/);
  }),
);

test(
  'calls from a worker run outside of every task and context',
  inLoop(async () => {
    const loop = getRunningLoop();
    const variable = new ContextVar<string>('v', { default: 'none' });
    variable.set('of the main task');
    const ended = loop.createFuture<unknown[]>();
    startWorker(loop, { hello: () => {}, end: () => ended.setResult([currentTask(), variable.get()]) });
    const [task, value] = await ended;
    assert.equal(task, undefined);
    assert.equal(value, 'none');
  }),
);

test(
  'calls that come when the loop is closed are dropped',
  endingWorkers(async () => {
    const loop = newEventLoop();
    let late = 0;
    await loop.runUntilComplete(async () => {
      const ended = loop.createFuture<void>();
      startWorker(loop, { hello: () => late++, end: () => ended.setResult() });
      await ended;
      late = 0;
    });
    loop.close();
    assert.equal(late, 0);
  }),
);

// asyncio: test_call_soon_threadsafe_same_thread
test(
  'callSoonThreadsafe on the same thread is callSoon',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    loop.callSoonThreadsafe((text: string) => log.push(text), 'hello');
    assert.deepEqual(log, []);
    await turns();
    assert.deepEqual(log, ['hello']);
  }),
);

// asyncio: test_call_soon_threadsafe (from outside of every task)
test(
  'callSoonThreadsafe from a callback of the host wakes the loop',
  inLoop(async () => {
    const loop = getRunningLoop();
    const heard = loop.createFuture<string>();
    setTimeout(() => loop.callSoonThreadsafe(() => heard.setResult('hello')), 2);
    assert.equal(await heard, 'hello');
    await sleep(0);
  }),
);
