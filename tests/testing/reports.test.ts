import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, getRunningLoop, run, sleep } from '../../src/asyncio.ts';
import { captureReports, expectReport, ReportError, runTest } from '../../src/testing/testing.ts';

const breakCallback = async (): Promise<void> => {
  getRunningLoop().callSoon(function broken() {
    throw new Error('in a callback');
  });
  await sleep(0);
};

test('catches what the library has to say, until disposed of', async () => {
  const outer = captureReports();
  const inner = captureReports();
  await run(breakCallback);
  inner[Symbol.dispose]();
  inner[Symbol.dispose]();
  assert.equal(inner.errors.length, 1);
  assert.match(inner.errors[0]?.text ?? '', /Exception in callback broken[^]*in a callback/);
  assert.equal(outer.all.length, 0);
  await run(breakCallback);
  assert.equal(outer.all.length, 1);
  assert.equal(inner.all.length, 1);
  outer[Symbol.dispose]();
});

test('check complains about what was not expected and what did not come', async () => {
  const reports = captureReports();
  await run(breakCallback);
  assert.throws(
    () => reports.check(),
    (error: unknown) => {
      assert.ok(error instanceof ReportError);
      assert.equal(error.code, 'ERR_ASYNCIO_REPORT');
      assert.equal(error.unexpected.length, 1);
      return true;
    },
  );
  reports.expect(/callback broken/);
  reports.check();
  reports.expect('something else');
  assert.throws(() => reports.check(), /did not report what the test expects: something else/);
  reports.clear();
  reports.check();
  reports[Symbol.dispose]();
});

test('a test fails when the loop had an error to report that it does not expect', async () => {
  await assert.rejects(runTest(breakCallback), ReportError);
  await runTest(async () => {
    expectReport('callback broken');
    await breakCallback();
  });
  await runTest(async ({ reports }) => {
    await breakCallback();
    reports.expect(/broken/);
  });
  await assert.rejects(
    runTest(({ reports }) => reports.expect('never')),
    /did not report/,
  );
});

test('a test fails when the error of a task was never retrieved', async () => {
  await assert.rejects(
    runTest(async () => {
      void createTask(() => Promise.reject(new Error('lost')), { name: 'loser' });
      await sleep(1);
    }),
    /Task loser: its exception was never retrieved/,
  );
});

test('a test that sets an exception handler of its own gets the errors itself', () =>
  runTest(async ({ loop }) => {
    const messages: string[] = [];
    loop.setExceptionHandler((_, context) => messages.push(context.message));
    await breakCallback();
    assert.deepEqual(messages, ['Exception in callback broken']);
  }));
