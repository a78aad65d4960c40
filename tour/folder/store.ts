// The database of a folder's index: an embedded SQLite file.
//
// Rules:
// - Rows are written in transactions of `batchSize`, through a write-ahead log: whatever ends the
//   program, and wherever, each batch is there as a whole or not at all.
// - The results of the last run stay until `startRun`, that is, until the new one has files to read.
// - Every method is synchronous: nothing can be cancelled half-way.

import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { PassName } from '../arguments.ts';
import { openDatabase } from '../openDatabase.ts';
import type { StoreOptions } from '../openDatabase.ts';
import { storeError } from '../storeError.ts';
import { PassTable } from './passTable.ts';
import type { Unread } from './walk.ts';

export class Store {
  readonly path: string;
  readonly db: DatabaseSync;

  /** @throws UserError when the file cannot be, or must not be, the tour's database. */
  constructor(path: string, options: StoreOptions = {}) {
    this.path = path;
    this.db = openDatabase(path, options);
  }

  /** Removes the results of the last run and makes room for this one's. */
  startRun(root: string): void {
    this.#guard(() => {
      this.db.exec(`BEGIN;
        DROP TABLE IF EXISTS sequential; DROP TABLE IF EXISTS concurrent;
        DROP TABLE IF EXISTS pass; DROP TABLE IF EXISTS unread; DROP TABLE IF EXISTS run;
        CREATE TABLE run (root TEXT, started TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')));
        CREATE TABLE pass (name TEXT PRIMARY KEY, state TEXT, files INTEGER, total INTEGER, bytes INTEGER,
          unread INTEGER, milliseconds REAL);
        CREATE TABLE unread (pass TEXT, path, code TEXT, reason TEXT);
        COMMIT; VACUUM`);
      this.db.prepare('INSERT INTO run (root) VALUES (?)').run(root);
    });
  }

  /** A fresh table for one pass over `total` files. */
  startPass(name: PassName, total: number): PassTable {
    return this.#guard(() => new PassTable(this.db, this.path, name, total));
  }

  /** Names what the walk could not read. */
  addUnread(unread: readonly Unread[]): void {
    this.#guard(() => {
      const insert = this.db.prepare(`INSERT INTO unread VALUES ('walk', ?, ?, ?)`);
      for (const { path, code, reason } of unread) insert.run(path, code, reason);
    });
  }

  /** SQLite's own examination of the whole file: `ok`, or what is wrong. */
  check(): string {
    return this.#guard(() => String(this.db.prepare('PRAGMA integrity_check').get()?.['integrity_check']));
  }

  /** The size of the database file in bytes. */
  size(): number {
    const pages = Number(this.db.prepare('PRAGMA page_count').get()?.['page_count']);
    return pages * Number(this.db.prepare('PRAGMA page_size').get()?.['page_size']);
  }

  /**
   * Moves the log into the file and closes it; a batch that was begun and not committed is undone.
   *
   * @returns The log, if it had to stay because the disk has no room for its move.
   */
  close(): string | undefined {
    if (!this.db.isOpen) return undefined;
    this.db.close();
    const log = `${this.path}-wal`;
    return existsSync(log) ? log : undefined;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw storeError(error, this.path);
    }
  }
}
