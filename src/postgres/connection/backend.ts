// A backend: a session and what it has come to know, its prepared statements and its codecs. It lives as long as the session;
// connections are given out on it, one after the other.
//
// 1. Each operation is timed as a whole: what its `timeout` cancels is cancelled at the server before the error is thrown.
// 2. A statement that no longer fits its tables, or that the server has forgotten, is prepared anew and run again, where nothing
//    can have happened yet: outside of a transaction.

import { timeout as withTimeout } from '../../asyncio.ts';
import { CopyIn, CopyOut } from '../copy/copyExchange.ts';
import type { CopySource } from '../copy/copyExchange.ts';
import { PostgresError } from '../errors/postgresError.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { InvalidCachedStatementError } from '../errors/queryErrors.ts';
import { PrepareStatement, RunScript, RunStatement } from '../statement/runStatement.ts';
import type { Codecs, PortalOptions, StatementExchange } from '../statement/runStatement.ts';
import { RunMany } from '../statement/runMany.ts';
import { Statement } from '../statement/statement.ts';
import { checkQuery, StatementCache } from '../statement/statementCache.ts';
import type { Row } from '../values/decode.ts';
import type { Encode } from '../values/encode.ts';
import type { Decode, Driver, ReportMessage } from '../wire/driver.ts';
import type { Exchange } from '../wire/exchange.ts';
import type { Session } from '../wire/session.ts';

/** What an operation may be told beside its query.
 * @example
 * ```ts
 * import type { QueryOptions } from 'asyncio-ts/postgres';
 * const options: QueryOptions = { timeout: 500 };
 * console.log(options.timeout); // -> 500
 * ```
 */
export interface QueryOptions {
  /** Milliseconds; then the query is cancelled at the server, and a TimeoutError is thrown. `commandTimeout` by default. */
  timeout?: number | undefined;
}

/** Sets of arguments, one for each time that a statement runs. */
export type ArgumentSets = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

/** What makes a session as good as new for the next who gets it. Who somebody had become is not among what RESET ALL resets;
 * a role that the session began with stays. */
const RESET =
  'RESET SESSION AUTHORIZATION; RESET ROLE; SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL; ' +
  'DISCARD TEMP; DISCARD SEQUENCES;';
/** The number of parameters travels in 16 bits, and the driver reads it with a sign. */
const MOST_PARAMETERS = 32_767;

export class Backend {
  readonly session: Session;
  readonly statements: StatementCache;
  readonly encoders: Map<number, Encode> = new Map();
  readonly decoders: Map<number, Decode>;
  readonly codecs: Codecs;
  /** How many operations were begun on it. */
  operations: number = 0;
  #savepoints: number = 0;

  constructor(driver: Driver, session: Session) {
    this.session = session;
    this.statements = new StatementCache(session.settings.statementCacheSize);
    this.decoders = new Map(session.settings.types);
    this.codecs = { driver, encoders: this.encoders, decoders: this.decoders };
  }

  nextName(what: string): string {
    return `asyncio_${what}_${++this.#savepoints}`;
  }

  async run(
    query: string | Statement,
    args: readonly unknown[],
    options: QueryOptions,
    portal?: PortalOptions,
  ): Promise<RunStatement> {
    const run = this.newRun(query, args, portal);
    const limit = options.timeout ?? this.session.settings.commandTimeout;
    try {
      if (limit === undefined) await this.session.perform(run);
      else await withTimeout(limit, () => this.session.perform(run));
      return run;
    } catch (error) {
      this.#checkStale(error, run);
      return await this.run(query, args, options, portal);
    }
  }

  /** What `run` has performed, for whoever begins it himself. */
  newRun(query: string | Statement, args: readonly unknown[], portal?: PortalOptions): RunStatement {
    if (args.length > MOST_PARAMETERS) {
      const many = `a query has at most ${MOST_PARAMETERS} parameters, not ${args.length}`;
      throw new InterfaceError(`${many}: pass an array, as in \`= ANY($1)\``);
    }
    const statement = query instanceof Statement ? query : this.statements.get(query);
    this.operations++;
    return new RunStatement(statement, args, this.codecs, this.statements.takeLeaving(), portal);
  }

  /** Looks at one that is over and has failed. Returns when its statement is to be prepared anew and it is to be run again.
   * @throws what went wrong otherwise */
  checkAgain(run: RunStatement): void {
    try {
      this.session.checkOutcome(run);
    } catch (error) {
      this.#checkStale(error, run);
    }
  }

  #checkStale(error: unknown, run: StatementExchange): void {
    if (!run.wasPrepared || !isStale(error, run)) throw error;
    this.statements.drop(run.statement);
    if (this.session.status !== 'idle') throw stale(error);
  }

  /** Statements without arguments; returns what the last of them has done. */
  async script(text: string, options: QueryOptions = {}): Promise<string> {
    const run = new RunScript(checkQuery(text));
    await this.timed(options, () => this.session.perform(run));
    return run.tag;
  }

  async prepare(text: string, options: QueryOptions): Promise<Statement> {
    const statement = this.statements.named(text);
    const leaving = this.statements.takeLeaving();
    await this.timed(options, () =>
      this.session.perform(new PrepareStatement(statement, this.codecs, leaving)),
    );
    return statement;
  }

  async many(query: string | Statement, sets: ArgumentSets, options: QueryOptions): Promise<Row[]> {
    const again = Array.isArray(sets);
    const statement = query instanceof Statement ? query : this.#statementFor(query, again);
    const many = new RunMany(statement, this.codecs, this.statements.takeLeaving());
    try {
      await this.timed(options, () => this.session.perform(many, () => many.send(sets, this.session)));
      return many.rows;
    } catch (error) {
      this.#checkStale(error, many);
      // What was taken of an iterator is gone.
      if (!again) throw stale(error as PostgresError);
      return await this.many(query, sets, options);
    }
  }

  /** Sets that can be gone through once only need a statement that fits: it is prepared with them. */
  #statementFor(query: string, again: boolean): Statement {
    return again ? this.statements.get(query) : new Statement(checkQuery(query), '');
  }

  async copyIn(text: string, source: CopySource, options: QueryOptions): Promise<string> {
    const copy = new CopyIn(checkQuery(text));
    await this.timed(options, () => this.session.perform(copy, () => copy.send(source, this.session)));
    return copy.tag;
  }

  async copyOut(
    text: string,
    output: (chunk: Uint8Array) => unknown,
    options: QueryOptions,
  ): Promise<string> {
    const copy = new CopyOut(checkQuery(text), this.session);
    await this.timed(options, () => this.session.perform(copy, () => copy.deliver(output)));
    return copy.tag;
  }

  /** Has the server forget the state that whoever had the session before has left in it. */
  async reset(options: QueryOptions = {}): Promise<void> {
    const rollback = this.session.status === 'idle' ? '' : 'ROLLBACK; ';
    await this.script(rollback + RESET, options);
  }

  async timed<T>(options: QueryOptions, act: () => Promise<T>): Promise<T> {
    const limit = options.timeout ?? this.session.settings.commandTimeout;
    this.operations++;
    return limit === undefined ? await act() : await withTimeout(limit, act);
  }
}

/** A prepared statement that the server has forgotten, or whose tables were changed: nothing else has happened then. Programs
 * raise the same code for reasons of their own. */
function isStale(error: unknown, { failure }: Exchange): error is PostgresError {
  if (!(error instanceof PostgresError)) return false;
  if (error.sqlstate === '26000') return true;
  const { routine } = (failure ?? {}) as ReportMessage;
  return error.sqlstate === '0A000' && routine === 'RevalidateCachedQuery';
}

function stale(error: PostgresError): PostgresError {
  const message =
    'a prepared statement no longer fits its tables: begin again, with the transaction if there is one';
  const report = { severity: error.severity, sqlstate: error.sqlstate, message };
  return new InvalidCachedStatementError(report, { cause: error });
}
