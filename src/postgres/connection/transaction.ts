// Transactions as scopes: committed when the body returns, rolled back when it throws or is cancelled.
//
// 1. The rollback is not stopped by the cancel that caused it, and is bounded in time; a connection that can't be rolled back
//    is cut, which rolls it back at the server.
// 2. A transaction in a transaction is a savepoint.
// 3. A transaction that has failed inside is never reported as committed, though the server takes COMMIT for it.
// 4. Cancelled while COMMIT is under way, the outcome is the server's: the connection is quiet before the cancel is thrown,
//    and nothing says whether it was committed. That is the one moment in doubt.

import { InvalidArgumentError, moveOnAfter } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { InFailedSQLTransactionError } from '../errors/sessionErrors.ts';
import { RunScript } from '../statement/runStatement.ts';
import type { Session } from '../wire/session.ts';
import type { Backend } from './backend.ts';

/** How far transactions at the same time are kept apart.
 * @example
 * ```ts
 * import type { Isolation } from 'asyncio-ts/postgres';
 * const isolation: Isolation = 'serializable';
 * console.log(isolation); // -> serializable
 * ```
 */
export type Isolation = 'serializable' | 'repeatableRead' | 'readCommitted' | 'readUncommitted';

/** How a transaction is begun; what is not said is the server's default.
 * @example
 * ```ts
 * import type { TransactionOptions } from 'asyncio-ts/postgres';
 * const report: TransactionOptions = { isolation: 'serializable', readOnly: true, deferrable: true };
 * console.log(report.readOnly); // -> true
 * ```
 */
export interface TransactionOptions {
  isolation?: Isolation | undefined;
  readOnly?: boolean | undefined;
  /** Waits until it can run without being rolled back by others: for serializable and read-only ones. */
  deferrable?: boolean | undefined;
}

export const TRANSACTION_NAMES: Readonly<Record<keyof TransactionOptions, true>> = {
  isolation: true,
  readOnly: true,
  deferrable: true,
};

const ISOLATIONS: Readonly<Record<Isolation, string>> = {
  serializable: 'SERIALIZABLE',
  repeatableRead: 'REPEATABLE READ',
  readCommitted: 'READ COMMITTED',
  readUncommitted: 'READ UNCOMMITTED',
};

interface Words {
  readonly begin: string;
  readonly commit: string;
  readonly rollback: string;
}

export async function inTransaction<T>(
  backend: Backend,
  body: () => PromiseLike<T>,
  options: TransactionOptions,
): Promise<T> {
  const { session } = backend;
  session.checkUsable();
  const isNested = !isIdle(session);
  checkOptionNames(options, TRANSACTION_NAMES, 'transaction');
  const words = isNested ? savepoint(backend, options) : transaction(options);
  const begin = new RunScript(words.begin);
  let result: T;
  try {
    await session.perform(begin);
    result = await body();
  } catch (error) {
    if (begin.tag !== '') await rollBack(session, words, isNested);
    throw error;
  }
  await commit(session, words, isNested);
  return result;
}

async function commit(session: Session, words: Words, isNested: boolean): Promise<void> {
  const failed = hasFailed(session);
  if (failed) await rollBack(session, words, isNested);
  if (failed) {
    throw new InFailedSQLTransactionError({
      severity: 'ERROR',
      sqlstate: '25P02',
      message: 'the transaction had failed inside, and was rolled back',
    });
  }
  try {
    await session.perform(new RunScript(words.commit));
  } catch (error) {
    if (isNested ? hasFailed(session) : !isIdle(session)) {
      await rollBack(session, words, isNested);
    }
    throw error;
  }
}

async function rollBack(session: Session, words: Words, isNested: boolean): Promise<void> {
  // The body may have ended it by itself.
  if (session.isClosed || isIdle(session)) return;
  if (session.isBusy) {
    // Somebody else uses the connection still: what they do is part of the transaction, and must not outlive it.
    session.destroy();
    return;
  }
  const { cancelTimeout } = session.settings;
  try {
    await moveOnAfter(cancelTimeout, () => session.perform(new RunScript(words.rollback)), {
      shield: true,
    });
  } catch {
    // What made it roll back is what is thrown.
  }
  if (!isNested && !session.isClosed && !isIdle(session)) session.destroy();
}

function isIdle(session: Session): boolean {
  return session.status === 'idle';
}

function hasFailed(session: Session): boolean {
  return session.status === 'failed';
}

function transaction({ isolation, readOnly, deferrable }: TransactionOptions): Words {
  const modes: string[] = [];
  if (isolation !== undefined) {
    const level = Object.hasOwn(ISOLATIONS, isolation) ? ISOLATIONS[isolation] : undefined;
    if (level === undefined) {
      const known = Object.keys(ISOLATIONS).join(', ');
      throw new InvalidArgumentError('isolation', `isolation is one of ${known}, not ${String(isolation)}`);
    }
    modes.push(`ISOLATION LEVEL ${level}`);
  }
  if (readOnly !== undefined) modes.push(readOnly ? 'READ ONLY' : 'READ WRITE');
  if (deferrable !== undefined) modes.push(deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE');
  return { begin: `BEGIN ${modes.join(', ')}`.trim(), commit: 'COMMIT', rollback: 'ROLLBACK' };
}

function savepoint(backend: Backend, options: TransactionOptions): Words {
  if (Object.values(options).some((value) => value !== undefined)) {
    throw new InterfaceError(
      'a transaction in a transaction is a savepoint, and has no options of its own',
    );
  }
  const name = backend.nextName('savepoint');
  return {
    begin: `SAVEPOINT ${name}`,
    commit: `RELEASE SAVEPOINT ${name}`,
    rollback: `ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`,
  };
}
