// Functions of the program's that SQL calls. They run where the statements run, so they are named and not handed over.

import { InvalidArgumentError } from '../asyncio.ts';
import type { Work } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import type { SqlInput } from './bindings.ts';
import type { FunctionPlace, FunctionSettings, SqlValue } from './worker/protocol.ts';

/** Options of `createFunction` and `createAggregate`.
 * @example
 * ```ts
 * import type { FunctionOptions } from 'asyncio-ts/sqlite';
 * const options: FunctionOptions = { parameters: 1, deterministic: true };
 * console.log(options.parameters); // -> 1
 * ```
 */
export interface FunctionOptions {
  /** How many arguments it takes; any number by default. */
  readonly parameters?: number | undefined;
  /** Whether the same arguments always give the same result, so that SQLite may call it less often, and use it in an index;
   * false by default. */
  readonly deterministic?: boolean | undefined;
  /** Whether it may be called by statements only, and not by a view or trigger that a file brings along; false by default. */
  readonly directOnly?: boolean | undefined;
}

const NAMES: Readonly<Record<keyof FunctionOptions, true>> = {
  parameters: true,
  deterministic: true,
  directOnly: true,
};

/** What a function for an aggregate returns, anew for each group of rows.
 * @example
 * ```ts
 * import type { AggregateGroup } from 'asyncio-ts/sqlite';
 * const longest = (): AggregateGroup => {
 *   let most = '';
 *   return { step: (text) => { if (String(text).length > most.length) most = String(text); }, finalize: () => most };
 * };
 * console.log(longest().finalize()); // ->
 * ```
 */
export interface AggregateGroup {
  /** Called for each row. */
  step(...values: SqlValue[]): void;
  /** Called for the result; as a window function more than once. */
  finalize(): SqlInput | undefined;
  /** Takes a row back: with it the aggregate is a window function. */
  inverse?(...values: SqlValue[]): void;
}

/** A function that SQL calls: exported by a module, or one that needs nothing of the place where it is written. */
export type SqlCallback = Work<SqlValue[], SqlInput | undefined>;

/** A function that makes the groups of an aggregate, found as {@link SqlCallback} is. */
export type AggregateCallback = Work<[], AggregateGroup>;

/** @throws InvalidArgumentError for what cannot be called in a worker */
export function functionSettings(
  kind: FunctionSettings['kind'],
  name: string,
  callback: SqlCallback | AggregateCallback,
  options: FunctionOptions,
): FunctionSettings {
  checkOptionNames(options, NAMES, kind === 'function' ? 'createFunction' : 'createAggregate');
  const { parameters, deterministic = false, directOnly = false } = options;
  if (typeof name !== 'string' || name === '')
    throw new InvalidArgumentError('name', `a function of SQL has a name, not ${String(name)}`);
  if (name.includes('\0') || Buffer.byteLength(name) > 255)
    throw new InvalidArgumentError('name', 'the name of a function has at most 255 bytes, and no NUL');
  if (parameters !== undefined && !(Number.isInteger(parameters) && parameters >= 0 && parameters <= 100))
    throw new InvalidArgumentError(
      'parameters',
      `parameters is a number from 0 to 100, not ${String(parameters)}`,
    );
  return { kind, name, place: placeOf(callback), deterministic, directOnly, parameters };
}

function placeOf(callback: SqlCallback | AggregateCallback): FunctionPlace {
  if (typeof callback === 'function') {
    const source = Function.prototype.toString.call(callback);
    if (!/\{\s*\[native code\]\s*\}$/.test(source) && !source.startsWith('class'))
      return { source, name: callback.name };
  } else if (typeof callback === 'object' && callback !== null && typeof callback.url === 'string')
    return { url: callback.url, name: callback.name };
  throw new InvalidArgumentError(
    'callback',
    "SQL calls a function with source of its own, or one of workerModule(url), in the database's worker",
  );
}
