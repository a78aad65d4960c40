// Queries that wait in the pool's line: they are begun the moment a connection is free, without their tasks.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createTask, isCancelled, sleep, taskGroup } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { taskWaits } from '../../src/lowlevel.ts';
import {
  createPool,
  InterfaceError,
  ParameterError,
  QueryCanceledError,
  UndefinedColumnError,
} from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testInLoop } from './inPostgres.ts';

const postgres = startPostgres();
const PID = 'SELECT pg_backend_pid()';
const SLOW = 'SELECT pg_sleep(0.02)';

for (const maxSize of [1, 3])
  testInLoop(
    `Pool.fetch of many tasks gives each its own rows, in the order in which they came: maxSize ${maxSize}`,
    async () => {
      await using pool = await createPool({ dsn: postgres.url, maxSize });
      const order: number[] = [];
      await taskGroup(async (group) => {
        for (let n = 0; n < 200; n++) {
          group.startSoon(async () => {
            assert.equal(await pool.fetchValue('SELECT $1::int', [n]), n);
            order.push(n);
          });
        }
      });
      assert.equal(order.length, 200);
      assert.deepEqual([pool.size, pool.idleSize, pool.waiting], [maxSize, maxSize, 0]);
      // How far the server has come on several connections is its own affair.
      if (maxSize === 1) assert.ok(order.every((n, i) => n === i));
    },
  );

testInLoop(
  'a query that is cancelled in the line is never sent, and who stands behind it is served',
  async () => {
    await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
    await pool.execute('CREATE TABLE sent(n int)', []);
    const insert = (n: number) => createTask(() => pool.execute('INSERT INTO sent VALUES ($1)', [n]));
    const slow = createTask(() => pool.fetch(SLOW));
    const [first, second, third] = [insert(1), insert(2), insert(3)];
    await sleep(0);
    await sleep(0);
    assert.equal(pool.waiting, 4 - pool.size);
    second.cancel();
    await assert.rejects(second, isCancelled);
    await Promise.all([slow, first, third]);
    assert.deepEqual(await pool.fetch('SELECT n FROM sent ORDER BY n'), [{ n: 1 }, { n: 3 }]);
  },
);

testInLoop(
  'a query that is cancelled while it runs is gone from the server before the next begins',
  async () => {
    await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
    const began = performance.now();
    const [a, b] = [
      createTask(() => pool.fetch(SLOW)),
      createTask(() => pool.fetch('SELECT pg_sleep(60)')),
    ];
    const after = createTask(() => pool.fetchValue<number>('SELECT 1 AS one'));
    await a;
    b.cancel();
    await assert.rejects(b, isCancelled);
    assert.equal(await after, 1);
    assert.equal(pool.size, 1);
    assert.ok(performance.now() - began < 10_000);
  },
);

testInLoop('late cancels of queries from the line kill none of those that wait behind them', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 2 });
  const rounds = process.env['ASYNCIO_TS_FULL'] === undefined ? 150 : 2500;
  const count = { innocent: 0, killed: 0, hit: 0 };
  const short = () => createTask(() => pool.fetch('SELECT pg_sleep(0.002)'));
  await taskGroup(async (group) => {
    for (let i = 0; i < 3; i++) {
      group.startSoon(async () => {
        while (count.innocent < rounds) {
          const [victim, next] = [short(), short()];
          const end = performance.now() + 2 + Math.random() * 4;
          while (performance.now() < end) await sleep(0);
          victim.cancel();
          await victim.catch((error: unknown) => {
            if (!isCancelled(error)) throw error;
            count.hit++;
          });
          count.innocent++;
          await next.catch((error: unknown) => {
            if (!(error instanceof QueryCanceledError)) throw error;
            count.killed++;
          });
        }
      });
    }
  });
  assert.equal(count.killed, 0);
  assert.ok(count.hit > 0);
  assert.equal(pool.idleSize, pool.size);
});

testInLoop('an error of a query from the line is its own, and the connection goes on fit', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const pid = await pool.fetchValue(PID);
  const outcomes = await Promise.allSettled([
    createTask(() => pool.fetch(SLOW)),
    createTask(() => pool.fetch('SELECT nothing')),
    createTask(() => pool.fetch('SELECT $1::int', [undefined])),
    createTask(() => pool.fetch('SELECT $1::int', [])),
    createTask(() => pool.fetch('SELECT \0')),
    createTask(() => pool.fetchValue(PID)),
  ]);
  const [, unknown, argument, missing, nul, last] = outcomes;
  assert.ok(unknown.status === 'rejected' && unknown.reason instanceof UndefinedColumnError);
  assert.ok(argument.status === 'rejected' && argument.reason instanceof ParameterError);
  assert.ok(missing.status === 'rejected' && missing.reason instanceof InterfaceError);
  assert.ok(nul.status === 'rejected');
  assert.deepEqual(last, { status: 'fulfilled', value: pid });
});

testInLoop('a statement that no longer fits its table is prepared anew in the line too', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  await pool.execute('CREATE TABLE changing(a int)', []);
  await pool.fetch('SELECT * FROM changing');
  const change = createTask(async () => {
    await using connection = await pool.acquire();
    await connection.execute(
      'ALTER TABLE changing ADD COLUMN b int DEFAULT 2; INSERT INTO changing VALUES (1)',
    );
  });
  await sleep(0);
  const fetched = createTask(() => pool.fetch('SELECT * FROM changing'));
  await change;
  assert.deepEqual(await fetched, [{ a: 1, b: 2 }]);
});

testInLoop('with its connection cut, a query from the line fails, and the next has a new one', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const first = createTask(() => pool.fetch(SLOW));
  const cut = createTask(() => pool.fetch('SELECT pg_terminate_backend(pg_backend_pid())'));
  const next = createTask(() => pool.fetchValue('SELECT 1 AS one'));
  await first;
  await assert.rejects(cut);
  assert.equal(await next, 1);
});

testInLoop('a task in the line waits for a connection of the pool, and then for the server', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1, minSize: 1 });
  const [first, second] = [1, 2].map(() => createTask(() => pool.fetch('SELECT pg_sleep(60)'))) as [
    Task,
    Task,
  ];
  await sleep(0);
  const told = () => taskWaits(second).map(({ what }) => what);
  assert.deepEqual(told(), ['a connection of the Postgres pool']);
  first.cancel();
  await assert.rejects(first, isCancelled);
  assert.match(String(told()), /^an answer of PostgreSQL's process \d+$/);
  second.cancel();
  await assert.rejects(second, isCancelled);
});

testInLoop('terminate ends queries that run and queries in the line', async () => {
  const pool = await createPool({ dsn: postgres.url, maxSize: 1, minSize: 1 });
  const tasks = [1, 2, 3].map(() => createTask(() => pool.fetch('SELECT pg_sleep(60)')));
  await sleep(5);
  pool.terminate();
  const outcomes = await Promise.allSettled(tasks);
  assert.ok(outcomes.every(({ status }) => status === 'rejected'));
});
