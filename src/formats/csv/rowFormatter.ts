// A row to text, by Python's rules: which fields get quotes, what is doubled and what is escaped.
//
// 1. A field that needs nothing is copied. Only one with a character that means something is looked at one by one.
// 2. What is no text is spelled as Python's `str` does: 1.5, 1e-07, nan, True; null and undefined are None, and empty.
// 3. A row that can't be written in the dialect is refused whole.

import { Float, numberRepr } from '../float.ts';
import type { Dialect } from './dialect.ts';
import { QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS } from './dialect.ts';
import { CsvError } from './csvError.ts';

export class RowFormatter {
  readonly dialect: Dialect;
  /** Finds what means something. */
  readonly #special: RegExp;
  /** An empty field without quotes would vanish. */
  readonly #needsEmpty: boolean;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    const { delimiter, quotechar, escapechar, lineterminator, skipinitialspace } = dialect;
    const special = `${delimiter}${quotechar ?? ''}${escapechar ?? ''}\r\n${lineterminator}`;
    const points = Array.from(special, (character) => character.codePointAt(0) as number);
    this.#special = new RegExp(`[${points.map((point) => `\\u{${point.toString(16)}}`).join('')}]`, 'u');
    this.#needsEmpty = delimiter === ' ' && skipinitialspace;
  }

  /** The text of a row, with the line terminator.
   * @throws CsvError for a field that needs an escape character, or quotes, that the dialect has not */
  format(row: Iterable<unknown>): string {
    const { delimiter, quotechar, quoting, lineterminator } = this.dialect;
    let text = '';
    let count = 0;
    let isNull = false;
    for (const value of row) {
      if (count++ > 0) text += delimiter;
      isNull = value === null || value === undefined;
      const field = typeof value === 'string' ? value : isNull ? '' : spell(value);
      const quoted = this.#isQuoted(value, isNull);
      if (field === '' && this.#needsEmpty && !quoted) text += this.#quotedEmpty(isNull);
      else if (!this.#special.test(field)) text += quoted ? `${quotechar}${field}${quotechar}` : field;
      else text += this.#specialField(field, quoted);
    }
    if (count > 0 && text === '') {
      if (quoting === QUOTE_NONE || (isNull && (quoting === QUOTE_STRINGS || quoting === QUOTE_NOTNULL)))
        throw new CsvError('single empty field record must be quoted');
      text = `${quotechar}${quotechar}`;
    }
    return text + lineterminator;
  }

  #isQuoted(value: unknown, isNull: boolean): boolean {
    switch (this.dialect.quoting) {
      case QUOTE_ALL:
        return true;
      case QUOTE_NONNUMERIC:
        return !isNumber(value);
      case QUOTE_STRINGS:
        return typeof value === 'string';
      case QUOTE_NOTNULL:
        return !isNull;
      default:
        return false;
    }
  }

  #quotedEmpty(isNull: boolean): string {
    const { quoting, quotechar } = this.dialect;
    if (quoting === QUOTE_NONE || (isNull && (quoting === QUOTE_STRINGS || quoting === QUOTE_NOTNULL)))
      throw new CsvError('empty field must be quoted if delimiter is a space and skipinitialspace is true');
    return `${quotechar}${quotechar}`;
  }

  #specialField(field: string, quoted: boolean): string {
    const { quotechar, escapechar, doublequote, quoting } = this.dialect;
    let text = '';
    let quotes = quoted;
    for (const character of field) {
      if (this.#special.test(character)) {
        let escapes = quoting === QUOTE_NONE;
        if (!escapes) {
          if (character === quotechar && doublequote) text += quotechar;
          else escapes = character === quotechar || character === escapechar;
          if (!escapes) quotes = true;
        }
        if (escapes) {
          if (escapechar === null) throw new CsvError('need to escape, but no escapechar set');
          text += escapechar;
        }
      }
      text += character;
    }
    return quotes ? `${quotechar}${text}${quotechar}` : text;
  }
}

function isNumber(value: unknown): boolean {
  const type = typeof value;
  return type === 'number' || type === 'bigint' || type === 'boolean' || value instanceof Number;
}

function spell(value: unknown): string {
  if (typeof value === 'number') return numberRepr(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Float) return value.toString();
  return String(value);
}
