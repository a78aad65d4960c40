// The texts of COPY commands, from options that are named as asyncpg's. All that comes from the program is quoted.

import { InvalidArgumentError } from '../../asyncio.ts';
import { quoteIdentifier, quoteLiteral } from '../connection/identifier.ts';

/** Which columns of which table, and in what form; what is not said is the server's default.
 * @example
 * ```ts
 * import type { CopyFormat } from 'asyncio-ts/postgres';
 * const format: CopyFormat = { format: 'csv', header: true, null: '-' };
 * console.log(format.format); // -> csv
 * ```
 */
export interface CopyFormat {
  format?: 'text' | 'csv' | 'binary' | undefined;
  delimiter?: string | undefined;
  /** What stands for NULL. */
  null?: string | undefined;
  header?: boolean | undefined;
  quote?: string | undefined;
  escape?: string | undefined;
  forceQuote?: true | readonly string[] | undefined;
  forceNotNull?: readonly string[] | undefined;
  forceNull?: readonly string[] | undefined;
  encoding?: string | undefined;
}

/** A table, and some of its columns where not all are meant.
 * @example
 * ```ts
 * import type { CopyTable } from 'asyncio-ts/postgres';
 * const some: CopyTable = { schema: 'shop', columns: ['id', 'total'] };
 * console.log(some.columns?.length); // -> 2
 * ```
 */
export interface CopyTable {
  schema?: string | undefined;
  columns?: readonly string[] | undefined;
}

/** Which rows are taken.
 * @example
 * ```ts
 * import type { CopyFilter } from 'asyncio-ts/postgres';
 * const positive: CopyFilter = { where: 'n > 0' };
 * console.log(positive.where); // -> n > 0
 * ```
 */
export interface CopyFilter {
  /** A condition in SQL, written by the program: COPY takes no parameters. */
  where?: string | undefined;
}

const FORMAT: Readonly<Record<keyof CopyFormat, true>> = {
  format: true,
  delimiter: true,
  null: true,
  header: true,
  quote: true,
  escape: true,
  forceQuote: true,
  forceNotNull: true,
  forceNull: true,
  encoding: true,
};
const TABLE: Readonly<Record<keyof CopyTable, true>> = { schema: true, columns: true };

/** The names of the options of each way to copy. */
export const TO_TABLE: object = { ...TABLE, ...FORMAT, where: true, timeout: true, source: true };
export const RECORDS_TO_TABLE: object = { ...TABLE, where: true, timeout: true, records: true };
export const FROM_TABLE: object = { ...TABLE, ...FORMAT, timeout: true, output: true };
export const FROM_QUERY: object = { ...FORMAT, timeout: true, output: true };

export function whereText({ where }: CopyFilter): string {
  return where === undefined ? '' : ` WHERE ${where}`;
}

export function tableText(table: string, { schema, columns }: CopyTable): string {
  const name = schema === undefined ? quoteIdentifier(table) : quoteIdentifier(schema, table);
  return columns === undefined ? name : `${name} (${columnList(columns)})`;
}

/** A query with the columns that are meant, to ask for their types. */
export function selectText(table: string, { schema, columns }: CopyTable): string {
  return `SELECT ${columns === undefined ? '*' : columnList(columns)} FROM ${tableText(table, { schema })}`;
}

function columnList(columns: readonly string[]): string {
  return columns.map((column) => quoteIdentifier(column)).join(', ');
}

export function formatText(options: CopyFormat): string {
  const parts: string[] = [];
  const { format, header, forceQuote } = options;
  if (format !== undefined) {
    if (!['text', 'csv', 'binary'].includes(format)) {
      throw new InvalidArgumentError('format', `format is text, csv or binary, not ${String(format)}`);
    }
    parts.push(`FORMAT ${format}`);
  }
  for (const name of ['delimiter', 'null', 'quote', 'escape', 'encoding'] as const) {
    const value = options[name];
    if (value !== undefined) parts.push(`${name.toUpperCase()} ${quoteLiteral(value)}`);
  }
  if (header !== undefined) parts.push(`HEADER ${header ? 'true' : 'false'}`);
  if (forceQuote !== undefined)
    parts.push(`FORCE_QUOTE ${forceQuote === true ? '*' : `(${columnList(forceQuote)})`}`);
  if (options.forceNotNull !== undefined)
    parts.push(`FORCE_NOT_NULL (${columnList(options.forceNotNull)})`);
  if (options.forceNull !== undefined) parts.push(`FORCE_NULL (${columnList(options.forceNull)})`);
  return parts.length === 0 ? '' : ` WITH (${parts.join(', ')})`;
}
