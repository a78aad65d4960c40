// Values to JSON as Python's encoder writes it, in one go or piece by piece.
//
// 1. What is open is in a list of its own and not on the stack: depth is a limit that is told, never an overflow.
// 2. An object that is of no class is what it has by string names; a Map is a dict too, whose keys may be numbers.
//    What is undefined is left out of an object, as the host's JSON does, and null elsewhere.
// 3. What is none of these is given to `default`; without one, an object's own `toJSON` says what it is.
// 4. Text is escaped by the host's JSON, which agrees, and what is not ASCII after that.

import { Float, floatRepr, isInt } from '../float.ts';
import { JSONEncodeError } from './dumpOptions.ts';
import type { JsonDumpSettings } from './dumpOptions.ts';

/** An array or object that is being written. */
interface Open {
  readonly source: object;
  readonly end: string;
  readonly values: readonly unknown[];
  /** The escaped names of an object. */
  readonly names: readonly string[] | undefined;
  at: number;
  /** How many values `default` made this one of: each is an ancestor as well. */
  readonly replaced: readonly object[];
}

export class Encoder {
  readonly #settings: JsonDumpSettings;
  readonly #open: Open[] = [];
  readonly #ancestors: Set<object> = new Set();
  #text: string = '';

  constructor(settings: JsonDumpSettings) {
    this.#settings = settings;
  }

  /** The text of a value. @throws JSONEncodeError */
  encode(value: unknown): string {
    this.#value(value);
    while (this.#open.length > 0) this.#step();
    return this.#take();
  }

  /** The text of a value in pieces of about that size. @throws JSONEncodeError */
  *pieces(value: unknown, size: number): Generator<string, undefined> {
    this.#value(value);
    while (this.#open.length > 0) {
      this.#step();
      if (this.#text.length >= size) yield this.#take();
    }
    yield this.#take();
    return undefined;
  }

  #take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Writes what comes next of what is open. */
  #step(): void {
    const open = this.#open.at(-1) as Open;
    const { at, values, names } = open;
    const { itemSeparator, keySeparator, indent } = this.#settings;
    if (at === values.length) {
      this.#open.pop();
      if (indent !== undefined) this.#text += this.#newline();
      this.#text += open.end;
      this.#ancestors.delete(open.source);
      for (const source of open.replaced) this.#ancestors.delete(source);
      return;
    }
    open.at++;
    if (at > 0) this.#text += itemSeparator;
    if (indent !== undefined) this.#text += this.#newline();
    if (names !== undefined) this.#text += (names[at] as string) + keySeparator;
    this.#value(values[at]);
  }

  #newline(): string {
    return `\n${(this.#settings.indent as string).repeat(this.#open.length)}`;
  }

  #value(given: unknown): void {
    if (this.#scalar(given)) return;
    const replaced: object[] = [];
    let value = given;
    while (!this.#scalar(value)) {
      const source = value as object;
      if (this.#settings.checkCircular) {
        if (this.#ancestors.has(source)) throw new JSONEncodeError('Circular reference detected');
        this.#ancestors.add(source);
      }
      if (this.#enter(source, replaced)) return;
      if (replaced.push(source) > this.#settings.maxDepth) throw this.#tooDeep();
      value = this.#replace(source);
    }
    for (const source of replaced) this.#ancestors.delete(source);
  }

  /** Writes what has no parts; false for what has. */
  #scalar(value: unknown): boolean {
    switch (typeof value) {
      case 'string':
        this.#text += this.#string(value);
        return true;
      case 'number':
        this.#text += this.#number(value, isInt(value));
        return true;
      case 'boolean':
      case 'bigint':
        this.#text += String(value);
        return true;
      case 'undefined':
        this.#text += 'null';
        return true;
      case 'object':
        if (value === null) this.#text += 'null';
        else if (value instanceof Number)
          this.#text += this.#number(value.valueOf(), !(value instanceof Float) && isInt(value.valueOf()));
        else if (value instanceof String) this.#text += this.#string(value.valueOf());
        else if (value instanceof Boolean) this.#text += String(value.valueOf());
        else return false;
        return true;
      default:
        return false;
    }
  }

  /** Begins with the parts of an array, object or Map; false for anything else. */
  #enter(source: object, replaced: readonly object[]): boolean {
    const isArray = Array.isArray(source);
    if (!isArray && !isDict(source)) return false;
    if (this.#open.length >= this.#settings.maxDepth) throw this.#tooDeep();
    const open = isArray ? { values: source, names: undefined } : this.#entries(source);
    const [begin, end] = isArray ? '[]' : '{}';
    if (open.values.length === 0) {
      this.#text += `${begin}${end}`;
      this.#ancestors.delete(source);
      for (const each of replaced) this.#ancestors.delete(each);
      return true;
    }
    this.#text += begin;
    this.#open.push({ ...open, source, end: end as string, at: 0, replaced });
    return true;
  }

  #entries(source: object): { names: string[]; values: unknown[] } {
    const isMap = source instanceof Map;
    if (!isMap && !this.#settings.sortKeys) return this.#properties(source);
    let entries: [unknown, unknown][] = isMap ? [...source] : Object.entries(source);
    if (!isMap) entries = entries.filter(([, value]) => value !== undefined);
    if (this.#settings.sortKeys) entries.sort(([a], [b]) => compareKeys(a, b));
    const names: string[] = [];
    const values: unknown[] = [];
    for (const [key, value] of entries) {
      const name = this.#key(key);
      if (name === undefined) continue;
      names.push(this.#string(name));
      values.push(value);
    }
    return { names, values };
  }

  #properties(source: object): { names: string[]; values: unknown[] } {
    const names: string[] = [];
    const values: unknown[] = [];
    for (const name of Object.keys(source)) {
      const value = (source as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      names.push(this.#string(name));
      values.push(value);
    }
    return { names, values };
  }

  /** A key as Python spells it, or undefined where it is left out. */
  #key(key: unknown): string | undefined {
    if (typeof key === 'string') return key;
    if (typeof key === 'number') return this.#number(key, isInt(key));
    if (typeof key === 'boolean' || typeof key === 'bigint' || key === null) return String(key);
    if (key instanceof Float) return this.#number(key.valueOf(), false);
    if (this.#settings.skipkeys) return undefined;
    throw new JSONEncodeError(`keys must be str, int, float, bool or None, not ${kindOf(key)}`);
  }

  #replace(source: object): unknown {
    const { default: replace } = this.#settings;
    if (replace !== undefined) return replace(source);
    const { toJSON } = source as { toJSON?: unknown };
    if (typeof toJSON === 'function') return toJSON.call(source, '') as unknown;
    throw new JSONEncodeError(`Object of type ${kindOf(source)} is not JSON serializable`);
  }

  #number(value: number, int: boolean): string {
    if (int) return String(value);
    if (Number.isFinite(value)) return floatRepr(value);
    if (!this.#settings.allowNan)
      throw new JSONEncodeError(`Out of range float values are not JSON compliant: ${floatRepr(value)}`);
    return String(value);
  }

  #string(value: string): string {
    if (plain.test(value)) return `"${value}"`;
    if (!this.#settings.ensureAscii) return quoted(value);
    const text = JSON.stringify(value);
    return ascii.test(text) ? text : text.replaceAll(notAscii, escapeUnit);
  }

  #tooDeep(): JSONEncodeError {
    return new JSONEncodeError(`nested deeper than ${this.#settings.maxDepth} arrays and objects`);
  }
}

/** Text that needs no escape. */
const plain = /^[ !#-[\]-~]*$/;
const ascii = /^[ -~]*$/;
const notAscii = /[^ -~]/g;
const loneEscape = /\\(?:\\|u(d[89a-f][\da-f]{2}))/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The host escapes half of a pair of surrogates, Python does not. */
function quoted(value: string): string {
  const text = JSON.stringify(value);
  if (value.isWellFormed()) return text;
  return text.replaceAll(loneEscape, (escape, unit: string | undefined) =>
    unit === undefined ? escape : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

/** Whether an object is a dict: a Map, or one of no class of its own. */
function isDict(value: object): boolean {
  if (value instanceof Map) return true;
  if (typeof value === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Strings by code point, numbers by value. @throws JSONEncodeError for keys that can't be compared */
function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return comparePoints(a, b);
  const [left, right] = [orderOf(a), orderOf(b)];
  if (left === undefined || right === undefined)
    throw new JSONEncodeError(`keys that are ${kindOf(a)} and ${kindOf(b)} have no order between them`);
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderOf(key: unknown): number | bigint | undefined {
  if (typeof key === 'number' || typeof key === 'bigint') return key;
  if (typeof key === 'boolean' || key instanceof Float) return Number(key);
  return undefined;
}

function comparePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) === b.charCodeAt(at)) continue;
    // Where it is the second halves of pairs that differ, the code points begin in front of them.
    const from = at > 0 && isHighSurrogate(a.charCodeAt(at - 1)) ? at - 1 : at;
    const points = (a.codePointAt(from) as number) - (b.codePointAt(from) as number);
    return points === 0 ? a.charCodeAt(at) - b.charCodeAt(at) : points;
  }
  return a.length - b.length;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  return (value as { constructor?: { name?: string } }).constructor?.name ?? 'object';
}
