// The statements that are prepared, by their text, the one used last kept longest.

import type { Bound, DriverDatabase, DriverStatement } from './driver.ts';
import { Refused } from './failure.ts';
import type { Bindings, ColumnHead, SqlValue } from './protocol.ts';
import { splitSql } from './sqlText.ts';
import type { SqlStatement } from './sqlText.ts';

const LOWEST: bigint = -(2n ** 63n);
const HIGHEST: bigint = 2n ** 63n - 1n;

/** A statement that is prepared, and what its text says. */
export class Prepared {
  readonly statement: DriverStatement;
  readonly columns: readonly ColumnHead[];
  readonly parameters: SqlStatement['parameters'];
  readonly changes: boolean;
  readonly defines: boolean;
  /** A cursor reads from it. */
  busy: boolean = true;

  constructor(statement: DriverStatement, text: SqlStatement) {
    this.statement = statement;
    this.columns = statement.columns();
    this.parameters = text.parameters;
    this.changes = text.changes;
    this.defines = text.defines;
  }

  /** @throws Refused unless each parameter has its value */
  bind(bindings: Bindings): Bound {
    const { parameters } = this;
    return isPositional(bindings) ? byPosition(parameters, bindings) : byName(parameters, bindings);
  }
}

export class StatementCache {
  readonly #database: DriverDatabase;
  readonly #most: number;
  readonly #prepared: Map<string, Prepared> = new Map();

  constructor(database: DriverDatabase, most: number) {
    this.#database = database;
    this.#most = most;
  }

  /** The statement of a text, not in use by anybody else.
   * @throws Refused for what is not one statement; what the driver throws */
  take(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined && !known.busy) {
      this.#prepared.delete(sql);
      this.#prepared.set(sql, known);
      known.busy = true;
      return known;
    }
    const [text, more] = splitSql(sql);
    if (more !== undefined)
      throw new Refused(
        'ProgrammingError',
        'one statement at a time can be executed: use executescript() for several',
      );
    if (text === undefined) throw new Refused('ProgrammingError', 'there is no statement in the text');
    const made = new Prepared(this.#database.prepare(sql), text);
    if (known === undefined && this.#most > 0) {
      this.#prepared.set(sql, made);
      if (this.#prepared.size > this.#most) this.#forget();
    }
    return made;
  }

  clear(): void {
    this.#prepared.clear();
  }

  #forget(): void {
    for (const [sql, { busy }] of this.#prepared) {
      if (busy) continue;
      this.#prepared.delete(sql);
      return;
    }
  }
}

function isPositional(bindings: Bindings): bindings is readonly SqlValue[] {
  return Array.isArray(bindings);
}

function byPosition(parameters: SqlStatement['parameters'], values: readonly SqlValue[]): Bound {
  if (values.length !== parameters.length)
    throw new Refused(
      'ProgrammingError',
      `the statement has ${count(parameters.length, 'parameter')}, and was given ${count(values.length, 'value')}`,
    );
  return { names: parameters, values: values.map(exact) };
}

function byName(parameters: SqlStatement['parameters'], values: Readonly<Record<string, SqlValue>>): Bound {
  const found = parameters.map((name) => {
    if (name === undefined || name.startsWith('?'))
      throw new Refused(
        'ProgrammingError',
        'the statement has parameters without a name: give the values as an array',
      );
    const bare = name.slice(1);
    const value = Object.hasOwn(values, name)
      ? values[name]
      : Object.hasOwn(values, bare)
        ? values[bare]
        : undefined;
    if (value === undefined)
      throw new Refused('ProgrammingError', `there is no value for the parameter ${name}`);
    return exact(value);
  });
  return { names: parameters, values: found };
}

// The drivers take a number for a REAL: whole ones are INTEGERs, as in Python.
function exact(value: SqlValue): SqlValue {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (typeof value === 'bigint' && (value < LOWEST || value > HIGHEST))
    throw new Refused('DataError', `the integer ${value} has more than 64 bits`);
  return value;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
