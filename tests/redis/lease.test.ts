// Locks and semaphores in Redis: never more holders than may be, whatever is cancelled; a lost lease stops its holder.

import '../harness.ts';
import assert from 'node:assert/strict';
import {
  createTask,
  InvalidArgumentError,
  sleep,
  taskGroup,
  TimeoutError,
  WouldBlockError,
} from '../../src/asyncio.ts';
import { LeaseLostError } from '../../src/redis/redis.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { startRedis } from '../services/redis.ts';
import { testConnected } from './inRedis.ts';

const server = startRedis();

function withRedis(title: string, body: (redis: Redis) => Promise<void>): void {
  testConnected(server, title, async (redis) => {
    await body(redis);
    assert.deepEqual(await redis.send('KEYS', '*:lock'), []);
    assert.deepEqual(await redis.send('KEYS', '*:semaphore'), []);
  });
}

withRedis(
  'lock.with: one at a time, fencing numbers grow, given back after an error and a cancel',
  async (redis) => {
    const fences: number[] = [];
    let inside = 0;
    const lock = redis.lock('jobs');
    await taskGroup(async (group) => {
      for (let n = 0; n < 8; n++)
        group.startSoon(() =>
          lock.with(async ({ fence }) => {
            assert.equal(++inside, 1);
            fences.push(fence);
            await sleep(2);
            inside--;
          }),
        );
    });
    assert.deepEqual(
      fences,
      fences.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(fences).size, 8);
    await errorOf(
      lock.with(() => {
        throw new RangeError('x');
      }),
      RangeError,
    );
    const task = createTask(() => lock.with(() => sleep(60_000)));
    while ((await redis.send<number>('EXISTS', '{jobs}:lock')) === 0) await sleep(1);
    task.cancel();
    task.cancel();
    await assertCancelled(task);
  },
);

withRedis('lock.with: waits so long, or not at all', async (redis) => {
  await redis.lock('jobs').with(async () => {
    await errorOf(
      redis.lock('jobs', { wait: false }).with(() => 1),
      WouldBlockError,
    );
    await errorOf(
      redis.lock('jobs', { wait: 20 }).with(() => 1),
      TimeoutError,
    );
  });
  assert.equal(await redis.lock('jobs', { wait: false }).with(() => 'free'), 'free');
  assert.throws(() => redis.lock(''), InvalidArgumentError);
  assert.throws(() => redis.lock('a', { ttl: 5 }), InvalidArgumentError);
  assert.throws(() => redis.semaphore('a', 0), InvalidArgumentError);
});

withRedis(
  'lock.with: random cancels of waiters and holders leave it free, with one holder at a time',
  async (redis) => {
    const lock = redis.lock('storm', { ttl: 5000 });
    let inside = 0;
    await taskGroup(async (group) => {
      for (let n = 0; n < 40; n++) {
        const task = createTask(() =>
          lock.with(async () => {
            assert.equal(++inside, 1);
            try {
              await sleep(Math.random() * 4);
            } finally {
              inside--;
            }
          }),
        );
        group.startSoon(async () => {
          await sleep(Math.random() * 60);
          if (n % 2 === 0) task.cancel();
          await Promise.allSettled([task]);
        });
      }
    });
    assert.equal(await redis.send('EXISTS', '{storm}:lock'), 0);
  },
);

withRedis('lock.with: is renewed while its holder works', async (redis) => {
  await redis.lock('long', { ttl: 150 }).with(async () => {
    await sleep(500);
    await errorOf(
      redis.lock('long', { wait: false }).with(() => 1),
      WouldBlockError,
    );
  });
});

withRedis('lock.with: a holder whose lease was taken away is cancelled and told', async (redis) => {
  let stopped = false;
  const work = redis.lock('taken', { ttl: 150 }).with(async () => {
    await redis.send('DEL', '{taken}:lock');
    try {
      await sleep(60_000);
    } finally {
      stopped = true;
    }
  });
  await errorOf(work, LeaseLostError);
  assert.equal(stopped, true);
});

withRedis(
  'lock.with: a holder that can no longer be heard stops before its lease ends at the server',
  async (redis) => {
    let held = 0;
    const work = redis.lock('silent', { ttl: 300 }).with(async () => {
      server.pause();
      const since = performance.now();
      try {
        await sleep(60_000);
      } finally {
        held = performance.now() - since;
        server.resume();
      }
    });
    await errorOf(work, LeaseLostError);
    assert.ok(held < 300, `held for ${held} ms`);
  },
);

withRedis('semaphore.with: so many at once, those who died make room after their time', async (redis) => {
  const seats = redis.semaphore('seats', 2, { ttl: 200 });
  await redis.send(
    'EVAL',
    "local t = redis.call('TIME') redis.call('ZADD', KEYS[1], t[1] * 1000 + t[2] / 1000 + 100, 'dead')",
    1,
    '{seats}:semaphore',
  );
  let inside = 0;
  let most = 0;
  await taskGroup(async (group) => {
    for (let n = 0; n < 6; n++)
      group.startSoon(() =>
        seats.with(async () => {
          most = Math.max(most, ++inside);
          await sleep(60);
          inside--;
        }),
      );
  });
  assert.equal(most, 2);
});
