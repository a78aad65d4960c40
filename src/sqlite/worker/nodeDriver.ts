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
        start: (() => ({ of: remembering(make) })) as never,
        step: withLength(
          (group: Group, ...values: SqlValue[]) => {
            remembering(() => group.of.step(...values));
            return group;
          },
          settings,
          1,
        ) as never,
        result: ((group: Group) => remembering(() => group.of.finalize())) as never,
        ...(inverse !== undefined && {
          inverse: withLength(
            (group: Group, ...values: SqlValue[]) => {
              remembering(() => group.of.inverse?.(...values));
              return group;
            },
            settings,
            1,
          ) as never,
        }),
      });
    },
    async backup(target, pages, progress) {
      try {
        await sqlite.backup(database, target, {
          rate: pages,
          progress: ({ remainingPages, totalPages }) => progress(remainingPages, totalPages),
        });
      } catch (error) {
        // What Node says of a source that is locked before anything was copied.
        if (!(error instanceof Error) || error.message !== 'not an error') throw error;
        throw Object.assign(new Error('database is locked'), { errcode: 5 });
      }
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
    run: (bound) => told(() => statement.run(...given(bound))),
    all: (bound) => told(() => statement.all(...given(bound))) as unknown as SqlValue[][],
    iterate(bound) {
      const steps = iterate(bound);
      let first = swallowsErrors;
      return {
        next() {
          try {
            const step = told(() => steps.next());
            if (first && step.done === true) statement.get(...given(bound));
            first = false;
            return step;
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

// Deno's iterators end at an error without a word: whether there was one where a row should be is asked again.
const swallowsErrors: boolean = 'Deno' in globalThis;

// What an aggregate has thrown; Node returns nothing then.
let thrown: { readonly error: unknown } | undefined;

function told<T>(act: () => T): T {
  thrown = undefined;
  const result = act();
  const failure = thrown as { readonly error: unknown } | undefined;
  if (failure !== undefined) throw failure.error;
  return result;
}

function remembering<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    thrown = { error };
    throw error;
  }
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
