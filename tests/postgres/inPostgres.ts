// Tests with a connection: each in a loop of its own, on the server of its file.

import { run, sleep, timeout } from '../../src/asyncio.ts';
import { connect } from '../../src/postgres/postgres.ts';
import type { Connection, ConnectOptions } from '../../src/postgres/postgres.ts';
import { test } from 'node:test';
import { needsPostgres } from '../services/postgres.ts';
import type { PostgresServer } from '../services/postgres.ts';

/** A test that hangs shows where. */
const LIMIT = 30_000;

/** `test`, in a loop, where there is a server. */
export function testInLoop(title: string, body: () => Promise<void>): void {
  test(title, needsPostgres, () => run(() => timeout(LIMIT, body)));
}

/** `test`, with a connection to `server`. */
export function testConnected(
  server: PostgresServer,
  title: string,
  body: (connection: Connection) => Promise<void>,
  options: ConnectOptions = {},
): void {
  testInLoop(title, async () => {
    await using connection = await connect({ dsn: server.url, ...options });
    await body(connection);
  });
}

/** Waits until the server does `query` on one of its connections, and returns that one's process. */
export async function untilRunning(watcher: Connection, query: string): Promise<number> {
  for (;;) {
    // Within a transaction it would show the same again and again.
    await watcher.fetch('SELECT pg_stat_clear_snapshot()');
    const pid = await watcher.fetchValue<number>(
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query = $1 AND pid <> pg_backend_pid()",
      [query],
    );
    if (pid !== undefined) return pid;
    await sleep(1);
  }
}
