// The errors of a database, as Python's sqlite3 and its DB-API name them.

import { AsyncioError } from '../asyncio.ts';
import { nameOfCode } from './worker/errorCodes.ts';
import type { Failure, FailureKind } from './worker/protocol.ts';

/** What an error knows of its statement. */
export interface SqliteErrorDetails extends ErrorOptions {
  /** SQLite's extended result code. */
  readonly errorCode?: number | undefined;
  /** The statement. */
  readonly sql?: string | undefined;
}

/** What all errors of a database have in common: SQLite's code and its name, and the statement. The values that were bound
 * are not in it. Semantics: sqlite3.Error.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect, SqliteError } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using db = await connect(':memory:');
 *   try { await db.execute('SELECT * FROM nowhere'); } catch (error) {
 *     const { sqliteErrorName, sql } = error as SqliteError;
 *     console.log(error instanceof SqliteError, sqliteErrorName, sql); // -> true SQLITE_ERROR SELECT * FROM nowhere
 *   }
 * });
 * ```
 */
export class SqliteError extends AsyncioError {
  /** SQLite's extended result code: 2067. */
  declare readonly sqliteErrorCode?: number;
  /** Its name: `SQLITE_CONSTRAINT_UNIQUE`. */
  declare readonly sqliteErrorName?: string;
  /** The statement that failed, where it was one. */
  declare readonly sql?: string;

  constructor(message: string, { errorCode, sql, ...options }: SqliteErrorDetails = {}) {
    super('ERR_SQLITE', message, options);
    if (errorCode !== undefined) {
      this.sqliteErrorCode = errorCode;
      this.sqliteErrorName = nameOfCode(errorCode);
    }
    if (sql !== undefined) this.sql = sql;
  }
}

/** The database was used in a way that it does not offer. Semantics: sqlite3.InterfaceError. */
export class InterfaceError extends SqliteError {}
/** Something about the database itself; the file may be damaged. Semantics: sqlite3.DatabaseError. */
export class DatabaseError extends SqliteError {}
/** A value that SQLite cannot hold. Semantics: sqlite3.DataError. */
export class DataError extends DatabaseError {}
/** A constraint forbids it: unique, not null, check, foreign key. Semantics: sqlite3.IntegrityError. */
export class IntegrityError extends DatabaseError {}
/** SQLite itself is at fault. Semantics: sqlite3.InternalError. */
export class InternalError extends DatabaseError {}
/** What this SQLite or its driver does not have. Semantics: sqlite3.NotSupportedError. */
export class NotSupportedError extends DatabaseError {}
/** What the world around the statement is at fault for: a lock, the disk, a table that is not there, text that is no SQL.
 * Semantics: sqlite3.OperationalError. */
export class OperationalError extends DatabaseError {}
/** The program is at fault: a wrong number of values, a closed connection. Semantics: sqlite3.ProgrammingError. */
export class ProgrammingError extends DatabaseError {}

const classes: Readonly<Record<FailureKind, typeof SqliteError>> = {
  DataError,
  DatabaseError,
  IntegrityError,
  InterfaceError,
  InternalError,
  NotSupportedError,
  OperationalError,
  ProgrammingError,
};

function called(value: string): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}
Object.defineProperty(SqliteError.prototype, 'name', called('SqliteError'));
Object.defineProperty(InterfaceError.prototype, 'name', called('InterfaceError'));
Object.defineProperty(DatabaseError.prototype, 'name', called('DatabaseError'));
Object.defineProperty(DataError.prototype, 'name', called('DataError'));
Object.defineProperty(IntegrityError.prototype, 'name', called('IntegrityError'));
Object.defineProperty(InternalError.prototype, 'name', called('InternalError'));
Object.defineProperty(NotSupportedError.prototype, 'name', called('NotSupportedError'));
Object.defineProperty(OperationalError.prototype, 'name', called('OperationalError'));
Object.defineProperty(ProgrammingError.prototype, 'name', called('ProgrammingError'));

/** The error that a worker tells of. */
export function toError({ kind, message, errorCode, sql, cause }: Failure): SqliteError {
  const details: SqliteErrorDetails = { errorCode, sql };
  if (cause === undefined) return new classes[kind](message, details);
  const thrown = new Error(cause.message);
  thrown.name = cause.name;
  thrown.stack = cause.stack;
  return new classes[kind](message, { ...details, cause: thrown });
}
