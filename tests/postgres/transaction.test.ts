// Transactions as scopes.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { createTask, InvalidArgumentError, sleep, TimeoutError } from '../../src/asyncio.ts';
import {
  connect,
  createPool,
  DivisionByZeroError,
  InFailedSQLTransactionError,
  InterfaceError,
  PostgresError,
  ReadOnlySQLTransactionError,
  SerializationError,
  UniqueViolationError,
} from '../../src/postgres/postgres.ts';
import type { Connection } from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testConnected, testInLoop } from './inPostgres.ts';

const postgres = startPostgres();

async function table(connection: Connection, name: string): Promise<() => Promise<number[]>> {
  await connection.execute(`CREATE TABLE ${name}(n int PRIMARY KEY)`);
  return async () =>
    (await connection.fetch<{ n: number }>(`SELECT n FROM ${name} ORDER BY n`)).map(({ n }) => n);
}

testConnected(
  postgres,
  'a transaction is committed when its body returns, and rolled back when it throws',
  async (connection) => {
    const rows = await table(connection, 'regular');
    const insert = (n: number): Promise<string> =>
      connection.execute('INSERT INTO regular VALUES ($1)', [n]);
    assert.equal(connection.isInTransaction, false);
    const result = await connection.transaction(async (same) => {
      assert.equal(same, connection);
      assert.equal(connection.isInTransaction, true);
      await insert(1);
      return 'result';
    });
    assert.equal(result, 'result');
    const error = new RangeError('of the body');
    await assert.rejects(
      connection.transaction(async () => {
        await insert(2);
        throw error;
      }),
      (thrown: unknown) => thrown === error,
    );
    await assert.rejects(
      connection.transaction(() => connection.fetch('SELECT 1/0')),
      DivisionByZeroError,
    );
    assert.equal(connection.isInTransaction, false);
    assert.deepEqual(await rows(), [1]);
  },
);

testConnected(postgres, 'a transaction in a transaction is a savepoint', async (connection) => {
  const rows = await table(connection, 'nested');
  const insert = (n: number): Promise<string> => connection.execute('INSERT INTO nested VALUES ($1)', [n]);
  await connection.transaction(async () => {
    await insert(1);
    await connection.transaction(() => insert(2));
    await assert.rejects(
      connection.transaction(async () => {
        await insert(3);
        await connection.transaction(() => insert(4));
        await insert(1);
      }),
      UniqueViolationError,
    );
    await insert(5);
    await assert.rejects(
      connection.transaction(() => insert(6), { readOnly: true }),
      InterfaceError,
    );
  });
  assert.deepEqual(await rows(), [1, 2, 5]);
});

testConnected(postgres, 'one that has failed inside is not reported as committed', async (connection) => {
  const rows = await table(connection, 'swallowed');
  const swallow = async (): Promise<string> => {
    await connection.execute('INSERT INTO swallowed VALUES (1)');
    await connection.fetch('SELECT 1/0').catch(() => {});
    return 'all is well';
  };
  await assert.rejects(connection.transaction(swallow), InFailedSQLTransactionError);
  await connection.transaction(async () => {
    await connection.execute('INSERT INTO swallowed VALUES (2)');
    await assert.rejects(connection.transaction(swallow), InFailedSQLTransactionError);
  });
  assert.deepEqual(await rows(), [2]);
  await assert.rejects(
    connection.transaction(async () => {
      await assert.rejects(connection.fetch('SELECT pg_sleep(60)', [], { timeout: 20 }), TimeoutError);
      await connection.fetch('SELECT 1');
    }),
    InFailedSQLTransactionError,
  );
  assert.equal(connection.isInTransaction, false);
});

testConnected(
  postgres,
  'isolation, readOnly and deferrable are those of the transaction',
  async (connection) => {
    const show = async (): Promise<string[]> => {
      const row = await connection.fetchRow(
        `SELECT current_setting('transaction_isolation') AS a, current_setting('transaction_read_only') AS b,
        current_setting('transaction_deferrable') AS c`,
      );
      return Object.values(row ?? {}) as string[];
    };
    assert.deepEqual(await connection.transaction(show), ['read committed', 'off', 'off']);
    for (const [isolation, shown] of [
      ['serializable', 'serializable'],
      ['repeatableRead', 'repeatable read'],
      ['readCommitted', 'read committed'],
      ['readUncommitted', 'read uncommitted'],
    ] as const) {
      assert.deepEqual(
        await connection.transaction(show, { isolation, readOnly: true, deferrable: true }),
        [shown, 'on', 'on'],
      );
    }
    await assert.rejects(
      connection.transaction(() => connection.execute('CREATE TABLE nothing(n int)'), { readOnly: true }),
      ReadOnlySQLTransactionError,
    );
    const bad = { isolation: 'serializable; DROP TABLE x' as never };
    await assert.rejects(connection.transaction(show, bad), InvalidArgumentError);
    await assert.rejects(
      connection.transaction({ isolation: 'serializable' } as never),
      InvalidArgumentError,
    );
    assert.equal(connection.isInTransaction, false);
  },
);

testConnected(
  postgres,
  'serializable transactions that get into each other: one is told to try again',
  async (connection) => {
    await connection.execute('CREATE TABLE doctors(name text, on_call bool)');
    await connection.execute("INSERT INTO doctors VALUES ('a', true), ('b', true)");
    await using other = await connect(postgres.url);
    const goOff = (who: Connection, name: string): Promise<void> =>
      who.transaction(
        async () => {
          if (Number(await who.fetchValue('SELECT count(*) FROM doctors WHERE on_call')) < 2) return;
          await sleep(5);
          await who.execute('UPDATE doctors SET on_call = false WHERE name = $1', [name]);
        },
        { isolation: 'serializable' },
      );
    const results = await Promise.allSettled([goOff(connection, 'a'), goOff(other, 'b')]);
    const failed = results.filter((result) => result.status === 'rejected');
    assert.equal(failed.length, 1);
    assert.ok(failed[0]?.reason instanceof SerializationError);
  },
);

testConnected(
  postgres,
  'an operation that the body forgot to await can not outlive the transaction',
  async (connection) => {
    let forgotten: Promise<unknown> | undefined;
    const body = async (): Promise<void> => {
      forgotten = connection.fetch('SELECT pg_sleep(60)').catch((error: unknown) => error);
    };
    await assert.rejects(connection.transaction(body), InterfaceError);
    assert.ok((await forgotten) instanceof PostgresError);
    assert.equal(connection.isClosed, true);
  },
);

testConnected(postgres, 'a body that ends the transaction by itself', async (connection) => {
  const rows = await table(connection, 'manual');
  await connection.transaction(async () => {
    await connection.execute('INSERT INTO manual VALUES (1)');
    await connection.execute('ROLLBACK');
  });
  await connection.execute('BEGIN');
  await connection.transaction(() => connection.execute('INSERT INTO manual VALUES (2)'));
  await connection.execute('COMMIT');
  assert.deepEqual(await rows(), [2]);
});

testConnected(
  postgres,
  'a connection that is cut in a transaction is its error, and nothing is left of it',
  async (watcher) => {
    const rows = await table(watcher, 'cut');
    await using connection = await connect(postgres.url);
    const lost = connection.transaction(async () => {
      await connection.execute('INSERT INTO cut VALUES (1)');
      await watcher.fetchValue('SELECT pg_terminate_backend($1)', [connection.serverProcessID]);
      await connection.execute('INSERT INTO cut VALUES (2)');
    });
    await assert.rejects(
      lost,
      (error: unknown) => error instanceof PostgresError && error.sqlstate === '57P01',
    );
    assert.deepEqual(await rows(), []);
    assert.equal(connection.isClosed, true);
  },
);

testInLoop('a transaction of the pool: its connection comes back, whatever becomes of it', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  await pool.execute('CREATE TABLE pooled(n int)');
  await pool.transaction((connection) => connection.execute('INSERT INTO pooled VALUES (1)'));
  await assert.rejects(
    pool.transaction(async (connection) => {
      await connection.execute('INSERT INTO pooled VALUES (2)');
      throw new RangeError('no');
    }),
    RangeError,
  );
  const task = createTask(() => pool.transaction((connection) => connection.fetch('SELECT pg_sleep(60)')));
  await sleep(10);
  task.cancel();
  await task.catch(() => {});
  assert.equal(await pool.fetchValue('SELECT count(*) FROM pooled'), 1);
  assert.equal(pool.size, 1);
});
