// SQLite by the package better-sqlite3, for a Node that does not bring it along.

import type { Aggregation, Bound, Driver, DriverDatabase, DriverStatement, SqlFunction } from './driver.ts';
import { codeOfName } from './errorCodes.ts';
import type { ColumnHead, FunctionSettings, SqlValue } from './protocol.ts';

// The part of its interface that is used here.
interface BetterStatement {
  readonly reader: boolean;
  columns(): { name: string; type: string | null }[];
  raw(on: boolean): void;
  safeIntegers(on: boolean): void;
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  iterate(...parameters: unknown[]): Iterator<SqlValue[]>;
  all(...parameters: unknown[]): SqlValue[][];
}
interface BetterDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): BetterStatement;
  pragma(text: string): unknown;
  unsafeMode(on: boolean): void;
  function(name: string, options: object, fn: (...values: SqlValue[]) => unknown): void;
  aggregate(name: string, options: object): void;
  backup(
    target: string,
    options: { progress: (state: { totalPages: number; remainingPages: number }) => number },
  ): Promise<unknown>;
  close(): void;
}
type BetterSqlite = new (path: string, options: { readonly: boolean; timeout: number }) => BetterDatabase;

/** @param module where it was found */
export function betterDriver(module: string): Driver {
  const { createRequire } = process.getBuiltinModule('node:module');
  const Database = createRequire(module)(module) as BetterSqlite;
  return {
    open(path, { readOnly, foreignKeys }) {
      const database = new Database(path, { readonly: readOnly, timeout: 0 });
      // Statements go on while a cursor of another is open.
      database.unsafeMode(true);
      database.pragma(`foreign_keys = ${foreignKeys ? 'on' : 'off'}`);
      return openDatabase(database);
    },
    errorCode(error) {
      const { code } = error as { code?: unknown };
      return typeof code === 'string' && code.startsWith('SQLITE_') ? codeOfName(code) : undefined;
    },
  };
}

function openDatabase(database: BetterDatabase): DriverDatabase {
  return {
    prepare: (sql) => prepare(database, sql),
    inTransaction: () => database.inTransaction,
    defineFunction(settings: FunctionSettings, fn: SqlFunction) {
      Object.defineProperty(fn, 'length', { value: settings.parameters ?? 0 });
      database.function(settings.name, optionsOf(settings), fn);
    },
    defineAggregate(settings: FunctionSettings, make: () => Aggregation) {
      const { inverse } = make();
      const step = (group: Aggregation, ...values: SqlValue[]): void => group.step(...values);
      const back = (group: Aggregation, ...values: SqlValue[]): void => group.inverse?.(...values);
      for (const fn of [step, back])
        Object.defineProperty(fn, 'length', { value: 1 + (settings.parameters ?? 0) });
      database.aggregate(settings.name, {
        ...optionsOf(settings),
        start: () => make(),
        step,
        result: (group: Aggregation) => group.finalize(),
        ...(inverse !== undefined && { inverse: back }),
      });
    },
    async backup(target, pages, progress) {
      await database.backup(target, {
        progress({ totalPages, remainingPages }) {
          progress(remainingPages, totalPages);
          return pages;
        },
      });
    },
    close: () => database.close(),
  };
}

function prepare(database: BetterDatabase, sql: string): DriverStatement {
  const statement = database.prepare(sql);
  statement.safeIntegers(true);
  if (statement.reader) statement.raw(true);
  return {
    columns: (): readonly ColumnHead[] => (statement.reader ? statement.columns() : []),
    run: (parameters) => statement.run(...given(parameters)),
    iterate: (parameters) => statement.iterate(...given(parameters)),
    all: (parameters) => statement.all(...given(parameters)),
  };
}

// It wants names, and numbers, without their sign.
function given({ names, values }: Bound): unknown[] {
  const named: Record<string, SqlValue> = {};
  const bare: SqlValue[] = [];
  for (const [at, name] of names.entries()) {
    if (name === undefined) bare.push(values[at] as SqlValue);
    else named[name.slice(1)] = values[at] as SqlValue;
  }
  return Object.keys(named).length === 0 ? bare : [...bare, named];
}

function optionsOf({ deterministic, directOnly, parameters }: FunctionSettings): object {
  return { deterministic, directOnly, varargs: parameters === undefined, safeIntegers: true };
}
