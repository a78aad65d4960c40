// What a loop is given to work with may be faulty itself: its exception handler, its clock, a subclass's own
// methods, the reporter. The loop goes on, and says so where it still can.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, EventLoop, gather, Lock, newEventLoop, Queue, run, sleep } from '../../src/asyncio.ts';
import type { Clock } from '../../src/asyncio.ts';
import { captureReports, expectReport } from '../../src/testing/reports.ts';
import { setReporter } from '../../src/sys/host/report.ts';

const fail = (text: string) => (): never => {
  throw new Error(text);
};

/** Throws in a callback of `loop`, and returns once the loop has gone on after it. */
async function breakCallback(): Promise<string> {
  return await run(
    async () => {
      await sleep(0);
      return 'went on';
    },
    { handleSignals: false },
  );
}

test('Loop.callExceptionHandler: a handler that throws is reported with what it was told, and the loop goes on', async () => {
  expectReport(/^Unhandled error in exception handler[^]*the callback's own[^]*the handler's own/);
  await run(async () => {
    const loop = newestLoop();
    loop.setExceptionHandler(fail("the handler's own"));
    loop.callSoon(fail("the callback's own"));
    await sleep(1);
  });
});

function newestLoop(): EventLoop {
  return createTask(async () => {}).getLoop() as EventLoop;
}

test('Loop: a subclass whose callExceptionHandler throws does not stop the pump', async () => {
  class Broken extends EventLoop {
    override callExceptionHandler = fail('its own handler');
  }
  expectReport("the callback's own");
  expectReport('its own handler');
  const loop = new Broken();
  const main = async (): Promise<string> => {
    loop.callSoon(fail("the callback's own"));
    await sleep(1);
    return 'went on';
  };
  assert.equal(await run(main, { loop }), 'went on');
});

test('Loop: a subclass whose defaultExceptionHandler throws does not stop the pump', async () => {
  class Broken extends EventLoop {
    override defaultExceptionHandler = fail('its own default');
  }
  expectReport('lost');
  expectReport(/Exception in default exception handler[^]*its own default/);
  const loop = new Broken();
  const main = async (): Promise<string> => {
    loop.callSoon(fail('lost'));
    await sleep(1);
    return 'went on';
  };
  assert.equal(await run(main, { loop }), 'went on');
});

test('report: a way out that throws stops nothing', async () => {
  const before = setReporter(fail('closed'));
  try {
    await run(async () => {
      newestLoop().callSoon(fail('lost'));
      await sleep(1);
    });
  } finally {
    setReporter(before);
  }
  assert.equal(await breakCallback(), 'went on');
});

test('Loop.defaultExceptionHandler: says what it can of a context that cannot be read', async () => {
  const reports = captureReports();
  try {
    await run(async () => {
      const loop = newestLoop();
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      for (const context of [
        proxy,
        null,
        undefined,
        5,
        { message: Symbol('s') },
        { message: '', extra: [proxy] },
      ])
        loop.callExceptionHandler(context as never);
      loop.callExceptionHandler({
        message: 'half',
        exception: new Error('the cause of it'),
        get extra(): never {
          throw new Error('a getter');
        },
      });
    });
  } finally {
    reports[Symbol.dispose]();
  }
  assert.equal(reports.errors.length, 7);
  assert.match(reports.errors[6]?.text ?? '', /^half\nError: the cause of it/);
});

for (const broken of ['now', 'setAlarm', 'clearAlarm', 'idle'] as const) {
  test(`Loop: a clock whose ${broken} throws is reported once, and tasks go on`, async () => {
    let faulty = false;
    let calls = 0;
    const clock: Clock = {
      now: () => performance.now(),
      setAlarm: (_, wake) => void setTimeout(wake, 1),
      clearAlarm: () => {},
      idle: () => {},
    };
    const method = clock[broken] as (...args: unknown[]) => unknown;
    clock[broken] = ((...args: unknown[]) => {
      if (!faulty) return method(...args);
      calls++;
      throw new Error('the clock broke');
    }) as never;
    if (broken !== 'clearAlarm') expectReport(/^The loop's clock failed[^]*the clock broke/);
    const loop = newEventLoop({ clock });
    const main = async (): Promise<string> => {
      faulty = true;
      for (let i = 0; i < 3; i++) await gather(sleep(0), sleep(0), new Promise(setImmediate));
      // An alarm that could not be set does not ring.
      const late = broken === 'setAlarm' ? sleep(1) : undefined;
      await new Promise(setImmediate);
      faulty = false;
      late?.cancel();
      return 'went on';
    };
    assert.equal(await run(main, { loop }), 'went on');
    if (broken !== 'clearAlarm') assert.ok(calls > 0);
  });
}

test('new EventLoop: a clock that is none is refused at once', () => {
  for (const clock of [null, {}, { now: () => 0 }, 5])
    assert.throws(() => newEventLoop({ clock: clock as never }), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('Waiter: what a subclass of a primitive throws in a turn is for the task that waits, and the next has its turn', async () => {
  class Odd extends Queue<number> {
    faulty = false;
    override full(): boolean {
      if (!this.faulty) return super.full();
      this.faulty = false;
      throw new Error('full of its own');
    }
  }
  await run(async () => {
    const queue = new Odd(1);
    queue.putNowait(1);
    const [first, second] = [createTask(() => queue.put(2)), createTask(() => queue.put(3))];
    await sleep(0);
    queue.getNowait();
    queue.faulty = true;
    await assert.rejects(first, /full of its own/);
    assert.equal(queue.statistics().putters, 1);
    queue.putNowait(4);
    queue.getNowait();
    await second;
    const lock = new Lock();
    assert.equal(await lock.with(() => 'a lock beside it works'), 'a lock beside it works');
  });
});
