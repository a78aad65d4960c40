// What every kind of server takes.

import { InvalidArgumentError } from '../base/errors.ts';
import type { ServerTlsOptions } from './tlsArguments.ts';

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
  /** How many connections the system keeps until they are accepted; 100 by default. */
  backlog?: number | undefined;
  /** Accepts connections at once; true by default. Else `server.startServing()` or `serveForever()` does. */
  startServing?: boolean | undefined;
}

export function checkBacklog(backlog: number = 100): number {
  if (Number.isInteger(backlog) && backlog >= 0) return backlog;
  throw new InvalidArgumentError(
    'backlog',
    `backlog must be a whole number from 0 on, not ${String(backlog)}`,
  );
}
