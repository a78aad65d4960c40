// What is wrong with CSV, or with what is to become CSV.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** Where in the text reading stopped. */
export interface CsvPlace {
  /** The line, from 1 on. */
  readonly line: number;
  /** The character in it, in UTF-16 units, from 1 on. */
  readonly column: number;
}

/** CSV that its dialect does not allow, a row that can't be written in it, or a dialect that nobody registered. Of what
 * was read, `line` and `column` say where, both from 1 on; the message says so too, behind Python's words. Semantics:
 * csv.Error.
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * try {
 *   [...csv.reader('a,b\nc,"d"e', { strict: true })];
 * } catch (error) {
 *   if (error instanceof csv.Error) console.log(error.line, error.column, error.code); // -> 2 6 ERR_CSV
 *   console.log((error as Error).message); // -> ',' expected after '"': line 2 column 6
 * }
 * ```
 */
export class CsvError extends AsyncioError {
  /** The line that was read last, from 1 on. */
  declare readonly line?: number;
  /** The character of the line, from 1 on. */
  declare readonly column?: number;

  constructor(message: string, options: ErrorOptions & Partial<CsvPlace> = {}) {
    const { line, column } = options;
    const place = line === undefined ? '' : `: line ${line} column ${column}`;
    super('ERR_CSV', `${message}${place}`, options);
    if (line === undefined) return;
    this.line = line;
    if (column !== undefined) this.column = column;
  }
}
defineError(CsvError, 'csv.Error');
