// Redis against a real server: commands, what waits there under every kind of cancel, channels, lost connections.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  ConnectionRefusedError,
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { connect, RedisError, RedisReplyError } from '../../src/redis/redis.ts';
import type { Redis, Undo } from '../../src/redis/redis.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';
import { needsRedis, startRedis } from '../services/redis.ts';
import { testConnected } from './inRedis.ts';

const server = startRedis();

function withRedis(title: string, body: (redis: Redis) => Promise<void>): void {
  testConnected(server, title, body);
}

/** Waits until so many clients wait at the server. */
async function untilBlocked(redis: Redis, count: number): Promise<void> {
  while (!(await redis.send<string>('INFO', 'clients')).includes(`blocked_clients:${count}\r`))
    await sleep(1);
}

withRedis('Redis.send, commands, use: replies, bytes, errors of the server', async (redis) => {
  assert.equal(await redis.send('SET', 'a', 1), 'OK');
  assert.equal(await redis.send('GET', 'a'), '1');
  assert.equal(await redis.send('GET', 'nothing'), null);
  const { commands } = redis;
  const [number, text]: [number, string | null] = [await commands.incr('a'), await commands.get('a')];
  assert.deepEqual([number, text], [2, '2']);
  const both = await redis.use((client) => client.multi().set('b', 'x').get('b').exec());
  assert.deepEqual(both, ['OK', 'x']);
  const error = await errorOf(redis.send('LPUSH', 'a', 'x'), RedisReplyError);
  assert.deepEqual(
    [error.kind, error.command, error.code],
    ['WRONGTYPE', 'LPUSH', 'ERR_ASYNCIO_REDIS_REPLY'],
  );
  await assert.rejects(async () => redis.send('GET', {} as never), InvalidArgumentError);
});

withRedis('Redis.blPop and its like: what is there, what comes, nothing in time', async (redis) => {
  await redis.send('RPUSH', 'list', 'a', 'b');
  assert.deepEqual(await redis.blPop('list'), ['list', 'a']);
  assert.deepEqual(await redis.brPop(['other', 'list']), ['list', 'b']);
  assert.equal(await redis.blPop('list', { timeout: 20 }), undefined);
  await redis.send('ZADD', 'set', 1.5, 'low', 2, 'high');
  assert.deepEqual(await redis.bzPopMin('set'), ['set', 'low', 1.5]);
  assert.deepEqual(await redis.bzPopMax('set'), ['set', 'high', 2]);
  const task = createTask(() => redis.blMove('list', 'done', 'LEFT', 'RIGHT'));
  await untilBlocked(redis, 1);
  await redis.send('RPUSH', 'list', 'c');
  assert.equal(await task, 'c');
  assert.equal(await redis.send('LLEN', 'done'), 1);
});

withRedis(
  'Redis.blPop: a cancel ends the wait at the server; the connection serves the next',
  async (redis) => {
    for (let round = 0; round < 20; round++) {
      const tasks = [1, 2, 3].map(() => createTask(() => redis.blPop('list')));
      await (round % 2 === 0 ? untilBlocked(redis, 3) : turns(round));
      for (const task of tasks) {
        task.cancel();
        if (round % 3 === 0) task.cancel();
      }
      for (const task of tasks) await assertCancelled(task);
      await untilBlocked(redis, 0);
    }
    const clients = await redis.send<string>('CLIENT', 'LIST');
    assert.ok(clients.trim().split('\n').length <= 4, clients);
    await redis.send('RPUSH', 'list', 'still there');
    assert.deepEqual(await redis.blPop('list'), ['list', 'still there']);
  },
);

withRedis(
  'Redis.blPop: cancels in the moment in which items come lose none, and keep their order',
  async (redis) => {
    const taken: string[] = [];
    const total = 300;
    // A connection to wait on takes longer than most of the waits below.
    assert.equal(await redis.blPop('list', { timeout: 1 }), undefined);
    let sent = 0;
    const take = async (): Promise<void> => {
      for (;;) {
        const [, item] = (await redis.blPop('list')) as [string, string];
        taken.push(item);
      }
    };
    await taskGroup(async (group) => {
      group.startSoon(async () => {
        for (; sent < total; sent++) {
          await redis.send('RPUSH', 'list', sent);
          if (sent % 10 === 0) await sleep(1);
        }
      });
      for (let attempt = 0; taken.length < total; attempt++) {
        const task = createTask(take);
        await (attempt % 3 === 0 ? turns(attempt % 7) : sleep(Math.random() * 2));
        task.cancel();
        await assertCancelled(task);
      }
    });
    assert.deepEqual(
      taken.map(Number),
      Array.from({ length: total }, (_, n) => n),
    );
    assert.equal(await redis.send('LLEN', 'list'), 0);
  },
);

withRedis(
  'Redis.blPop: a server that says nothing holds a cancel for a second at most; what it hands out then is put back',
  async (redis) => {
    // The server reads the older connection first.
    await using popping = await connect(server.url);
    const task = createTask(() => popping.blPop('list'));
    await untilBlocked(redis, 1);
    server.pause();
    const pushed = createTask(() => redis.send('RPUSH', 'list', 'item'));
    await turns(3);
    try {
      task.cancel();
      await assertCancelled(task);
    } finally {
      server.resume();
    }
    await pushed;
    assert.deepEqual(await redis.blPop('list', { timeout: 5000 }), ['list', 'item']);
    await untilBlocked(redis, 0);
  },
);

withRedis('Redis.blocking: what cannot be put back is told', async (redis) => {
  const told: string[] = [];
  getRunningLoop().setExceptionHandler((_loop, { message }) => void told.push(message));
  let tried = 0;
  const undo: Undo = () => {
    tried++;
    return ['NO-SUCH-COMMAND'];
  };
  await using other = await connect(server.url);
  for (let round = 0; tried === 0 && round < 1000; round++) {
    const task = createTask(() => redis.blocking(['BLPOP', 'list', '0'], undo));
    await untilBlocked(other, 1);
    const pushed = createTask(() => other.send('RPUSH', 'list', 'item'));
    await turns(round % 5);
    task.cancel();
    await Promise.allSettled([task]);
    await pushed;
    await other.send('DEL', 'list');
  }
  assert.equal(tried, 1);
  assert.match(told.join(), /^what Redis handed out to a wait that was cancelled could not be put back$/);
});

withRedis('Redis.bzPopMax: a score without end', async (redis) => {
  await redis.send('ZADD', 'set', 'inf', 'most', '-inf', 'least');
  assert.deepEqual(await redis.bzPopMax('set'), ['set', 'most', Infinity]);
  assert.deepEqual(await redis.bzPopMin('set'), ['set', 'least', -Infinity]);
});

withRedis(
  'Redis.blPop: a second cancel does not hurry the end; what came is back when the task is over',
  async (redis) => {
    await using other = await connect(server.url);
    for (let round = 0; round < 30; round++) {
      const task = createTask(() => redis.blPop('list'));
      await untilBlocked(other, 1);
      const pushed = other.send('RPUSH', 'list', 'item');
      await turns(round % 6);
      task.cancel();
      await turns(round % 4);
      task.cancel();
      const taken = await task.then(
        () => 1,
        () => 0,
      );
      await pushed;
      assert.equal(await other.send('LLEN', 'list'), 1 - taken);
      await other.send('DEL', 'list');
    }
  },
);

withRedis('Redis.close: who waits at the server is told at once, and has taken nothing', async (redis) => {
  const closing = await connect(server.url);
  const popping = createTask(() => closing.blPop('list'));
  const heard = await closing.subscribe('news');
  const listening = createTask(() => heard.next());
  await untilBlocked(redis, 1);
  const began = performance.now();
  await closing.close();
  assert.ok(performance.now() - began < 1000);
  await errorOf(popping, RedisError);
  assert.deepEqual(await listening, { done: true, value: undefined });
  await redis.send('RPUSH', 'list', 'item');
  assert.equal(await redis.send('LLEN', 'list'), 1);
  while ((await redis.send<string>('CLIENT', 'LIST')).trim().includes('\n')) await sleep(1);
  await errorOf(closing.blPop('list'), RedisError);
  await errorOf(closing.subscribe('news'), RedisError);
});

withRedis(
  'Redis.close: replies that do not come are waited for so long, and then cut off',
  async (redis) => {
    const closing = await connect(server.url, { connectTimeout: 100 });
    server.pause();
    try {
      const asking = createTask(() => closing.send('PING'));
      await turns(3);
      await closing.close();
      await errorOf(asking, RedisError);
    } finally {
      server.resume();
    }
    while ((await redis.send<string>('CLIENT', 'LIST')).trim().includes('\n')) await sleep(1);
  },
);

withRedis('Redis.send: what UTF-8 cannot hold is refused, and not changed', async (redis) => {
  await assert.rejects(async () => redis.send('SET', 'a\ud800', '1'), InvalidArgumentError);
  await assert.rejects(async () => redis.publish('news', '\udc00'), InvalidArgumentError);
});

withRedis('Redis.send: a cancel ends the wait while the server is silent; a timeout too', async (redis) => {
  server.pause();
  try {
    await errorOf(
      timeout(20, () => redis.send('PING')),
      TimeoutError,
    );
  } finally {
    server.resume();
  }
  assert.equal(await redis.send('PING'), 'PONG');
});

withRedis(
  'a server that is restarted: who waits gets an error, what was cancelled meanwhile is never sent, the rest goes on',
  async (redis) => {
    const waiting = createTask(() => redis.blPop('list'));
    await untilBlocked(redis, 1);
    await server.stop();
    await errorOf(waiting, RedisError);
    while (redis.isReady) await sleep(1);
    const cancelled = createTask(() => redis.send('SET', 'late', 1));
    await turns(5);
    cancelled.cancel();
    await assertCancelled(cancelled);
    const kept = createTask(() => redis.send('SET', 'kept', 1));
    await turns(5);
    await server.start();
    assert.equal(await kept, 'OK');
    assert.deepEqual(await redis.send('KEYS', '*'), ['kept']);
    await redis.send('RPUSH', 'list', 'x');
    assert.deepEqual(await redis.blPop('list'), ['list', 'x']);
  },
);

test('connect: a refused connection, a wrong URL and a wrong password are told at once', needsRedis, () =>
  run(async () => {
    await errorOf(connect('redis://127.0.0.1:1'), ConnectionRefusedError);
    await assert.rejects(connect('http://localhost'), InvalidArgumentError);
    const error = await errorOf(connect(server.url.replace('//', '//nobody:wrong@')), RedisReplyError);
    assert.equal(error.kind, 'WRONGPASS');
    const task = createTask(() => connect(server.url));
    await turns(2);
    task.cancel();
    await assertCancelled(task);
  }),
);

test('connect: a server that says nothing', needsRedis, () =>
  run(async () => {
    server.pause();
    try {
      const error = await errorOf(connect(server.url, { connectTimeout: 50 }), RedisError);
      assert.match(error.message, /no connection to Redis at 127\.0\.0\.1:\d+ within 50 ms/);
    } finally {
      server.resume();
    }
  }),
);

withRedis(
  'subscribe: everything after it returned comes, by names and patterns; leaving unsubscribes',
  async (redis) => {
    const seen: string[] = [];
    await using news = await redis.subscribe(['a', 'b']);
    {
      await using some = await redis.subscribe('n*', { patterns: true });
      assert.equal(await redis.publish('news', 'first'), 1);
      assert.equal(await redis.publish('a', 'second'), 1);
      for await (const heard of some) {
        assert.deepEqual(heard, { gap: false, channel: 'news', message: 'first' });
        break;
      }
      // The server hears of the end on that other connection.
      while ((await redis.publish('news', 'nobody')) > 0) await sleep(1);
    }
    const reader = createTask(async () => {
      for await (const heard of news) if (!heard.gap) seen.push(heard.message);
    });
    await redis.publish('b', 'third');
    while (seen.length < 2) await sleep(1);
    reader.cancel();
    await assertCancelled(reader);
    assert.deepEqual(seen, ['second', 'third']);
  },
);

withRedis(
  'subscribe: a cancelled wait takes nothing; what is not taken in time is dropped and told',
  async (redis) => {
    await using news = await redis.subscribe('a', { maxWaiting: 3 });
    for (let n = 0; n < 20; n++) {
      const task = createTask(() => news.next());
      await turns(n % 4);
      await redis.publish('a', String(n));
      task.cancel();
      const [end] = await Promise.allSettled([task]);
      if (end?.status === 'rejected') {
        const { value } = await news.next();
        assert.deepEqual(value, { gap: false, channel: 'a', message: String(n) });
      }
    }
    for (let n = 0; n < 10; n++) await redis.publish('a', String(n));
    while (news.waiting < 3) await sleep(1);
    await sleep(5);
    const { value } = await news.next();
    assert.ok(value?.gap === true && value.why === 'overflow' && value.dropped > 0);
  },
);

withRedis(
  'blPop: a number of seconds, as the driver takes it, is refused instead of waiting for ever',
  async (redis) => {
    await assert.rejects(redis.blPop('nothing', 1 as never), InvalidArgumentError);
  },
);

withRedis('Redis: prints where it is connected and how it stands', async (redis) => {
  assert.equal(inspect(redis), `<Redis ${new URL(server.url).host}>`);
  await redis.close();
  assert.match(inspect(redis), / closed>$/);
});

withRedis('subscribe: survives a restart and says that there was a gap', async (redis) => {
  await using news = await redis.subscribe('a');
  await server.stop();
  const first = createTask(() => news.next());
  await turns(3);
  await server.start();
  const { value } = await first;
  assert.ok(value?.gap === true && value.why === 'reconnected');
  assert.equal(await redis.publish('a', 'again'), 1);
  assert.deepEqual((await news.next()).value, { gap: false, channel: 'a', message: 'again' });
});
