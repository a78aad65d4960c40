// The options of a connection, checked.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, UnsupportedError } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { findPackage } from './findPackage.ts';
import type { Converters, RowShape } from './rows.ts';
import type { WorkerKind } from './session.ts';
import type { Integers, OpenSettings } from './worker/protocol.ts';

/** Options of {@link connect}.
 * @example
 * ```ts
 * import type { ConnectOptions } from 'asyncio-ts/sqlite';
 * const options: ConnectOptions = { readOnly: true, busyTimeout: 500, rows: 'array' };
 * console.log(options.rows); // -> array
 * ```
 */
export interface ConnectOptions {
  /** Opens it for reading only; a file that is not there is an error then. False by default. */
  readonly readOnly?: boolean | undefined;
  /** How long a statement waits for a lock that another connection holds, in milliseconds; 5,000 by default. */
  readonly busyTimeout?: number | undefined;
  /** Whether foreign keys are enforced; true by default, other than in SQLite itself. */
  readonly foreignKeys?: boolean | undefined;
  /** Whether rows are objects or arrays; objects by default. */
  readonly rows?: RowShape | undefined;
  /** How integers come: `'auto'`, the default, gives numbers where those are exact, and bigints beyond; `'number'` and
   * `'bigint'` always the same. */
  readonly integers?: Integers | undefined;
  /** Statements that are run whenever the database is opened, also again after a cancel has ended its process: PRAGMA,
   * ATTACH, temporary tables. */
  readonly setup?: string | undefined;
  /** What becomes of values of columns by their declared type, as `{ timestamp: (text) => new Date(String(text)) }`. */
  readonly converters?: Converters | undefined;
  /** How many prepared statements are kept; 128 by default. */
  readonly cachedStatements?: number | undefined;
  /** What the statements run in. A process, the default, is ended by a cancel that SQLite does not hear; a thread costs
   * less memory, and a statement that computes in it ends when it is done. */
  readonly worker?: WorkerKind | undefined;
  /** `'better-sqlite3'` uses that package; by default the runtime's own SQLite is, and the package where that is missing. */
  readonly driver?: 'auto' | 'better-sqlite3' | undefined;
}

/** All names. */
export const CONNECT_NAMES: Readonly<Record<keyof ConnectOptions, true>> = {
  readOnly: true,
  busyTimeout: true,
  foreignKeys: true,
  rows: true,
  integers: true,
  setup: true,
  converters: true,
  cachedStatements: true,
  worker: true,
  driver: true,
};

/** Options as a connection needs them. */
export interface ConnectSettings {
  readonly name: string;
  readonly worker: WorkerKind;
  readonly shape: RowShape;
  readonly converters: Converters | undefined;
  readonly open: OpenSettings;
}

/** @throws InvalidArgumentError for what makes no sense; UnsupportedError when the driver is not installed */
export function checkOptions(path: string | URL, options: ConnectOptions): ConnectSettings {
  if (typeof path !== 'string' && !(path instanceof URL))
    throw new InvalidArgumentError(
      'path',
      `the path of a database is a string or a URL, not ${String(path)}`,
    );
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', `options are an object, not ${String(options)}`);
  checkOptionNames(options, CONNECT_NAMES, 'connect');
  const name = typeof path === 'string' ? path : fileURLToPath(path);
  if (name.includes('\0')) throw new InvalidArgumentError('path', 'a path has no NUL character');
  const { setup, converters, driver } = options;
  if (setup !== undefined && typeof setup !== 'string')
    throw new InvalidArgumentError('setup', `setup is SQL text, not ${String(setup)}`);
  const kind = oneOf(options.worker, 'worker', ['process', 'thread']);
  const chosen = oneOf(driver, 'driver', ['auto', 'better-sqlite3']);
  const module = chosen === 'auto' ? undefined : findPackage(chosen);
  if (chosen !== 'auto' && module === undefined)
    throw new UnsupportedError(`the driver ${chosen} is not installed: npm install ${chosen}`);
  const temporary =
    kind === 'process' && (name === ':memory:' || name === '') ? temporaryFolder() : undefined;
  const settings: OpenSettings = {
    path: temporary === undefined ? name : join(temporary, 'memory.db'),
    readOnly: options.readOnly === true,
    foreignKeys: options.foreignKeys !== false,
    integers: oneOf(options.integers, 'integers', ['auto', 'number', 'bigint']),
    cachedStatements: atLeastZero(options.cachedStatements ?? 128, 'cachedStatements'),
    busyTimeout: atLeastZero(options.busyTimeout ?? 5000, 'busyTimeout'),
    // What dies with the machine's memory needs no disk to be waited for.
    setup: [
      ...(temporary === undefined ? [] : ['PRAGMA synchronous = OFF']),
      ...(setup === undefined ? [] : [setup]),
    ],
    functions: [],
    temporary,
    driver: module,
  };
  return {
    name: name === '' ? 'a temporary database' : name,
    worker: kind,
    shape: oneOf(options.rows, 'rows', ['object', 'array']),
    converters,
    open: settings,
  };
}

// A database in a process that a cancel ends has to be somewhere else: in a folder of the memory's, where there is one.
function temporaryFolder(): string {
  const memory = '/dev/shm';
  const folder = join(existsSync(memory) ? memory : tmpdir(), `asyncio-ts-sqlite-${randomUUID()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function oneOf<T extends string>(value: T | undefined, name: string, known: readonly [T, ...T[]]): T {
  if (value === undefined) return known[0];
  if (known.includes(value)) return value;
  throw new InvalidArgumentError(
    name,
    `${name} is ${known.map((each) => `'${each}'`).join(' or ')}, not ${String(value)}`,
  );
}

function atLeastZero(value: number, name: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new InvalidArgumentError(name, `${name} is a number from 0 on, not ${String(value)}`);
}
