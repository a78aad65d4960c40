// asyncio-ts/sqlite: SQLite in a worker of its own, with a cancel that works.

export type { BackupOptions } from './backup.ts';
export type { SqlInput, SqlParameters } from './bindings.ts';
export { connect } from './connect.ts';
export { Connection } from './connection.ts';
export type { TransactionOptions } from './transaction.ts';
export { Cursor } from './cursor.ts';
export type { ExecuteOptions } from './cursor.ts';
export { Database, openDatabase } from './database.ts';
export type { DatabaseOptions } from './database.ts';
export {
  DatabaseError,
  DataError,
  IntegrityError,
  InterfaceError,
  InternalError,
  NotSupportedError,
  OperationalError,
  ProgrammingError,
  SqliteError,
} from './errors.ts';
export type { SqliteErrorDetails } from './errors.ts';
export type { AggregateCallback, AggregateGroup, FunctionOptions, SqlCallback } from './functions.ts';
export type { ConnectOptions } from './options.ts';
export type { Converters, RowShape, SqlRow } from './rows.ts';
export type { WorkerKind } from './session.ts';
export { Statement } from './statement.ts';
export type { TransactionMode } from './transaction.ts';
export type { BackupState, ColumnHead, Integers, SqlValue } from './worker/protocol.ts';
