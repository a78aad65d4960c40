// Transactions and savepoints as scopes: they commit when their body returns, and undo when it throws or is cancelled.
//
// 1. A scope has the connection to itself: other tasks wait for its end. What its body starts, child tasks too, is in it,
//    as long as it lasts; so the same methods of the connection are used inside and outside.
// 2. A scope in a scope is a savepoint. Of several at once in one transaction each waits for the one before it.
// 3. A cancel undoes the scope, and leaves it when that is done. Once SQLite is asked to commit the cancel waits, and is
//    thrown at the next await after the scope, which has committed.
// 4. Committing waits for locks of others with back-off, and a cancel ends that wait.

import { ContextVar, Lock, sleep } from '../asyncio.ts';
import { OperationalError, ProgrammingError } from './errors.ts';
import type { Session } from './session.ts';
import { shielded } from './shielded.ts';
import { isBusyCode } from './worker/errorCodes.ts';

/** When a transaction takes the lock for writing: with its first statement that writes, or at once; `exclusive` keeps
 * readers out as well, unless the database is in WAL mode. */
export type TransactionMode = 'deferred' | 'immediate' | 'exclusive';

/** Options of `transaction`. */
export interface TransactionOptions {
  /** `'immediate'` by default, so that it need not fail half-way because another connection writes; `'deferred'` for
   * reading. A transaction in a transaction is a savepoint, and has none. */
  readonly mode?: TransactionMode | undefined;
}

export const TRANSACTION_NAMES: Readonly<Record<keyof TransactionOptions, true>> = {
  mode: true,
};

const scopes: ContextVar<Scope | undefined> = new ContextVar('scope of a database', { default: undefined });

/** What holds a connection: the connection itself, or a scope. */
export class Turns {
  readonly session: Session;
  readonly #lock: Lock;

  constructor(session: Session, name: string) {
    this.session = session;
    this.#lock = new Lock({ name });
  }

  /** Calls `act` when it is its turn in the innermost scope that is open here. `bound` is the worker that the scope's
   * transaction is open in. */
  async take<T>(act: (bound: string | undefined) => Promise<T>): Promise<T> {
    for (;;) {
      const holder = this.#innermost();
      const lock = holder?.lock ?? this.#lock;
      await lock.acquire();
      try {
        if (holder?.open === false) continue;
        if (holder?.isOrphan() === true)
          throw new ProgrammingError('the transaction around this savepoint has ended');
        return await act(holder?.worker);
      } finally {
        lock.release();
      }
    }
  }

  async transaction<T>(
    body: () => PromiseLike<T> | T,
    mode: TransactionMode,
    patience: number,
  ): Promise<T> {
    return await this.take(async (bound) => {
      const nested = bound !== undefined || this.session.inTransaction;
      const scope = new Scope(this, scopes.get());
      const name = `asyncio_ts_${scope.depth}`;
      let last = false;
      const steps: Steps = nested
        ? {
            begin: `SAVEPOINT ${name}`,
            commit: `RELEASE ${name}`,
            undo: [`ROLLBACK TO ${name}`, `RELEASE ${name}`],
          }
        : { begin: `BEGIN ${mode.toUpperCase()}`, commit: 'COMMIT', undo: undefined };
      try {
        scope.worker = (await this.session.request(statement(steps.begin), bound)).worker;
        const result = await inScope(scope, body);
        await scope.lock.acquire();
        last = true;
        scope.open = false;
        await this.#commit(scope, steps.commit, patience);
        return result;
      } catch (error) {
        scope.open = false;
        await shielded(() => this.#undo(scope, steps));
        throw error;
      } finally {
        if (last) scope.lock.release();
      }
    });
  }

  async #commit({ worker }: Scope, sql: string, patience: number): Promise<void> {
    const until = performance.now() + patience;
    for (let delay = 1; ; delay = Math.min(delay * 2, 100)) {
      try {
        await shielded(() => this.session.request({ ...statement(sql), busyTimeout: 0 }, worker));
        return;
      } catch (error) {
        const busy = error instanceof OperationalError && isBusyCode(error.sqliteErrorCode);
        if (!busy || performance.now() + delay > until) throw error;
        await sleep(delay);
      }
    }
  }

  async #undo({ worker }: Scope, { undo }: Steps): Promise<void> {
    if (undo === undefined) await this.session.tidy({ kind: 'rollback' }, worker);
    else for (const sql of undo) await this.session.tidy(statement(sql), worker);
  }

  #innermost(): Scope | undefined {
    let scope = scopes.get();
    while (scope !== undefined && (scope.turns !== this || !scope.open)) scope = scope.outer;
    return scope;
  }
}

interface Steps {
  readonly begin: string;
  readonly commit: string;
  /** Undefined for ROLLBACK where there is something to roll back. */
  readonly undo: readonly string[] | undefined;
}

class Scope {
  readonly turns: Turns;
  readonly outer: Scope | undefined;
  readonly depth: number;
  readonly lock: Lock = new Lock({ name: 'transaction' });
  open: boolean = true;
  worker: string | undefined = undefined;

  constructor(turns: Turns, outer: Scope | undefined) {
    this.turns = turns;
    this.outer = outer;
    this.depth = (outer?.depth ?? 0) + 1;
  }

  /** Whether a scope around it has ended before it: that was left by an error while a task of its went on. */
  isOrphan(): boolean {
    for (let outer = this.outer; outer !== undefined; outer = outer.outer)
      if (outer.turns === this.turns && !outer.open) return true;
    return false;
  }
}

async function inScope<T>(scope: Scope, body: () => PromiseLike<T> | T): Promise<T> {
  const token = scopes.set(scope);
  try {
    return await body();
  } finally {
    scopes.reset(token);
  }
}

function statement(sql: string): {
  readonly kind: 'execute';
  readonly sql: string;
  readonly bindings: readonly [];
  readonly take: number;
  readonly only: boolean;
} {
  return { kind: 'execute', sql, bindings: [], take: 1, only: true };
}
