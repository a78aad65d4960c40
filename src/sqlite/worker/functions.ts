// Functions of the program's that SQL calls: found in the worker, and fitted to SQLite's values.

import type { Aggregation, SqlFunction } from './driver.ts';
import { Refused } from './failure.ts';
import type { FunctionPlace, FunctionSettings, SqlValue } from './protocol.ts';

type AnyFunction = (...args: never[]) => unknown;

export async function loadFunction({ place, name }: FunctionSettings): Promise<SqlFunction> {
  const fn = (await load(place)) as (...values: SqlValue[]) => unknown;
  return (...values) => toSql(fn(...values.map(fromSql)), name);
}

export async function loadAggregation({ place, name }: FunctionSettings): Promise<() => Aggregation> {
  const make = (await load(place)) as () => Aggregation;
  return () => {
    const group = make();
    if (typeof group?.step !== 'function' || typeof group.finalize !== 'function')
      throw new TypeError(`${name}() returned no object with the methods step and finalize`);
    return {
      step: (...values) => group.step(...values.map(fromSql)),
      finalize: () => toSql(group.finalize(), name),
      ...(group.inverse !== undefined && {
        inverse: (...values: SqlValue[]) => group.inverse?.(...values.map(fromSql)),
      }),
    };
  };
}

async function load(place: FunctionPlace): Promise<AnyFunction> {
  if ('source' in place) return compile(place.source);
  const module = (await import(/* webpackIgnore: true */ place.url)) as Record<string, unknown>;
  const found = module[place.name];
  if (typeof found === 'function') return found as AnyFunction;
  throw new Refused('ProgrammingError', `${place.url} exports no function called "${place.name}"`);
}

function compile(source: string): AnyFunction {
  // oxlint-disable-next-line no-implied-eval -- that is what it is for
  const make = (text: string): unknown => new Function(`return (${text});`)();
  try {
    return make(source) as AnyFunction;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A method: `name(…) {…}`.
    return Object.values(make(`{ ${source} }`) as object)[0] as AnyFunction;
  }
}

function fromSql(value: SqlValue): SqlValue {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function toSql(value: unknown, name: string): SqlValue {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
      return value ? 1n : 0n;
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'bigint':
    case 'string':
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Date) return value.toISOString();
      throw new TypeError(`${name}() returned a value of type ${typeof value}, which SQLite cannot hold`);
  }
}
