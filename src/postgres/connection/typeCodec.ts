// Codecs that the program gives for types by their names, and for the arrays of these.

import { InvalidArgumentError } from '../../asyncio.ts';
import { arrayText } from '../values/encode.ts';
import type { Decode } from '../wire/driver.ts';
import type { Backend } from './backend.ts';

/** How values of a type are written and read, as the server's text.
 * @example
 * ```ts
 * import type { TypeCodec } from 'asyncio-ts/postgres';
 * const int8: TypeCodec<bigint> = { encode: String, decode: BigInt };
 * console.log(int8.decode('9007199254740993')); // -> 9007199254740993n
 * ```
 */
export interface TypeCodec<T = unknown> {
  encode(value: T): string;
  decode(text: string): T;
}

const TEXT_ARRAY = 1009;
const LOOK_UP = 'SELECT oid::int8, typarray::int8 AS array FROM pg_type WHERE oid = $1::regtype';

export async function setTypeCodec<T>(backend: Backend, name: string, codec: TypeCodec<T>): Promise<void> {
  if (typeof codec?.encode !== 'function' || typeof codec.decode !== 'function') {
    throw new InvalidArgumentError('codec', 'a codec has the functions encode and decode');
  }
  const run = await backend.run(LOOK_UP, [name], {});
  const { oid, array } = run.rows[0] as { oid: number; array: number };
  const { encoders, decoders, statements } = backend;
  const { driver } = backend.codecs;
  const decode: Decode = (text) => codec.decode(text);
  const encode = (value: unknown): string => codec.encode(value as T);
  decoders.set(oid, decode);
  encoders.set(oid, encode);
  if (array !== 0) {
    const readTexts = driver.types.getTypeParser(TEXT_ARRAY, 'text');
    decoders.set(array, (text) => mapDeep(readTexts(text), decode));
    encoders.set(array, (value) =>
      typeof value === 'string' ? value : arrayText(value as unknown[], oid, encoders, 1),
    );
  }
  statements.forgetReaders();
}

function mapDeep(value: unknown, decode: Decode): unknown {
  if (Array.isArray(value)) return value.map((item) => mapDeep(item, decode));
  return value === null ? null : decode(value as string);
}
