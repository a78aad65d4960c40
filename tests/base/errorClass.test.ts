// Errors of another copy of the package, and errors from another thread: what is known of them, and what is not.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import '../harness.ts';
import * as ours from '../../src/asyncio.ts';
import {
  CancelledError,
  CancelScope,
  createTask,
  exceptStar,
  ExceptionGroup,
  gather,
  isCancelled,
  moveOnAfter,
  run,
  sleep,
  taskGroup,
  timeout,
  waitFor,
} from '../../src/asyncio.ts';
import { OSError, TimeoutError, UsageError } from '../../src/asyncio.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'asyncio-copy-')));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(fileURLToPath(new URL('../../src', import.meta.url)), folder, { recursive: true });
const theirs = (await import(pathToFileURL(join(folder, 'asyncio.ts')).href)) as typeof ours;

type Constructor = new (...args: never[]) => unknown;
const classes = (copy: typeof ours): [string, Constructor][] =>
  Object.entries(copy as unknown as Record<string, unknown>).filter(
    (entry): entry is [string, Constructor] =>
      typeof entry[1] === 'function' && entry[1].prototype instanceof Error,
  );

const made = (type: Constructor): unknown => Object.create(type.prototype as object);

test('the copy is one: its classes are others', () => {
  assert.notEqual(theirs.CancelledError, CancelledError);
  assert.equal(Object.getPrototypeOf(new theirs.CancelledError()) === CancelledError.prototype, false);
});

test('every error class knows the errors of the same class in another copy, and of those below', () => {
  const mine = classes(ours);
  assert.ok(mine.length >= 25, `${mine.length} classes`);
  const others = new Map(classes(theirs));
  for (const [name, type] of mine) {
    const theirOne = made(others.get(name) as Constructor);
    assert.ok(theirOne instanceof type, name);
    // With each other class it is as with an error of this copy.
    for (const [other, otherType] of mine)
      assert.equal(theirOne instanceof otherType, made(type) instanceof otherType, `${name} and ${other}`);
  }
});

test('a class that a program derives knows its own errors only', () => {
  class Mine extends CancelledError {}
  assert.ok(new Mine() instanceof Mine);
  assert.ok(new Mine() instanceof CancelledError);
  assert.ok(new Mine() instanceof theirs.CancelledError);
  assert.equal(new CancelledError() instanceof Mine, false);
  assert.equal(new theirs.CancelledError() instanceof Mine, false);
});

test('what is no error of ours is none', () => {
  const others = [undefined, null, 1, 'ERR_ASYNCIO_CANCELLED', {}, new Error('x'), () => {}];
  for (const value of [...others, { code: 'ERR_ASYNCIO_CANCELLED' }])
    assert.equal(value instanceof CancelledError, false);
  assert.equal(Object.assign(new Error('x'), { code: 'ERR_ASYNCIO_USAGE' }) instanceof TimeoutError, false);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.equal(isCancelled(proxy), false);
});

test('isCancelled knows the cancel of another copy, as it is and as the cause of an AbortError', () => {
  const cancel = new theirs.CancelledError('theirs');
  assert.ok(isCancelled(cancel));
  const aborted = Object.assign(new Error('aborted', { cause: cancel }), { name: 'AbortError' });
  assert.ok(isCancelled(aborted));
});

test('a task that gets the cancel of another copy ends cancelled, with that very error', async () => {
  const cancel = new theirs.CancelledError('theirs');
  await run(async () => {
    const task = createTask(() => Promise.reject(cancel));
    await assert.rejects(task, (error) => error === cancel);
    assert.ok(task.cancelled());
  });
});

test('timeout, waitFor, moveOnAfter and CancelScope know their own cancel in the words of another copy', async () => {
  const translating = async (): Promise<void> => {
    try {
      await sleep(60_000);
    } catch {
      throw new theirs.CancelledError('translated');
    }
  };
  await run(async () => {
    await assert.rejects(timeout(1, translating), TimeoutError);
    await assert.rejects(waitFor(translating, 1), TimeoutError);
    assert.equal(await moveOnAfter(1, translating), undefined);
    const scope = new CancelScope();
    const scoped = createTask(() => scope.run(translating));
    await sleep(0);
    scope.cancel();
    await scoped;
    assert.equal(scope.cancelledCaught, true);
    const theirDeadline = new theirs.TimeoutError('another deadline');
    await assert.rejects(
      timeout(1000, () => Promise.reject(theirDeadline)),
      (error) => error === theirDeadline,
    );
  });
});

test('taskGroup and gather take the cancel of another copy for the cancel of that child', async () => {
  const cancel = new theirs.CancelledError('theirs');
  await run(async () => {
    let other = 'not run';
    await taskGroup((group) => {
      void group.createTask(() => Promise.reject(cancel));
      void group.createTask(async () => {
        await sleep(1);
        other = 'run';
      });
    });
    assert.equal(other, 'run');
    await assert.rejects(
      gather(
        () => Promise.reject(cancel),
        () => sleep(0),
      ),
      (error) => error === cancel,
    );
  });
});

test("another copy's task, run on its own loop, can be awaited here when it is cancelled", async () => {
  await theirs.run(async () => {
    const task = theirs.createTask(() => theirs.sleep(60_000));
    await theirs.sleep(0);
    task.cancel('enough');
    await assert.rejects(task, (error) => error instanceof CancelledError && error.message === 'enough');
  });
});

test('ExceptionGroup.split, subgroup and exceptStar part groups of another copy, nested ones included', () => {
  const inner = new theirs.ExceptionGroup('inner', [new theirs.TimeoutError(), new RangeError('r')]);
  const group = new ExceptionGroup('outer', [new theirs.UsageError('u'), inner]);
  assert.ok(inner instanceof ExceptionGroup);
  const [timeouts, rest] = group.split(TimeoutError);
  assert.deepEqual([...(timeouts as ExceptionGroup).leaves()], [inner.errors[0]]);
  assert.deepEqual([...(rest as ExceptionGroup).leaves()], [group.errors[0], inner.errors[1]]);
  assert.equal([...(group.subgroup(UsageError) as ExceptionGroup).leaves()].length, 1);
  const seen: unknown[] = [];
  const left = exceptStar(inner, TimeoutError, (part) => seen.push(...part.leaves()));
  assert.deepEqual(seen, [inner.errors[0]]);
  assert.ok(left instanceof ExceptionGroup);
});

test('a system error of another copy has its classes and fields', () => {
  const details = { errno: 111, code: 'ECONNREFUSED', syscall: 'connect', address: '::1', port: 1 };
  const error: unknown = new theirs.ConnectionRefusedError(details);
  assert.ok(error instanceof OSError && error instanceof ours.ConnectionError);
  assert.equal(error.port, 1);
  assert.equal(error instanceof ours.BrokenPipeError, false);
});

test('structuredClone leaves nothing of an error by which it could be known', () => {
  const copy: unknown = structuredClone(new CancelledError('sent'));
  assert.ok(copy instanceof Error && copy.message === 'sent');
  assert.equal(isCancelled(copy), false);
  assert.equal(copy instanceof CancelledError, false);
});

test('an error with the code of a class is an instance of it: what a program sends across threads itself', () => {
  const { message, code } = structuredClone({ message: 'sent', code: new CancelledError('sent').code });
  const error: unknown = Object.assign(new Error(message), { code });
  assert.ok(error instanceof CancelledError && isCancelled(error));
  const late: unknown = Object.assign(new Error(), { code: 'ERR_ASYNCIO_TIMEOUT' });
  assert.ok(late instanceof TimeoutError);
});

// Deno's event keeps message and stack only.
const keepsCode = (globalThis as { Deno?: unknown }).Deno === undefined;

test("a cancel that ends a worker is one to whoever gets the worker's error event", async () => {
  const worker = new Worker(new URL('./programs/cancelledWorker.ts', import.meta.url));
  const { promise, resolve } = Promise.withResolvers<unknown>();
  worker.once('error', resolve);
  const error = await promise;
  assert.ok(error instanceof Error);
  assert.equal(isCancelled(error), keepsCode);
  assert.equal(error instanceof CancelledError, keepsCode);
});
