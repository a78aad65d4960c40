// Not under the harness: this is what the harness is made of.

import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createTask, getRunningLoop, newEventLoop, run, sleep, UsageError } from '../../src/asyncio.ts';
import { expectReport, LeakError, leakGuard, runTest } from '../../src/testing/testing.ts';
import type { LeakGuard } from '../../src/testing/testing.ts';

const versions = process.versions as Record<string, string | undefined>;
const onNode = versions['bun'] === undefined && versions['deno'] === undefined;

async function leftIn(guard: LeakGuard): Promise<LeakError> {
  try {
    await guard.check();
  } catch (error) {
    assert.ok(error instanceof LeakError);
    return error;
  }
  return assert.fail('nothing was found');
}

test('finds nothing where nothing was left', async () => {
  const guard = leakGuard();
  await run(async () => {
    await createTask(() => sleep(1));
    getRunningLoop()
      .callLater(1000, () => {})
      .cancel();
  });
  await runTest(() => sleep(1000));
  await guard.check();
  guard[Symbol.dispose]();
});

test('names the timer that a loop still had when it was closed, and the place where it was made', async () => {
  const guard = leakGuard();
  await run(async () => void getRunningLoop().callLater(60_000, function late() {}));
  const error = await leftIn(guard);
  assert.equal(error.leaks.length, 1);
  assert.equal(error.leaks[0]?.kind, 'timer');
  assert.match(error.message, /timer late, due in \d+ ms, made\n.*leakGuard\.test\.ts:\d+/);
  await guard.check();
  guard[Symbol.dispose]();
});

test('names a loop that was not closed, with what it holds', async () => {
  const guard = leakGuard();
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {
    void createTask(() => sleep(60_000), { name: 'left' });
    await sleep(0);
    loop.callSoon(function soon() {});
    loop.stop();
  });
  const error = await leftIn(guard);
  assert.deepEqual(
    error.leaks.map(({ kind }) => kind),
    ['loop', 'task', 'handle'],
  );
  assert.match(error.message, /task left waits for a sleep/);
  assert.match(error.message, /leakGuard\.test\.ts/);
  loop.close();
  guard.begin();
  guard[Symbol.dispose]();
});

test('what was there before it began is none of its business', async () => {
  const server = createServer().listen(0);
  const guard = leakGuard();
  await guard.check();
  guard[Symbol.dispose]();
  await new Promise((resolve) => server.close(resolve));
});

test('names what the host keeps', { skip: !onNode && 'the host does not tell' }, async () => {
  // What the tests before have closed is gone a little later.
  await new Promise((resolve) => setTimeout(resolve, 10));
  const guard = leakGuard({ descriptors: false, grace: 10 });
  const server = createServer().listen(0);
  const timer = setTimeout(() => {}, 60_000);
  try {
    const { message } = await leftIn(guard);
    assert.match(message, /resource TCPServerWrap/);
    assert.match(message, /resource Timeout/);
  } finally {
    clearTimeout(timer);
    await new Promise((resolve) => server.close(resolve));
  }
  guard.begin();
  await guard.check();
  guard[Symbol.dispose]();
});

test('names descriptors', { skip: process.platform !== 'linux' && 'the host does not tell' }, async () => {
  const guard = leakGuard({ host: false, grace: 10 });
  const file = openSync(new URL(import.meta.url), 'r');
  assert.match((await leftIn(guard)).message, /descriptor \d+ \(.*leakGuard\.test\.ts\)/);
  closeSync(file);
  guard[Symbol.dispose]();
});

test('gives what closes by itself the time to do so', async () => {
  const guard = leakGuard({ grace: 1000 });
  const server = createServer().listen(0);
  setTimeout(() => server.close(), 20);
  await guard.check();
  guard[Symbol.dispose]();
});

test('looks on only until it is disposed of, and lets an outer one look on', async () => {
  const outer = leakGuard({ host: false });
  const inner = leakGuard({ host: false });
  await run(async () => void getRunningLoop().callLater(60_000, () => {}));
  assert.equal((await leftIn(inner)).leaks.length, 1);
  assert.equal((await leftIn(outer)).leaks.length, 1);
  inner[Symbol.dispose]();
  await run(async () => void getRunningLoop().callLater(60_000, () => {}));
  assert.equal((await leftIn(outer)).leaks.length, 1);
  await inner.check();
  outer[Symbol.dispose]();
});

test('expectReport says when nobody catches reports', () => {
  assert.throws(() => expectReport('x'), UsageError);
});
