// A cancel that has to go through many tasks, each of which awaits the next: any number, and each is passed
// through once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  Future,
  gather,
  moveOnAfter,
  race,
  Runner,
  shield,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import '../harness.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

/** More than a stack has room for. */
const DEPTH = 8000;

interface Chain {
  readonly top: Task<void>;
  readonly tasks: Task<void>[];
  /** Which have cleaned up, in order; level 0 is the innermost. */
  readonly ended: number[];
}

/** A chain of tasks, asleep; `waiting` is how each waits for the next. */
async function chain(
  depth: number,
  waiting: (next: Task<void>) => PromiseLike<unknown> = (next) => next,
): Promise<Chain> {
  const ended: number[] = [];
  const tasks: Task<void>[] = [];
  const start = (level: number): Task<void> => {
    const task = createTask(async () => {
      try {
        if (level === 0) await sleep(60_000);
        else await waiting(start(level - 1));
      } finally {
        ended.push(level);
      }
    });
    tasks.push(task);
    return task;
  };
  const top = start(depth);
  await turns(depth + 2);
  return { top, tasks, ended };
}

const upTo = (depth: number): number[] => Array.from({ length: depth + 1 }, (_, i) => i);

function assertAllCleanedUp({ tasks, ended }: Chain): void {
  assert.deepEqual(ended, upTo(tasks.length - 1));
  assert.ok(tasks.every((task) => task.cancelled() && task.cancelling() === 1));
}

test(
  'a cancel goes down a chain of tasks of any length, and all clean up, innermost first',
  inLoop(async () => {
    const deep = await chain(DEPTH);
    assert.equal(deep.top.cancel('enough'), true);
    await assertCancelled(deep.top);
    assertAllCleanedUp(deep);
  }),
);

test(
  'a cancel goes down a chain through gathers',
  inLoop(async () => {
    const deep = await chain(DEPTH, (next) => gather([next]));
    deep.top.cancel();
    await assertCancelled(deep.top);
    assertAllCleanedUp(deep);
  }),
);

test(
  'a cancel goes down a chain of tasks that each await several at once',
  inLoop(async () => {
    const deep = await chain(DEPTH, (next) => Promise.all([next, sleep(60_000)]));
    deep.top.cancel();
    await assertCancelled(deep.top);
    assertAllCleanedUp(deep);
  }),
);

test(
  'a cancel ends gathers of gathers, and each knows that it was asked for',
  inLoop(async () => {
    const leaf = new Future<number>();
    let outer: Future<unknown> = gather([leaf]);
    for (let level = 0; level < DEPTH; level++) outer = gather([outer]);
    assert.equal(outer.cancel(), true);
    assert.equal(leaf.cancelled(), true);
    await assert.rejects(outer, { name: 'CancelledError' });
    assert.equal(outer.cancel(), false);
  }),
);

test(
  'a cancel of gathers that share their children takes each once',
  inLoop(async () => {
    // Without that the number of calls doubles with each level.
    let asked = 0;
    class Counted extends Future<void> {
      override _cancelFor(cause: string): boolean {
        asked++;
        return super._cancelFor(cause);
      }
    }
    let outer: Future<unknown> = gather([new Counted()]);
    for (let level = 0; level < 40; level++) outer = gather([outer, outer]);
    outer.cancel();
    assert.equal(asked, 1);
    await assert.rejects(outer, { name: 'CancelledError' });
  }),
);

test(
  'a deadline ends a chain of tasks under it',
  inLoop(async () => {
    const deep = await chain(DEPTH);
    await assert.rejects(
      timeout(0, async () => await deep.top),
      TimeoutError,
    );
    assertAllCleanedUp(deep);
  }),
);

const blocks: Record<string, (body: () => Promise<void>) => Promise<unknown>> = {
  timeout: (body) => timeout(60_000, body),
  moveOnAfter: (body) => moveOnAfter(60_000, body),
  taskGroup: (body) => taskGroup(body),
  'taskGroup, in its child': (body) => taskGroup(async (group) => group.startSoon(body)),
  gather: async (body) => await gather(body),
  race: (body) => race([body]),
};

for (const [name, block] of Object.entries(blocks)) {
  test(
    `${name}: one in the other to any depth, cancelled from outside and by the outermost`,
    inLoop(async () => {
      for (const outermost of ['a cancel', 'a deadline', 'a scope']) {
        let inmost = 0;
        const bottom = new Future<void>();
        const dig = async (level: number): Promise<void> => {
          // Not on the stack of the caller.
          await null;
          if (level > 0) {
            await block(() => dig(level - 1));
            return;
          }
          try {
            bottom.setResult();
            await sleep(60_000);
          } finally {
            inmost++;
          }
        };
        if (outermost === 'a cancel') {
          const task = createTask(() => dig(DEPTH));
          await bottom;
          task.cancel();
          await assertCancelled(task);
        } else if (outermost === 'a deadline') {
          const late = timeout(undefined, async (deadline) => {
            bottom.addDoneCallback(() => deadline.reschedule(0));
            await dig(DEPTH);
          });
          await assert.rejects(late, TimeoutError);
        } else {
          await moveOnAfter(60_000, async (scope) => {
            bottom.addDoneCallback(() => scope.cancel());
            await dig(DEPTH);
          });
        }
        assert.equal(inmost, 1);
      }
    }),
  );
}

test(
  'a group that is cancelled takes children that await each other once, not once for each that waits',
  inLoop(async () => {
    const children: Task<void>[] = [];
    await taskGroup(async (group) => {
      for (let i = 0; i < DEPTH; i++) {
        const before = children.at(-1);
        children.push(group.createTask(() => before ?? sleep(60_000)));
      }
      await turns(2);
      group.cancel();
    });
    assert.ok(children.every((child) => child.cancelled()));
    // By the group, and by the one that waits for it.
    assert.ok(children.every((child) => child.cancelling() <= 2));
  }),
);

test(
  'a scope that is cancelled takes children that await each other once',
  inLoop(async () => {
    const children: Task<void>[] = [];
    await moveOnAfter(60_000, async (scope) => {
      await taskGroup(async (group) => {
        for (let i = 0; i < DEPTH; i++) {
          const before = children.at(-1);
          children.push(group.createTask(() => before ?? sleep(60_000)));
        }
        await turns(2);
        scope.cancel();
        await turns();
      });
    });
    assert.ok(children.every((child) => child.cancelled()));
  }),
);

test(
  'a chain of shields keeps the cancel off what is inside',
  inLoop(async () => {
    const work = createTask(() => sleep(1, { result: 'done' }));
    let outer: Future<string> = work;
    for (let level = 0; level < DEPTH; level++) outer = shield(outer);
    const waiting = createTask(async () => await outer);
    await turns(2);
    waiting.cancel();
    await assertCancelled(waiting);
    assert.equal(await work, 'done');
  }),
);

test('a runner stops a chain of tasks that its main left behind', async () => {
  const runner = new Runner();
  const deep = await runner.run(() => chain(DEPTH));
  await runner.close();
  assert.ok(deep.tasks.every((task) => task.cancelled()));
  assert.deepEqual(deep.ended, upTo(DEPTH));
});
