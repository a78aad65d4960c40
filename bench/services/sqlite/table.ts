// The table that every peer reads and writes, and the clock beside it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, microsecondsEach } from '../../sample.ts';
import type { Sample } from '../../sample.ts';

export interface TableRow {
  readonly id: number;
  readonly name: string;
}

export const create =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, price REAL, amount INTEGER, note TEXT)';
export const insert = 'INSERT INTO t VALUES (?, ?, ?, ?, ?)';
export const lookUp = 'SELECT * FROM t WHERE id = ?';
export const readAll = 'SELECT * FROM t';

export function fill(size: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${size})
    INSERT INTO t SELECT i, 'row number ' || i, i * 1.5, i % 7, 'x' FROM n`;
}

export function burn(size: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${size}) SELECT count(*) AS many FROM n`;
}

export function* values(size: number): Generator<[number, string, number, number, string]> {
  for (let i = 1; i <= size; i++) yield [i, `row number ${i}`, i * 1.5, i % 7, 'x'];
}

/** A file of its own, for as long as `body` takes. */
export async function inFile<T>(body: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sqlite-'));
  try {
    return await body(join(folder, 'bench.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Times `read`, which returns how many rows it has had, with a timer of 10 ms beside it. */
export async function timed(size: number, read: () => number | Promise<number>): Promise<Sample> {
  let due = performance.now() + 10;
  let delay = 0;
  const tick = (): void => {
    const now = performance.now();
    delay = Math.max(delay, now - due);
    due = now + 10;
  };
  let timer = setTimeout(function again() {
    tick();
    timer = setTimeout(again, 10);
  }, 10);
  const started = performance.now();
  const rows = await read();
  const value = microsecondsEach(started, size) * 1000;
  // What has kept the loop until now.
  await new Promise((resolve) => setTimeout(resolve, 15));
  clearTimeout(timer);
  check(rows, size);
  return { value, delay: Math.max(delay, 0.01) };
}
