// Locks and semaphores in Redis: never more holders than may be, whatever is cancelled; a lost lease stops its holder.

import '../harness.ts';
import assert from 'node:assert/strict';
import {
  createTask,
  Event,
  InvalidArgumentError,
  sleep,
  taskGroup,
  TimeoutError,
  WouldBlockError,
} from '../../src/asyncio.ts';
import { connect, LeaseLostError } from '../../src/redis/redis.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';
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

withRedis(
  'lock.with: those of one client who wait stand in a line, with one connection to hear by',
  async (redis) => {
    const lock = redis.lock('jobs');
    let done = 0;
    let connections = 0;
    await taskGroup(async (group) => {
      for (let n = 0; n < 200; n++)
        group.startSoon(() =>
          lock.with(async () => {
            if (++done !== 100) return;
            const clients = await redis.send<string>('CLIENT', 'LIST');
            connections = clients.trim().split('\n').length;
          }),
        );
    });
    assert.deepEqual([done, connections], [200, 2]);
    while ((await redis.send<string>('CLIENT', 'LIST')).trim().includes('\n')) await sleep(1);
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

withRedis(
  'lock.with: it is given back when a task is over, whenever it was cancelled again',
  async (redis) => {
    await using other = await connect(server.url);
    for (let round = 0; round < 24; round++) {
      const holds = new Event();
      const task = createTask(() =>
        redis.lock('jobs').with(async () => {
          holds.set();
          await sleep(60_000);
        }),
      );
      await holds.wait();
      task.cancel();
      await turns(round % 8);
      task.cancel();
      if (round % 3 === 0) task.cancel();
      await assertCancelled(task);
      assert.equal(await other.send('EXISTS', '{jobs}:lock'), 0);
    }
  },
);

withRedis(
  'lock.with: fencing numbers grow over a server that forgets; its key goes with time',
  async (redis) => {
    const fences: number[] = [];
    const hold = (): Promise<unknown> => redis.lock('jobs').with(({ fence }) => fences.push(fence));
    await hold();
    await hold();
    await redis.send('FLUSHALL');
    await hold();
    await redis.semaphore('jobs', 2).with(({ fence }) => fences.push(fence));
    // A clock that goes back.
    await redis.send('SET', '{jobs}:fence', Number.MAX_SAFE_INTEGER - 10);
    await hold();
    for (const [at, fence] of fences.entries())
      assert.ok(at === 0 || fence > (fences[at - 1] as number), `${fences}`);
    assert.equal(fences.at(-1), Number.MAX_SAFE_INTEGER - 9);
    assert.ok((await redis.send<number>('PTTL', '{jobs}:fence')) > 0);
  },
);

withRedis('lock.with: a body that holds the loop first is renewed right after', async (redis) => {
  const lock = redis.lock('jobs', { ttl: 600 });
  await lock.with(async () => {
    // Longer than up to the time of the first renewal, and not as long as the lease.
    const until = performance.now() + 400;
    while (performance.now() < until);
    await sleep(300);
  });
});

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
