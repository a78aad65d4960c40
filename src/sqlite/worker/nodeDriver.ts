// SQLite as the host brings it along: `node:sqlite` of Node, and what Deno and Bun have under that name.

import type * as NodeSqlite from 'node:sqlite';
import type { Bound, Driver, DriverDatabase, DriverStatement } from './driver.ts';
import { codeOfMessage } from './errorCodes.ts';
import type { FunctionSettings, SqlValue } from './protocol.ts';

type Sqlite = typeof NodeSqlite;

export function nodeDriver(): Driver | undefined {
  const sqlite = loadQuietly();
  if (sqlite === undefined || !('setReturnArrays' in sqlite.StatementSync.prototype)) return undefined;
  return {
    open: (path, { readOnly, foreignKeys }) =>
      openDatabase(
        sqlite,
        new sqlite.DatabaseSync(path, { readOnly, enableForeignKeyConstraints: foreignKeys, timeout: 0 }),
      ),
    errorCode(error) {
      const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
      if (code !== 'ERR_SQLITE_ERROR' && errcode === undefined) return undefined;
      // Deno tells no number.
      return errcode ?? codeOfMessage(message);
    },
  };
}

// Node 22 and 24 call it experimental, on the terminal of whoever uses this library.
function loadQuietly(): Sqlite | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function openDatabase(sqlite: Sqlite, database: NodeSqlite.DatabaseSync): DriverDatabase {
  return {
    prepare: (sql) => prepare(database, sql),
    inTransaction: () => database.isTransaction,
    defineFunction(settings, fn) {
      database.function(
        settings.name,
        { ...optionsOf(settings), useBigIntArguments: true },
        withLength(fn, settings) as never,
      );
    },
    defineAggregate(settings, make) {
      type Group = { readonly of: ReturnType<typeof make> };
      const { inverse } = make();
      database.aggregate(settings.name, {
        ...optionsOf(settings),
        useBigIntArguments: true,
        start: (() => ({ of: make() })) as never,
        step: withLength(
          (group: Group, ...values: SqlValue[]) => {
            group.of.step(...values);
            return group;
          },
          settings,
          1,
        ) as never,
        result: ((group: Group) => group.of.finalize()) as never,
        ...(inverse !== undefined && {
          inverse: withLength(
            (group: Group, ...values: SqlValue[]) => {
              group.of.inverse?.(...values);
              return group;
            },
            settings,
            1,
          ) as never,
        }),
      });
    },
    async backup(target, pages, progress) {
      await sqlite.backup(database, target, {
        rate: pages,
        progress: ({ remainingPages, totalPages }) => progress(remainingPages, totalPages),
      });
    },
    close: () => database.close(),
  };
}

function prepare(database: NodeSqlite.DatabaseSync, sql: string): DriverStatement {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  (statement as unknown as { setReturnArrays(on: boolean): void }).setReturnArrays(true);
  const iterate = (bound: Bound): Iterator<SqlValue[]> =>
    statement.iterate(...given(bound)) as unknown as Iterator<SqlValue[]>;
  return {
    columns: () => statement.columns().map(({ name, type }) => ({ name, type })),
    run: (bound) => statement.run(...given(bound)),
    iterate(bound) {
      const steps = iterate(bound);
      return {
        next() {
          try {
            return steps.next();
          } catch (error) {
            // Node leaves the statement as it failed, and the next execution would throw this error again.
            attempt(() => iterate(bound).return?.());
            throw error;
          }
        },
        return: () => steps.return?.() ?? { done: true, value: undefined },
      };
    },
  };
}

// An object with the named ones first; a number is a place among the others.
function given({ names, values }: Bound): SqlValue[] {
  const isNamed = (name: string | undefined): boolean => name !== undefined && !name.startsWith('?');
  if (!names.some(isNamed)) return [...values];
  const named: Record<string, SqlValue> = {};
  const bare: SqlValue[] = [];
  for (const [at, name] of names.entries()) {
    if (isNamed(name)) named[name as string] = values[at] as SqlValue;
    else bare.push(values[at] as SqlValue);
  }
  // The driver's types know of it in the first place alone, where this list may have none.
  return [named as never, ...bare];
}

function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    // It has said so already.
  }
}

function optionsOf({ deterministic, directOnly, parameters }: FunctionSettings): {
  deterministic: boolean;
  directOnly: boolean;
  varargs: boolean;
} {
  return { deterministic, directOnly, varargs: parameters === undefined };
}

// The driver takes the number of arguments from the function.
function withLength<F extends object>(fn: F, { parameters }: FunctionSettings, before: number = 0): F {
  return Object.defineProperty(fn, 'length', { value: before + (parameters ?? 0) });
}
