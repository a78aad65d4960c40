// This library's connection and pool.

import { subject, wing } from '../../io/subject.ts';
import type { PeerWorks } from '../../sample.ts';
import type * as Postgres from '../../../src/postgres/postgres.ts';
import { CONNECTIONS, manyRows, manyWaiting, oneByOne, QUERY, ROWS, server } from './load.ts';

const { run, taskGroup } = subject;
const { connect, createPool } = await wing<typeof Postgres>('postgres');

async function connected<T>(body: (connection: Postgres.Connection) => Promise<T>): Promise<T> {
  return await run(async () => {
    const connection = await connect(server);
    try {
      return await body(connection);
    } finally {
      await connection.close();
    }
  });
}

interface Answer {
  n: number;
}

export const works: PeerWorks = {
  'postgres-query': (size) =>
    connected((connection) =>
      oneByOne(async (n) => (await connection.fetch<Answer>(QUERY, [n, 'text']))[0]?.n ?? 0, size),
    ),
  'postgres-pool': (size) =>
    run(async () => {
      const pool = await createPool({ ...server, maxSize: CONNECTIONS });
      try {
        return await manyWaiting(
          async (n) => (await pool.fetch<Answer>(QUERY, [n, 'text']))[0]?.n ?? 0,
          size,
          async (bodies) =>
            await taskGroup(async (group) => {
              for (const body of bodies) group.startSoon(body);
            }),
        );
      } finally {
        await pool.close();
      }
    }),
  'postgres-rows': (size) =>
    connected((connection) => manyRows((count) => connection.fetch(ROWS, [count]), size)),
};
