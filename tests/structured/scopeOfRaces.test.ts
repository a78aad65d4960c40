// The tasks that race, any, hedge and gather start belong to the scope around the call.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  any,
  ContextVar,
  gather,
  hedge,
  isCancelled,
  moveOnAfter,
  race,
  sleep,
} from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';

const ways: Record<string, (child: () => Promise<void>) => PromiseLike<unknown>> = {
  race: (child) => race([child, child]),
  any: (child) => any([child, child]),
  hedge: (child) => hedge(child, { delay: 1, max: 2 }),
  gather: (child) => gather(child, child),
};

for (const [name, start] of Object.entries(ways)) {
  test(`CancelScope: a child of ${name} that swallows its cancel is cancelled at its next await too`, () =>
    runTest(async ({ clock }) => {
      let cancels = 0;
      const child = async (): Promise<void> => {
        for (let i = 0; i < 3; i++) {
          try {
            await sleep(1000);
          } catch (error) {
            assert.ok(isCancelled(error));
            cancels++;
          }
        }
      };
      const before = clock.now();
      await moveOnAfter(10, () => start(child));
      await sleep(0);
      assert.equal(clock.now() - before, 10);
      assert.equal(cancels, 6);
    }));
}

test('hedge: later copies see the context variables of the call', () =>
  runTest(async () => {
    const who = new ContextVar<string>('who');
    const seen: string[] = [];
    who.set('caller');
    await hedge(
      async () => {
        seen.push(who.get());
        await sleep(10);
      },
      { delay: 1, max: 3 },
    );
    assert.deepEqual(seen, ['caller', 'caller', 'caller']);
  }));
