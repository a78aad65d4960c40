// What a TimeoutError says: whose deadline it was and how long that had been given, with the line of the call that set
// it, so that nested ones can be told apart.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  CancelScope,
  failAfter,
  failAt,
  getRunningLoop,
  run,
  sleep,
  taskGroup,
  timeout,
  timeoutAt,
  TimeoutError,
  waitFor,
} from '../../src/asyncio.ts';
import '../harness.ts';
import { inTime } from '../inTime.ts';

async function late(call: () => Promise<unknown>): Promise<TimeoutError> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof TimeoutError);
    return error;
  }
  throw new Error('it was in time');
}

const long = (): Promise<void> => sleep(60_000);

test(
  'TimeoutError: names the function, and how long it was given',
  inTime(async () => {
    const soon = (): number => getRunningLoop().time() + 5;
    const cases: [() => Promise<unknown>, string][] = [
      [() => timeout(5, long), 'timeout: not done after 5 ms'],
      [() => timeoutAt(soon(), long), 'timeoutAt: not done at its deadline'],
      [() => waitFor(long, 7), 'waitFor: not done after 7 ms'],
      [() => waitFor(long, 0), 'waitFor: not done after 0 ms'],
      [() => failAfter(9, long), 'failAfter: not done after 9 ms'],
      [() => failAt(soon(), long), 'failAt: not done at its deadline'],
    ];
    for (const [call, message] of cases) assert.equal((await late(call)).message, message);
  }),
);

test(
  'TimeoutError: a deadline that was moved is no longer that many milliseconds',
  inTime(async () => {
    const error = await late(() =>
      timeout(1000, async (deadline) => {
        deadline.reschedule(getRunningLoop().time() + 5);
        await long();
      }),
    );
    assert.equal(error.message, 'timeout: not done at its deadline');
  }),
);

test(
  'TimeoutError: of nested ones the stack and the object say which it was',
  inTime(async () => {
    let inner: unknown;
    async function outerCall(): Promise<void> {
      await timeout(1000, innerCall);
    }
    async function innerCall(): Promise<void> {
      await timeout(5, async (deadline) => {
        inner = deadline;
        await long();
      });
    }
    const error = await late(outerCall);
    assert.equal(error.timeout, inner);
    const [first = ''] = (error.stack ?? '').split('\n').filter((line) => line.includes('timeoutMessages'));
    assert.match(first, /innerCall/);
  }),
);

test('timeout, taskGroup, CancelScope: a promise given as the body is told for what it is', async () => {
  const running = Promise.resolve() as never;
  const message =
    /needs a function that returns a promise; a promise is already running: pass the function that makes it$/;
  await run(async () => {
    await assert.rejects(async () => await timeout(1, running), { name: 'InvalidArgumentError', message });
    await assert.rejects(async () => await taskGroup(running), { argument: 'body', message });
    await assert.rejects(async () => await new CancelScope().run(running), { argument: 'body', message });
  });
});
