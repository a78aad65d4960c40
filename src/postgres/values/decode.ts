// Rows from the server's text: the driver's parsers, but for whole numbers of 64 bits.
//
// 1. An int8 is a number. One that a number does not hold exactly is an error, not another number; who has such reads them
//    by a codec of their own.
// 2. A column's name is a property of the row's own, whatever it is; of two columns of one name the last is kept.

import type { Decode, Driver, Field } from '../wire/driver.ts';

/** A row as an object, by the names of the columns.
 * @example
 * ```ts
 * import type { Row } from 'asyncio-ts/postgres';
 * const row: Row = { id: 1, name: 'first' };
 * console.log(row['name']); // -> first
 * ```
 */
export type Row = Record<string, unknown>;

export type Decoders = ReadonlyMap<number, Decode>;
/** Makes a row of the texts of its columns. */
export type RowReader = (texts: readonly (string | null)[]) => Row;

const [INT8, INT8_ARRAY, INT4_ARRAY] = [20, 1016, 1007];

/** How values of a type are read: as the program says, or by us, or by the driver. */
export function decoderOf(driver: Driver, type: number, decoders: Decoders): Decode {
  const own = decoders.get(type);
  if (own !== undefined) return own;
  if (type === INT8) return int8;
  if (type === INT8_ARRAY) return int8Array(driver);
  return driver.types.getTypeParser(type, 'text');
}

/** A reader of rows with these columns. */
export function rowReader(driver: Driver, fields: readonly Field[], decoders: Decoders): RowReader {
  const names = fields.map((field) => field.name);
  const parsers = fields.map((field) => decoderOf(driver, field.dataTypeID, decoders));
  const empty = Object.fromEntries(names.map((name) => [name, null]));
  const count = names.length;
  if (names.includes('__proto__')) return carefulReader(names, parsers);
  return (texts) => {
    const row: Row = { ...empty };
    for (let i = 0; i < count; i++) {
      const text = texts[i] as string | null;
      if (text !== null) row[names[i] as string] = (parsers[i] as Decode)(text);
    }
    return row;
  };
}

/** For a name that means something else when it is assigned to. */
function carefulReader(names: readonly string[], parsers: readonly Decode[]): RowReader {
  return (texts) => {
    const row: Row = {};
    for (const [i, name] of names.entries()) {
      const text = texts[i] as string | null;
      const value = text === null ? null : (parsers[i] as Decode)(text);
      Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return row;
  };
}

function int8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(
    `the int8 ${text} is no exact number: read it as text (n::text), or as a bigint with types: { 20: BigInt }`,
  );
}

/** The driver's reader of int8[] gives texts; that of int4[] gives numbers, which may be wrong ones. */
function int8Array(driver: Driver): Decode {
  const read = driver.types.getTypeParser(INT4_ARRAY, 'text');
  return (text) => {
    for (const digits of text.match(/-?\d{16,}/g) ?? []) int8(digits);
    return read(text);
  };
}
