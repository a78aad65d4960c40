// The worker's side of a connection: one database of SQLite, in a process or thread of its own.
//
// 1. Between rows, between statements of a script and while it waits for a lock it looks for a cancel. A step inside of
//    SQLite cannot be interrupted from here: no driver has a way to.
// 2. It holds the statements that are prepared and the cursors that are open; both are gone with it.
// 3. It waits for locks of others itself, with back-off, and not in SQLite.

import { checkCancelled } from '../../worker.ts';
import { findDriver } from './findDriver.ts';
import type { Bound, Driver, DriverDatabase } from './driver.ts';
import { describeFailure, Refused } from './failure.ts';
import { loadAggregation, loadFunction } from './functions.ts';
import { OpenCursor } from './openCursor.ts';
import { patiently } from './patience.ts';
import type {
  ColumnHead,
  Done,
  FunctionSettings,
  OpenSettings,
  Operation,
  Question,
  Reply,
} from './protocol.ts';
import { splitSql } from './sqlText.ts';
import { StatementCache } from './statementCache.ts';
import type { Prepared } from './statementCache.ts';

const NOTHING: Bound = { names: [], values: [] };
const me: string = crypto.randomUUID();

interface Opened {
  readonly settings: OpenSettings;
  readonly driver: Driver;
  readonly database: DriverDatabase;
  readonly statements: StatementCache;
  readonly cursors: Map<number, OpenCursor>;
}

let opened: Opened | undefined;
let cursorCount = 0;

/** The database that is open here, and its driver. */
export function current(): { readonly driver: Driver; readonly database: DriverDatabase } | undefined {
  return opened;
}

/** The one function that the loop's side calls. */
export function answer({ worker, operation }: Question): Reply | Promise<Reply> {
  if (operation.kind === 'open') return open(operation.settings);
  if (worker !== me || opened === undefined) return { state: 'strange' };
  const here = opened;
  if (operation.kind === 'define') return settle(here, () => define(here, operation.settings));
  try {
    return done(here, perform(here, operation));
  } catch (error) {
    return failed(here, error, 'sql' in operation ? operation.sql : undefined);
  }
}

type Result = Omit<Done, 'state' | 'worker' | 'inTransaction'>;

async function settle(here: Opened, act: () => Promise<void>): Promise<Reply> {
  try {
    await act();
    return done(here, {});
  } catch (error) {
    return failed(here, error, undefined);
  }
}

function done({ database }: Opened, result: Result): Done {
  const inTransaction = opened !== undefined && database.inTransaction();
  return { state: 'done', worker: me, inTransaction, ...result };
}

function failed({ driver, database }: Opened, error: unknown, sql: string | undefined): Reply {
  if (error instanceof Error && error.name === 'CancelledError') throw error;
  const failure = { ...describeFailure(driver, error), ...(sql !== undefined && { sql }) };
  return { state: 'failed', worker: me, inTransaction: database.inTransaction(), failure };
}

async function open(settings: OpenSettings): Promise<Reply> {
  if (opened !== undefined) return { state: 'strange' };
  let driver: Driver | undefined;
  let database: DriverDatabase | undefined;
  try {
    const found = findDriver(settings.driver);
    if (typeof found === 'string') return { state: 'unsupported', message: found };
    driver = found;
    const { path, busyTimeout, cachedStatements } = settings;
    const opening = found;
    const made = patiently(() => opening.open(path, settings), found, busyTimeout);
    database = made;
    const statements = new StatementCache(made, cachedStatements);
    const here: Opened = { settings, driver, database, statements, cursors: new Map() };
    // Nothing of the file is read before somebody asks: what is no database shall be told here.
    script(here, 'SELECT 1 FROM sqlite_master LIMIT 0');
    for (const each of settings.functions) await define(here, each);
    for (const text of settings.setup) script(here, text);
    opened = here;
    if (settings.temporary !== undefined) removeAtExit(settings.temporary);
    return { state: 'done', worker: me, inTransaction: false };
  } catch (error) {
    database?.close();
    if (driver === undefined)
      return { state: 'unsupported', message: `better-sqlite3 could not be loaded: ${String(error)}` };
    const failure = describeFailure(driver, error);
    return { state: 'failed', worker: me, inTransaction: false, failure };
  }
}

// Whoever wanted it is gone by then, and may have had no time to do it.
function removeAtExit(folder: string): void {
  const { rmSync } = process.getBuiltinModule('node:fs');
  process.on('exit', () => {
    opened?.database.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

function perform(here: Opened, operation: Exclude<Operation, { kind: 'open' | 'define' }>): Result {
  switch (operation.kind) {
    case 'execute':
      return execute(here, operation);
    case 'many':
      return many(here, operation);
    case 'script':
      script(here, operation.sql);
      return {};
    case 'fetch': {
      const cursor = here.cursors.get(operation.cursor);
      if (cursor === undefined) throw new Refused('ProgrammingError', 'the cursor is closed');
      return { page: page(here, operation.cursor, cursor, operation.take) };
    }
    case 'leave':
      here.cursors.get(operation.cursor)?.close();
      here.cursors.delete(operation.cursor);
      return {};
    case 'prepare': {
      const prepared = prepare(here, operation.sql);
      prepared.busy = false;
      return { columns: prepared.statement.columns(), parameters: prepared.parameters.length };
    }
    case 'rollback':
      if (here.database.inTransaction()) run(here, 'ROLLBACK');
      return {};
    default:
      close(here);
      return {};
  }
}

// Preparing reads what tables there are, and waits for those who change it.
function prepare(here: Opened, sql: string, busyTimeout: number = here.settings.busyTimeout): Prepared {
  return patiently(() => here.statements.take(sql), here.driver, busyTimeout);
}

function run(here: Opened, sql: string): void {
  here.database.prepare(sql).run(NOTHING);
}

function execute(here: Opened, operation: Extract<Operation, { kind: 'execute' }>): Result {
  const { sql, bindings, take, only, busyTimeout = here.settings.busyTimeout } = operation;
  const prepared = prepare(here, sql, busyTimeout);
  try {
    const bound = prepared.bind(bindings);
    if (prepared.columns.length === 0) {
      const { changes, lastInsertRowid } = patiently(
        () => prepared.statement.run(bound),
        here.driver,
        busyTimeout,
      );
      if (prepared.defines) here.statements.clear();
      prepared.busy = false;
      return {
        rowCount: prepared.changes ? Number(changes) : -1,
        ...(prepared.changes && { lastRowId: asNumber(lastInsertRowid) }),
      };
    }
    const cursor = new OpenCursor(prepared, bound, here.settings.integers);
    // What changes rows is to be done when the call has returned, whatever of its rows is wanted.
    patiently(() => (prepared.changes ? cursor.readAll() : cursor.begin()), here.driver, busyTimeout);
    const columns: readonly ColumnHead[] = prepared.statement.columns();
    if (prepared.changes) return { columns, ...returned(here, cursor, take) };
    const id = cursorCount++;
    const first = page(here, id, cursor, take);
    if (only && first.cursor !== undefined) {
      cursor.close();
      here.cursors.delete(id);
      return { columns, page: { ...first, cursor: undefined }, rowCount: -1 };
    }
    return { columns, page: first, rowCount: -1 };
  } catch (error) {
    prepared.busy = false;
    throw error;
  }
}

function returned(here: Opened, cursor: OpenCursor, take: number): Result {
  const rowCount = cursor.waiting;
  const id = cursorCount++;
  const lastRowId = lastInsert(here);
  return { page: page(here, id, cursor, take), rowCount, lastRowId };
}

function lastInsert(here: Opened): number | bigint {
  const prepared = prepare(here, 'SELECT last_insert_rowid()');
  const cursor = new OpenCursor(prepared, NOTHING, 'auto');
  try {
    cursor.begin();
    return cursor.take(1).values[0] as number | bigint;
  } finally {
    cursor.close();
  }
}

function page(here: Opened, id: number, cursor: OpenCursor, take: number): NonNullable<Result['page']> {
  try {
    const { values, rows, over } = cursor.take(take);
    if (over) here.cursors.delete(id);
    else here.cursors.set(id, cursor);
    return { values, rows, cursor: over ? undefined : id };
  } catch (error) {
    here.cursors.delete(id);
    cursor.close();
    throw error;
  }
}

function many(here: Opened, { sql, sets }: Extract<Operation, { kind: 'many' }>): Result {
  const prepared = prepare(here, sql);
  try {
    if (!prepared.changes)
      throw new Refused(
        'ProgrammingError',
        'executemany() is for INSERT, UPDATE, DELETE and REPLACE: use execute()',
      );
    let rowCount = 0;
    let looks = 0;
    for (const bindings of sets) {
      if ((looks++ & 15) === 0) checkCancelled();
      const bound = prepared.bind(bindings);
      if (prepared.columns.length === 0) {
        rowCount += Number(
          patiently(() => prepared.statement.run(bound), here.driver, here.settings.busyTimeout).changes,
        );
        continue;
      }
      const cursor = new OpenCursor(prepared, bound, 'number');
      patiently(() => cursor.readAll(), here.driver, here.settings.busyTimeout);
      rowCount += cursor.waiting;
    }
    return { rowCount, lastRowId: lastInsert(here) };
  } finally {
    prepared.busy = false;
  }
}

function script(here: Opened, sql: string): void {
  for (const { text, parameters } of splitSql(sql)) {
    checkCancelled();
    if (parameters.length > 0)
      throw new Refused('ProgrammingError', 'a script has no parameters: use execute()');
    const statement = patiently(() => here.database.prepare(text), here.driver, here.settings.busyTimeout);
    const columns = statement.columns();
    const { busyTimeout } = here.settings;
    if (columns.length === 0) {
      patiently(() => statement.run(NOTHING), here.driver, busyTimeout);
      continue;
    }
    const cursor = new OpenCursor({ statement, columns, busy: true }, NOTHING, 'number');
    patiently(() => cursor.begin(), here.driver, busyTimeout);
    cursor.drop();
  }
  here.statements.clear();
}

async function define({ database }: Opened, settings: FunctionSettings): Promise<void> {
  if (settings.kind === 'function') database.defineFunction(settings, await loadFunction(settings));
  else database.defineAggregate(settings, await loadAggregation(settings));
}

function close(here: Opened): void {
  for (const cursor of here.cursors.values()) cursor.close();
  here.statements.clear();
  opened = undefined;
  here.database.close();
}

function asNumber(value: number | bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
