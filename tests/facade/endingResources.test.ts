// What is open on a loop and ends in its own time: `run` and `Runner.close` wait for it before the loop is closed. Without
// the harness, whose guard names what is left to the loop on purpose.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  newEventLoop,
  run,
  Runner,
  sleep,
} from '../../src/asyncio.ts';
import type { LoopResource } from '../../src/loop/resources.ts';
import { VirtualClock } from '../../src/testing/testing.ts';
import { reportsOf } from '../core/reports.ts';
import { resourcesOf } from '../../src/loop/resources.ts';

/** Writes down what it is told. */
class Pool implements LoopResource {
  readonly told: string[];
  readonly name: string;
  readonly #end: () => Promise<void>;

  constructor(told: string[], name: string, end: () => Promise<void>) {
    this.told = told;
    this.name = name;
    this.#end = end;
    resourcesOf(getRunningLoop()).add(this);
  }

  async loopEnding(): Promise<void> {
    this.told.push(`${this.name} ends`);
    const loop = getRunningLoop();
    await this.#end();
    this.told.push(`${this.name} ended`);
    resourcesOf(loop).remove(this);
  }

  loopClosed(): void {
    this.told.push(`${this.name} closed`);
  }
}

test('run: waits for resources that end in their own time, side by side, after the tasks that were left', async () => {
  const told: string[] = [];
  const clock = new VirtualClock();
  await run(
    async () => {
      new Pool(told, 'slow', () => sleep(2000));
      new Pool(told, 'quick', () => sleep(1000));
      void createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          told.push('task stopped');
        }
      });
      await sleep(0);
      told.push('main is over');
    },
    { loop: newEventLoop({ clock }), handleSignals: false },
  );
  assert.deepEqual(told, [
    'main is over',
    'task stopped',
    'slow ends',
    'quick ends',
    'quick ended',
    'slow ended',
  ]);
});

test('Runner.close: what is opened by an ending resource is ended too; each once', async () => {
  const told: string[] = [];
  const runner = new Runner({ handleSignals: false });
  await runner.run(async () => {
    new Pool(told, 'first', async () => void new Pool(told, 'second', () => sleep(0)));
  });
  assert.deepEqual(told, []);
  await runner.run(async () => {});
  assert.deepEqual(told, []);
  await runner.close();
  await runner.close();
  assert.deepEqual(told, ['first ends', 'first ended', 'second ends', 'second ended']);
});

test('a resource whose end fails is reported, the others end, and the loop takes it along', async () => {
  const told: string[] = [];
  const main = async (): Promise<void> => {
    new Pool(told, 'broken', async () => {
      throw new Error('cannot end');
    });
    new Pool(told, 'sound', () => sleep(0));
  };
  const [text] = await reportsOf(() => run(main, { handleSignals: false }));
  assert.match(String(text), /unhandled exception during run\(\) shutdown[^]*cannot end/);
  assert.deepEqual(told, ['broken ends', 'sound ends', 'sound ended', 'broken closed']);
});

test('the shutdown deadline cancels an end that takes too long; the loop takes the resource along', async () => {
  const told: string[] = [];
  await run(
    async () => {
      new Pool(told, 'late', async () => {
        try {
          await sleep(60_000);
        } catch (error) {
          told.push(error instanceof CancelledError ? 'cancelled' : 'failed');
          throw error;
        }
      });
    },
    { handleSignals: false, shutdownTimeout: 1 },
  );
  assert.deepEqual(told, ['late ends', 'cancelled', 'late closed']);
});

test('an end that does not even stop for a cancel is named and given up', async () => {
  const told: string[] = [];
  const [text] = await reportsOf(async () => {
    await run(
      async () => {
        new Pool(told, 'stubborn', async () => {
          for (;;) {
            try {
              await sleep(60_000);
            } catch {
              told.push(currentTask()?.getName() ?? '');
            }
          }
        });
      },
      { handleSignals: false, shutdownTimeout: 1 },
    );
  });
  assert.match(String(text), /gave up after 1 ms[^]*end of Pool/);
  assert.deepEqual(told, ['stubborn ends', 'end of Pool', 'stubborn closed']);
});
