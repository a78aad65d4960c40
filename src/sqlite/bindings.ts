// A statement and the values of its parameters, checked where they are given.

import { InvalidArgumentError } from '../asyncio.ts';
import { DataError, ProgrammingError } from './errors.ts';
import type { Bindings, Operation, SqlValue } from './worker/protocol.ts';

/** A value that can be bound to a parameter. Booleans become 1 and 0, dates their ISO 8601 text, whole numbers INTEGER and
 * other numbers REAL. */
export type SqlInput = SqlValue | boolean | Date | ArrayBuffer;

/** The values of parameters: by position, or by name with or without the sign. */
export type SqlParameters = readonly SqlInput[] | Readonly<Record<string, SqlInput>>;

/** How many sets of values are sent at once, and about how many bytes. */
const SETS = 250;
const WEIGHT = 4_000_000;

/** Sets of values as they are sent: at least one batch, be it empty. */
export async function* inBatches(
  sets: Iterable<SqlParameters> | AsyncIterable<SqlParameters>,
): AsyncGenerator<Bindings[], void> {
  let batch: Bindings[] = [];
  let weight = 0;
  let sent = false;
  for await (const set of sets) {
    const bindings = toBindings(set);
    weight += weightOf(bindings);
    if (batch.push(bindings) < SETS && weight < WEIGHT) continue;
    yield batch;
    [batch, weight, sent] = [[], 0, true];
  }
  if (batch.length > 0 || !sent) yield batch;
}

/** How much memory a set of values takes, roughly, in bytes. */
function weightOf(bindings: Bindings): number {
  const values: readonly SqlValue[] = Array.isArray(bindings) ? bindings : Object.values(bindings);
  let weight = 0;
  for (const value of values) {
    if (typeof value === 'string') weight += value.length;
    else if (value instanceof Uint8Array) weight += value.byteLength;
    else weight += 8;
  }
  return weight;
}

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
  throw new ProgrammingError(`parameter ${nameOf(place)} cannot be ${describe(value)}: ${instead(value)}`);
}

function nameOf(place: number | string): string {
  return typeof place === 'number' ? `${place + 1}` : `"${place}"`;
}

function instead(value: unknown): string {
  if (Array.isArray(value))
    return 'pass JSON.stringify(list), for `IN (SELECT value FROM json_each(?))`, or a ? for each value';
  if (typeof value === 'object' && !(value instanceof Date)) return 'pass JSON.stringify(…) of it';
  return 'use null for NULL';
}

function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid date';
  if (Array.isArray(value)) return 'an array';
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

/** @throws InvalidArgumentError unless it is a string that SQLite reads to its end */
export function checkSql(sql: string): string {
  if (typeof sql !== 'string')
    throw new InvalidArgumentError('sql', `a statement is a string, not ${String(sql)}`);
  // What follows it would be dropped without a word.
  if (sql.includes('\0')) throw new InvalidArgumentError('sql', 'a statement has no NUL character');
  return sql;
}
