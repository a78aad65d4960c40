// What a callback sets in a context variable is its own, wherever the callback was scheduled from.

import '../harness.ts';
import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import {
  Context,
  ContextVar,
  copyContext,
  createTask,
  Future,
  getRunningLoop,
  run,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

const variable = new ContextVar<string>('v');
/** Where no task of a test's is in force. */
const outside = new AsyncResource('outside');
const seen = (): string => variable.get('none');

type Schedule = (callback: () => void) => void;
const waysToSchedule: Record<string, Schedule> = {
  callSoon: (callback) => void getRunningLoop().callSoon(callback),
  callLater: (callback) => void getRunningLoop().callLater(0, callback),
  callSoonThreadsafe: (callback) => getRunningLoop().callSoonThreadsafe(callback),
  'done callback': (callback) => {
    const future = new Future<void>();
    future.addDoneCallback(callback);
    future.setResult();
  },
  'done callback of a task': (callback) => createTask(async () => {}).addDoneCallback(callback),
  'task started in a callback': (callback) =>
    void getRunningLoop().callSoon(() => void createTask(async () => callback())),
  'callback scheduled in a callback': (callback) =>
    void getRunningLoop().callSoon(() => void getRunningLoop().callSoon(callback)),
};

for (const [name, schedule] of Object.entries(waysToSchedule)) {
  test(
    `ContextVar.set in a callback is not seen by others: ${name}`,
    inLoop(async () => {
      const log: string[] = [];
      for (const round of [1, 2]) {
        for (const other of Object.values(waysToSchedule)) other(() => log.push(seen()));
        schedule(() => {
          log.push(seen());
          variable.set(`set by ${name} ${round}`);
          log.push(seen() === `set by ${name} ${round}` ? 'own' : seen());
          for (const other of Object.values(waysToSchedule)) {
            other(() => log.push(seen() === `set by ${name} ${round}` ? 'inherited' : seen()));
          }
        });
        for (const other of Object.values(waysToSchedule)) other(() => log.push(seen()));
        await turns(8);
        await sleep(1);
        await turns(8);
      }
      const count = (what: string): number => log.filter((one) => one === what).length;
      const ways = Object.keys(waysToSchedule).length;
      assert.deepEqual(
        [count('none'), count('own'), count('inherited'), log.length],
        [2 * (2 * ways + 1), 2, 2 * ways, 2 * (3 * ways + 2)],
      );
    }),
  );
}

test(
  'ContextVar.set in a callback holds for what the callback goes on with after an await',
  inLoop(async () => {
    const log: string[] = [];
    getRunningLoop().callSoon(async () => {
      variable.set('mine');
      await null;
      await sleep(0);
      log.push(seen());
    });
    getRunningLoop().callSoon(() => log.push(seen()));
    await turns(5);
    assert.deepEqual(log, ['none', 'mine']);
  }),
);

test(
  'ContextVar.set in a listener of the host while a loop runs stays in that call',
  inLoop(async () => {
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      const listener = (last: boolean): void => {
        log.push(seen());
        variable.set('listener');
        if (last) resolve();
        else log.push(seen());
      };
      outside.runInAsyncScope(() => {
        setImmediate(listener, false);
        setImmediate(listener, true);
      });
    });
    log.push(seen());
    assert.deepEqual(log, ['none', 'listener', 'none', 'none']);
  }),
);

test('ContextVar.set before a run is seen by its tasks and callbacks, which do not change it', async () => {
  const outer = new ContextVar<string>('outer');
  outer.set('before');
  const log: unknown[] = [];
  const emitter = new EventEmitter();
  emitter.on('event', () => getRunningLoop().callSoon(() => log.push(outer.get())));
  await run(async () => {
    log.push(outer.get());
    outer.set('main');
    getRunningLoop().callSoon(() => {
      log.push(outer.get());
      outer.set('callback');
    });
    await turns(2);
    log.push(outer.get());
    outside.runInAsyncScope(() => setImmediate(() => emitter.emit('event')));
    await sleep(5);
  });
  log.push(outer.get());
  assert.deepEqual(log, ['before', 'main', 'main', 'before', 'before']);
});

test(
  'Context.run: a context that is entered, or that the running task or callback runs in, is refused',
  inLoop(async () => {
    const context = copyContext();
    const refused = (): void => {
      assert.throws(() => context.run(() => {}), UsageError);
      new Context().run(() => assert.throws(() => context.run(() => {}), UsageError));
    };
    context.run(refused);
    await createTask(async () => refused(), { context });
    await createTask(
      async () => {
        await sleep(0);
        refused();
      },
      { context },
    );
    let thrown: unknown;
    getRunningLoop().callSoonIn(context, () => {
      try {
        context.run(() => {});
      } catch (error) {
        thrown = error;
      }
    });
    await turns(2);
    assert.ok(thrown instanceof UsageError);
    context.run(() => variable.set('free again'));
    assert.equal(context.get(variable), 'free again');
  }),
);
