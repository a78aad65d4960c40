// The rows of one pass: a table of its own, filled in batches, with a line in `pass` that says at every
// moment how far it is. That line is part of the batch, so it is never wrong, not even after `kill -9`.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PassName } from '../arguments.ts';
import type { Content } from './content.ts';
import { storeError } from '../storeError.ts';
import type { Unread } from './walk.ts';

export type PassState = 'running' | 'done' | 'interrupted' | 'failed';

/** How many rows make a transaction. */
export const batchSize = 256;

export class PassTable {
  /** Rows, unread files and bytes that are safe on the disk. */
  readonly written = { files: 0, unread: 0, bytes: 0 };
  /** Milliseconds spent in SQLite. */
  spent = 0;
  /** Set by the first error; nothing is written after it, so that the first one stands. */
  failed = false;

  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #name: PassName;
  readonly #insert: StatementSync;
  readonly #insertUnread: StatementSync;
  readonly #update: StatementSync;
  readonly #started: number = performance.now();
  #batch = { files: 0, unread: 0, bytes: 0 };

  /** `path` is for messages; the table is created empty. */
  constructor(db: DatabaseSync, path: string, name: PassName, total: number) {
    this.#db = db;
    this.#path = path;
    this.#name = name;
    db.exec(`DROP TABLE IF EXISTS ${name};
      CREATE TABLE ${name} (path, bytes INTEGER, sha256 TEXT, modified REAL, device INTEGER, inode INTEGER)`);
    db.prepare(`REPLACE INTO pass VALUES (?, 'running', 0, ?, 0, 0, 0)`).run(name, total);
    this.#insert = db.prepare(`INSERT INTO ${name} VALUES (?, ?, ?, ?, ?, ?)`);
    this.#insertUnread = db.prepare('INSERT INTO unread VALUES (?, ?, ?, ?)');
    this.#update = db.prepare(
      'UPDATE pass SET state = ?, files = ?, bytes = ?, unread = ?, milliseconds = ? WHERE name = ?',
    );
  }

  /** Adds a file that was read. @throws UserError when it cannot be written. */
  add(row: Content): void {
    this.#write(() => {
      this.#insert.run(row.path, row.bytes, row.sha256, row.modified, row.device, row.inode);
      this.#batch.files += 1;
      this.#batch.bytes += row.bytes;
    });
  }

  /** Adds a file that could not be read. @throws UserError when it cannot be written. */
  addUnread({ path, code, reason }: Unread): void {
    this.#write(() => {
      this.#insertUnread.run(this.#name, path, code, reason);
      this.#batch.unread += 1;
    });
  }

  /** Commits what was added, and notes how the pass stands. @throws UserError when it cannot be written. */
  commit(state: PassState): void {
    if (this.failed) return;
    const start = performance.now();
    const { files, unread, bytes } = this.#batch;
    const sum = {
      files: this.written.files + files,
      unread: this.written.unread + unread,
      bytes: this.written.bytes + bytes,
    };
    this.#batch = { files: 0, unread: 0, bytes: 0 };
    try {
      const elapsed = performance.now() - this.#started;
      this.#update.run(state, sum.files, sum.bytes, sum.unread, elapsed, this.#name);
      if (this.#db.isTransaction) this.#db.exec('COMMIT');
    } catch (error) {
      this.#undo();
      throw storeError(error, this.#path);
    }
    Object.assign(this.written, sum);
    this.spent += performance.now() - start;
  }

  #write(insert: () => void): void {
    if (this.failed) return;
    const start = performance.now();
    try {
      if (!this.#db.isTransaction) this.#db.exec('BEGIN');
      insert();
    } catch (error) {
      this.#undo();
      throw storeError(error, this.#path);
    }
    this.spent += performance.now() - start;
    if (this.#batch.files + this.#batch.unread >= batchSize) this.commit('running');
  }

  #undo(): void {
    this.failed = true;
    this.#batch = { files: 0, unread: 0, bytes: 0 };
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#db.prepare(`UPDATE pass SET state = 'failed' WHERE name = ?`).run(this.#name);
    } catch {
      // On a disk that is full not even that can be noted: the pass stays as 'running'.
    }
  }
}
