// Names of a program's own in what the library says: shown as text, whatever a terminal would make of them.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  createTask,
  currentTask,
  Event,
  getRunningLoop,
  Lock,
  Queue,
  run,
  sleep,
} from '../../src/asyncio.ts';
import { explainWait, formatWaits, harmless, ParkingLot, taskWaits } from '../../src/lowlevel.ts';
import { reportsOf } from '../core/reports.ts';

const HOSTILE = 'red\x1b[31m\nforged line\x9b2J\u202e';
const shown = String.raw`red\e[31m\nforged line\x9b2J\u{202e}`;
const inQuotes = String.raw`red\u001b[31m\nforged line\x9b2J\u{202e}`;

/** Of what a terminal obeys only line breaks, and none that a name brought. */
function assertHarmless(text: string, most: number = Infinity): void {
  assert.equal(harmless(text.replaceAll('\n', '')), text.replaceAll('\n', ''));
  assert.ok(!text.split('\n').includes('forged line'), text);
  assert.ok(text.split('\n').length <= most, text);
}

test('formatWaits, as a DeadlockError has it: names of tasks, functions and locks are shown as text', async () => {
  const own = { [HOSTILE]: async () => await new Event({ name: HOSTILE }).wait() }[HOSTILE];
  await run(
    async () => {
      const first = new Lock({ name: HOSTILE });
      const second = new Lock();
      const cross = async (mine: Lock, other: Lock): Promise<void> => {
        using _ = await mine.acquire();
        await sleep(0);
        using __ = await other.acquire();
      };
      const tasks = [
        createTask(own, { name: HOSTILE }),
        createTask(() => cross(first, second), { name: HOSTILE }),
        createTask(() => cross(second, first), { name: `2 ${HOSTILE}` }),
      ];
      await sleep(1);
      const text = formatWaits(getRunningLoop());
      assertHarmless(text);
      assert.ok(text.includes(`    ${shown} → 2 ${shown} → ${shown}\n`), text);
      assert.ok(text.includes(`Lock "${inQuotes}"`), text);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks);
    },
    { name: HOSTILE },
  );
});

test('reports and inspect: names of tasks are shown as text', async () => {
  const texts = await reportsOf(() =>
    run(
      async () => {
        getRunningLoop().slowCallbackDuration = 5;
        await createTask(
          async () => {
            const end = performance.now() + 10;
            while (performance.now() < end);
          },
          { name: HOSTILE },
        );
        // Forgets an await.
        await createTask(async () => void (async () => await sleep(1))(), { name: HOSTILE });
        void createTask(() => Promise.reject(new RangeError(HOSTILE)), { name: HOSTILE });
        const stubborn = createTask(
          async () => {
            try {
              await sleep(60_000);
            } catch {
              // Swallows it.
            }
          },
          { name: HOSTILE },
        );
        await sleep(1);
        stubborn.cancel();
        await stubborn;
        assertHarmless(inspect(currentTask()), 1);
        assertHarmless(inspect(createTask(async () => HOSTILE, { name: HOSTILE })), 1);
      },
      { debug: true, name: HOSTILE },
    ),
  );
  for (const part of ['Executing', 'did not await', 'never retrieved', 'swallowed']) {
    const text = texts.find((each) => each.includes(part)) ?? '';
    assert.ok(text.includes(shown), `${part}: ${texts.join('\n')}`);
    // An error's own stack is the engine's.
    assertHarmless(text.replace(/\n\w*Error: [^]*/, ''));
  }
});

test('taskWaits: what a program says of a wait is shown as text', async () => {
  await run(async () => {
    const lot = new ParkingLot({ what: HOSTILE, kind: 'gate.pass' });
    const parked = createTask(() => lot.park());
    const told = createTask(
      async () => await explainWait(getRunningLoop().createFuture(), { what: HOSTILE }),
    );
    await sleep(0);
    for (const task of [parked, told]) {
      assert.equal(taskWaits(task)[0]?.what, shown);
      task.cancel();
    }
    await Promise.allSettled([parked, told]);
    assert.throws(
      () => new Queue(1, { name: HOSTILE }).getNowait(),
      ({ message }: Error) => {
        assertHarmless(message, 1);
        return true;
      },
    );
  });
});
