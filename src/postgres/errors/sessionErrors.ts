// What is wrong with a connection, a transaction or the server, by SQLSTATE; names and tree as asyncpg's.
// postgresError.ts says how a class is chosen.

import { named, PostgresError } from './postgresError.ts';
import type { ClassOfStates } from './postgresError.ts';

/** The connection does not work: SQLSTATE 08 and its kind. Semantics: asyncpg.PostgresConnectionError.
 * @example
 * ```ts
 * import { PostgresConnectionError } from 'asyncio-ts/postgres';
 * const error = new PostgresConnectionError({ severity: 'ERROR', sqlstate: '08000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> PostgresConnectionError 08000
 * ```
 */
export class PostgresConnectionError extends PostgresError {}

/** The connection was closed in the middle of an operation, which may have been carried out or not: SQLSTATE 08003. Semantics: asyncpg.ConnectionDoesNotExistError.
 * @example
 * ```ts
 * import { ConnectionDoesNotExistError } from 'asyncio-ts/postgres';
 * const error = new ConnectionDoesNotExistError({ severity: 'ERROR', sqlstate: '08003', message: 'as it may be' });
 * console.log(error.name, error.code); // -> ConnectionDoesNotExistError 08003
 * ```
 */
export class ConnectionDoesNotExistError extends PostgresConnectionError {}

/** The state of the transaction does not allow this: SQLSTATE 25 and its kind. Semantics: asyncpg.InvalidTransactionStateError.
 * @example
 * ```ts
 * import { InvalidTransactionStateError } from 'asyncio-ts/postgres';
 * const error = new InvalidTransactionStateError({ severity: 'ERROR', sqlstate: '25000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidTransactionStateError 25000
 * ```
 */
export class InvalidTransactionStateError extends PostgresError {}

/** A write in a read-only transaction: SQLSTATE 25006. Semantics: asyncpg.ReadOnlySQLTransactionError.
 * @example
 * ```ts
 * import { ReadOnlySQLTransactionError } from 'asyncio-ts/postgres';
 * const error = new ReadOnlySQLTransactionError({ severity: 'ERROR', sqlstate: '25006', message: 'as it may be' });
 * console.log(error.name, error.code); // -> ReadOnlySQLTransactionError 25006
 * ```
 */
export class ReadOnlySQLTransactionError extends InvalidTransactionStateError {}

/** The transaction has failed and waits for its end: SQLSTATE 25P02. Semantics: asyncpg.InFailedSQLTransactionError.
 * @example
 * ```ts
 * import { InFailedSQLTransactionError } from 'asyncio-ts/postgres';
 * const error = new InFailedSQLTransactionError({ severity: 'ERROR', sqlstate: '25P02', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InFailedSQLTransactionError 25P02
 * ```
 */
export class InFailedSQLTransactionError extends InvalidTransactionStateError {}

/** The transaction stood idle for too long, and the server cut the connection: SQLSTATE 25P03. Semantics: asyncpg.IdleInTransactionSessionTimeoutError.
 * @example
 * ```ts
 * import { IdleInTransactionSessionTimeoutError } from 'asyncio-ts/postgres';
 * const error = new IdleInTransactionSessionTimeoutError({ severity: 'ERROR', sqlstate: '25P03', message: 'as it may be' });
 * console.log(error.name, error.code); // -> IdleInTransactionSessionTimeoutError 25P03
 * ```
 */
export class IdleInTransactionSessionTimeoutError extends InvalidTransactionStateError {}

/** The server does not let this user in: SQLSTATE 28 and its kind. Semantics: asyncpg.InvalidAuthorizationSpecificationError.
 * @example
 * ```ts
 * import { InvalidAuthorizationSpecificationError } from 'asyncio-ts/postgres';
 * const error = new InvalidAuthorizationSpecificationError({ severity: 'ERROR', sqlstate: '28000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidAuthorizationSpecificationError 28000
 * ```
 */
export class InvalidAuthorizationSpecificationError extends PostgresError {}

/** The password is wrong: SQLSTATE 28P01. Semantics: asyncpg.InvalidPasswordError.
 * @example
 * ```ts
 * import { InvalidPasswordError } from 'asyncio-ts/postgres';
 * const error = new InvalidPasswordError({ severity: 'ERROR', sqlstate: '28P01', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidPasswordError 28P01
 * ```
 */
export class InvalidPasswordError extends InvalidAuthorizationSpecificationError {}

/** There is no such database: SQLSTATE 3D000. Semantics: asyncpg.InvalidCatalogNameError.
 * @example
 * ```ts
 * import { InvalidCatalogNameError } from 'asyncio-ts/postgres';
 * const error = new InvalidCatalogNameError({ severity: 'ERROR', sqlstate: '3D000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidCatalogNameError 3D000
 * ```
 */
export class InvalidCatalogNameError extends PostgresError {}

/** There is no such savepoint: SQLSTATE 3B001. Semantics: asyncpg.InvalidSavepointSpecificationError.
 * @example
 * ```ts
 * import { InvalidSavepointSpecificationError } from 'asyncio-ts/postgres';
 * const error = new InvalidSavepointSpecificationError({ severity: 'ERROR', sqlstate: '3B001', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidSavepointSpecificationError 3B001
 * ```
 */
export class InvalidSavepointSpecificationError extends PostgresError {}

/** The server has rolled the transaction back: try it again: SQLSTATE 40 and its kind. Semantics: asyncpg.TransactionRollbackError.
 * @example
 * ```ts
 * import { TransactionRollbackError } from 'asyncio-ts/postgres';
 * const error = new TransactionRollbackError({ severity: 'ERROR', sqlstate: '40000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> TransactionRollbackError 40000
 * ```
 */
export class TransactionRollbackError extends PostgresError {}

/** Transactions at the same time can not be put into an order: try it again: SQLSTATE 40001. Semantics: asyncpg.SerializationError.
 * @example
 * ```ts
 * import { SerializationError } from 'asyncio-ts/postgres';
 * const error = new SerializationError({ severity: 'ERROR', sqlstate: '40001', message: 'as it may be' });
 * console.log(error.name, error.code); // -> SerializationError 40001
 * ```
 */
export class SerializationError extends TransactionRollbackError {}

/** Transactions wait for each other, and this one was chosen to give in: try it again: SQLSTATE 40P01. Semantics: asyncpg.DeadlockDetectedError.
 * @example
 * ```ts
 * import { DeadlockDetectedError } from 'asyncio-ts/postgres';
 * const error = new DeadlockDetectedError({ severity: 'ERROR', sqlstate: '40P01', message: 'as it may be' });
 * console.log(error.name, error.code); // -> DeadlockDetectedError 40P01
 * ```
 */
export class DeadlockDetectedError extends TransactionRollbackError {}

/** The server lacks something: SQLSTATE 53 and its kind. Semantics: asyncpg.InsufficientResourcesError.
 * @example
 * ```ts
 * import { InsufficientResourcesError } from 'asyncio-ts/postgres';
 * const error = new InsufficientResourcesError({ severity: 'ERROR', sqlstate: '53000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InsufficientResourcesError 53000
 * ```
 */
export class InsufficientResourcesError extends PostgresError {}

/** The server has no room for another connection: SQLSTATE 53300. Semantics: asyncpg.TooManyConnectionsError.
 * @example
 * ```ts
 * import { TooManyConnectionsError } from 'asyncio-ts/postgres';
 * const error = new TooManyConnectionsError({ severity: 'ERROR', sqlstate: '53300', message: 'as it may be' });
 * console.log(error.name, error.code); // -> TooManyConnectionsError 53300
 * ```
 */
export class TooManyConnectionsError extends InsufficientResourcesError {}

/** A lock is taken, and waiting for it was not wanted or took too long: SQLSTATE 55P03. Semantics: asyncpg.LockNotAvailableError.
 * @example
 * ```ts
 * import { LockNotAvailableError } from 'asyncio-ts/postgres';
 * const error = new LockNotAvailableError({ severity: 'ERROR', sqlstate: '55P03', message: 'as it may be' });
 * console.log(error.name, error.code); // -> LockNotAvailableError 55P03
 * ```
 */
export class LockNotAvailableError extends PostgresError {}

/** Somebody on the side of the server has ended this: SQLSTATE 57 and its kind. Semantics: asyncpg.OperatorInterventionError.
 * @example
 * ```ts
 * import { OperatorInterventionError } from 'asyncio-ts/postgres';
 * const error = new OperatorInterventionError({ severity: 'ERROR', sqlstate: '57000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> OperatorInterventionError 57000
 * ```
 */
export class OperatorInterventionError extends PostgresError {}

/** The query was cancelled on the server: by a time limit there, or by another client: SQLSTATE 57014. Semantics: asyncpg.QueryCanceledError.
 * @example
 * ```ts
 * import { QueryCanceledError } from 'asyncio-ts/postgres';
 * const error = new QueryCanceledError({ severity: 'ERROR', sqlstate: '57014', message: 'as it may be' });
 * console.log(error.name, error.code); // -> QueryCanceledError 57014
 * ```
 */
export class QueryCanceledError extends OperatorInterventionError {}

/** The server is being shut down, or this connection was ended there: SQLSTATE 57P01. Semantics: asyncpg.AdminShutdownError.
 * @example
 * ```ts
 * import { AdminShutdownError } from 'asyncio-ts/postgres';
 * const error = new AdminShutdownError({ severity: 'ERROR', sqlstate: '57P01', message: 'as it may be' });
 * console.log(error.name, error.code); // -> AdminShutdownError 57P01
 * ```
 */
export class AdminShutdownError extends OperatorInterventionError {}

/** The server has crashed, and ends its connections: SQLSTATE 57P02. Semantics: asyncpg.CrashShutdownError.
 * @example
 * ```ts
 * import { CrashShutdownError } from 'asyncio-ts/postgres';
 * const error = new CrashShutdownError({ severity: 'ERROR', sqlstate: '57P02', message: 'as it may be' });
 * console.log(error.name, error.code); // -> CrashShutdownError 57P02
 * ```
 */
export class CrashShutdownError extends OperatorInterventionError {}

/** The server is starting or stopping: SQLSTATE 57P03. Semantics: asyncpg.CannotConnectNowError.
 * @example
 * ```ts
 * import { CannotConnectNowError } from 'asyncio-ts/postgres';
 * const error = new CannotConnectNowError({ severity: 'ERROR', sqlstate: '57P03', message: 'as it may be' });
 * console.log(error.name, error.code); // -> CannotConnectNowError 57P03
 * ```
 */
export class CannotConnectNowError extends OperatorInterventionError {}

export const sessionStates: readonly ClassOfStates[] = [
  named('PostgresConnectionError', PostgresConnectionError, ['08']),
  named('ConnectionDoesNotExistError', ConnectionDoesNotExistError, ['08003']),
  named('InvalidTransactionStateError', InvalidTransactionStateError, ['25']),
  named('ReadOnlySQLTransactionError', ReadOnlySQLTransactionError, ['25006']),
  named('InFailedSQLTransactionError', InFailedSQLTransactionError, ['25P02']),
  named('IdleInTransactionSessionTimeoutError', IdleInTransactionSessionTimeoutError, ['25P03']),
  named('InvalidAuthorizationSpecificationError', InvalidAuthorizationSpecificationError, ['28']),
  named('InvalidPasswordError', InvalidPasswordError, ['28P01']),
  named('InvalidCatalogNameError', InvalidCatalogNameError, ['3D000']),
  named('InvalidSavepointSpecificationError', InvalidSavepointSpecificationError, ['3B001']),
  named('TransactionRollbackError', TransactionRollbackError, ['40']),
  named('SerializationError', SerializationError, ['40001']),
  named('DeadlockDetectedError', DeadlockDetectedError, ['40P01']),
  named('InsufficientResourcesError', InsufficientResourcesError, ['53']),
  named('TooManyConnectionsError', TooManyConnectionsError, ['53300']),
  named('LockNotAvailableError', LockNotAvailableError, ['55P03']),
  named('OperatorInterventionError', OperatorInterventionError, ['57']),
  named('QueryCanceledError', QueryCanceledError, ['57014']),
  named('AdminShutdownError', AdminShutdownError, ['57P01']),
  named('CrashShutdownError', CrashShutdownError, ['57P02']),
  named('CannotConnectNowError', CannotConnectNowError, ['57P03']),
];
