// The databases that the agent can ask: SQLite, in the process that asyncio-ts/sqlite gives it, or Postgres.

import { connect } from 'asyncio-ts/sqlite';
import { createPool } from 'asyncio-ts/postgres';

export interface Database {
  readonly name: string;
  /** A query that computes for so long. */
  ask(seconds: number): Promise<string>;
  /** Queries at work: those of this program, as the database itself sees them. */
  active(): Promise<number>;
  close(): Promise<void>;
}

export async function openDatabase(postgres?: string): Promise<Database> {
  return postgres === undefined ? sqlite() : await inPostgres(postgres);
}

/** A database for each query: what is open then is what computes. A cancel ends its process. */
function sqlite(): Database {
  let active = 0;
  const rows = 4_000_000; // of a second, more or less
  return {
    name: 'SQLite',
    async ask(seconds) {
      active++;
      try {
        const database = await connect(':memory:');
        try {
          const found = await database.fetchone<{ total: number }>(
            `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)
             SELECT count(*) AS total FROM n WHERE i % 7 = 3`,
            [Math.ceil(seconds * rows)],
          );
          return `${found?.total} rows found`;
        } finally {
          await database.close();
        }
      } finally {
        active--;
      }
    },
    active: async () => active,
    close: async () => {},
  };
}

async function inPostgres(dsn: string): Promise<Database> {
  const name = `agent-runner ${process.pid}`;
  const pool = await createPool({ dsn, applicationName: name });
  return {
    name: 'Postgres',
    async ask(seconds) {
      await pool.execute('SELECT pg_sleep($1)', [seconds]);
      return `${await pool.fetchValue('SELECT count(*) FROM pg_class')} tables found`;
    },
    // Several may ask at once, and would count each other.
    active: async () =>
      Number(
        await pool.fetchValue(
          `SELECT count(*) FROM pg_stat_activity
           WHERE application_name = $1 AND state = 'active' AND query NOT LIKE '%pg_stat_activity%'`,
          [name],
        ),
      ),
    close: () => pool.close(),
  };
}
