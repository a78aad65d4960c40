// The rows in a text that comes in pieces: Python's state machine, which looks at the same characters in the same
// states, and takes ordinary ones by the run.
//
// 1. Pieces are lines, as Python's reader gets them, or chunks that may be cut anywhere. A chunk is read as Python reads
//    a file that was opened with newline='': lines end with \n, \r or \r\n, and those within quotes stay as they are.
// 2. The end of a line is an event of its own, behind its last character: it ends a row, unless the row goes on in the
//    next line, within quotes or behind an escaped line end.
// 3. What can't be told yet stays for the next chunk: \r at its end, which may be half of \r\n, and half of a pair of
//    surrogates.
// 4. After an error the rest of the line is dropped, and reading goes on behind it, as in Python.
// 5. A field may have as many characters (code points) as the limit says. What is held of a row that isn't complete
//    is bounded by that for each field.

import type { Dialect } from './dialect.ts';
import { QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS } from './dialect.ts';
import { CsvError } from './csvError.ts';
import { countPoints, decidable, isPair, Special } from './characters.ts';
import { parseFloatText } from './parseFloatText.ts';

/** What a field is when it is read: text; a number or null where the dialect's quoting says so. */
export type CsvField = string | number | null;

const START_RECORD = 0;
const START_FIELD = 1;
const IN_FIELD = 2;
const ESCAPED_CHAR = 3;
/** Behind an escaped line end. It lasts to the next special character: the end of a line alone does not end it. */
const AFTER_ESCAPED_CRNL = 4;
const IN_QUOTED_FIELD = 5;
const ESCAPE_IN_QUOTED_FIELD = 6;
const QUOTE_IN_QUOTED_FIELD = 7;
const EAT_CRNL = 8;
/** Behind an error, up to the end of the line. */
const SKIPPING = 9;

const NEW_LINE =
  "new-line character seen in unquoted field - do you need to open the file with newline=''?";

const LF = 10;
const CR = 13;
const SPACE = 32;

export class RowParser {
  readonly dialect: Dialect;
  readonly #limit: number;
  readonly #byLine: boolean;
  readonly #delimiter: Special;
  readonly #quote: Special;
  readonly #escape: Special;
  readonly #doubles: boolean;
  /** What a field without quotes may be besides text. */
  readonly #numbers: boolean;
  readonly #nulls: boolean;

  #text: string = '';
  #at: number = 0;
  /** Where the line began, in the text; below 0 in one before. */
  #lineStart: number = 0;
  #lines: number = 0;
  /** The end of the line in hand was taken. */
  #ended: boolean = true;
  #state: number = START_RECORD;
  #row: CsvField[] = [];
  #field: string = '';
  /** How many code points the field has, once it has more units than the limit allows code points. */
  #points: number = 0;
  #unquoted: boolean = true;

  constructor(dialect: Dialect, limit: number, byLine: boolean) {
    this.dialect = dialect;
    this.#limit = limit;
    this.#byLine = byLine;
    this.#delimiter = new Special(dialect.delimiter);
    this.#quote = new Special(dialect.quoting === QUOTE_NONE ? null : dialect.quotechar);
    this.#escape = new Special(dialect.escapechar);
    this.#doubles = dialect.doublequote;
    const { quoting } = dialect;
    this.#numbers = quoting === QUOTE_NONNUMERIC || quoting === QUOTE_STRINGS;
    this.#nulls = quoting === QUOTE_NOTNULL || quoting === QUOTE_STRINGS;
  }

  /** How many lines there were, with that of the row, or the error, that came last. */
  get lineNum(): number {
    return this.#state === SKIPPING ? this.#lines + 1 : this.#lines;
  }

  /** Gives it the next line, or the next chunk; all rows of those before must have been taken. */
  feed(piece: string): void {
    if (this.#byLine) {
      this.#text = piece;
      this.#at = this.#lineStart = 0;
      this.#lines++;
      this.#ended = false;
      return;
    }
    const rest = this.#text.length - this.#at;
    this.#lineStart -= this.#at;
    this.#text = rest === 0 ? piece : this.#text.slice(this.#at) + piece;
    this.#at = 0;
  }

  /** The next row of what it was given, or undefined: it needs more. */
  next(): CsvField[] | undefined {
    return this.#parse(this.#byLine);
  }

  /** The row that the end of the input completes, or undefined when there is none; to be called until then. */
  end(): CsvField[] | undefined {
    const row = this.#parse(true);
    if (row !== undefined) return row;
    const open = this.#field !== '' || this.#state === IN_QUOTED_FIELD;
    const at = this.#text.length;
    if (open && this.dialect.strict) throw this.#fail('unexpected end of data', at);
    if (open) this.#save(at);
    const last = this.#finish(START_RECORD);
    return open ? last : undefined;
  }

  /** @param ends the text ends with what is in hand, be it the line's or that of all */
  #parse(ends: boolean): CsvField[] | undefined {
    const text = this.#text;
    // What may be half of something waits for the rest.
    const end = ends ? text.length : decidable(text);
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const escape = this.#escape;
    const plain = !this.#numbers && !this.#nulls;
    const limit = this.#limit;
    // No character above these means anything.
    const most = Math.max(CR, delimiter.first, escape.first);
    const mostQuoted = Math.max(CR, quote.first, escape.first);
    let at = this.#at;
    let state = this.#state;
    for (;;) {
      if (at >= end) {
        this.#at = at;
        this.#state = state;
        return ends ? this.#endOfLine() : undefined;
      }
      let code = text.charCodeAt(at);
      if (state <= START_FIELD) {
        if (state === START_RECORD && (code === LF || code === CR)) {
          if (this.#endsRow(code, at)) return this.#finish(START_RECORD);
          at++;
          state = EAT_CRNL;
          continue;
        }
        if (code === quote.first && quote.isAt(text, at)) {
          this.#unquoted = false;
          at += quote.length;
          state = IN_QUOTED_FIELD;
          continue;
        }
        if (code === SPACE && this.dialect.skipinitialspace) {
          at++;
          state = START_FIELD;
          continue;
        }
        // Most fields are text that ends in this piece.
        const start = at;
        while (
          code > most ||
          !(code === LF || code === CR || code === delimiter.first || code === escape.first)
        ) {
          if (++at >= end) break;
          code = text.charCodeAt(at);
        }
        state = IN_FIELD;
        if (plain && at < end && at - start <= limit) {
          if (code === delimiter.first && delimiter.second === -1) {
            this.#row.push(text.slice(start, at++));
            state = START_FIELD;
            continue;
          }
          if (code === LF || code === CR) {
            this.#row.push(text.slice(start, at));
            if (this.#endsRow(code, at)) return this.#finish(START_RECORD);
            at++;
            state = EAT_CRNL;
            continue;
          }
        }
        if (at > start) this.#add(text, start, at);
        if (at >= end) continue;
      }
      if (state === IN_FIELD || state === AFTER_ESCAPED_CRNL) {
        const start = at;
        while (
          code > most ||
          !(code === LF || code === CR || code === delimiter.first || code === escape.first)
        ) {
          if (++at >= end) break;
          code = text.charCodeAt(at);
        }
        if (at > start) this.#add(text, start, at);
        if (at >= end) continue;
        if (code === LF || code === CR) {
          this.#save(at);
          if (this.#endsRow(code, at)) return this.#finish(START_RECORD);
          at++;
          state = EAT_CRNL;
        } else if (code === escape.first && escape.isAt(text, at)) {
          at += escape.length;
          state = ESCAPED_CHAR;
        } else if (code === delimiter.first && delimiter.isAt(text, at)) {
          this.#save(at);
          at += delimiter.length;
          state = START_FIELD;
        } else this.#add(text, at, ++at);
      } else if (state === IN_QUOTED_FIELD) {
        const start = at;
        while (
          code > mostQuoted ||
          !(code === LF || code === CR || code === quote.first || code === escape.first)
        ) {
          if (++at >= end) break;
          code = text.charCodeAt(at);
        }
        if (code === quote.first && quote.length === 1 && this.#doubles && at + 1 < end) {
          const next = text.charCodeAt(at + 1);
          if (next === code && this.#field.length + at - start < limit) {
            this.#add(text, start, at + 1);
            at += 2;
            continue;
          }
        }
        if (at > start) this.#add(text, start, at);
        if (at >= end) continue;
        if (code === LF || code === CR) {
          this.#add(text, at, at + 1);
          this.#newline(code, at++);
        } else if (code === escape.first && escape.isAt(text, at)) {
          at += escape.length;
          state = ESCAPE_IN_QUOTED_FIELD;
        } else if (code === quote.first && quote.isAt(text, at)) {
          at += quote.length;
          state = this.#doubles ? QUOTE_IN_QUOTED_FIELD : IN_FIELD;
        } else this.#add(text, at, ++at);
      } else if (state === QUOTE_IN_QUOTED_FIELD) {
        if (code === quote.first && quote.isAt(text, at)) {
          this.#add(text, at, at + quote.length);
          at += quote.length;
          state = IN_QUOTED_FIELD;
        } else if (code === LF || code === CR || (code === delimiter.first && delimiter.isAt(text, at))) {
          state = IN_FIELD;
        } else {
          const { strict, delimiter: wanted, quotechar } = this.dialect;
          if (strict) throw this.#fail(`'${wanted}' expected after '${quotechar}'`, at);
          // An escape character is an ordinary one here.
          this.#add(text, at, ++at);
          state = IN_FIELD;
        }
      } else if (state === ESCAPED_CHAR || state === ESCAPE_IN_QUOTED_FIELD) {
        const ending = code === LF || code === CR;
        const after = at + (isPair(text, at) ? 2 : 1);
        this.#add(text, at, after);
        if (ending) this.#newline(code, at);
        at = after;
        if (state === ESCAPE_IN_QUOTED_FIELD) state = IN_QUOTED_FIELD;
        else state = ending ? AFTER_ESCAPED_CRNL : IN_FIELD;
      } else if (state === EAT_CRNL) {
        if (code !== LF && code !== CR) throw this.#fail(NEW_LINE, at);
        at++;
      } else if (code === LF || code === CR) {
        this.#endsRow(code, at);
        at = this.#at;
        state = START_RECORD;
      } else at++;
    }
  }

  /** The end of a line behind its last character. */
  #endOfLine(): CsvField[] | undefined {
    if (this.#byLine ? this.#ended : this.#lineStart === this.#text.length) return undefined;
    this.#ended = true;
    if (!this.#byLine) this.#lines++;
    const row = this.#completed();
    this.#lineStart = this.#text.length;
    return row;
  }

  /** The row that the end of the line completes. */
  #completed(): CsvField[] | undefined {
    switch (this.#state) {
      case START_FIELD:
      case IN_FIELD:
      case QUOTE_IN_QUOTED_FIELD:
        this.#save(this.#text.length);
        return this.#finish(START_RECORD);
      case ESCAPED_CHAR:
        this.#append('\n', this.#text.length);
        this.#state = IN_FIELD;
        return undefined;
      case ESCAPE_IN_QUOTED_FIELD:
        this.#append('\n', this.#text.length);
        this.#state = IN_QUOTED_FIELD;
        return undefined;
      case START_RECORD:
      case EAT_CRNL:
        return this.#finish(START_RECORD);
      case SKIPPING:
        this.#state = START_RECORD;
    }
    return undefined;
  }

  /** Whether the line end there completes a row: in a chunk, where the line ends with it. */
  #endsRow(code: number, at: number): boolean {
    if (this.#byLine) return false;
    this.#at = at + (code === CR && this.#text.charCodeAt(at + 1) === LF ? 2 : 1);
    this.#lineStart = this.#at;
    this.#lines++;
    return true;
  }

  /** Counts a line that ends within a field. */
  #newline(code: number, at: number): void {
    if (this.#byLine || (code === CR && this.#text.charCodeAt(at + 1) === LF)) return;
    this.#lines++;
    this.#lineStart = at + 1;
  }

  #add(text: string, start: number, end: number): void {
    this.#append(text.slice(start, end), start);
  }

  #append(piece: string, at: number): void {
    const before = this.#field.length;
    const field = before === 0 ? piece : this.#field + piece;
    this.#field = field;
    const limit = this.#limit;
    if (field.length <= limit) return;
    // Each unit is counted once, however many pieces a field comes in.
    this.#points = before <= limit ? countPoints(field) : this.#points + countPoints(piece);
    if (this.#points <= limit) return;
    throw this.#fail(`field larger than field limit (${limit})`, at + Math.max(0, limit - before));
  }

  #save(at: number): void {
    const text = this.#field;
    let field: CsvField = text;
    if (this.#unquoted) {
      if (text === '') field = this.#nulls ? null : '';
      else if (this.#numbers) field = this.#number(text, at);
    }
    this.#row.push(field);
    this.#field = '';
    this.#unquoted = true;
  }

  #number(text: string, at: number): number {
    const number = parseFloatText(text);
    if (number === undefined)
      throw this.#fail(`could not convert string to float: ${JSON.stringify(text)}`, at);
    return number;
  }

  #finish(state: number): CsvField[] {
    const row = this.#row;
    this.#row = [];
    this.#field = '';
    this.#unquoted = true;
    this.#state = state;
    return row;
  }

  /** What is to be thrown; the rest of the line is dropped. */
  #fail(message: string, at: number): CsvError {
    const column = at - this.#lineStart + 1;
    const over = this.#byLine || at >= this.#text.length;
    if (over) at = this.#lineStart = this.#text.length;
    this.#at = at;
    this.#ended = true;
    this.#finish(over ? START_RECORD : SKIPPING);
    return new CsvError(message, { line: this.lineNum, column });
  }
}
