// The ways to ask a query, of a connection, a pool and a prepared statement alike.

import { InvalidArgumentError } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import type { Statement } from '../statement/statement.ts';
import type { PortalOptions, RunStatement } from '../statement/runStatement.ts';
import type { Row } from '../values/decode.ts';
import type { Backend, QueryOptions } from './backend.ts';

const NAMES: Readonly<Record<keyof QueryOptions, true>> = { timeout: true };

/** @throws InvalidArgumentError */
export function checkQueryOptions(options: QueryOptions): void {
  checkOptionNames(options, NAMES, 'a query');
}

export type Query = string | Statement;
export type Arguments = readonly unknown[];

/** What is wanted of a query. */
export interface Wanted<R> {
  readonly portal?: PortalOptions;
  of(run: RunStatement): R;
}

const FIRST: PortalOptions = { limit: 1 };

export const ROWS: Wanted<Row[]> = { of: ({ rows }) => rows };
export const ROW: Wanted<Row | undefined> = { portal: FIRST, of: ({ rows }) => rows[0] };
export const VALUE: Wanted<unknown> = {
  portal: FIRST,
  of: ({ statement, rows: [row] }) => {
    const [column] = statement.fields;
    return column === undefined || row === undefined ? undefined : row[column.name];
  },
};
export const TAG: Wanted<string> = { of: ({ tag }) => tag };

export async function ask<R>(
  backend: Backend,
  wanted: Wanted<R>,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<R> {
  checkQueryOptions(options);
  return wanted.of(await backend.run(query, checkArguments(args), options, wanted.portal));
}

/** A text without arguments is a script: there may be several commands in it. */
export async function execute(
  backend: Backend,
  query: Query,
  args: Arguments,
  options: QueryOptions,
): Promise<string> {
  if (!isScript(query, args)) return await ask(backend, TAG, query, args, options);
  checkQueryOptions(options);
  return await backend.script(query, options);
}

export function isScript(query: Query, args: Arguments): query is string {
  return checkArguments(args).length === 0 && typeof query === 'string';
}

export function checkArguments(args: Arguments): Arguments {
  if (Array.isArray(args)) return args;
  throw new InvalidArgumentError('args', 'the arguments of a query are an array');
}
