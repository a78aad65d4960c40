// Rows as a program gets them, made of the flat values that a worker sends.

import type { ColumnHead, SqlValue } from './worker/protocol.ts';

/** A row by the names of its columns. Of columns with the same name the last one counts. */
export type SqlRow = Record<string, SqlValue>;

/** Whether rows are objects by column or arrays. */
export type RowShape = 'object' | 'array';

/** What becomes of the values of a column, by the first word of the type that its table declares, in small letters. NULL is
 * not converted. */
export type Converters = Readonly<Record<string, (value: Exclude<SqlValue, null>) => unknown>>;

/** Makes the row whose values begin at a place. */
export type MakeRow<Row> = (values: readonly SqlValue[], from: number) => Row;

export function rowMaker<Row>(
  columns: readonly ColumnHead[],
  shape: RowShape,
  converters: Converters | undefined,
): MakeRow<Row> {
  const { length } = columns;
  const converted = converters === undefined ? [] : findConverters(columns, converters);
  const plain: MakeRow<unknown> =
    shape === 'array' ? (values, from) => values.slice(from, from + length) : objectMaker(columns);
  if (converted.length === 0) return plain as MakeRow<Row>;
  return (values, from) => {
    const own = values.slice(from, from + length) as unknown[];
    for (const [column, convert] of converted) {
      const value = own[column] as SqlValue;
      if (value !== null) own[column] = convert(value);
    }
    return plain(own as SqlValue[], 0) as Row;
  };
}

function objectMaker(columns: readonly ColumnHead[]): MakeRow<SqlRow> {
  const names = columns.map(({ name }) => name);
  const { length } = names;
  return (values, from) => {
    const row: SqlRow = {};
    for (let column = 0; column < length; column++) {
      const name = names[column] as string;
      const value = values[from + column] as SqlValue;
      if (name === '__proto__')
        Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
      else row[name] = value;
    }
    return row;
  };
}

function findConverters(
  columns: readonly ColumnHead[],
  converters: Converters,
): (readonly [column: number, convert: (value: Exclude<SqlValue, null>) => unknown])[] {
  return columns.flatMap(({ type }, column) => {
    const word = /^[^\s(]+/.exec(type ?? '')?.[0].toLowerCase();
    const convert = word !== undefined && Object.hasOwn(converters, word) ? converters[word] : undefined;
    return convert === undefined ? [] : [[column, convert] as const];
  });
}
