// What breakers have found: values that would be changed in silence, statements that no longer fit, a side that says nothing.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createTask, InvalidArgumentError, Queue, run, sleep } from '../../src/asyncio.ts';
import {
  AdminShutdownError,
  connect,
  createPool,
  FeatureNotSupportedError,
  InterfaceError,
  InvalidCachedStatementError,
  InvalidTextRepresentationError,
  listen,
  ParameterError,
  PostgresConnectionError,
} from '../../src/postgres/postgres.ts';
import type { Connection } from '../../src/postgres/postgres.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { startPostgres } from '../services/postgres.ts';
import { testConnected as testOn, testInLoop, untilRunning } from './inPostgres.ts';

const server = startPostgres();

function testConnected(title: string, body: (connection: Connection) => Promise<void>): void {
  testOn(server, title, body);
}

testConnected('values: what would be changed on the way is refused', async (connection) => {
  for (const value of ['a\ud800', ['\udc00'], [['x'], ['\ud800x']]])
    await errorOf(connection.fetch('SELECT $1::text[]', [value]), ParameterError);
  await errorOf(connection.fetch("SELECT '\ud800'"), InvalidArgumentError);
  await errorOf(connection.execute("SELECT '\ud800'"), InvalidArgumentError);
  await errorOf(connection.fetch('SELECT $1::jsonb', [{ toJSON: () => undefined }]), ParameterError);
  await connection.execute('CREATE TEMP TABLE t(x text)');
  await errorOf(connection.copyToTable('t', { source: ['\ud83d', '\ude00\n'] }), InvalidArgumentError);
  await errorOf(connection.copyRecordsToTable('t', { records: [['\ud83d']] }), ParameterError);
  for (const source of [5, [5], [null], [{}]])
    await errorOf(connection.copyToTable('t', { source: source as never }), InvalidArgumentError);
  assert.deepEqual(await connection.fetch('SELECT * FROM t'), []);
});

testConnected('values: -0, boxes in an array, a setting that is a number', async (connection) => {
  const row = await connection.fetchRow<{ a: number; b: number[]; c: number; d: string }>(
    'SELECT $1::float8 AS a, $2::float4[] AS b, $3::int AS c, $4::box[]::text AS d',
    [-0, [-0], -0, ['(1,1),(0,0)', '(2,2),(0,0)']],
  );
  assert.deepEqual(row, { a: -0, b: [-0], c: 0, d: '{(1,1),(0,0);(2,2),(0,0)}' });
  const serverSettings = { statement_timeout: 5000, jit: false };
  await using other = await connect({ dsn: server.url, serverSettings });
  assert.deepEqual(
    await other.fetchRow("SELECT current_setting('statement_timeout') AS t, current_setting('jit') AS j"),
    {
      t: '5s',
      j: 'off',
    },
  );
  await errorOf(connect({ dsn: server.url, serverSettings: { jit: {} as never } }), InvalidArgumentError);
});

testConnected('more parameters than the driver can count', async (connection) => {
  const query = (count: number): string =>
    `SELECT 1 AS a WHERE 1 IN (${Array.from({ length: count }, (_, i) => `$${i + 1}::int`).join(',')})`;
  const most = 32_767;
  assert.deepEqual(
    await connection.fetch(
      query(most),
      Array.from({ length: most }, () => 1),
    ),
    [{ a: 1 }],
  );
  await errorOf(
    connection.fetch(
      query(most + 1),
      Array.from({ length: most + 1 }, () => 1),
    ),
    InterfaceError,
  );
  assert.equal(await connection.fetchValue('SELECT 5'), 5);
  // The text has as many, and the driver fails at what the server says of them: the process stands.
  await errorOf(connection.fetch(query(most + 1), [1]), PostgresConnectionError);
  assert.equal(connection.isClosed, true);
});

test('a server that talks rubbish, at first or later, costs the connection and not the process', async () => {
  for (const rubbish of ['ff00000004', '5200000005ff', '44000000064000', '4b00000004', '7400000006ffff']) {
    const fake = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from(rubbish, 'hex')));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const { port } = fake.address() as AddressInfo;
    await run(async () => {
      await assert.rejects(
        connect({ host: '127.0.0.1', port, user: 'x', timeout: 5000 }),
        (error: unknown) => error instanceof InterfaceError || error instanceof PostgresConnectionError,
      );
    });
    await new Promise((resolve) => fake.close(resolve));
  }
});

testConnected(
  'a plan that no longer fits: many sets too, and functions that only use its code',
  async (connection) => {
    await connection.execute('CREATE TEMP TABLE t(a int); INSERT INTO t VALUES (1)');
    const query = 'SELECT * FROM t WHERE a = $1';
    const once = function* (): Generator<readonly unknown[]> {
      yield [1];
    };
    await connection.fetchMany(query, [[1]]);
    await using statement = await connection.prepare(query);
    await connection.execute('ALTER TABLE t ADD b int');
    assert.deepEqual(await connection.fetchMany(query, [[1], [1]]), [
      { a: 1, b: null },
      { a: 1, b: null },
    ]);
    assert.deepEqual(await connection.fetchMany(query, once()), [{ a: 1, b: null }]);
    await errorOf(statement.fetchMany(once()), InvalidCachedStatementError);
    assert.deepEqual(await statement.fetchMany(once()), [{ a: 1, b: null }]);
    await connection.execute('DEALLOCATE ALL');
    assert.deepEqual(await connection.fetchMany(query, [[1]]), [{ a: 1, b: null }]);

    await connection.execute(`CREATE FUNCTION pg_temp.no(no bool) RETURNS int LANGUAGE plpgsql AS $$
    BEGIN IF no THEN RAISE 'not here' USING ERRCODE = 'feature_not_supported'; END IF; RETURN 1; END $$`);
    await connection.fetch('SELECT pg_temp.no($1)', [false]);
    const error = await errorOf(
      connection.transaction(() => connection.fetch('SELECT pg_temp.no($1)', [true])),
      FeatureNotSupportedError,
    );
    assert.equal(error.message, 'not here');
  },
);

testConnected(
  'copyIn, executeMany: a source that says nothing does not hide that it is over',
  async (connection) => {
    await connection.execute('CREATE TEMP TABLE t(x int)');
    const nothing = new Queue<never>();
    let ended = 0;
    async function* source<T>(first: T): AsyncGenerator<T> {
      try {
        yield first;
        yield await nothing.get();
      } finally {
        ended++;
      }
    }
    const lines = 'no number\n'.repeat(10_000);
    await errorOf(connection.copyToTable('t', { source: source(lines) }), InvalidTextRepresentationError);
    const insert = 'INSERT INTO t VALUES ($1::text::int)';
    const inserting = createTask(() => connection.executeMany(insert, source(['no number'])));
    await errorOf(inserting, InvalidTextRepresentationError);
    assert.equal(await connection.copyIn('SELECT 1', source('1')), 'SELECT 1');
    assert.equal(ended, 2);
    const copying = createTask(() => connection.copyToTable('t', { source: source('1\n') }));
    await using other = await connect(server.url);
    await untilRunning(other, 'COPY "t" FROM STDIN');
    await other.fetch('SELECT pg_terminate_backend($1)', [connection.serverProcessID]);
    await errorOf(copying, AdminShutdownError);
    assert.equal(ended, 3);
  },
);

testConnected('COPY: two in one command, and a query that ends with a comment', async (connection) => {
  await connection.execute('CREATE TEMP TABLE a(x int); CREATE TEMP TABLE b(x int)');
  await errorOf(connection.copyIn('COPY a FROM STDIN; COPY b FROM STDIN', '1\n'), InterfaceError);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM a'), 0);
  let text = '';
  const output = (chunk: Uint8Array): void => void (text += Buffer.from(chunk).toString());
  await connection.copyFromQuery('SELECT 1 -- all of them', { output });
  assert.equal(text, '1\n');
});

testInLoop('pool: who somebody had become, and their tables, are not left to the next', async () => {
  const serverSettings = { role: 'pg_monitor' };
  await using pool = await createPool({ dsn: server.url, maxSize: 1, serverSettings });
  const who =
    "SELECT current_user::text AS me, session_user::text AS login, to_regclass('left') IS NULL AS clean";
  const before = { me: 'pg_monitor', login: 'postgres', clean: true };
  assert.deepEqual(await pool.fetchRow(who), before);
  for (const change of [
    'SET ROLE pg_read_all_data',
    'SET SESSION AUTHORIZATION secret',
    'RESET ROLE; SET ROLE NONE; CREATE TEMP TABLE "left"(x int)',
  ]) {
    {
      await using connection = await pool.acquire();
      await connection.execute(change);
      assert.notDeepEqual(await connection.fetchRow(who), before);
    }
    assert.deepEqual(await pool.fetchRow(who), before);
  }
});

testInLoop('pool.close, cancelled: the server ends what was cut, and keeps no connection', async () => {
  const applicationName = 'cut';
  const pool = await createPool({ dsn: server.url, maxSize: 2, applicationName });
  await using watcher = await connect(server.url);
  const query = 'SELECT pg_sleep(600)';
  const sleeping = createTask(() => pool.fetch(query));
  await untilRunning(watcher, query);
  const closing = createTask(() => pool.close());
  await sleep(0);
  closing.cancel();
  await assertCancelled(closing);
  await errorOf(sleeping, PostgresConnectionError);
  const count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cut'";
  while ((await watcher.fetchValue(count)) !== 0) await sleep(1);
});

testInLoop('pool.close: waits for the connections that were being made', async () => {
  await using watcher = await connect(server.url);
  const count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'made'";
  for (let turn = 0; turn < 6; turn++) {
    const never = new Queue<never>();
    const init = turn % 2 === 0 ? { init: (): Promise<never> => never.get() } : {};
    const pool = await createPool({ dsn: server.url, maxSize: 3, applicationName: 'made', ...init });
    const waiting = [1, 2, 3].map(() => createTask(() => pool.acquire()));
    await sleep(turn * 3);
    const closing = createTask(() => pool.close());
    for (const task of waiting) {
      const got = await task.catch(() => undefined);
      await got?.close();
    }
    await closing;
    // The server's process ends a moment after its connection.
    while ((await watcher.fetchValue(count)) !== 0) await sleep(1);
    assert.equal(pool.size, 0);
  }
});

testConnected(
  'listening: names that the server would cut off, and a transaction that is rolled back',
  async (connection) => {
    const long = 'é'.repeat(32);
    await errorOf(
      connection.addListener(long, () => {}),
      InvalidArgumentError,
    );
    await errorOf(listen(['fine', long], server.url), InvalidArgumentError);
    const heard: number[] = [];
    await errorOf(
      connection.transaction(async () => {
        await connection.addListener('jobs', () => heard.push(1));
        throw new RangeError('no');
      }),
      RangeError,
    );
    await connection.addListener('jobs', () => heard.push(2));
    await connection.execute('NOTIFY jobs');
    while (heard.length < 2) await sleep(1);
    assert.deepEqual(heard, [1, 2]);
  },
);

testInLoop('Listener.close: does not swallow the cancel of who closes it', async () => {
  const listener = await listen('jobs', { dsn: server.url });
  server.pause();
  try {
    const closing = createTask(async () => {
      await listener.close();
      await sleep(0);
      return 'went on';
    });
    await sleep(5);
    closing.cancel();
    await assertCancelled(closing);
  } finally {
    server.resume();
  }
  await listener.close();
});
