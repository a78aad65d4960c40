// The entry point `asyncio-ts/postgres`: Postgres, where the cancel of a task reaches the server. Names as asyncpg's.
//
// 1. When the cancel of a task is thrown, the server has ended its query, and the connection is as good as before; one that can't
//    be brought there in time is cut.
// 2. What takes time can be cancelled in every state, and leaves nothing: waiting, connecting, sending, running, committing.
// 3. Values are sent apart from the query, always.

export { connect } from './connection/connect.ts';
export type { ConnectOptions } from './wire/settings.ts';
export { Connection } from './connection/connection.ts';
export type { ArgumentSets, QueryOptions } from './connection/backend.ts';
export { Cursor } from './connection/cursor.ts';
export type { CursorOptions } from './connection/cursor.ts';
export { PreparedStatement } from './connection/preparedStatement.ts';
export type { Attribute } from './connection/preparedStatement.ts';
export type { Isolation, TransactionOptions } from './connection/transaction.ts';
export type { TypeCodec } from './connection/typeCodec.ts';
export { quoteIdentifier } from './connection/identifier.ts';
export type {
  NoticeListener,
  Notification,
  NotificationListener,
  TerminationListener,
} from './connection/messages.ts';
export type { Row } from './values/decode.ts';
export type { CopyFilter, CopyFormat, CopyTable } from './copy/copyCommands.ts';
export type { CopyOutput, CopySource } from './copy/copyExchange.ts';
export type { Records } from './copy/copyRecords.ts';
export { listen, Listener } from './listen/listener.ts';
export type { Gap, Heard, ListenOptions } from './listen/listener.ts';
export { createPool, Pool } from './pool/pool.ts';
export type { AcquireOptions } from './pool/pool.ts';
export type { PoolOptions } from './pool/poolOptions.ts';

export { InterfaceError, ParameterError } from './errors/interfaceError.ts';
export { PostgresError } from './errors/postgresError.ts';
export type { ServerReport } from './errors/postgresError.ts';
export {
  BadCopyFileFormatError,
  CheckViolationError,
  DataError,
  DivisionByZeroError,
  DuplicateTableError,
  ExclusionViolationError,
  FeatureNotSupportedError,
  ForeignKeyViolationError,
  InsufficientPrivilegeError,
  IntegrityConstraintViolationError,
  InvalidCachedStatementError,
  InvalidTextRepresentationError,
  NotNullViolationError,
  NumericValueOutOfRangeError,
  PostgresSyntaxError,
  RaiseError,
  StringDataRightTruncationError,
  SyntaxOrAccessError,
  UndefinedColumnError,
  UndefinedFunctionError,
  UndefinedTableError,
  UniqueViolationError,
} from './errors/queryErrors.ts';
export {
  AdminShutdownError,
  CannotConnectNowError,
  ConnectionDoesNotExistError,
  CrashShutdownError,
  DeadlockDetectedError,
  IdleInTransactionSessionTimeoutError,
  InFailedSQLTransactionError,
  InsufficientResourcesError,
  InvalidAuthorizationSpecificationError,
  InvalidCatalogNameError,
  InvalidPasswordError,
  InvalidSavepointSpecificationError,
  InvalidTransactionStateError,
  LockNotAvailableError,
  OperatorInterventionError,
  PostgresConnectionError,
  QueryCanceledError,
  ReadOnlySQLTransactionError,
  SerializationError,
  TooManyConnectionsError,
  TransactionRollbackError,
} from './errors/sessionErrors.ts';
