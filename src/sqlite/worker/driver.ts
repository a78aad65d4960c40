// The seam to SQLite: what a worker needs of a driver. No driver waits for a lock by itself: that would keep a cancel out.

import type { ColumnHead, FunctionSettings, SqlValue } from './protocol.ts';

export type SqlFunction = (...values: SqlValue[]) => unknown;

/** What a function for an aggregate returns anew for each group. */
export interface Aggregation {
  step(...values: SqlValue[]): void;
  finalize(): unknown;
  /** Takes back a step, for window functions. */
  inverse?(...values: SqlValue[]): void;
}

export interface DriverStatement {
  /** Of the rows that it gives; none for what gives no rows. */
  columns(): readonly ColumnHead[];
  run(parameters: Bound): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: Bound): Iterator<SqlValue[]>;
  all(parameters: Bound): SqlValue[][];
}

/** The value of each parameter, and its name as the text has it: `:name`, `?3`; undefined for a bare `?`. */
export interface Bound {
  readonly names: readonly (string | undefined)[];
  readonly values: readonly SqlValue[];
}

export interface DriverDatabase {
  prepare(sql: string): DriverStatement;
  inTransaction(): boolean;
  /** `fn` takes and returns values of SQLite, with integers as bigints. */
  defineFunction(settings: FunctionSettings, fn: SqlFunction): void;
  defineAggregate(settings: FunctionSettings, make: () => Aggregation): void;
  backup(
    target: string,
    pages: number,
    progress: (remaining: number, total: number) => void,
  ): Promise<void>;
  close(): void;
}

export interface Driver {
  open(path: string, options: { readOnly: boolean; foreignKeys: boolean }): DriverDatabase;
  /** The code that SQLite gave an error; undefined for what is no error of SQLite. */
  errorCode(error: unknown): number | undefined;
}
