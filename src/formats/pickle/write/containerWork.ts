// Lists, tuples and dicts: the work that is left of one while what it holds is written.
//
// Items go in batches of 1000, each behind a mark, and a single item by itself, as in Python's own pickler.

import { PicklingError } from '../pickleErrors.ts';
import { checkKeys } from './keys.ts';
import type { PickleWork, Writing } from './work.ts';

const BATCH = 1000;
const MARK = 0x28;

export class ListWork implements PickleWork {
  readonly #items: readonly unknown[];
  readonly #count: number;
  #next: number = 0;
  #batchEnd: number = 0;

  constructor(writer: Writing, items: readonly unknown[]) {
    if (writer.protocol === 0) writer.sink.latin1('(l');
    else writer.sink.byte(0x5d);
    writer.memoize(items);
    this.#items = items;
    this.#count = items.length;
  }

  step(writer: Writing): boolean {
    const items = this.#items;
    const single = this.#count === 1 || writer.protocol === 0;
    for (;;) {
      if (this.#next === this.#batchEnd) {
        if (this.#next > 0) writer.sink.byte(single ? 0x61 : 0x65);
        if (this.#next === this.#count) return true;
        this.#batchEnd = Math.min(this.#count, this.#next + (single ? 1 : BATCH));
        if (!single) writer.sink.byte(MARK);
      }
      if (!writer.save(items[this.#next++])) return false;
    }
  }
}

/** The items of another kind of list, of which the number is not known: a list's own opcodes, behind what takes them. */
export class ItemsWork implements PickleWork {
  readonly #list: readonly unknown[];
  #next: number = 0;
  #batchEnd: number = 0;

  constructor(items: Iterable<unknown>) {
    this.#list = [...items];
  }

  step(writer: Writing): boolean {
    const list = this.#list;
    const single = list.length === 1 || writer.protocol === 0;
    for (;;) {
      if (this.#next === this.#batchEnd) {
        if (this.#next > 0) writer.sink.byte(single ? 0x61 : 0x65);
        if (this.#next === list.length) return true;
        this.#batchEnd = Math.min(list.length, this.#next + (single ? 1 : BATCH));
        if (!single) writer.sink.byte(MARK);
      }
      if (!writer.save(list[this.#next++])) return false;
    }
  }
}

export class TupleWork implements PickleWork {
  readonly #items: readonly unknown[];
  readonly #key: object;
  readonly #short: boolean;
  #next: number = 0;

  constructor(writer: Writing, items: readonly unknown[], key: object) {
    this.#items = items;
    this.#key = key;
    this.#short = items.length <= 3 && writer.protocol >= 2;
    if (!this.#short) writer.sink.byte(MARK);
  }

  step(writer: Writing): boolean {
    const items = this.#items;
    const { length } = items;
    while (this.#next < length) if (!writer.save(items[this.#next++])) return false;
    const { sink } = writer;
    if (writer.memo.has(this.#key)) {
      // What it holds has led back to it, and written it.
      if (this.#short || writer.protocol === 0)
        for (let n = this.#short ? 0 : -1; n < length; n += 1) sink.byte(0x30);
      else sink.byte(0x31);
      return writer.recall(this.#key);
    }
    sink.byte(this.#short ? 0x84 + length : 0x74);
    writer.memoize(this.#key);
    return true;
  }
}

export class DictWork implements PickleWork {
  readonly #entries: readonly unknown[];
  #next: number = 0;
  #batchEnd: number = 0;

  /** @param entries each key, with its value behind it */
  constructor(entries: readonly unknown[]) {
    this.#entries = entries;
  }

  static ofMap(writer: Writing, map: ReadonlyMap<unknown, unknown>): DictWork {
    checkKeys(map.keys());
    return DictWork.#begin(writer, map, flat(map));
  }

  /** A property that is undefined is none, as in JSON. */
  static ofObject(writer: Writing, object: object): DictWork {
    const entries: unknown[] = [];
    for (const key of Object.keys(object)) {
      const value = (object as Readonly<Record<string, unknown>>)[key];
      if (value !== undefined) entries.push(key, value);
    }
    return DictWork.#begin(writer, object, entries);
  }

  static #begin(writer: Writing, dict: object, entries: readonly unknown[]): DictWork {
    if (writer.protocol === 0) writer.sink.latin1('(d');
    else writer.sink.byte(0x7d);
    writer.memoize(dict);
    return new DictWork(entries);
  }

  step(writer: Writing): boolean {
    const entries = this.#entries;
    const single = entries.length === 2 || writer.protocol === 0;
    for (;;) {
      if (this.#next === this.#batchEnd) {
        if (this.#next > 0) writer.sink.byte(single ? 0x73 : 0x75);
        if (this.#next === entries.length) return true;
        this.#batchEnd = Math.min(entries.length, this.#next + (single ? 2 : 2 * BATCH));
        if (!single) writer.sink.byte(MARK);
      }
      if (!writer.save(entries[this.#next++])) return false;
    }
  }
}

/** Entries as DictWork takes them. @throws PicklingError for what is no entry */
export function flat(entries: Iterable<readonly [unknown, unknown]>): unknown[] {
  const all: unknown[] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry)) throw new PicklingError('each of the entries is an array: [key, value]');
    all.push(entry[0], entry[1]);
  }
  return all;
}
