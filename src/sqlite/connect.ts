// connect: opens a database.

import { getRunningLoop } from '../asyncio.ts';
import { Connection } from './connection.ts';
import { checkOptions } from './options.ts';
import type { ConnectOptions } from './options.ts';

/** Opens the database in a file, which is made where there is none; `':memory:'` is one that nobody else sees, and is gone
 * when it is closed. It runs in a process of its own, so the loop never waits for SQLite, and a cancel ends what computes
 * in it within some 50 ms. Semantics: aiosqlite.connect, with autocommit.
 * @throws OperationalError where it cannot be opened; DatabaseError for what is no database; UnsupportedError where the
 * runtime has no SQLite and better-sqlite3 is not installed; InvalidArgumentError for options that make no sense
 * @example
 * ```ts
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using db = await connect(':memory:');
 *   const forever = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
 *   try {
 *     await timeout(20, () => db.execute(forever));
 *   } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 *   console.log(await db.fetchone('SELECT 1 AS one')); // -> { one: 1 }
 * });
 * ```
 */
export async function connect(path: string | URL, options: ConnectOptions = {}): Promise<Connection> {
  // Without one it fails, before anything is made.
  getRunningLoop();
  return await new Connection(checkOptions(path, options)).open();
}
