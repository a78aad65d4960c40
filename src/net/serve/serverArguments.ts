// What every kind of server takes.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { ServerTlsOptions } from '../tls/tlsArguments.ts';

// asyncio's 100 is less than a crowd that comes at once; Node has 511, Tokio 1,024, Go what the system allows (4,096
// on Linux). It costs nothing while nobody waits.
const BACKLOG = 1024;
const MOST = 0x7fff_ffff;

/** Options that all servers share.
 * @example
 * ```ts
 * import { type ServeOptions } from 'asyncio-ts';
 * const options: ServeOptions = { startServing: false };
 * console.log(options.startServing); // -> false
 * ```
 */
export interface ServeOptions extends ServerTlsOptions {
  /** A bound stream socket, in place of the address; it belongs to the server then. */
  sock?: unknown;
  /** How many connections the system keeps until they are accepted; 1,024 by default, or what the system allows
   * where that is less. Beyond it clients are turned away, or try again a second later. */
  backlog?: number | undefined;
  /** Accepts connections at once; true by default. Else `server.startServing()` or `serveForever()` does. */
  startServing?: boolean | undefined;
}

export function checkBacklog(backlog: number = BACKLOG): number {
  if (Number.isInteger(backlog) && backlog >= 0 && backlog <= MOST) return backlog;
  throw new InvalidArgumentError(
    'backlog',
    `backlog must be a whole number from 0 to ${MOST}, not ${String(backlog)}`,
  );
}
