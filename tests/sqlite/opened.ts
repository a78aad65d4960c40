// Databases for tests: each is closed, and its folder removed, when the test is over.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/asyncio.ts';
import { connect } from '../../src/sqlite/sqlite.ts';
import type { Connection, ConnectOptions } from '../../src/sqlite/sqlite.ts';

const kept: AsyncDisposable[] = [];
let folder: string | undefined;

/** Ends with the test. */
export function keep<T extends AsyncDisposable>(resource: T): T {
  kept.push(resource);
  return resource;
}

/** A path in a folder that is the test's own. */
export function place(name: string = 'test.db'): string {
  folder ??= mkdtempSync(join(tmpdir(), 'asyncio-ts-sqlite-test-'));
  return join(folder, name);
}

/** A connection that ends with the test; to a database in memory where no path is given. */
export async function opened(path: string = ':memory:', options: ConnectOptions = {}): Promise<Connection> {
  return keep(await connect(path, options));
}

/** A test as the main task of a loop of its own, which closes what was kept. */
export function inLoop(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    await run(async () => {
      try {
        await body();
      } finally {
        for (const resource of kept.splice(0).reverse()) await resource[Symbol.asyncDispose]();
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
        folder = undefined;
      }
    });
  };
}

/** A query that computes for longer than any test, without a row. */
export const endless: string =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';

/** A query with `rows` rows: 1, 2, 3 … */
export function counting(rows: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${rows}) SELECT i FROM n`;
}
