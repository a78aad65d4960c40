// The rows of one execution of a statement, taken in pages.
//
// 1. A page ends after so many rows, so many bytes, or so much time: what is slow comes row by row, and what is large
//    does not pile up.
// 2. A statement is given back when its rows are over or it is closed.

import { checkCancelled } from '../../worker.ts';
import type { Bound } from './driver.ts';
import type { Integers, SqlValue } from './protocol.ts';
import type { Prepared } from './statementCache.ts';

const MOST_BYTES: number = 256 * 1024;
/** Milliseconds. */
const MOST_TIME = 5;
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

type Row = readonly SqlValue[];
type Source = Pick<Prepared, 'statement' | 'columns' | 'busy'>;

export interface TakenRows {
  readonly values: SqlValue[];
  readonly rows: number;
  readonly over: boolean;
}

export class OpenCursor {
  readonly #source: Source;
  readonly #bound: Bound;
  readonly #convert: (value: bigint) => number | bigint;
  #steps: Iterator<SqlValue[]> | undefined = undefined;
  #read: Row[] = [];
  #at: number = 0;
  #over: boolean = false;

  constructor(source: Source, bound: Bound, integers: Integers) {
    this.#source = source;
    this.#bound = bound;
    this.#convert = conversions[integers];
  }

  /** How many rows were read and not taken. */
  get waiting(): number {
    return this.#read.length - this.#at;
  }

  /** Reads the first row. It may be called again when that failed. */
  begin(): void {
    const steps = this.#source.statement.iterate(this.#bound);
    const { value, done } = steps.next();
    this.#steps = steps;
    if (done === true) this.#end();
    else this.#read.push(value);
  }

  /** Runs to the end, and keeps the rows. It may be called again when that failed. */
  readAll(): void {
    this.#read = this.#source.statement.all(this.#bound);
    this.#end();
  }

  /** Runs to the end; nobody wants the rows. */
  drop(): void {
    this.#read = [];
    while (this.#next() !== undefined);
  }

  take(most: number): TakenRows {
    const values: SqlValue[] = [];
    const until = performance.now() + MOST_TIME;
    let rows = 0;
    let bytes = 0;
    while (rows < most && bytes < MOST_BYTES) {
      const row = this.#read[this.#at++] ?? this.#next();
      if (row === undefined) break;
      for (let column = 0; column < row.length; column++) {
        const value = row[column] as SqlValue;
        if (typeof value === 'bigint') values.push(this.#convert(value));
        else {
          if (typeof value === 'object') bytes += value?.byteLength ?? 0;
          else if (typeof value === 'string') bytes += value.length;
          values.push(value);
        }
      }
      rows++;
      if (performance.now() > until) break;
    }
    // Whether more follow is told now where it costs nothing: a query of few rows is over with its first page.
    if (this.#at >= this.#read.length) {
      this.#read = [];
      this.#at = 0;
      if (!this.#over && rows === most) {
        const row = this.#next();
        if (row !== undefined) this.#read.push(row);
      }
    }
    return { values, rows, over: this.#over && this.#read.length === 0 };
  }

  close(): void {
    if (this.#over) return;
    this.#read = [];
    this.#end();
    this.#steps?.return?.();
  }

  #next(): Row | undefined {
    if (this.#over) return undefined;
    checkCancelled();
    const { value, done } = (this.#steps as Iterator<SqlValue[]>).next();
    if (done !== true) return value;
    this.#end();
    return undefined;
  }

  #end(): void {
    this.#over = true;
    this.#source.busy = false;
  }
}

const conversions: Readonly<Record<Integers, (value: bigint) => number | bigint>> = {
  auto: (value) => (value <= LARGEST && value >= -LARGEST ? Number(value) : value),
  number: Number,
  bigint: (value) => value,
};
