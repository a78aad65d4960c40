// What a cancel, a timeout and a group do to rewritten awaits of promises that are not the library's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  currentTask,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import type { Task } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import '../harness.ts';
import { turns } from '../turns.ts';
import { body, evaluate } from './program.ts';

const never = (): Promise<never> => new Promise(() => {});
const tick = (count: number): Promise<void> => turns(count);

/** Runs the text as a task, cancels it once it waits, and returns its log. */
async function cancelled(code: string, scope: Record<string, unknown> = {}): Promise<string[]> {
  const log: string[] = [];
  await run(async () => {
    const task = createTask(body(code, { log: (text: string) => log.push(text), never, tick, ...scope }));
    await turns(5);
    assert.equal(task.cancel(), true);
    await turns(60);
    assert.equal(task.done(), true, 'the task goes on');
    log.push(task.cancelled() ? 'cancelled' : 'not cancelled');
  });
  return log;
}

const forms: Record<string, string> = {
  'await of a promise': 'await never();',
  'await of a variable': 'const promise = never(); await promise;',
  'await of a thenable': 'await { then() {} };',
  'await in an expression': 'log(`${1 + (await never())}`);',
  'await in an arrow': 'await (async () => [await never()])();',
  'await in a method': 'await ({ async work() { return await never(); } }).work();',
  'await in a private method':
    'await new (class { async #work() { await never(); } work() { return this.#work(); } })().work();',
  'await in a function below a static block':
    'let work; class A { static { work = async () => { await never(); }; } } await work();',
  'what an async function returns': 'await (async () => never())();',
  'what a plain function returns': 'await (() => never())();',
  'for await': 'for await (const item of { [Symbol.asyncIterator]: () => ({ next: never }) }) log(item);',
  'for await over promises': 'for await (const item of [never()]) log(item);',
  'for await over an async generator':
    'for await (const item of (async function* () { yield await never(); })()) log(item);',
  'yield in an async generator':
    'for await (const item of (async function* () { yield never(); })()) log(item);',
  'yield* in an async generator':
    'for await (const item of (async function* () { yield* [never()]; })()) log(item);',
  'return in an async generator':
    'for await (const item of (async function* () { return never(); })()) log(item);',
  'the second item of a generator':
    'for await (const item of (async function* () { yield 1; await never(); })()) log("item");',
  'inside of await using':
    'await using held = { [Symbol.asyncDispose]: async () => log("disposed") }; await never();',
  'inside of using': 'using held = { [Symbol.dispose]: () => log("disposed") }; await never();',
  'Promise.all of foreign ones': 'await Promise.all([never(), never()]);',
  'Promise.allSettled': 'await Promise.allSettled([sleep(1e6), never()]);',
  'deep in functions':
    'const f = async (n) => { if (n === 0) await never(); else await f(n - 1); }; await f(50);',
};
const extra: Record<string, string[]> = {
  'the second item of a generator': ['item'],
  'inside of await using': ['disposed'],
  'inside of using': ['disposed'],
};
const explicit = 'dispose' in Symbol;
for (const [name, code] of Object.entries(forms)) {
  if (/using/.test(name) && !runsUsing()) continue;
  test(`everywhere: a cancel reaches ${name}`, async () => {
    assert.deepEqual(await cancelled(code), [...(extra[name] ?? []), 'cancelled']);
  });
}

function runsUsing(): boolean {
  try {
    evaluate('{ using x = null; }', {}, true);
    return explicit;
  } catch {
    return false;
  }
}

test('everywhere: clean-up that waits is waited for, however deep, and by foreign promises too', async () => {
  const code = `
    const leaf = async () => { try { await never(); } finally { await sleep(0); log('a'); await tick(3); log('b'); } };
    const middle = async () => { try { await leaf(); } finally { await tick(2); log('c'); } };
    try { await middle(); } finally { log('d'); }`;
  assert.deepEqual(await cancelled(code), ['a', 'b', 'c', 'd', 'cancelled']);
});

test('everywhere: of functions side by side each gets it, and cleans up', async () => {
  const code = `
    const work = async (name) => { try { await never(); } finally { await tick(1); log(name); } };
    await Promise.allSettled([work('a'), work('b'), never()]);`;
  assert.deepEqual((await cancelled(code)).sort(), ['a', 'b', 'cancelled']);
});

test("everywhere: through somebody else's function that calls back", async () => {
  const later = async (work: () => Promise<unknown>): Promise<unknown> => {
    await Promise.resolve();
    return work();
  };
  const code = `
    const work = async () => { try { await never(); } finally { await tick(3); log('cleaned'); } };
    try { await later(() => work()); } finally { log('out'); }`;
  assert.deepEqual(await cancelled(code, { later }), ['cleaned', 'out', 'cancelled']);
});

test("everywhere: somebody else's function that swallows the error and goes on holds up nobody", async () => {
  const retry = async (work: () => Promise<unknown>): Promise<unknown> => {
    await work().catch(() => {});
    return never();
  };
  const code = `
    const work = async () => { try { await never(); } finally { await tick(3); log('cleaned'); } };
    await retry(work);`;
  assert.deepEqual(await cancelled(code, { retry }), ['cleaned', 'cancelled']);
});

test('everywhere: a catch that swallows the cancel swallows it', async () => {
  const code = `try { await never(); } catch (error) { log(error.name); } log('on'); await tick(1);`;
  assert.deepEqual(await cancelled(code), ['CancelledError', 'on', 'not cancelled']);
});

test('everywhere: a catch that swallows the cancel of a future of ours swallows it for those around', async () => {
  const code = `
    const calm = async (future) => { try { await future; } catch (error) { log(error.name); } };
    await calm(sleep(1e6)); log('on'); await (async () => { await calm(sleep(0)); })(); log('end');`;
  assert.deepEqual(await cancelled(code), ['CancelledError', 'on', 'end', 'not cancelled']);
});

test('everywhere: a task that cancels itself gets it at its next await, wherever that is', async () => {
  const code = `
    const inner = async () => { try { task().cancel('self'); await tick(3); log('not reached'); } catch (error) { log(error.message); } };
    const outer = async () => { await inner(); log('on'); };
    await outer(); await never();`;
  let task: Task | undefined;
  const log: string[] = [];
  await run(async () => {
    task = createTask(body(code, { log: (text: string) => log.push(text), never, tick, task: () => task }));
    await turns(10);
    assert.equal(task.done(), false);
    task.cancel();
    await turns(5);
    assert.equal(task.cancelled(), true);
  });
  assert.deepEqual(log, ['self', 'on']);
});

test('everywhere: a value that is there in the same turn as the cancel is not lost, and the cancel neither', async () => {
  const log: unknown[] = [];
  await run(async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const task = createTask(body('log.push(await promise); await never();', { log, promise, never }));
    await turns(3);
    resolve('value');
    task.cancel();
    await turns(5);
    log.push(task.cancelled());
  });
  assert.deepEqual(log, ['value', true]);
});

test('everywhere: an outcome that comes with the cancel, in either order, is delivered once', async () => {
  for (const first of ['cancel', 'reject'] as const) {
    const error = new Error('own');
    const log: unknown[] = [];
    await run(async () => {
      const { promise, reject } = Promise.withResolvers<string>();
      const task = createTask(
        body('try { await promise; } catch (error) { log.push(error); } await never();', {
          log,
          promise,
          never,
        }),
      );
      await turns(3);
      if (first === 'cancel') task.cancel();
      reject(error);
      if (first === 'reject') task.cancel();
      await turns(5);
      log.push(task.cancelled());
    });
    assert.deepEqual(log, [error, true]);
  }
});

test('everywhere: cancelled twice, before it starts, and taken back', async () => {
  await run(async () => {
    const twice = createTask(body('try { await never(); } finally { await tick(9); }', { never, tick }));
    await turns(3);
    twice.cancel('first');
    twice.cancel('second');
    await turns(4);
    assert.equal(twice.cancelling(), 2);
    await turns(20);
    assert.equal(twice.cancelled(), true);

    const early = createTask(body('throw new Error("ran")', {}));
    early.cancel();
    await turns(2);
    assert.equal(early.cancelled(), true);

    const { promise, resolve } = Promise.withResolvers<number>();
    const back = createTask(body<number>('return await promise;', { promise }));
    await turns(3);
    back.cancel();
    back.uncancel();
    await turns(3);
    resolve(7);
    assert.equal(await back, 7);
  });
});

test('everywhere: a scope that is cancelled ends every further await', async () => {
  const log: unknown[] = [];
  const code = `
    await moveOnAfter(1, async () => {
      for (let round = 0; round < 3; round++) try { await never(); } catch { log.push(round); }
      await (async () => { await never(); })();
    });`;
  await run(body(code, { log, never }));
  assert.deepEqual(log, [0, 1, 2]);
});

test('everywhere: a shield keeps a cancel off', async () => {
  const code = `
    try { await never(); } finally { await moveOnAfter(1e6, async () => { await tick(5); log('kept'); }, { shield: true }); }`;
  assert.deepEqual(await cancelled(code), ['kept', 'cancelled']);
});

test('everywhere: timeout, of a body that returns a foreign promise', async () => {
  await run(async () => {
    await assert.rejects(
      timeout(1, () => never()),
      TimeoutError,
    );
    await assert.rejects(timeout(1, body('await never();', { never })), TimeoutError);
    assert.equal(await timeout(1000, () => Promise.resolve(3)), 3);
  });
});

test('everywhere: a timeout around one of two does not reach the other', async () => {
  const log: string[] = [];
  const code = `
    const one = async () => { try { await timeout(1, async () => { await never(); }); } catch (error) { log.push(error.name); } };
    const other = async () => { await tick(9); log.push('whole'); };
    await Promise.all([one(), other()]);`;
  await run(body(code, { log, never, tick: () => sleep(20) }));
  assert.deepEqual(log, ['TimeoutError', 'whole']);
});

test('everywhere: a group that closes ends the foreign waits of its children', async () => {
  await run(async () => {
    const group = taskGroup(async (children) => {
      children.startSoon(body('await never();', { never }));
      children.startSoon(() => never());
      await turns(3);
      throw new Error('stop');
    });
    await assert.rejects(group, { name: 'ExceptionGroup' });
  });
});

test('everywhere: a group whose clean-up takes long is waited for by whoever awaits it', async () => {
  const log: string[] = [];
  const code = `
    const child = async () => { try { await never(); } finally { await sleep(20_000); log.push('child'); } };
    try { await taskGroup(async (group) => { group.startSoon(child); await never(); }); } finally { log.push('out'); }`;
  await runTest(async () => {
    const task = createTask(body(code, { log, never }));
    await turns(5);
    task.cancel();
    await sleep(25_000);
    assert.equal(task.cancelled(), true);
  });
  assert.deepEqual(log, ['child', 'out']);
});

test('everywhere: other code that runs in the same frame holds up no cancel', async () => {
  const log: string[] = [];
  const events = new EventTarget();
  const code = `
    events.addEventListener('call', async () => { for (;;) { try { await never(); } catch { await tick(1); } } });
    events.dispatchEvent(new globalThis.Event('call'));
    await new Promise(() => {});`;
  await run(async () => {
    const task = createTask(body(code, { log, never, events, tick }));
    await turns(5);
    task.cancel();
    await turns(10);
    assert.equal(task.cancelled(), true);
  });
});

test('everywhere: a promise that fails after its wait was given up is no unhandled rejection, and told once', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  expectReport(
    /a promise of promise, app.ts:1: it failed after a cancelled task had stopped waiting for it[^]*too late/,
  );
  await run(async () => {
    const task = createTask(body('await promise;', { promise }));
    await turns(3);
    task.cancel();
    await turns(3);
    assert.equal(task.cancelled(), true);
    reject(new Error('too late'));
    await sleep(5);
  });
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

test('everywhere: waiting again and again for one promise leaves one subscription', async () => {
  const promise = never();
  const code = 'try { await timeout(0, async () => { await promise; }); } catch {}';
  const once = body(code, { promise });
  const memory = async (rounds: number): Promise<number> => {
    for (let round = 0; round < rounds; round++) await once();
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  await run(async () => {
    const before = await memory(2000);
    const grown = (await memory(10_000)) - before;
    if (globalThis.gc !== undefined) assert.ok(grown < 60 * 10_000, `${grown} bytes stayed`);
  });
});

test('everywhere: an iterator is closed when a cancel ends the wait for its next item', async () => {
  const code = `
    const iterator = { next: never, return: () => { log('closed'); return never(); } };
    for await (const item of { [Symbol.asyncIterator]: () => iterator }) log(item);`;
  assert.deepEqual(await cancelled(code), ['closed', 'cancelled']);
});

test('everywhere: outside of every task values go through as they are', async () => {
  const promise = Promise.resolve(1);
  const seen: unknown[] = [];
  const code =
    'const spy = require("runtime"); return spy.cancelPoint(spy.awaits.count, promise, 1, "v|promise|f|app.ts:1:1");';
  seen.push(evaluate(code, { promise }, true) === promise);
  await run(async () => {
    const task = currentTask();
    const future = sleep(0);
    seen.push(
      evaluate(code, { promise: future }, true) === future,
      evaluate(code, { promise: 5 }, true) === 5,
    );
    seen.push(evaluate(code, { promise: task }, true) === task);
    await future;
  });
  assert.deepEqual(seen, [true, true, true, true]);
});
