// Copying a database while it is in use. A source that somebody has for himself is waited for, as statements do.

import { findDriver } from './findDriver.ts';
import { isBusyCode } from './errorCodes.ts';
import { describeFailure, Refused } from './failure.ts';
import type { BackupState, Failure } from './protocol.ts';
import { current } from './serve.ts';

export type BackupStep =
  | { readonly state: BackupState }
  | { readonly failure: Failure }
  | { readonly unsupported: string };

/** Copies page by page: the file at `path`, or the database that is open here. Ends with a failure, or well. */
export async function* backup(
  path: string | undefined,
  target: string,
  pages: number,
  driverModule: string | undefined,
  busyTimeout: number,
): AsyncGenerator<BackupStep, void> {
  const driver = current()?.driver ?? findDriver(driverModule);
  if (typeof driver === 'string') {
    yield { unsupported: driver };
    return;
  }
  const own = path === undefined ? undefined : driver.open(path, { readOnly: true, foreignKeys: false });
  try {
    const database = own ?? current()?.database;
    if (database === undefined) throw new Refused('ProgrammingError', 'the connection is closed');
    const states: BackupState[] = [];
    let changed = (): void => {};
    let over = false;
    const progress = (remaining: number, total: number): void => {
      states.push({ remaining, total });
      changed();
    };
    const copying = whenFree(
      () => database.backup(target, pages, progress),
      (error) => driver.errorCode(error),
      busyTimeout,
    ).finally(() => {
      over = true;
      changed();
    });
    // It is looked at when all states are told.
    copying.catch(() => {});
    for (;;) {
      const state = states.shift();
      if (state !== undefined) yield { state };
      else if (over) break;
      else await new Promise<void>((resolve) => (changed = resolve));
    }
    await copying;
    const counting = database.prepare('PRAGMA page_count').iterate({ names: [], values: [] });
    const { value } = counting.next();
    counting.return?.();
    yield { state: { remaining: 0, total: Number((value as readonly unknown[])[0]) } };
  } catch (error) {
    yield { failure: describeFailure(driver, error) };
  } finally {
    own?.close();
  }
}

/** Begins again while somebody else has the lock: nothing was copied then. */
async function whenFree(
  act: () => Promise<void>,
  codeOf: (error: unknown) => number | undefined,
  timeout: number,
): Promise<void> {
  const until = performance.now() + timeout;
  for (let delay = 1; ; delay = Math.min(delay * 2, 50)) {
    try {
      return await act();
    } catch (error) {
      if (!isBusyCode(codeOf(error)) || performance.now() + delay > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}
