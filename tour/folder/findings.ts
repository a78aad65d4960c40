// What the database has to tell once it is filled: questions in SQL, answers as plain objects.

import type { DatabaseSync } from 'node:sqlite';
import type { PassName } from '../arguments.ts';
import { showName } from '../screen/text.ts';

export interface LargeFile {
  readonly name: string;
  readonly bytes: number;
}

/** Files with the same content. */
export interface DuplicateGroup {
  /** The first of their names. */
  readonly name: string;
  readonly copies: number;
  readonly bytes: number;
  /** Bytes that would be free if there were one copy. */
  readonly wasted: number;
}

export interface Duplicates {
  readonly groups: number;
  /** Files beyond the first of each group. */
  readonly surplus: number;
  readonly wasted: number;
  readonly worst: DuplicateGroup[];
}

export interface UnreadFile {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

// Several names of one file (hard links) take no room of their own, and empty files none at all.
const groups = (table: PassName): string => `
  SELECT min(path) AS name, bytes, count(DISTINCT device || ':' || inode) AS copies,
    (count(DISTINCT device || ':' || inode) - 1) * bytes AS wasted
  FROM ${table} WHERE bytes > 0 GROUP BY sha256, bytes HAVING copies > 1`;

export function largestFiles(db: DatabaseSync, table: PassName, top: number): LargeFile[] {
  const rows = db.prepare(`SELECT path, bytes FROM ${table} ORDER BY bytes DESC, path LIMIT ?`).all(top);
  return rows.map((row) => ({ name: nameOf(row['path']), bytes: Number(row['bytes']) }));
}

export function duplicates(db: DatabaseSync, table: PassName, top: number): Duplicates {
  const sums = db
    .prepare(
      `SELECT count(*) AS groups, ifnull(sum(copies - 1), 0) AS surplus, ifnull(sum(wasted), 0) AS wasted
     FROM (${groups(table)})`,
    )
    .get();
  const worst = db.prepare(`${groups(table)} ORDER BY wasted DESC, name LIMIT ?`).all(top);
  return {
    groups: Number(sums?.['groups']),
    surplus: Number(sums?.['surplus']),
    wasted: Number(sums?.['wasted']),
    worst: worst.map((row) => ({
      name: nameOf(row['name']),
      copies: Number(row['copies']),
      bytes: Number(row['bytes']),
      wasted: Number(row['wasted']),
    })),
  };
}

/** How many files could not be read, folders included, and the first of them; a file counts once. */
export function unreadFiles(db: DatabaseSync, top: number): { total: number; first: UnreadFile[] } {
  const distinct = 'SELECT path, min(code) AS code, min(reason) AS reason FROM unread GROUP BY path';
  const total = Number(db.prepare(`SELECT count(*) AS n FROM (${distinct})`).get()?.['n']);
  const rows = db.prepare(`${distinct} ORDER BY path LIMIT ?`).all(top);
  return {
    total,
    first: rows.map((row) => ({
      name: nameOf(row['path']),
      code: String(row['code']),
      reason: String(row['reason']),
    })),
  };
}

/** How many files the two passes saw differently, because somebody changed them in between. */
export function differences(db: DatabaseSync): number {
  const row = db
    .prepare(`SELECT count(DISTINCT path) AS n FROM (
    SELECT * FROM (SELECT path, sha256 FROM sequential EXCEPT SELECT path, sha256 FROM concurrent)
    UNION ALL
    SELECT * FROM (SELECT path, sha256 FROM concurrent EXCEPT SELECT path, sha256 FROM sequential))`)
    .get();
  return Number(row?.['n']);
}

function nameOf(path: unknown): string {
  return showName(path instanceof Uint8Array ? path : String(path));
}
