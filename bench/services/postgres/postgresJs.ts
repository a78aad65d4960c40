// postgres.js, which sends queries of one connection without waiting for the answers of those before.

import { peerPackage } from '../../io/subject.ts';
import type { PeerWorks, Sample } from '../../sample.ts';
import { CONNECTIONS, manyRows, manyWaiting, oneByOne, server } from './load.ts';

interface Sql {
  <Row>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<Row[]>;
  end(): Promise<void>;
}

const { default: postgres } = await peerPackage<{ default: (options: object) => Sql }>('postgres');

async function withSql(max: number, body: (sql: Sql) => Promise<Sample>): Promise<Sample> {
  const { host, port, user, database } = server;
  const sql = postgres({ path: `${host}/.s.PGSQL.${port}`, user, database, max });
  try {
    return await body(sql);
  } finally {
    await sql.end();
  }
}

const asking = (sql: Sql) => async (n: number) =>
  (await sql<{ n: number }>`SELECT ${n}::int AS n, ${'text'}::text AS t`)[0]?.n ?? 0;

export const works: PeerWorks = {
  'postgres-query': (size) => withSql(1, (sql) => oneByOne(asking(sql), size)),
  'postgres-pool': (size) =>
    withSql(CONNECTIONS, (sql) =>
      manyWaiting(asking(sql), size, async (bodies) => await Promise.all(bodies.map((body) => body()))),
    ),
  'postgres-rows': (size) =>
    withSql(1, (sql) =>
      manyRows(
        (count) => sql`SELECT n, n::text AS t, now() AS at FROM generate_series(1, ${count}::int) AS n`,
        size,
      ),
    ),
};
