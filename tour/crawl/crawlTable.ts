// The pages of one pass in the database. Each page is a transaction: whatever ends the program, and wherever, the
// table holds whole pages, and the line of the pass counts them.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { storeError } from '../storeError.ts';
import type { Way } from '../part.ts';
import type { Parsed } from './parsePage.ts';
import type { Visit } from './visit.ts';

export class CrawlTable {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #pass: Way;
  readonly #insert: StatementSync;
  readonly #count: StatementSync;

  /** `path` is for messages; what an earlier run left of this pass goes. */
  constructor(db: DatabaseSync, path: string, pass: Way) {
    this.#db = db;
    this.#path = path;
    this.#pass = pass;
    this.#guard(() => {
      db.exec(`CREATE TABLE IF NOT EXISTS page (pass TEXT, path TEXT, title TEXT, price REAL, rating REAL,
          bytes INTEGER, outcome TEXT, attempts INTEGER, milliseconds REAL, PRIMARY KEY (pass, path));
        CREATE TABLE IF NOT EXISTS crawl (pass TEXT PRIMARY KEY, state TEXT, pages INTEGER)`);
      db.prepare('DELETE FROM page WHERE pass = ?').run(pass);
      db.prepare(`REPLACE INTO crawl VALUES (?, 'running', 0)`).run(pass);
    });
    this.#insert = db.prepare('INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#count = db.prepare('UPDATE crawl SET pages = pages + 1 WHERE pass = ?');
  }

  /** Stores a page; one that was not had without what it holds. @throws UserError when it cannot be written. */
  add({ path, text, outcome, attempts, elapsed }: Visit, parsed: Parsed | undefined): void {
    const { title = null, price = null, rating = null } = parsed ?? {};
    this.#guard(() => {
      const bytes = text === undefined ? null : Buffer.byteLength(text);
      this.#insert.run(this.#pass, path, title, price, rating, bytes, outcome, attempts, elapsed);
      this.#count.run(this.#pass);
    });
  }

  /** Notes how the pass ended. */
  end(state: 'done' | 'stopped'): void {
    this.#guard(() => this.#db.prepare('UPDATE crawl SET state = ? WHERE pass = ?').run(state, this.#pass));
  }

  #guard(work: () => void): void {
    try {
      this.#db.exec('BEGIN');
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw storeError(error, this.#path);
    }
  }
}
