// Opens the SQLite file of a job. A database that is not of this program's making is never touched, and one that is
// open here is locked against other programs.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { showName } from './screen/text.ts';
import { resultCode, sqliteCode, storeError } from './storeError.ts';
import { systemCode, UserError } from './userError.ts';

/** Marks a database as this program's: `tour` in ASCII. */
const applicationId = 0x746f7572;

export interface StoreOptions {
  /** Make the folder of the file when there is none. Default: false. */
  readonly makeFolder?: boolean;
  /** The largest size the database may grow to, in pages of 4 KiB: a full disk in small, for tests. */
  readonly maxPages?: number;
}

/** @throws UserError when the file cannot be, or must not be, this program's database. */
export function openDatabase(path: string, options: StoreOptions = {}): DatabaseSync {
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
  return db;
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
