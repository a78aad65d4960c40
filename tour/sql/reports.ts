// Who reports on a hundred thousand orders: SQLite with a few readers, or a Postgres that the person names.

import { join } from 'node:path';
import { createPool } from '../../src/postgres/postgres.ts';
import { openDatabase } from '../../src/sqlite/sqlite.ts';
import { rootErrors } from '../rootErrors.ts';
import { UserError } from '../userError.ts';

/** Whoever answers a report. */
export interface Reporter extends AsyncDisposable {
  /** As `2 readers of SQLite`. */
  readonly title: string;
  /** The report of a number: the best customer of a region, as text. */
  report(number: number): Promise<string>;
}

const orders = 100_000;

/** A database in the folder, with one process for each reader. It is filled here. */
export async function sqliteReporter(folder: string, readers: number): Promise<Reporter> {
  const db = await openDatabase(join(folder, 'orders.db'), { readers, rows: 'array' });
  await db.executescript(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, region INTEGER, total INTEGER);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${orders})
      INSERT INTO orders SELECT i, i * 7919 % 1009, i % 24, i * 31 % 997 FROM n`);
  const query =
    'SELECT customer, sum(total) AS spent FROM orders WHERE region <> ? GROUP BY customer ORDER BY spent DESC, customer LIMIT 1';
  // The readers are started first, as in a program that has them all day.
  const all = Array.from({ length: readers }, () =>
    db.read((reader) => reader.fetchone('SELECT count(*) FROM orders')),
  );
  await Promise.all(all);
  return {
    title: `${readers} ${readers === 1 ? 'reader' : 'readers'} of SQLite`,
    report: async (number) => JSON.stringify(await db.fetchone(query, [number % 24])),
    [Symbol.asyncDispose]: async () => await db.close(),
  };
}

/** A server's connections. Nothing is written there: the orders are made by the query.
 * @throws UserError when it is not to be had */
export async function postgresReporter(url: string, connections: number): Promise<Reporter> {
  const pool = await createPool({ dsn: url, minSize: 1, maxSize: connections }).catch((error: unknown) => {
    const [first] = rootErrors(error);
    const reason = first instanceof Error ? first.message : String(first);
    throw new UserError(`the Postgres of --postgres is not to be had: ${reason.replace(/\.$/, '')}`, 1, {
      cause: error,
    });
  });
  const query = `SELECT i * 7919 % 1009 AS customer, sum(i * 31 % 997) AS spent FROM generate_series(1, ${orders}) AS i
    WHERE i % 24 <> $1 GROUP BY 1 ORDER BY spent DESC, 1 LIMIT 1`;
  return {
    title: `${connections} Postgres sessions`,
    async report(number) {
      const row = await pool.fetchRow(query, [number % 24]);
      return JSON.stringify(row, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
    },
    [Symbol.asyncDispose]: async () => await pool.close(),
  };
}
