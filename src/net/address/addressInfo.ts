// getaddrinfo: from host and port to what a socket is made with.
//
// Numeric hosts and no host at all need no look-up; names are looked up by the system's resolver, which
// the host of the loop asks. Cancelling abandons the look-up: its result is dropped when it comes.

import { formatIPv6, parseIPv4, parseIPv6 } from '../../base/ipAddress.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { lookupName } from '../../sys/host/dns.ts';
import { splitScope } from '../../sys/libc/socketAddress.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_PASSIVE,
  AI_V4MAPPED,
} from '../../sys/libc/socketConstants.ts';
import { explained, thrownTo } from './networkFailure.ts';
import { numericAddressInfo } from './numericAddress.ts';
import type { AddressInfo, AddressQuery } from './numericAddress.ts';
import { addressInfoError, socketKinds } from './socketKinds.ts';
import type { InetAddress, SocketAddress } from '../../transport/transport.ts';

/** Options of {@link EventLoop.getaddrinfo}. */
export interface AddressInfoOptions extends AddressQuery {
  /** AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, …; 0 by default. */
  flags?: number | undefined;
}

interface FoundAddress {
  family: number;
  host: string;
  scopeId: number;
}

/** What {@link EventLoop.getaddrinfo} does. */
export async function getaddrinfo(
  loop: Loop,
  host: string | null,
  port: number | string | null,
  options: AddressInfoOptions = {},
): Promise<AddressInfo[]> {
  const { family = AF_UNSPEC, flags = 0 } = options;
  if (host !== null && typeof host !== 'string') {
    throw new InvalidArgumentError('host', `the host is a string or null, not ${typeof host}`);
  }
  if (family !== AF_UNSPEC && family !== AF_INET && family !== AF_INET6)
    throw addressInfoError(host, 'EAI_FAMILY', 'the family is not supported');
  const kinds = socketKinds(host, port, options);
  const canonname = (flags & AI_CANONNAME) !== 0 && host !== null ? host : '';
  let found: FoundAddress[];
  try {
    found = numericAddresses(host, family, flags) ?? (await byName(loop, host ?? '', family, flags));
  } catch (error) {
    throw thrownTo(error, getaddrinfo);
  }
  const entries = found.flatMap((address) =>
    kinds.map(({ type, proto, port: number }): AddressInfo => [
      address.family,
      type,
      proto,
      '',
      sockaddr(address, number),
    ]),
  );
  const [first, ...rest] = entries;
  if (first === undefined) throw addressInfoError(host, 'ENOTFOUND', 'name or service not known');
  return [first.with(3, canonname) as unknown as AddressInfo, ...rest];
}

/** The addresses of `[host, port]`, at least one; without a look-up where it is numeric. */
export async function ensureResolved(
  loop: Loop,
  [host, port, flowInfo = 0, scopeId = 0]: InetAddress,
  options: AddressInfoOptions,
): Promise<AddressInfo[]> {
  const numeric = numericAddressInfo(host, port, options, flowInfo, scopeId);
  return numeric === undefined ? getaddrinfo(loop, host, port, options) : [numeric];
}

/** The first address of `address` that suits a socket; at once and as it is where it is numeric.
 * @throws InvalidArgumentError for what is no address */
export function resolveFor(
  loop: Loop,
  socket: { family: number; type: number; proto: number },
  address: SocketAddress,
): PromiseLike<SocketAddress> | SocketAddress {
  if (!Array.isArray(address) || typeof address[0] !== 'string') return address;
  const [host] = address as InetAddress;
  // The empty host, a broadcast and a scope are the socket's to understand.
  const parse = socket.family === AF_INET ? parseIPv4 : parseIPv6;
  if (host === '' || host === '<broadcast>' || host.includes('%') || parse(host) !== undefined)
    return address;
  const { family, type, proto } = socket;
  return ensureResolved(loop, address as InetAddress, { family, type, proto }).then(
    ([first]) => (first as AddressInfo)[4],
  );
}

function numericAddresses(host: string | null, family: number, flags: number): FoundAddress[] | undefined {
  if (host === null) return unnamed(family, flags);
  if (host === '') return [];
  const bytes = parseIPv4(host);
  if (bytes !== undefined && family !== AF_INET6) return [{ family: AF_INET, host, scopeId: 0 }];
  if (bytes !== undefined && (flags & AI_V4MAPPED) !== 0)
    return [{ family: AF_INET6, host: `::ffff:${host}`, scopeId: 0 }];
  const six = numericIPv6(host);
  if (six !== undefined && family !== AF_INET) return [six];
  if (bytes !== undefined || six !== undefined)
    throw addressInfoError(host, 'EAI_ADDRFAMILY', 'the address is of another family');
  return (flags & AI_NUMERICHOST) === 0 ? undefined : [];
}

function numericIPv6(host: string): FoundAddress | undefined {
  const [text] = host.split('%', 1);
  const bytes = parseIPv6(text as string);
  if (bytes === undefined) return undefined;
  try {
    return { family: AF_INET6, host: formatIPv6(bytes), scopeId: splitScope(host)[1] ?? 0 };
  } catch (cause) {
    throw addressInfoError(host, 'ENOTFOUND', 'there is no such network interface', cause);
  }
}

function unnamed(family: number, flags: number): FoundAddress[] {
  const passive = (flags & AI_PASSIVE) !== 0;
  const four = { family: AF_INET, host: passive ? '0.0.0.0' : '127.0.0.1', scopeId: 0 };
  const six = { family: AF_INET6, host: passive ? '::' : '::1', scopeId: 0 };
  const both = passive ? [four, six] : [six, four];
  return both.filter((address) => family === AF_UNSPEC || family === address.family);
}

async function byName(loop: Loop, host: string, family: number, flags: number): Promise<FoundAddress[]> {
  const answer = new Future<FoundAddress[]>({ loop });
  foreignWaitsOf(loop)?.requests.add(answer);
  lookupName(host, family, flags, (error, addresses) => {
    if (answer.done()) return;
    if (error !== undefined) answer.setException(explained(error));
    else answer.setResult(addresses.map(({ address, family }) => fromResolver(address, family)));
  });
  return await answer;
}

function fromResolver(text: string, family: number): FoundAddress {
  const [host, scopeId] = family === AF_INET6 ? splitScope(text) : [text, undefined];
  return { family, host, scopeId: scopeId ?? 0 };
}

function sockaddr({ family, host, scopeId }: FoundAddress, port: number): InetAddress {
  return family === AF_INET6 ? [host, port, 0, scopeId] : [host, port];
}
