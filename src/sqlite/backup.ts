// Backup: a copy of a database that is in use.
//
// 1. The copy is made under another name, and gets its own when it is whole. What a database of that name has left beside
//    it, its journal or WAL, goes first: SQLite would play it into the copy.
// 2. It is made by a worker of its own over a connection of its own, so the program's statements go on.

import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, ProcessPoolExecutor, UnsupportedError, wrapFuture } from '../asyncio.ts';
import type { PoolExecutor } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { toError } from './errors.ts';
import type { ConnectSettings } from './options.ts';
import { program } from './session.ts';
import type { Session } from './session.ts';
import { shielded } from './shielded.ts';
import type { BackupState, OpenSettings } from './worker/protocol.ts';

/** Options of `backup`.
 * @example
 * ```ts
 * import type { BackupOptions } from 'asyncio-ts/sqlite';
 * const options: BackupOptions = { pages: 500, progress: ({ remaining, total }) => console.log(remaining, total) };
 * options.progress?.({ remaining: 1, total: 2 }); // -> 1 2
 * ```
 */
export interface BackupOptions {
  /** How many pages are copied in one step; 500 by default. */
  readonly pages?: number | undefined;
  /** Called after each step; at the end `remaining` is 0. */
  readonly progress?: ((state: BackupState) => void) | undefined;
}

const NAMES: Readonly<Record<keyof BackupOptions, true>> = {
  pages: true,
  progress: true,
};

export async function backUp(
  session: Session,
  settings: ConnectSettings,
  target: string | URL,
  options: BackupOptions,
): Promise<void> {
  checkOptionNames(options, NAMES, 'backup');
  const { pages = 500, progress } = options;
  if (!(Number.isInteger(pages) && pages > 0))
    throw new InvalidArgumentError('pages', `pages is a whole number from 1 on, not ${String(pages)}`);
  const file = typeof target === 'string' ? target : fileURLToPath(target);
  if (await isSame(file, settings.open.path))
    throw new InvalidArgumentError('target', `${file} is the database itself`);
  const partial = `${file}.${randomUUID().slice(0, 8)}.part`;
  const own =
    settings.worker === 'process' ? new ProcessPoolExecutor({ maxWorkers: 1, grace: 15 }) : undefined;
  const path = own === undefined ? undefined : settings.open.path;
  try {
    await copy(own ?? session.pool, path, partial, pages, session.settings, progress);
    await shielded(async () => {
      for (const end of BESIDE) await rm(file + end, { force: true });
      await rename(partial, file);
    });
  } finally {
    await shielded(async () => {
      await own?.shutdown();
      for (const end of ['', ...BESIDE]) await rm(partial + end, { force: true });
    });
  }
}

/** What SQLite keeps beside a database. */
const BESIDE: readonly string[] = ['-journal', '-wal', '-shm'];

async function isSame(one: string, other: string): Promise<boolean> {
  const both = Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  const [a, b] = await wrapFuture(both);
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

async function copy(
  pool: PoolExecutor,
  path: string | undefined,
  target: string,
  pages: number,
  { driver, busyTimeout }: OpenSettings,
  progress: BackupOptions['progress'],
): Promise<void> {
  for await (const step of pool.stream(program.backup, path, target, pages, driver, busyTimeout)) {
    if ('unsupported' in step) throw new UnsupportedError(step.unsupported);
    if ('failure' in step) throw toError(step.failure);
    progress?.(step.state);
  }
}
