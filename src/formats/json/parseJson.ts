// JSON to values as Python's decoder reads it: what it takes beyond the standard (NaN, Infinity), its hooks, its integers
// of any size, and its errors, to the place.
//
// 1. It keeps what is open in a list of its own and not on the stack: depth is a limit that is told, never an overflow.
// 2. The host's parser is several times as fast. This one reads what that one can't, and what it refused, for the error.

import { JSONDecodeError } from './jsonDecodeError.ts';
import type { JsonLoadSettings } from './loadOptions.ts';

const space = /[ \t\n\r]*/y;
const number = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
const literal = /null|true|false|NaN|Infinity|-Infinity/y;
const strictRun = /[ !#-[\]-\uffff]*/y;
const looseRun = /[^"\\]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const literals: Readonly<Record<string, unknown>> = { null: null, true: true, false: false };
const hexadecimal = /^[\da-fA-F]{4}$/;

/** Integers with more digits would take long to convert: Python's own limit. */
const MAX_DIGITS = 4300;

/** An array or object whose end was not seen yet. */
type Open = { readonly items: unknown[] } | { readonly pairs: [string, unknown][]; name: string };

export interface Parsed {
  readonly value: unknown;
  /** Behind it. */
  readonly end: number;
}

/** The value that begins at `at`, where there may be no space. @throws JSONDecodeError */
export function parseValue(text: string, at: number, settings: JsonLoadSettings): Parsed {
  return new Parser(text, at, settings).parse();
}

/** Where the space that begins at `at` ends. */
export function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

class Parser {
  readonly #text: string;
  readonly #settings: JsonLoadSettings;
  #at: number;

  constructor(text: string, at: number, settings: JsonLoadSettings) {
    this.#text = text;
    this.#at = at;
    this.#settings = settings;
  }

  parse(): Parsed {
    const open: Open[] = [];
    for (;;) {
      let value = this.#begin(open);
      // What is complete goes into what is open, which it may complete in turn.
      while (value !== OPENED) {
        const into = open.at(-1);
        if (into === undefined) return { value, end: this.#at };
        if ('items' in into) into.items.push(value);
        else into.pairs.push([into.name, value]);
        if (!this.#goesOn(into)) {
          open.pop();
          value = this.#close(into);
        } else break;
      }
    }
  }

  /** A value that is complete at once, or OPENED. */
  #begin(open: Open[]): unknown {
    const text = this.#text;
    const character = text[this.#at];
    if (character === '"') return this.#string(this.#at + 1);
    if (character !== '[' && character !== '{') return this.#scalar();
    if (open.length >= this.#settings.maxDepth)
      throw this.#error(`nested deeper than ${this.#settings.maxDepth} arrays and objects`, this.#at);
    this.#at = skipSpace(text, this.#at + 1);
    if (character === '[') {
      if (text[this.#at] === ']') {
        this.#at++;
        return this.#settings.toArray([]);
      }
      open.push({ items: [] });
      return OPENED;
    }
    if (text[this.#at] === '}') {
      this.#at++;
      return this.#settings.toObject([]);
    }
    open.push({ pairs: [], name: this.#name() });
    return OPENED;
  }

  /** Takes what is between two values; false at the end of the array or object. */
  #goesOn(into: Open): boolean {
    const text = this.#text;
    const isArray = 'items' in into;
    const end = isArray ? ']' : '}';
    this.#at = skipSpace(text, this.#at);
    if (text[this.#at] === end) {
      this.#at++;
      return false;
    }
    const comma = this.#at;
    if (text[comma] !== ',') throw this.#error("Expecting ',' delimiter", comma);
    this.#at = skipSpace(text, comma + 1);
    if (text[this.#at] === end)
      throw this.#error(`Illegal trailing comma before end of ${isArray ? 'array' : 'object'}`, comma);
    if (!isArray) into.name = this.#name();
    return true;
  }

  #close(into: Open): unknown {
    return 'items' in into ? this.#settings.toArray(into.items) : this.#settings.toObject(into.pairs);
  }

  /** A name with the colon behind it. */
  #name(): string {
    const text = this.#text;
    if (text[this.#at] !== '"')
      throw this.#error('Expecting property name enclosed in double quotes', this.#at);
    const name = this.#string(this.#at + 1);
    this.#at = skipSpace(text, this.#at);
    if (text[this.#at] !== ':') throw this.#error("Expecting ':' delimiter", this.#at);
    this.#at = skipSpace(text, this.#at + 1);
    return name;
  }

  #scalar(): unknown {
    const start = this.#at;
    literal.lastIndex = start;
    const word = literal.exec(this.#text)?.[0];
    if (word !== undefined) {
      this.#at += word.length;
      return word in literals ? literals[word] : this.#settings.toConstant(word);
    }
    number.lastIndex = start;
    const [whole, int = '', fraction, exponent] = number.exec(this.#text) ?? [];
    if (whole === undefined) throw this.#error('Expecting value', start);
    this.#at += whole.length;
    if (fraction !== undefined || exponent !== undefined) return this.#settings.toFloat(whole);
    if (this.#settings.toInt !== undefined) return this.#settings.toInt(int);
    const value = Number(int);
    if (Number.isSafeInteger(value)) return value + 0;
    if (int.length > MAX_DIGITS)
      throw this.#error(`Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion`, start);
    return BigInt(int);
  }

  #string(begin: number): string {
    const text = this.#text;
    const run = this.#settings.strict ? strictRun : looseRun;
    let value = '';
    let at = begin;
    for (;;) {
      run.lastIndex = at;
      run.test(text);
      value += text.slice(at, run.lastIndex);
      at = run.lastIndex;
      const character = text[at];
      if (character === '"') break;
      if (character === undefined) throw this.#error('Unterminated string starting at', begin - 1);
      if (character !== '\\') throw this.#error('Invalid control character at', at);
      const kind = text[at + 1];
      if (kind === undefined) throw this.#error('Unterminated string starting at', begin - 1);
      if (kind === 'u') {
        const digits = text.slice(at + 2, at + 6);
        // Python asks for one character more, since a quote has to follow.
        if (!hexadecimal.test(digits) || at + 6 >= text.length)
          throw this.#error(String.raw`Invalid \uXXXX escape`, at + 1);
        value += String.fromCharCode(Number.parseInt(digits, 16));
        at += 6;
      } else {
        const escaped = escapes[kind];
        if (escaped === undefined) throw this.#error(String.raw`Invalid \escape`, at);
        value += escaped;
        at += 2;
      }
    }
    this.#at = at + 1;
    return value;
  }

  #error(msg: string, at: number): JSONDecodeError {
    return new JSONDecodeError(msg, this.#text, at);
  }
}

const OPENED = Symbol('opened');
