// Addresses that need no look-up: the host is numeric, and so is the port. Semantics: asyncio's shortcut
// before getaddrinfo.

import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../base/ipAddress.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../sys/libc/socketConstants.ts';
import type { InetAddress } from '../../transport/transport.ts';

/** One way to reach a host: what to make a socket with, and the address for it. As in Python a tuple
 * `[family, type, proto, canonname, sockaddr]`.
 * @example
 * ```ts
 * import { run, getRunningLoop, type AddressInfo } from 'asyncio-ts';
 * await run(async () => {
 *   const [info] = await getRunningLoop().getaddrinfo('127.0.0.1', 80, { type: 1 });
 *   const [family, type, proto, , sockaddr] = info as AddressInfo;
 *   console.log(family, type, proto, sockaddr); // -> 2 1 6 [ '127.0.0.1', 80 ]
 * });
 * ```
 */
export type AddressInfo = readonly [
  family: number,
  type: number,
  proto: number,
  canonname: string,
  sockaddr: InetAddress,
];

/** Which entries are wanted; 0, the default, for any. */
export interface AddressQuery {
  /** AF_INET or AF_INET6. */
  family?: number | undefined;
  /** SOCK_STREAM, SOCK_DGRAM or SOCK_RAW. */
  type?: number | undefined;
  /** IPPROTO_TCP or IPPROTO_UDP. */
  proto?: number | undefined;
}

/** The address as it is, or undefined where a look-up is needed: for a name, a scope in the host, a service,
 * another family, or a type that has no one protocol. */
export function numericAddressInfo(
  host: unknown,
  port: unknown,
  { family = AF_UNSPEC, type = 0, proto = 0 }: AddressQuery,
  flowInfo: number = 0,
  scopeId: number = 0,
): AddressInfo | undefined {
  const protocol = protocolFor(type, proto);
  const number = numericPort(port);
  if (typeof host !== 'string' || protocol === undefined || number === undefined) return undefined;
  if (family === AF_UNSPEC || family === AF_INET) {
    const bytes = parseIPv4(host);
    if (bytes !== undefined) return [AF_INET, type, protocol, '', [formatIPv4(bytes), number]];
  }
  if (family === AF_UNSPEC || family === AF_INET6) {
    const bytes = parseIPv6(host);
    if (bytes !== undefined)
      return [AF_INET6, type, protocol, '', [formatIPv6(bytes), number, flowInfo, scopeId]];
  }
  return undefined;
}

/** A port given as number or as digits, no port as 0; undefined for the name of a service. */
export function numericPort(port: unknown): number | undefined {
  if (port === undefined || port === null || port === '') return 0;
  if (typeof port === 'number') return port;
  return typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : undefined;
}

function protocolFor(type: number, proto: number): number | undefined {
  if (proto !== 0 && proto !== IPPROTO_TCP && proto !== IPPROTO_UDP) return undefined;
  if (type === SOCK_STREAM) return IPPROTO_TCP;
  return type === SOCK_DGRAM ? IPPROTO_UDP : undefined;
}
