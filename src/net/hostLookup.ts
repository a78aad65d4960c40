// From host and port to addresses that need no look-up any more, for connections and servers.
//
// 1. A numeric host is not looked up.
// 2. No host (null, undefined) means every interface for a listener, and this machine for a connection.
// 3. The order is the resolver's; who connects tries the addresses in turn.

import { InvalidArgumentError } from '../base/errors.ts';
import { ipVersion } from '../sys/ipVersion.ts';
import type { Loop } from '../loop/loop.ts';
import type { ResolvedAddress } from './backend.ts';
import { systemResolver } from './systemResolver.ts';

/** Which addresses are wanted: 4 and 6 are the versions of IP, 2 and 10 the system's numbers for them (AF_INET
 * and AF_INET6 of Linux); 0 both. */
export type AddressFamily = 0 | 4 | 6 | 2 | 10;

export interface LookupOptions {
  family?: AddressFamily | undefined;
  /** For listening: no host means every interface. */
  passive?: boolean | undefined;
}

/** Turns a host name into addresses. */
export type Resolver = (
  loop: Loop,
  host: string,
  port: number | string,
  family: 0 | 4 | 6,
  passive: boolean,
) => Promise<ResolvedAddress[]>;

const resolvers: WeakMap<Loop, Resolver> = new WeakMap();

/** Looks up names on `loop` by another resolver; undefined goes back to the system's. @internal */
export function useResolver(loop: Loop, resolver: Resolver | undefined): void {
  if (resolver === undefined) resolvers.delete(loop);
  else resolvers.set(loop, resolver);
}

/** The addresses of a host, at least one.
 * @throws AddressInfoError when the name is unknown; InvalidArgumentError for a bad host, port or family */
export async function lookUp(
  loop: Loop,
  host: string | null | undefined,
  port: number | string | null | undefined,
  options: LookupOptions = {},
): Promise<ResolvedAddress[]> {
  const family = toVersion(options.family);
  const passive = options.passive === true;
  const number = toPort(port);
  checkHost(host);
  if (typeof number === 'number') {
    if (host === null || host === undefined) return unnamed(number, family, passive);
    const version = ipVersion(host);
    if (version !== 0 && !host.includes('%') && (family === 0 || family === version)) {
      return [toAddress(host, number, version)];
    }
  }
  const resolver = resolvers.get(loop) ?? systemResolver;
  return await resolver(loop, host ?? '', number, family, passive);
}

function unnamed(port: number, family: 0 | 4 | 6, passive: boolean): ResolvedAddress[] {
  const four = toAddress(passive ? '0.0.0.0' : '127.0.0.1', port, 4);
  const six = toAddress(passive ? '::' : '::1', port, 6);
  if (family !== 0) return [family === 4 ? four : six];
  return passive ? [four, six] : [six, four];
}

/** @internal */
export function toAddress(host: string, port: number, version: 4 | 6): ResolvedAddress {
  return { family: version, address: version === 6 ? [host, port, 0, 0] : [host, port] };
}

function toVersion(family: AddressFamily | undefined): 0 | 4 | 6 {
  switch (family) {
    case undefined:
    case 0:
      return 0;
    case 4:
    case 2:
      return 4;
    case 6:
    case 10:
      return 6;
    default:
      throw new InvalidArgumentError('family', `family must be 0, 4 or 6, not ${String(family)}`);
  }
}

// A number in a string is a number; any other string is the name of a service.
function toPort(port: unknown): number | string {
  if (port === null || port === undefined || port === '') return 0;
  const number = typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port;
  if (typeof number === 'string') return number;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535) {
    return number;
  }
  throw new InvalidArgumentError(
    'port',
    `port must be a whole number from 0 to 65535, not ${String(port)}`,
  );
}

function checkHost(host: unknown): void {
  if (host === null || host === undefined || typeof host === 'string') return;
  throw new InvalidArgumentError('host', `host must be a string or null, not ${typeof host}`);
}
