// How many files and sockets the program needs open at once, and whether it may have so many.

import { readFileSync } from 'node:fs';
import type { TourArguments } from '../arguments.ts';
import { count } from '../screen/units.ts';
import { UserError } from '../userError.ts';

/** What the runtime, the database the site and the terminal have open anyway. */
const ownNeeds = 60;

/** How many descriptors this process may have, where the system tells (Linux). */
export function allowedOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** Checks before the work begins that its network part will find room: server and client are one process, so
 * each connection has both its ends here.
 * @throws UserError (exit code 2) */
export function checkOpenFiles(
  { clients, limit }: Pick<TourArguments, 'clients' | 'limit'>,
  allowed: number | undefined,
): void {
  const needed = 2 * clients + limit + ownNeeds;
  if (clients > 0 && allowed !== undefined && allowed < needed) throw tooManyOpen(clients, needed, allowed);
}

/** The same for where it shows only when it happens. */
export function tooManyOpen(clients: number, needed?: number, allowed?: number): UserError {
  const figures = needed === undefined ? 'more open files than' : `${count(needed)} open files, and`;
  const most = allowed === undefined ? '' : ` only ${count(allowed)}`;
  const what =
    needed === undefined ? `${figures} this process may have` : `${figures} this process may have${most}`;
  return new UserError(
    `${count(clients)} clients and their server need ${what}: ` +
      `raise the limit (ulimit -n ${needed ?? 2 * clients + 100}), or take fewer (--clients)`,
    2,
  );
}
