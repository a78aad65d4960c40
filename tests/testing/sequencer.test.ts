import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, InvalidArgumentError, sleep, UsageError } from '../../src/asyncio.ts';
import { runTest, Sequencer } from '../../src/testing/testing.ts';

test('puts pieces of several tasks into one order, whatever the schedule', () =>
  runTest(
    async ({ random }) => {
      const sequencer = new Sequencer();
      const log: number[] = [];
      const tasks = random.shuffled([0, 1, 2, 3, 4, 5, 6, 7]).map((position) =>
        createTask(() =>
          sequencer.at(position, async () => {
            log.push(position);
            await sleep(random.int(3));
            log.push(position);
          }),
        ),
      );
      await Promise.all(tasks);
      assert.deepEqual(log, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
    },
    { schedules: 20 },
  ));

test('a piece that throws gives its turn on', () =>
  runTest(async () => {
    const sequencer = new Sequencer();
    const second = createTask(() => sequencer.at(1, () => 'second'));
    await assert.rejects(
      sequencer.at(0, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await second, 'second');
  }));

test('turn is disposed of to leave it', () =>
  runTest(async () => {
    const sequencer = new Sequencer();
    const first = await sequencer.turn(0);
    const second = createTask(() => sequencer.turn(1));
    await sleep(0);
    assert.equal(second.done(), false);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
  }));

test('a position is taken once', () =>
  runTest(async () => {
    const sequencer = new Sequencer();
    await sequencer.at(0, () => {});
    await assert.rejects(
      sequencer.at(0, () => {}),
      UsageError,
    );
    await assert.rejects(
      sequencer.at(-1, () => {}),
      InvalidArgumentError,
    );
    await assert.rejects(
      sequencer.at(0.5, () => {}),
      InvalidArgumentError,
    );
  }));

test('a wait that is cancelled breaks the sequence for all', () =>
  runTest(async () => {
    const sequencer = new Sequencer();
    const second = createTask(() => sequencer.at(2, () => {}));
    const third = createTask(() => sequencer.at(3, () => {}));
    await sleep(0);
    second.cancel();
    await Promise.allSettled([second]);
    assert.equal(second.cancelled(), true);
    await assert.rejects(third, UsageError);
    await assert.rejects(
      sequencer.at(0, () => {}),
      /broken/,
    );
  }));
