// Cancels that are fired near the end of a short query, and the innocent query that comes right after it on the same
// connection: does a late cancel kill it? Once with the library, once careless, as a control that shows that this can happen.

import { createConnection } from 'node:net';
import { createTask, isCancelled, taskGroup } from '../../src/asyncio.ts';
import { connect, QueryCanceledError } from '../../src/postgres/postgres.ts';
import { performance } from 'node:perf_hooks';
import pg from 'pg';

/** The short query, in seconds and in milliseconds. */
const QUERY = 'SELECT pg_sleep(0.002)';
const TAKES = 2;

export interface LateCancels {
  /** Innocent queries that ran. */
  readonly innocent: number;
  /** Of these, how many the server cancelled. */
  readonly killed: number;
  /** Cancels that found their query. */
  readonly hit: number;
}

/** With the library: a task is cancelled, and the next query goes out when its cancel is thrown. */
export async function lateCancels(url: string, count: number, connections: number): Promise<LateCancels> {
  const total = { innocent: 0, killed: 0, hit: 0 };
  await taskGroup(async (group) => {
    for (let i = 0; i < connections; i++) {
      group.startSoon(async () => {
        await using connection = await connect(url);
        while (total.innocent < count) {
          total.innocent++;
          const task = createTask(() => connection.fetch(QUERY));
          await spinFor(TAKES * (0.5 + Math.random()));
          task.cancel();
          await task.catch((error: unknown) => {
            if (!isCancelled(error)) throw error;
            total.hit++;
          });
          try {
            await connection.fetch(QUERY);
          } catch (error) {
            if (!(error instanceof QueryCanceledError)) throw error;
            total.killed++;
          }
        }
      });
    }
  });
  return total;
}

/** Careless: the cancel is sent, and the next query goes out as soon as the cancelled one has its answer. */
export async function carelessCancels(
  { host, port, user }: { host: string; port: number; user: string },
  count: number,
): Promise<LateCancels> {
  const client = new pg.Client({ host, port, user, database: 'postgres' });
  await client.connect();
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const total = { innocent: 0, killed: 0, hit: 0 };
  const ends: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    total.innocent++;
    const query = client.query(QUERY).catch(() => total.hit++);
    await spinFor(TAKES * (0.5 + Math.random()));
    ends.push(cancel(`${host}/.s.PGSQL.${port}`, processID, secretKey));
    await query;
    await client.query(QUERY).catch(() => total.killed++);
  }
  await Promise.all(ends);
  await client.end();
  return total;
}

function cancel(path: string, processID: number, secretKey: number): Promise<unknown> {
  const bytes = Buffer.alloc(16);
  for (const [index, word] of [16, 80877102, processID, secretKey | 0].entries())
    bytes.writeInt32BE(word, index * 4);
  const socket = createConnection({ path });
  socket.end(bytes);
  socket.resume();
  return new Promise((resolve) => socket.once('close', resolve).once('error', resolve));
}

/** Timers are too coarse for half a millisecond. */
async function spinFor(duration: number): Promise<void> {
  const end = performance.now() + duration;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}
