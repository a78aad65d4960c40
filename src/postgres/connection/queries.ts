// The ways to ask a query, of a connection, a pool and a prepared statement alike.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Statement } from '../statement/statement.ts';
import type { Backend, QueryOptions } from './backend.ts';

export type Query = string | Statement;
export type Arguments = readonly unknown[];

export async function fetchRows<T>(
  backend: Backend,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<T[]> {
  return (await backend.run(query, checkArguments(args), options)).rows as T[];
}

export async function fetchRow<T>(
  backend: Backend,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<T | undefined> {
  return (await backend.run(query, checkArguments(args), options, { limit: 1 })).rows[0] as T | undefined;
}

export async function fetchValue<V>(
  backend: Backend,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<V | undefined> {
  const run = await backend.run(query, checkArguments(args), options, { limit: 1 });
  const [column] = run.statement.fields;
  const [row] = run.rows;
  return column === undefined || row === undefined ? undefined : (row[column.name] as V);
}

/** A text without arguments is a script: there may be several commands in it. */
export async function execute(
  backend: Backend,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<string> {
  checkArguments(args);
  if (args.length === 0 && typeof query === 'string') return await backend.script(query, options);
  return (await backend.run(query, args, options)).tag;
}

export function checkArguments(args: Arguments): Arguments {
  if (Array.isArray(args)) return args;
  throw new InvalidArgumentError('args', 'the arguments of a query are an array');
}
