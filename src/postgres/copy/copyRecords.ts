// Records as lines of COPY's text format: a tab between columns, `\N` for NULL, and a backslash before what would say more.

import { encode } from '../values/encode.ts';
import type { Encoders } from '../values/encode.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export type Records = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

/** The lines of records with columns of these types. */
export async function* recordLines(
  records: Records,
  types: readonly number[],
  encoders: Encoders,
): AsyncGenerator<string, void, undefined> {
  let lines = '';
  for await (const record of records) {
    lines += line(record, types, encoders);
    if (lines.length < 16_384) continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}

function line(record: readonly unknown[], types: readonly number[], encoders: Encoders): string {
  if (record.length !== types.length) {
    throw new RangeError(`a record has ${record.length} values for ${types.length} columns`);
  }
  let text = '';
  for (let i = 0; i < types.length; i++) {
    if (i > 0) text += '\t';
    const value = encode(record[i], types[i] as number, encoders, i + 1);
    if (value === null) text += '\\N';
    else if (typeof value === 'string')
      text += value.replaceAll(/[\\\t\n\r]/g, (special) => ESCAPES[special] as string);
    else text += `\\\\x${value.toString('hex')}`;
  }
  return `${text}\n`;
}
