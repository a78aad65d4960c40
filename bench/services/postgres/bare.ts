// The driver that ours stands on, by itself.

import pg from 'pg';
import type { PeerWorks } from '../../sample.ts';
import { CONNECTIONS, manyRows, manyWaiting, oneByOne, QUERY, ROWS, server } from './load.ts';

async function connected<T>(body: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

interface Answer {
  n: number;
}

const named = (n: number): pg.QueryConfig => ({ name: 'bench', text: QUERY, values: [n, 'text'] });

export const works: PeerWorks = {
  'postgres-query': (size) =>
    connected((client) =>
      oneByOne(async (n) => (await client.query<Answer>(named(n))).rows[0]?.n ?? 0, size),
    ),
  'postgres-query:unnamed': (size) =>
    connected((client) =>
      oneByOne(async (n) => (await client.query<Answer>(QUERY, [n, 'text'])).rows[0]?.n ?? 0, size),
    ),
  'postgres-pool': async (size) => {
    const pool = new pg.Pool({ ...server, max: CONNECTIONS });
    try {
      return await manyWaiting(
        async (n) => (await pool.query<Answer>(named(n))).rows[0]?.n ?? 0,
        size,
        async (bodies) => await Promise.all(bodies.map((body) => body())),
      );
    } finally {
      await pool.end();
    }
  },
  'postgres-rows': (size) =>
    connected((client) => manyRows(async (count) => (await client.query(ROWS, [count])).rows, size)),
};
