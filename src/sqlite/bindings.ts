// A statement and the values of its parameters, checked where they are given.

import { InvalidArgumentError } from '../asyncio.ts';
import { DataError, ProgrammingError } from './errors.ts';
import type { Bindings, Operation, SqlValue } from './worker/protocol.ts';

/** A value that can be bound to a parameter. Booleans become 1 and 0, dates their ISO 8601 text, whole numbers INTEGER and
 * other numbers REAL. */
export type SqlInput = SqlValue | boolean | Date | ArrayBuffer;

/** The values of parameters: by position, or by name with or without the sign. */
export type SqlParameters = readonly SqlInput[] | Readonly<Record<string, SqlInput>>;

/** @throws ProgrammingError for what cannot be bound */
export function toBindings(parameters: SqlParameters | undefined): Bindings {
  if (parameters === undefined) return [];
  if (Array.isArray(parameters)) return (parameters as readonly SqlInput[]).map(toValue);
  if (isPlain(parameters)) {
    const entries = Object.entries(parameters).map(([name, value]) => [name, toValue(value, name)]);
    return Object.fromEntries(entries) as Record<string, SqlValue>;
  }
  throw new ProgrammingError(
    `the values of parameters are an array, or an object with their names, not ${describe(parameters)}`,
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, SqlInput>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function toValue(value: unknown, place: number | string): SqlValue {
  switch (typeof value) {
    case 'string':
      if (value.isWellFormed()) return value;
      throw new DataError(
        `parameter ${nameOf(place)} has half of a surrogate pair, which UTF-8 cannot hold`,
      );
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
  }
  if (value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new ProgrammingError(`parameter ${nameOf(place)} cannot be ${describe(value)}: use null for NULL`);
}

function nameOf(place: number | string): string {
  return typeof place === 'number' ? `${place + 1}` : `"${place}"`;
}

function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid date';
  if (typeof value === 'object' && value !== null)
    return `an object (${value.constructor?.name ?? 'Object'})`;
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}

/** @throws InvalidArgumentError unless the statement is a string; ProgrammingError for values that cannot be bound */
export function selecting(
  sql: string,
  parameters: SqlParameters | undefined,
  take: number,
  only: boolean,
): Operation {
  return { kind: 'execute', sql: checkSql(sql), bindings: toBindings(parameters), take, only };
}

/** @throws InvalidArgumentError unless it is a string */
export function checkSql(sql: string): string {
  if (typeof sql === 'string') return sql;
  throw new InvalidArgumentError('sql', `a statement is a string, not ${String(sql)}`);
}
