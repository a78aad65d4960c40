// The cancel of a task reaches the server, in every state that a connection can be in; what comes next is not hit by it.
//
// ASYNCIO_TS_FULL=1 fires 2,500 late cancels instead of a hundred: of careless ones about every second kills a query.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { connect as netConnect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import process from 'node:process';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  getRunningLoop,
  isCancelled,
  moveOnAfter,
  sleep,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { connect, createPool, InterfaceError, PostgresError } from '../../src/postgres/postgres.ts';
import type { Connection } from '../../src/postgres/postgres.ts';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { testConnected, testInLoop, untilRunning } from './inPostgres.ts';
import { carelessCancels, lateCancels } from './lateCancels.ts';

const postgres = startPostgres();
const FULL = process.env['ASYNCIO_TS_FULL'] !== undefined;
const SLOW = 'SELECT pg_sleep(60)';

async function cancelled(task: Task<unknown>): Promise<void> {
  await assert.rejects(task, CancelledError);
}

/** Still as good as before. */
async function works(connection: Connection): Promise<void> {
  assert.equal(await connection.fetchValue('SELECT 41 + $1::int', [1]), 42);
}

testInLoop('late cancels kill no innocent query', async () => {
  const count = FULL ? 2500 : 100;
  const { innocent, killed, hit } = await lateCancels(postgres.url, count, 2);
  assert.ok(innocent >= count);
  assert.equal(killed, 0, `${killed} of ${innocent} innocent queries were killed`);
  assert.ok(
    hit > 0 && hit < innocent,
    `${hit} cancels of ${innocent} found their query: all or none shows nothing`,
  );
});

test('the test of late cancels sees what a careless cancel does', needsPostgres, async () => {
  const { killed } = await carelessCancels(postgres, FULL ? 600 : 30);
  assert.ok(killed > 0, 'no innocent query was killed');
});

testConnected(
  postgres,
  'the query of a cancelled task is gone from pg_stat_activity within 50 ms',
  async (watcher) => {
    await using connection = await connect(postgres.url);
    const pid = connection.serverProcessID;
    // What else the machine does only adds.
    let least = Infinity;
    for (let i = 0; i < 5; i++) {
      const task = createTask(() => connection.fetch(SLOW));
      assert.equal(await untilRunning(watcher, SLOW), pid);
      const began = performance.now();
      task.cancel();
      for (;;) {
        const state = await watcher.fetchValue('SELECT state FROM pg_stat_activity WHERE pid = $1', [pid]);
        if (state !== 'active') break;
      }
      least = Math.min(least, performance.now() - began);
      await cancelled(task);
      await works(connection);
    }
    assert.ok(least < 50, `${least} ms`);
    assert.equal(connection.serverProcessID, pid);
  },
);

testConnected(postgres, 'when the cancel is thrown, the server has ended the query', async (watcher) => {
  await using connection = await connect(postgres.url);
  const task = createTask(() => connection.fetch(SLOW));
  const pid = await untilRunning(watcher, SLOW);
  task.cancel();
  await cancelled(task);
  assert.equal(
    await watcher.fetchValue('SELECT state FROM pg_stat_activity WHERE pid = $1', [pid]),
    'idle',
  );
});

testConnected(postgres, 'a cancel before the query is sent sends nothing', async (connection) => {
  await connection.execute('CREATE TABLE unsent(n int)');
  const task = createTask(() => connection.execute('INSERT INTO unsent VALUES (1)'));
  task.cancel();
  await cancelled(task);
  const within = createTask(async () => {
    getRunningLoop().callSoon(() => {});
    within.cancel();
    await connection.execute('INSERT INTO unsent VALUES (2)');
  });
  await cancelled(within);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM unsent'), 0);
});

testConnected(
  postgres,
  'a cancel in the turn in which the answer comes leaves the connection in order',
  async (connection) => {
    const { perform } = intercept();
    for (let i = 0; i < 20; i++) {
      const task = createTask(() => connection.fetch('SELECT 1'));
      perform.push(() => task.cancel());
      await task.catch((error: unknown) => assert.ok(isCancelled(error)));
      await works(connection);
    }

    /** Cancels at another turn of the loop each time. */
    function intercept(): { perform: { push(cancel: () => void): void } } {
      let turns = 0;
      const push = (cancel: () => void): void => {
        const wait = (left: number): void => {
          if (left === 0) cancel();
          else setImmediate(wait, left - 1);
        };
        wait(turns++);
      };
      return { perform: { push } };
    }
  },
);

testConnected(postgres, 'two cancels, the second while the server is being asked', async (watcher) => {
  await using connection = await connect(postgres.url);
  const task = createTask(() => connection.fetch(SLOW));
  await untilRunning(watcher, SLOW);
  task.cancel();
  await sleep(0);
  task.cancel();
  await cancelled(task);
  await works(connection);
});

testConnected(postgres, 'timeout cancels the query on the server', async (connection) => {
  await assert.rejects(connection.fetch(SLOW, [], { timeout: 20 }), TimeoutError);
  await works(connection);
  await assert.rejects(connection.execute(SLOW, [], { timeout: 20 }), TimeoutError);
  await works(connection);
  assert.equal(await moveOnAfter(20, () => connection.fetchRow(SLOW)), undefined);
  await works(connection);
});

testConnected(
  postgres,
  'commandTimeout holds where no timeout is given',
  async (connection) => {
    await assert.rejects(connection.fetch(SLOW), TimeoutError);
    assert.equal(await connection.fetchValue('SELECT pg_sleep(0.06)', [], { timeout: 5000 }), '');
  },
  { commandTimeout: 50 },
);

testConnected(postgres, 'a cancel while a statement waits to be prepared', async (holder) => {
  await holder.execute('CREATE TABLE locked(n int)');
  await using connection = await connect(postgres.url);
  await holder.transaction(async () => {
    await holder.execute('LOCK TABLE locked');
    const task = createTask(() => connection.fetch('SELECT n FROM locked'));
    await untilRunning(holder, 'SELECT n FROM locked');
    task.cancel();
    await cancelled(task);
    await works(connection);
  });
  assert.deepEqual(await connection.fetch('SELECT n FROM locked'), []);
});

testConnected(postgres, 'a cancel in a transaction rolls it back, savepoints too', async (connection) => {
  await connection.execute('CREATE TABLE undone(n int)');
  const task = createTask(() =>
    connection.transaction(async () => {
      await connection.execute('INSERT INTO undone VALUES (1)');
      await connection.transaction(async () => {
        await connection.execute('INSERT INTO undone VALUES (2)');
        await connection.fetch(SLOW);
      });
    }),
  );
  await using watcher = await connect(postgres.url);
  await untilRunning(watcher, SLOW);
  task.cancel();
  await cancelled(task);
  assert.equal(connection.isInTransaction, false);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM undone'), 0);
});

testConnected(
  postgres,
  'a transaction that waits in BEGIN, COMMIT or ROLLBACK and is cancelled ends',
  async (connection) => {
    // A deferred constraint trigger makes COMMIT take its time.
    await connection.execute(`
    CREATE TABLE slowly(n int);
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON slowly DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION take_time();`);
    await using watcher = await connect(postgres.url);
    const committing = createTask(() =>
      connection.transaction(() => connection.execute('INSERT INTO slowly VALUES (1)')),
    );
    await untilRunning(watcher, 'COMMIT');
    committing.cancel();
    await cancelled(committing);
    assert.equal(connection.isInTransaction, false);
    assert.equal(await connection.fetchValue('SELECT count(*) FROM slowly'), 0);
    for (let turns = 0; turns < 12; turns++) {
      const task = createTask(() =>
        connection.transaction(async () => {
          await connection.transaction(async () => {});
        }),
      );
      for (let i = 0; i < turns; i++) await sleep(0);
      task.cancel();
      await task.catch((error: unknown) => assert.ok(isCancelled(error)));
      assert.equal(connection.isInTransaction, false);
      await works(connection);
    }
  },
);

testConnected(
  postgres,
  'the rollback is not stopped by a scope that is cancelled for good',
  async (connection) => {
    await connection.execute('CREATE TABLE scoped(n int)');
    await moveOnAfter(30, () =>
      connection.transaction(async () => {
        await connection.execute('INSERT INTO scoped VALUES (1)');
        await connection.fetch(SLOW);
      }),
    );
    assert.equal(connection.isInTransaction, false);
    assert.equal(await connection.fetchValue('SELECT count(*) FROM scoped'), 0);
  },
);

testConnected(postgres, 'a cancel in the step of a cursor', async (connection) => {
  const query = 'SELECT n, CASE WHEN n > 5 THEN pg_sleep(60) END FROM generate_series(1, 10) AS n';
  let rows = 0;
  const task = createTask(() =>
    connection.transaction(async () => {
      for await (const _ of connection.cursor(query, [], { prefetch: 5 })) rows++;
    }),
  );
  await using watcher = await connect(postgres.url);
  await untilRunning(watcher, query);
  while (rows < 5) await sleep(1);
  task.cancel();
  await cancelled(task);
  await works(connection);
});

testConnected(postgres, 'a cancel in executeMany carries nothing out', async (connection) => {
  await connection.execute('CREATE TABLE many(n int)');
  let given = 0;
  async function* sets(): AsyncGenerator<[number]> {
    for (;;) {
      yield [given++];
      if (given % 100 === 0) await sleep(1);
    }
  }
  const task = createTask(() => connection.executeMany('INSERT INTO many VALUES ($1)', sets()));
  while (given < 500) await sleep(1);
  task.cancel();
  await cancelled(task);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM many'), 0);
});

testConnected(
  postgres,
  'a cancel in COPY in: while the source waits, and while the server does',
  async (connection) => {
    await connection.execute('CREATE TABLE copied(n int)');
    let given = 0;
    async function* lines(): AsyncGenerator<string> {
      for (; given < 100; given++) yield `${given}\n`;
      await sleep(60_000);
    }
    const task = createTask(() => connection.copyToTable('copied', { source: lines() }));
    while (given < 100) await sleep(1);
    task.cancel();
    await cancelled(task);
    assert.equal(await connection.fetchValue('SELECT count(*) FROM copied'), 0);
    await using holder = await connect(postgres.url);
    await holder.transaction(async () => {
      await holder.execute('LOCK TABLE copied');
      const waiting = createTask(() => connection.copyToTable('copied', { source: '1\n' }));
      await untilRunning(holder, 'COPY "copied" FROM STDIN');
      waiting.cancel();
      await cancelled(waiting);
    });
    await works(connection);
  },
);

testConnected(postgres, 'a cancel in COPY out, while the output takes its time', async (connection) => {
  let bytes = 0;
  const task = createTask(() =>
    // Not in FROM, where the server would make all rows before it sends the first.
    connection.copyFromQuery('SELECT generate_series(1, 10000000)', {
      output: async (chunk) => {
        bytes += chunk.length;
        await sleep(60_000);
      },
    }),
  );
  while (bytes === 0) await sleep(1);
  task.cancel();
  await cancelled(task);
  await works(connection);
});

testInLoop('a cancel while connecting leaves nothing', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const task = createTask(() => connect({ host: '127.0.0.1', port, user: 'x', database: 'x' }));
  while (sockets.length === 0) await sleep(1);
  task.cancel();
  await cancelled(task);
  await assert.rejects(connect({ host: '127.0.0.1', port, user: 'x', timeout: 20 }), TimeoutError);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

testInLoop('a cancel while waiting for a connection of the pool takes nothing', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const first = await pool.acquire();
  const waiting = createTask(() => pool.acquire());
  const next = createTask(() => pool.acquire());
  await sleep(1);
  assert.equal(pool.waiting, 2);
  waiting.cancel();
  await cancelled(waiting);
  await pool.release(first);
  const second = await next;
  // In the very turn in which it is handed over.
  const unlucky = createTask(() => pool.acquire());
  await sleep(1);
  const released = pool.release(second);
  while (pool.waiting > 0) await sleep(0);
  unlucky.cancel();
  await released;
  await unlucky.then(
    (connection) => pool.release(connection),
    () => {},
  );
  assert.equal(await pool.fetchValue('SELECT 1', [], { timeout: 1000 }), 1);
  assert.equal(pool.size, 1);
});

testInLoop('a query of the pool that is cancelled gives its connection back fit', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const pid = await pool.fetchValue('SELECT pg_backend_pid()');
  const task = createTask(() => pool.fetch(SLOW));
  await sleep(20);
  task.cancel();
  await cancelled(task);
  assert.equal(await pool.fetchValue('SELECT pg_backend_pid()'), pid);
});

testInLoop(
  'a paused server: the cancel is bounded in time, the connection is cut and the pool heals',
  async () => {
    await using pool = await createPool({
      dsn: postgres.url,
      maxSize: 1,
      cancelTimeout: 150,
      timeout: 2000,
    });
    const pid = await pool.fetchValue('SELECT pg_backend_pid()');
    const task = createTask(() => pool.fetch(SLOW));
    await sleep(20);
    postgres.pause();
    const began = performance.now();
    try {
      task.cancel();
      await cancelled(task);
    } finally {
      postgres.resume();
    }
    const took = performance.now() - began;
    assert.ok(took > 100 && took < 1500, `${took} ms`);
    assert.equal(pool.size, 0);
    assert.notEqual(await pool.fetchValue('SELECT pg_backend_pid()'), pid);
  },
);

testInLoop(
  'a cancel request that can not be sent: the answer is waited for, within the limit',
  async () => {
    // The first connection goes through; after that nobody listens there.
    const ends: Promise<void>[] = [];
    const proxy = createServer((socket) => {
      const upstream = netConnect(postgres.port, '127.0.0.1');
      socket.pipe(upstream).pipe(socket);
      for (const end of [socket, upstream]) {
        end.on('error', () => {});
        ends.push(new Promise((resolve) => end.once('close', () => resolve())));
        end.once('close', () => (socket.destroy(), upstream.destroy()));
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const options = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', cancelTimeout: 100 };
    const connection = await connect(options);
    const closed = new Promise((resolve) => proxy.close(resolve));
    const short = createTask(() => connection.fetch('SELECT pg_sleep(0.05)'));
    await sleep(10);
    short.cancel();
    await cancelled(short);
    await works(connection);
    const long = createTask(() => connection.fetch(SLOW));
    await sleep(10);
    long.cancel();
    await cancelled(long);
    await assert.rejects(connection.fetch('SELECT 1'), InterfaceError);
    await connection.close();
    await Promise.all(ends);
    await closed;
  },
);

testInLoop('a cancel request that comes before the query does is sent again, and ends it', async () => {
  // Holds the query back until a request to cancel it has come and gone: the server had nothing to cancel then.
  let requests = 0;
  let holds = false;
  const held: Buffer[] = [];
  let release = (): void => {};
  const ends: Promise<unknown>[] = [];
  const proxy = createServer((socket) => {
    const upstream = netConnect(postgres.port, '127.0.0.1');
    const isFirst = ends.length === 0;
    upstream.pipe(socket);
    if (isFirst) {
      release = () => {
        holds = false;
        for (const bytes of held.splice(0)) upstream.write(bytes);
      };
      socket.on('data', (bytes: Buffer) => {
        if (holds) held.push(bytes);
        else upstream.write(bytes);
      });
      socket.on('end', () => upstream.end());
    } else {
      requests++;
      socket.pipe(upstream);
      upstream.once('close', () => release());
    }
    for (const end of [socket, upstream]) {
      end.on('error', () => {});
      end.once('close', () => (socket.destroy(), upstream.destroy()));
    }
    ends.push(new Promise((resolve) => upstream.once('close', resolve)));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const connection = await connect({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  // Prepared before it is held back.
  await assert.rejects(connection.fetch(SLOW, [], { timeout: 20 }), TimeoutError);
  holds = true;
  const before = requests;
  await assert.rejects(connection.fetch(SLOW, [], { timeout: 20 }), TimeoutError);
  assert.ok(requests >= before + 2, `${requests - before} requests`);
  await works(connection);
  await connection.close();
  await Promise.all(ends);
  await new Promise((resolve) => proxy.close(resolve));
});

testConnected(
  postgres,
  'a query that the server itself cancels is its error, not a cancel',
  async (connection) => {
    await assert.rejects(
      connection.execute("SET statement_timeout = '20ms'; SELECT pg_sleep(60)"),
      (error: unknown) =>
        error instanceof PostgresError && error.sqlstate === '57014' && !isCancelled(error),
    );
    await connection.reset();
    await works(connection);
  },
);
