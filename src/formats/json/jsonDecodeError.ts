// What is wrong with a JSON document, and where.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** How much of the document an error shows before and behind its place. */
const SHOWN = 40;

/** Where a text that is a part of a document begins in it. */
export interface DocumentPlace {
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

const BEGINNING: DocumentPlace = { position: 0, line: 1, column: 1 };

/** A document that is no JSON. `msg` says what is wrong in Python's words, `lineno` and `colno` (from 1 on) and `pos` (from 0
 * on) say where, in UTF-16 units, and `excerpt` is the document around it. Semantics: json.JSONDecodeError.
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * try {
 *   json.loads('{"a": 1,\n "b"}');
 * } catch (error) {
 *   if (!(error instanceof json.JSONDecodeError)) throw error;
 *   console.log(error.message); // -> Expecting ':' delimiter: line 2 column 5 (char 13)
 *   console.log(error.msg, error.lineno, error.colno, error.pos); // -> Expecting ':' delimiter 2 5 13
 * }
 * ```
 */
export class JSONDecodeError extends AsyncioError {
  readonly msg: string;
  readonly pos: number;
  readonly lineno: number;
  readonly colno: number;
  readonly excerpt: string;

  constructor(msg: string, doc: string = '', pos: number = 0, options: { from?: DocumentPlace } = {}) {
    const { from = BEGINNING } = options;
    const { line, column, position } = placeIn(doc, pos, from);
    super('ERR_JSON_DECODE', `${msg}: line ${line} column ${column} (char ${position})`);
    this.msg = msg;
    this.pos = position;
    this.lineno = line;
    this.colno = column;
    this.excerpt = doc.slice(Math.max(0, pos - SHOWN), pos + SHOWN);
  }
}
defineError(JSONDecodeError, 'JSONDecodeError');

/** The place `at` in a text that begins `from` there. */
export function placeIn(text: string, at: number, from: DocumentPlace): DocumentPlace {
  let line = from.line;
  let start = -1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) {
    line++;
    start = end;
  }
  const column = start === -1 ? from.column + at : at - start;
  return { position: from.position + at, line, column };
}
