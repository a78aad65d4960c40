// The database of the tour: an embedded SQLite file.
//
// Rules:
// - Rows are written in transactions of `batchSize`, through a write-ahead log: whatever ends the
//   program, and wherever, each batch is there as a whole or not at all.
// - It is locked against other programs while it is open.
// - A database that is not of the tour's making is never touched.
// - The results of the last run stay until `startRun`, that is, until the new one has files to read.
// - Every method is synchronous: nothing can be cancelled half-way.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PassName } from './arguments.ts';
import { PassTable } from './passTable.ts';
import { resultCode, sqliteCode, storeError } from './storeError.ts';
import { showName } from './text.ts';
import { systemCode, UserError } from './userError.ts';
import type { Unread } from './walk.ts';

/** Marks a database as the tour's: `tour` in ASCII. */
const applicationId = 0x746f7572;

export interface StoreOptions {
  /** Make the folder of the file when there is none. Default: false. */
  readonly makeFolder?: boolean;
  /** The largest size the database may grow to, in pages of 4 KiB: a full disk in small, for tests. */
  readonly maxPages?: number;
}

export class Store {
  readonly path: string;
  readonly db: DatabaseSync;

  /** @throws UserError when the file cannot be, or must not be, the tour's database. */
  constructor(path: string, options: StoreOptions = {}) {
    this.path = path;
    checkPlace(path, options.makeFolder ?? false);
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path);
      claim(db, path);
      if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    } catch (error) {
      db?.close();
      throw storeError(error, path);
    }
    this.db = db;
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

function checkPlace(path: string, makeFolder: boolean): void {
  const folder = dirname(path);
  try {
    if (makeFolder) mkdirSync(folder, { recursive: true });
    if (!statSync(folder).isDirectory()) throw new UserError(`'${showName(folder)}' is not a folder`, 2);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) {
      throw new UserError(
        `the database '${showName(path)}' is ${stats.isDirectory() ? 'a folder' : 'no file'}`,
        2,
      );
    }
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof UserError || code === undefined) throw error;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const sentence = missing
      ? `there is no folder '${showName(folder)}' for the database`
      : `the database '${showName(path)}' cannot be reached (${code})`;
    throw new UserError(sentence, 2, { cause: error });
  }
}

/** Locks the database and makes sure that it is new or the tour's. */
function claim(db: DatabaseSync, path: string): void {
  const id = Number(db.prepare('PRAGMA application_id').get()?.['application_id']);
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (id !== applicationId && tables > 0) {
    throw new UserError(`'${showName(path)}' is a database of another program, and is left as it is`, 2);
  }
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    db.exec(`PRAGMA application_id = ${applicationId}`);
  } catch (error) {
    // A database of an earlier run on a disk that is full needs no mark: it has it.
    if (sqliteCode(error) !== resultCode.full || id !== applicationId) throw error;
  }
}
