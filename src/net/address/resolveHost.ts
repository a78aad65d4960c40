// From host and port to addresses that need no look-up any more, for connections and servers.
//
// 1. A numeric host is not looked up.
// 2. No host (null, undefined) means every interface for a listener, and this machine for a connection.
// 3. Names are looked up by the loop's own `getaddrinfo`, so that a program can put another in its place.
// 4. The order is the look-up's; who connects tries the addresses in turn.

import { InvalidArgumentError } from '../../base/errors.ts';
import { osError } from '../../base/osError.ts';
import type { Loop } from '../../loop/loop.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_PASSIVE,
  IPPROTO_TCP,
  SOCK_STREAM,
} from '../../sys/libc/socketConstants.ts';
import { getaddrinfo } from './addressInfo.ts';
import type { AddressInfoOptions } from './addressInfo.ts';
import type { ResolvedAddress } from '../backend.ts';
import { numericAddressInfo, numericPort } from './numericAddress.ts';
import type { AddressInfo } from './numericAddress.ts';

/** Which addresses are wanted: 4 and 6 are the versions of IP, 2 and 10 the system's numbers for them (AF_INET
 * and AF_INET6 of Linux); 0 both.
 * @example
 * ```ts
 * import { type AddressFamily } from 'asyncio-ts';
 * const families: AddressFamily[] = [0, 4, 6];
 * console.log(families.length); // -> 3
 * ```
 */
export type AddressFamily = 0 | 4 | 6 | 2 | 10;

export interface LookupOptions {
  family?: AddressFamily | undefined;
  /** For listening: no host means every interface. */
  passive?: boolean | undefined;
}

/** What the loop of a program has besides the base class's methods. */
interface Resolving {
  getaddrinfo?(
    host: string | null,
    port: number | string | null,
    options: AddressInfoOptions,
  ): PromiseLike<readonly AddressInfo[]>;
}

/** The addresses of a host for stream sockets, at least one.
 * @throws AddressInfoError when the name is unknown; InvalidArgumentError for a bad host, port or family */
export async function lookUp(
  loop: Loop,
  host: string | null | undefined,
  port: number | string | null | undefined,
  { family, passive = false }: LookupOptions = {},
): Promise<ResolvedAddress[]> {
  checkHost(host);
  checkPort(port);
  const query = {
    family: toSystemFamily(family),
    type: SOCK_STREAM,
    proto: IPPROTO_TCP,
    flags: passive ? AI_PASSIVE : 0,
  };
  const numeric = numericAddressInfo(host, port, query);
  if (numeric !== undefined) return [toResolved(numeric)];
  const own = loop as Loop & Resolving;
  const found =
    own.getaddrinfo === undefined
      ? await getaddrinfo(loop, host ?? null, port ?? null, query)
      : await own.getaddrinfo(host ?? null, port ?? null, query);
  // A numeric host with a scope is no name.
  const name = host && !host.includes('%') ? { hostname: host } : undefined;
  if (found.length > 0) return found.map((info) => ({ ...toResolved(info), ...name }));
  const reason = 'the look-up gave no address';
  const address = host ?? undefined;
  throw osError({ errno: 0, code: 'ENOTFOUND', syscall: 'getaddrinfo', reason, address });
}

function toResolved([family, , , , address]: AddressInfo): ResolvedAddress {
  return { family: family === AF_INET6 ? 6 : 4, address };
}

function toSystemFamily(family: AddressFamily | undefined): number {
  if (family === undefined || family === 0) return AF_UNSPEC;
  if (family === 4 || family === AF_INET) return AF_INET;
  if (family === 6 || family === AF_INET6) return AF_INET6;
  throw new InvalidArgumentError('family', `family must be 0, 4 or 6, not ${String(family)}`);
}

function checkPort(port: unknown): void {
  const number = numericPort(port);
  if (number === undefined ? typeof port === 'string' : isPort(number)) return;
  throw new InvalidArgumentError(
    'port',
    `port must be a whole number from 0 to 65535, not ${String(port)}`,
  );
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 65_535;
}

function checkHost(host: unknown): void {
  if (host === null || host === undefined || typeof host === 'string') return;
  throw new InvalidArgumentError('host', `host must be a string or null, not ${typeof host}`);
}
