// Values as the server reads them: text, by the type that the server says the parameter has.
//
// 1. undefined is refused: it is a forgotten value more often than a NULL.
// 2. An object is refused where the parameter is neither JSON nor of a type with a codec: a guess would be stored.
// 3. Bytes are sent as bytes, so nothing is escaped; everything else is text, apart from the query, so nothing is injected.
// 4. Half of a surrogate pair is refused: UTF-8 cannot hold it, and another character would be stored in its place.

import { isDate, isUint8Array } from 'node:util/types';
import { ParameterError } from '../errors/interfaceError.ts';
import type { Sent } from '../wire/driver.ts';

const BYTEA = 17;
const JSON_TYPES: ReadonlySet<number> = new Set([114, 3802]);
const FLOATS: ReadonlySet<number> = new Set([700, 701]);
/** The one type whose arrays are separated by something else, as its values have commas. */
const BOX = 603;
/** How a type that the program has named is written. */
export type Encode = (value: unknown) => string;
export type Encoders = ReadonlyMap<number, Encode>;

/** @throws ParameterError for what is no value of the type */
export function encodeAll(
  values: readonly unknown[],
  types: readonly number[],
  encoders: Encoders,
): Sent[] {
  const sent: Sent[] = new Array(values.length);
  for (let i = 0; i < values.length; i++) sent[i] = encode(values[i], types[i] as number, encoders, i + 1);
  return sent;
}

/** A value for a parameter of `type`; `parameter` is its number, for the error. */
export function encode(value: unknown, type: number, encoders: Encoders, parameter: number): Sent {
  if (typeof value === 'string' && encoders.size === 0) return wellFormed(value, parameter);
  if (value === null) return null;
  if (isUint8Array(value) && type === BYTEA) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return toText(value, type, encoders, parameter);
}

function toText(value: unknown, type: number, encoders: Encoders, parameter: number): string {
  const encoder = encoders.get(type);
  if (encoder !== undefined) return wellFormed(encoder(value), parameter);
  switch (typeof value) {
    case 'string':
      return wellFormed(value, parameter);
    case 'number':
      return Object.is(value, -0) && FLOATS.has(type) ? '-0' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return objectText(value as object, type, encoders, parameter);
    case 'undefined':
      throw new ParameterError(parameter, 'undefined is no value: for NULL pass null');
    default:
      throw new ParameterError(parameter, `a ${typeof value} is no value`);
  }
}

function wellFormed(text: string, parameter: number): string {
  if (typeof text !== 'string') throw new ParameterError(parameter, 'its codec returned no text');
  if (text.isWellFormed()) return text;
  throw new ParameterError(parameter, 'half of a surrogate pair is nothing that UTF-8 can hold');
}

function objectText(value: object, type: number, encoders: Encoders, parameter: number): string {
  if (JSON_TYPES.has(type)) {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
    throw new ParameterError(parameter, 'its toJSON returned undefined, which is no value');
  }
  if (isDate(value)) return dateText(value, parameter);
  if (Array.isArray(value)) return arrayText(value, elementType(type) ?? 0, encoders, parameter);
  if (isUint8Array(value)) return `\\x${Buffer.from(value).toString('hex')}`;
  const reason =
    'an object is a value of json and jsonb only: pass text, or name the type with setTypeCodec';
  throw new ParameterError(parameter, reason);
}

/** An array literal, of any depth, of elements of `type`. */
export function arrayText(
  values: readonly unknown[],
  type: number,
  encoders: Encoders,
  parameter: number,
): string {
  const items = values.map((value) => {
    if (value === null) return 'NULL';
    const nests = Array.isArray(value) && !JSON_TYPES.has(type) && !encoders.has(type);
    if (nests) return arrayText(value, type, encoders, parameter);
    return `"${toText(value, type, encoders, parameter).replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join(type === BOX ? ';' : ',')}}`;
}

/** The local time with its offset: right for `timestamptz`, and for `timestamp` and `date` what the clock on the wall says. */
function dateText(date: Date, parameter: number): string {
  const time = date.getTime();
  if (Number.isNaN(time)) throw new ParameterError(parameter, 'the date is invalid');
  const offset = -date.getTimezoneOffset();
  const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(local) ?? [];
  const isBefore = sign === '-';
  const year = /^\d+/.exec(digits)?.[0] ?? '';
  const shown = isBefore
    ? `${String(Number(year) + 1).padStart(4, '0')}${digits.slice(year.length)}`
    : `${year.length > 4 ? String(Number(year)) : year}${digits.slice(year.length)}`;
  const pad = (n: number): string => String(Math.floor(Math.abs(n))).padStart(2, '0');
  return `${shown}${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}${isBefore ? ' BC' : ''}`;
}

/** Which built-in types are arrays, and of what: fixed numbers of PostgreSQL's catalogue (pg_type.dat). */
const PAIRS =
  '143:142 199:114 629:628 651:650 719:718 775:774 791:790 1000:16 1001:17 1002:18 1003:19 1005:21 1007:23 1009:25 ' +
  '1010:27 1011:28 1012:29 1014:1042 1015:1043 1016:20 1017:600 1018:601 1019:602 1020:603 1021:700 1022:701 1027:604 ' +
  '1028:26 1040:829 1041:869 1115:1114 1182:1082 1183:1083 1185:1184 1187:1186 1231:1700 1270:1266 1561:1560 1563:1562 ' +
  '2951:2950 3221:3220 3643:3614 3645:3615 3807:3802 3905:3904 3907:3906 3909:3908 3911:3910 3913:3912 3927:3926 4073:4072';

const elements: ReadonlyMap<number, number> = new Map(
  PAIRS.split(' ').map((pair) => pair.split(':').map(Number) as [number, number]),
);

/** The type of the elements of a built-in type of arrays; undefined for any other type. */
function elementType(type: number): number | undefined {
  return elements.get(type);
}
