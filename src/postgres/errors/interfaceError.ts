// What this side refuses: the connection is used in a way that it can't be, or answers in a way that it may not.

import { AsyncioError } from '../../asyncio.ts';

/** The connection, transaction or pool can't be used like this, here and now: it is closed, or does something else, or
 * the arguments do not fit the query. Semantics: asyncpg.InterfaceError.
 * @example
 * ```ts
 * import { InterfaceError } from 'asyncio-ts/postgres';
 * console.log(new InterfaceError('the connection is closed').code); // -> ERR_ASYNCIO_POSTGRES_INTERFACE
 * ```
 */
export class InterfaceError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_POSTGRES_INTERFACE', message, options);
  }
}

Object.defineProperty(InterfaceError.prototype, 'name', {
  value: 'InterfaceError',
  configurable: true,
  writable: true,
});

/** An argument of a query that can't be sent: `parameter` is its number in the query, from 1. Semantics: asyncpg.DataError
 * as the client raises it.
 * @example
 * ```ts
 * import { ParameterError } from 'asyncio-ts/postgres';
 * console.log(new ParameterError(1, 'undefined is no value: for NULL pass null').message);
 * // -> parameter $1: undefined is no value: for NULL pass null
 * ```
 */
export class ParameterError extends InterfaceError {
  /** Its number in the query, from 1. */
  readonly parameter: number;
  constructor(parameter: number, reason: string, options?: ErrorOptions) {
    super(`parameter $${parameter}: ${reason}`, options);
    this.parameter = parameter;
  }
}

Object.defineProperty(ParameterError.prototype, 'name', {
  value: 'ParameterError',
  configurable: true,
  writable: true,
});
