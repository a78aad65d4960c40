// `using` with what an acquire resolves to. Node 22 does not know the syntax, so it is compiled here, and
// the tests are skipped where that fails.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapacityLimiter } from '../../src/sync/capacityLimiter.ts';
import { Condition } from '../../src/sync/condition.ts';
import { Lock } from '../../src/sync/lock.ts';
import { Semaphore } from '../../src/sync/semaphore.ts';
import { inLoop } from '../inLoop.ts';
import { outcomeOf } from '../outcome.ts';

type Acquire = { acquire(): Promise<Disposable> };
type Block = (lock: Acquire, body: () => unknown) => Promise<unknown>;

function compile(): Block | undefined {
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => Block;
  try {
    return new AsyncFunction('lock', 'body', '{ using _ = await lock.acquire(); return await body(); }');
  } catch {
    return undefined;
  }
}

const block = compile();

const locks: [string, () => [Acquire, () => boolean]][] = [
  ...[Lock, Semaphore, Condition].map((type): [string, () => [Acquire, () => boolean]] => [
    type.name,
    () => {
      const lock = new type();
      return [lock, () => lock.locked()];
    },
  ]),
  [
    'CapacityLimiter',
    () => {
      const limiter = new CapacityLimiter(1);
      return [limiter, () => limiter.borrowedTokens > 0];
    },
  ],
];

for (const [name, make] of locks) {
  test(
    `${name}: using holds it to the end of the block, however that ends`,
    { skip: block === undefined },
    inLoop(async () => {
      const [lock, held] = make();
      assert.equal(await (block as Block)(lock, () => held()), true);
      assert.equal(held(), false);
      assert.deepEqual(await outcomeOf((block as Block)(lock, () => Promise.reject(new RangeError('x')))), {
        error: new RangeError('x'),
      });
      assert.equal(held(), false);
    }),
  );
}
