// Tests with a connection to a Redis that is empty: each in a loop of its own, on the server of its file.

import { test } from 'node:test';
import { run, timeout } from '../../src/asyncio.ts';
import { connect } from '../../src/redis/redis.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { needsRedis } from '../services/redis.ts';
import type { RedisServer } from '../services/redis.ts';

/** A test that hangs shows where. */
const LIMIT = 20_000;

export function testConnected(
  server: RedisServer,
  title: string,
  body: (redis: Redis) => Promise<void>,
): void {
  test(title, needsRedis, () =>
    run(() =>
      timeout(LIMIT, async () => {
        await using redis = await connect(server.url);
        await redis.send('FLUSHALL');
        await body(redis);
      }),
    ),
  );
}
