// What the server refuses: one class for each SQLSTATE that programs tell apart, named as asyncpg's.
//
// 1. `code` is the SQLSTATE, as the system's errors have the system's names; `sqlstate` is the same.
// 2. A class of SQLSTATEs (23, integrity constraints) is a class here too, and its members extend it. A state that has
//    no class of its own is an error of its class, or a plain PostgresError.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** What the server says of an error or a notice.
 * @example
 * ```ts
 * import type { ServerReport } from 'asyncio-ts/postgres';
 * const notice: ServerReport = { severity: 'NOTICE', sqlstate: '00000', message: 'table "t" does not exist, skipping' };
 * console.log(notice.severity); // -> NOTICE
 * ```
 */
export interface ServerReport {
  /** ERROR, FATAL, PANIC; of notices WARNING, NOTICE, INFO, LOG, DEBUG. */
  readonly severity: string;
  /** The five characters that programs tell errors apart by. */
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Where in the query the error is, in characters from 1. */
  readonly position?: number;
  readonly internalPosition?: number;
  readonly internalQuery?: string;
  /** What the server was doing: a line for each function or statement around the error. */
  readonly context?: string;
  readonly schemaName?: string;
  readonly tableName?: string;
  readonly columnName?: string;
  readonly dataTypeName?: string;
  readonly constraintName?: string;
}

/** The server refused something; the fields are those of its report. Semantics: asyncpg.PostgresError.
 * @example
 * ```ts
 * import { PostgresError } from 'asyncio-ts/postgres';
 * const error = new PostgresError({ severity: 'ERROR', sqlstate: '42P01', message: 'relation "t" does not exist' });
 * console.log(error.code, error.message); // -> 42P01 relation "t" does not exist
 * ```
 */
export class PostgresError extends AsyncioError implements ServerReport {
  declare readonly severity: string;
  declare readonly sqlstate: string;
  declare readonly detail?: string;
  declare readonly hint?: string;
  declare readonly position?: number;
  declare readonly internalPosition?: number;
  declare readonly internalQuery?: string;
  declare readonly context?: string;
  declare readonly schemaName?: string;
  declare readonly tableName?: string;
  declare readonly columnName?: string;
  declare readonly dataTypeName?: string;
  declare readonly constraintName?: string;

  /** @param report what the server says; or just a message, for an error of the class's usual state */
  constructor(report: ServerReport | string, options?: ErrorOptions) {
    const { message, ...fields } = typeof report === 'string' ? usualReport(new.target, report) : report;
    super(fields.sqlstate, message, options);
    Object.assign(this, fields);
  }
}

export type ErrorClass = new (report: ServerReport | string, options?: ErrorOptions) => PostgresError;

/** A class, and the states or kinds of states that it is for. */
export type ClassOfStates = readonly [Class: ErrorClass, states: readonly string[]];

const usualStates: Map<unknown, string> = new Map();

function usualReport(Class: unknown, message: string): ServerReport {
  return { severity: 'ERROR', sqlstate: usualStates.get(Class) ?? 'XX000', message };
}

/** Gives a class its name, and says which states, or kinds of states, it is for, and which is its usual one. */
export function named(
  name: string,
  Class: ErrorClass,
  states: readonly string[],
  usual: string = states[0] ?? '',
): ClassOfStates {
  Object.defineProperty(Class.prototype, 'name', { value: name, configurable: true, writable: true });
  usualStates.set(Class, usual.padEnd(5, '0'));
  return [Class, states];
}

defineError(PostgresError, 'PostgresError');
