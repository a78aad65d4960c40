// What is wrong with a query or its data, by SQLSTATE; names and tree as asyncpg's. postgresError.ts says how a class is
// chosen.

import { named, PostgresError } from './postgresError.ts';
import type { ClassOfStates } from './postgresError.ts';

/** The server does not support this: SQLSTATE 0A and its kind. Semantics: asyncpg.FeatureNotSupportedError.
 * @example
 * ```ts
 * import { FeatureNotSupportedError } from 'asyncio-ts/postgres';
 * const error = new FeatureNotSupportedError({ severity: 'ERROR', sqlstate: '0A000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> FeatureNotSupportedError 0A000
 * ```
 */
export class FeatureNotSupportedError extends PostgresError {}

/** A prepared statement no longer fits its tables, in a transaction that can not be repeated: SQLSTATE 0A000. Semantics: asyncpg.InvalidCachedStatementError.
 * @example
 * ```ts
 * import { InvalidCachedStatementError } from 'asyncio-ts/postgres';
 * const error = new InvalidCachedStatementError({ severity: 'ERROR', sqlstate: '0A000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidCachedStatementError 0A000
 * ```
 */
export class InvalidCachedStatementError extends FeatureNotSupportedError {}

/** A value does not fit: SQLSTATE 22 and its kind. Semantics: asyncpg.DataError.
 * @example
 * ```ts
 * import { DataError } from 'asyncio-ts/postgres';
 * const error = new DataError({ severity: 'ERROR', sqlstate: '22000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> DataError 22000
 * ```
 */
export class DataError extends PostgresError {}

/** Division by zero: SQLSTATE 22012. Semantics: asyncpg.DivisionByZeroError.
 * @example
 * ```ts
 * import { DivisionByZeroError } from 'asyncio-ts/postgres';
 * const error = new DivisionByZeroError({ severity: 'ERROR', sqlstate: '22012', message: 'as it may be' });
 * console.log(error.name, error.code); // -> DivisionByZeroError 22012
 * ```
 */
export class DivisionByZeroError extends DataError {}

/** A text is too long for its column: SQLSTATE 22001. Semantics: asyncpg.StringDataRightTruncationError.
 * @example
 * ```ts
 * import { StringDataRightTruncationError } from 'asyncio-ts/postgres';
 * const error = new StringDataRightTruncationError({ severity: 'ERROR', sqlstate: '22001', message: 'as it may be' });
 * console.log(error.name, error.code); // -> StringDataRightTruncationError 22001
 * ```
 */
export class StringDataRightTruncationError extends DataError {}

/** A number is too large for its type: SQLSTATE 22003. Semantics: asyncpg.NumericValueOutOfRangeError.
 * @example
 * ```ts
 * import { NumericValueOutOfRangeError } from 'asyncio-ts/postgres';
 * const error = new NumericValueOutOfRangeError({ severity: 'ERROR', sqlstate: '22003', message: 'as it may be' });
 * console.log(error.name, error.code); // -> NumericValueOutOfRangeError 22003
 * ```
 */
export class NumericValueOutOfRangeError extends DataError {}

/** A text is no value of its type: SQLSTATE 22P02. Semantics: asyncpg.InvalidTextRepresentationError.
 * @example
 * ```ts
 * import { InvalidTextRepresentationError } from 'asyncio-ts/postgres';
 * const error = new InvalidTextRepresentationError({ severity: 'ERROR', sqlstate: '22P02', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InvalidTextRepresentationError 22P02
 * ```
 */
export class InvalidTextRepresentationError extends DataError {}

/** The data of a COPY is not in its format: SQLSTATE 22P04. Semantics: asyncpg.BadCopyFileFormatError.
 * @example
 * ```ts
 * import { BadCopyFileFormatError } from 'asyncio-ts/postgres';
 * const error = new BadCopyFileFormatError({ severity: 'ERROR', sqlstate: '22P04', message: 'as it may be' });
 * console.log(error.name, error.code); // -> BadCopyFileFormatError 22P04
 * ```
 */
export class BadCopyFileFormatError extends DataError {}

/** A constraint is broken: SQLSTATE 23 and its kind. Semantics: asyncpg.IntegrityConstraintViolationError.
 * @example
 * ```ts
 * import { IntegrityConstraintViolationError } from 'asyncio-ts/postgres';
 * const error = new IntegrityConstraintViolationError({ severity: 'ERROR', sqlstate: '23000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> IntegrityConstraintViolationError 23000
 * ```
 */
export class IntegrityConstraintViolationError extends PostgresError {}

/** A NULL where none is allowed: SQLSTATE 23502. Semantics: asyncpg.NotNullViolationError.
 * @example
 * ```ts
 * import { NotNullViolationError } from 'asyncio-ts/postgres';
 * const error = new NotNullViolationError({ severity: 'ERROR', sqlstate: '23502', message: 'as it may be' });
 * console.log(error.name, error.code); // -> NotNullViolationError 23502
 * ```
 */
export class NotNullViolationError extends IntegrityConstraintViolationError {}

/** The row that a foreign key names is not there, or one is named still: SQLSTATE 23503. Semantics: asyncpg.ForeignKeyViolationError.
 * @example
 * ```ts
 * import { ForeignKeyViolationError } from 'asyncio-ts/postgres';
 * const error = new ForeignKeyViolationError({ severity: 'ERROR', sqlstate: '23503', message: 'as it may be' });
 * console.log(error.name, error.code); // -> ForeignKeyViolationError 23503
 * ```
 */
export class ForeignKeyViolationError extends IntegrityConstraintViolationError {}

/** The key is there already: SQLSTATE 23505. Semantics: asyncpg.UniqueViolationError.
 * @example
 * ```ts
 * import { UniqueViolationError } from 'asyncio-ts/postgres';
 * const error = new UniqueViolationError({ severity: 'ERROR', sqlstate: '23505', message: 'as it may be' });
 * console.log(error.name, error.code); // -> UniqueViolationError 23505
 * ```
 */
export class UniqueViolationError extends IntegrityConstraintViolationError {}

/** A CHECK is not fulfilled: SQLSTATE 23514. Semantics: asyncpg.CheckViolationError.
 * @example
 * ```ts
 * import { CheckViolationError } from 'asyncio-ts/postgres';
 * const error = new CheckViolationError({ severity: 'ERROR', sqlstate: '23514', message: 'as it may be' });
 * console.log(error.name, error.code); // -> CheckViolationError 23514
 * ```
 */
export class CheckViolationError extends IntegrityConstraintViolationError {}

/** An EXCLUDE is not fulfilled: SQLSTATE 23P01. Semantics: asyncpg.ExclusionViolationError.
 * @example
 * ```ts
 * import { ExclusionViolationError } from 'asyncio-ts/postgres';
 * const error = new ExclusionViolationError({ severity: 'ERROR', sqlstate: '23P01', message: 'as it may be' });
 * console.log(error.name, error.code); // -> ExclusionViolationError 23P01
 * ```
 */
export class ExclusionViolationError extends IntegrityConstraintViolationError {}

/** The query is not right, or not allowed: SQLSTATE 42 and its kind. Semantics: asyncpg.SyntaxOrAccessError.
 * @example
 * ```ts
 * import { SyntaxOrAccessError } from 'asyncio-ts/postgres';
 * const error = new SyntaxOrAccessError({ severity: 'ERROR', sqlstate: '42000', message: 'as it may be' });
 * console.log(error.name, error.code); // -> SyntaxOrAccessError 42000
 * ```
 */
export class SyntaxOrAccessError extends PostgresError {}

/** The query is no SQL: SQLSTATE 42601. Semantics: asyncpg.PostgresSyntaxError.
 * @example
 * ```ts
 * import { PostgresSyntaxError } from 'asyncio-ts/postgres';
 * const error = new PostgresSyntaxError({ severity: 'ERROR', sqlstate: '42601', message: 'as it may be' });
 * console.log(error.name, error.code); // -> PostgresSyntaxError 42601
 * ```
 */
export class PostgresSyntaxError extends SyntaxOrAccessError {}

/** The user may not do this: SQLSTATE 42501. Semantics: asyncpg.InsufficientPrivilegeError.
 * @example
 * ```ts
 * import { InsufficientPrivilegeError } from 'asyncio-ts/postgres';
 * const error = new InsufficientPrivilegeError({ severity: 'ERROR', sqlstate: '42501', message: 'as it may be' });
 * console.log(error.name, error.code); // -> InsufficientPrivilegeError 42501
 * ```
 */
export class InsufficientPrivilegeError extends SyntaxOrAccessError {}

/** There is no such table: SQLSTATE 42P01. Semantics: asyncpg.UndefinedTableError.
 * @example
 * ```ts
 * import { UndefinedTableError } from 'asyncio-ts/postgres';
 * const error = new UndefinedTableError({ severity: 'ERROR', sqlstate: '42P01', message: 'as it may be' });
 * console.log(error.name, error.code); // -> UndefinedTableError 42P01
 * ```
 */
export class UndefinedTableError extends SyntaxOrAccessError {}

/** There is no such column: SQLSTATE 42703. Semantics: asyncpg.UndefinedColumnError.
 * @example
 * ```ts
 * import { UndefinedColumnError } from 'asyncio-ts/postgres';
 * const error = new UndefinedColumnError({ severity: 'ERROR', sqlstate: '42703', message: 'as it may be' });
 * console.log(error.name, error.code); // -> UndefinedColumnError 42703
 * ```
 */
export class UndefinedColumnError extends SyntaxOrAccessError {}

/** There is no such function or operator: SQLSTATE 42883. Semantics: asyncpg.UndefinedFunctionError.
 * @example
 * ```ts
 * import { UndefinedFunctionError } from 'asyncio-ts/postgres';
 * const error = new UndefinedFunctionError({ severity: 'ERROR', sqlstate: '42883', message: 'as it may be' });
 * console.log(error.name, error.code); // -> UndefinedFunctionError 42883
 * ```
 */
export class UndefinedFunctionError extends SyntaxOrAccessError {}

/** The table is there already: SQLSTATE 42P07. Semantics: asyncpg.DuplicateTableError.
 * @example
 * ```ts
 * import { DuplicateTableError } from 'asyncio-ts/postgres';
 * const error = new DuplicateTableError({ severity: 'ERROR', sqlstate: '42P07', message: 'as it may be' });
 * console.log(error.name, error.code); // -> DuplicateTableError 42P07
 * ```
 */
export class DuplicateTableError extends SyntaxOrAccessError {}

/** RAISE in a function of the server: SQLSTATE P0001. Semantics: asyncpg.RaiseError.
 * @example
 * ```ts
 * import { RaiseError } from 'asyncio-ts/postgres';
 * const error = new RaiseError({ severity: 'ERROR', sqlstate: 'P0001', message: 'as it may be' });
 * console.log(error.name, error.code); // -> RaiseError P0001
 * ```
 */
export class RaiseError extends PostgresError {}

export const queryStates: readonly ClassOfStates[] = [
  named('FeatureNotSupportedError', FeatureNotSupportedError, ['0A']),
  named('InvalidCachedStatementError', InvalidCachedStatementError, [], '0A000'),
  named('DataError', DataError, ['22']),
  named('DivisionByZeroError', DivisionByZeroError, ['22012']),
  named('StringDataRightTruncationError', StringDataRightTruncationError, ['22001']),
  named('NumericValueOutOfRangeError', NumericValueOutOfRangeError, ['22003']),
  named('InvalidTextRepresentationError', InvalidTextRepresentationError, ['22P02']),
  named('BadCopyFileFormatError', BadCopyFileFormatError, ['22P04']),
  named('IntegrityConstraintViolationError', IntegrityConstraintViolationError, ['23']),
  named('NotNullViolationError', NotNullViolationError, ['23502']),
  named('ForeignKeyViolationError', ForeignKeyViolationError, ['23503']),
  named('UniqueViolationError', UniqueViolationError, ['23505']),
  named('CheckViolationError', CheckViolationError, ['23514']),
  named('ExclusionViolationError', ExclusionViolationError, ['23P01']),
  named('SyntaxOrAccessError', SyntaxOrAccessError, ['42']),
  named('PostgresSyntaxError', PostgresSyntaxError, ['42601']),
  named('InsufficientPrivilegeError', InsufficientPrivilegeError, ['42501']),
  named('UndefinedTableError', UndefinedTableError, ['42P01']),
  named('UndefinedColumnError', UndefinedColumnError, ['42703']),
  named('UndefinedFunctionError', UndefinedFunctionError, ['42883']),
  named('DuplicateTableError', DuplicateTableError, ['42P07']),
  named('RaiseError', RaiseError, ['P0001']),
];
