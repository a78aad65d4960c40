// createDatagramEndpoint: from names to addresses, one attempt for each pair of addresses that fits
// together, and a transport with the caller's protocol. The backend opens the socket.

import { attempt } from '../../base/attempt.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { AddressInfoError, isOSError, osError } from '../../base/osError.ts';
import type { Loop } from '../../loop/loop.ts';
import { AI_NUMERICHOST, AI_PASSIVE, SOCK_DGRAM } from '../../sys/libc/socketConstants.ts';
import type { Backend, DatagramOptions, ResolvedAddress } from '../backend.ts';
import { clearPath } from '../address/clearPath.ts';
import { explained, thrownTo } from '../address/networkFailure.ts';
import { lookUp } from '../address/resolveHost.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory, makeProtocol } from '../../transport/protocolFactory.ts';
import type { DatagramTransport } from '../../transport/transport.ts';

/** What {@link EventLoop.createDatagramEndpoint} takes. */
export interface DatagramEndpointOptions {
  /** Where to receive: `[host, port]`, with port 0 for any, or the path of a Unix socket. */
  localAddr?: readonly [host: string | null, port: number | string] | string | undefined;
  /** The only address to send to and to hear from. */
  remoteAddr?: readonly [host: string | null, port: number | string] | string | undefined;
  /** 4 or 6 for a version of IP (2 and 10, the system's AF_INET and AF_INET6, are the same), `'unix'` (or 1)
   * for Unix sockets. Needed where no address tells it. */
  family?: 0 | 4 | 6 | 2 | 10 | 1 | 'unix' | undefined;
  /** The protocol's number; 0 for the usual one. */
  proto?: number | undefined;
  /** For looking names up: AI_PASSIVE and AI_NUMERICHOST have an effect. */
  flags?: number | undefined;
  /** Lets other endpoints bind the same port, among which the system divides what comes. */
  reusePort?: boolean | undefined;
  /** Lets datagrams go to broadcast addresses. The endpoint is not connected then: it hears everybody. */
  allowBroadcast?: boolean | undefined;
  /** A bound or connected datagram socket, in place of everything else. */
  sock?: unknown;
}

type Pair = Pick<DatagramOptions, 'family' | 'local' | 'remote'>;
type Family = ResolvedAddress['family'];

/** What {@link EventLoop.createDatagramEndpoint} does. */
export async function createDatagramEndpoint<P extends object>(
  loop: Loop,
  factory: () => P,
  options: DatagramEndpointOptions = {},
): Promise<[DatagramTransport, P]> {
  checkFactory(factory);
  const backend = networkBackend(loop);
  const { reusePort = false, allowBroadcast = false, proto, sock } = options;
  if (sock !== undefined && sock !== null) {
    checkAlone(options);
    const given = { reusePort: false, allowBroadcast: false, socket: sock };
    const protocol = madeFor(sock, factory);
    return [await backend.datagramTransport(loop, protocol, given), protocol];
  }
  try {
    const pairs = await resolve(loop, options);
    const protocol = makeProtocol(factory);
    const common = { reusePort, allowBroadcast, proto };
    return [await firstThatWorks(loop, backend, protocol, pairs, common), protocol];
  } catch (error) {
    throw thrownTo(error, createDatagramEndpoint);
  }
}

// The socket belongs to the endpoint from the call on, also when there will be none.
function madeFor<P extends object>(sock: unknown, factory: () => P): P {
  try {
    return makeProtocol(factory);
  } catch (error) {
    attempt(() => (sock as { close?(): void }).close?.());
    throw error;
  }
}

async function firstThatWorks(
  loop: Loop,
  backend: Backend,
  protocol: object,
  pairs: readonly Pair[],
  common: DatagramOptions,
): Promise<DatagramTransport> {
  const failures: unknown[] = [];
  for (const pair of pairs) {
    try {
      return await backend.datagramTransport(loop, protocol, { ...common, ...pair });
    } catch (error) {
      if (!isOSError(error)) throw error;
      failures.push(explained(error, (pair.remote ?? pair.local)?.hostname));
    }
  }
  throw failures[0];
}

async function resolve(loop: Loop, options: DatagramEndpointOptions): Promise<Pair[]> {
  const { localAddr, remoteAddr } = options;
  const family = toFamily(options.family);
  if (!localAddr && !remoteAddr) {
    if (family === undefined) {
      throw new InvalidArgumentError(
        'family',
        'without addresses an endpoint needs a family: 4, 6 or unix',
      );
    }
    return [{ family }];
  }
  if (family === 'unix') {
    const local = unixAddress('localAddr', localAddr);
    const remote = unixAddress('remoteAddr', remoteAddr);
    if (local !== undefined) await clearPath(loop, local.address as string, SOCK_DGRAM);
    return [{ family, local, remote }];
  }
  const locals = await addresses(loop, 'localAddr', localAddr, family, options.flags ?? 0);
  const remotes = await addresses(loop, 'remoteAddr', remoteAddr, family, options.flags ?? 0);
  const pairs: Pair[] = [];
  for (const version of [...new Set([...(locals ?? []), ...(remotes ?? [])].map((one) => one.family))]) {
    const [local, remote] = [last(locals, version), last(remotes, version)];
    if ((locals && !local) || (remotes && !remote)) continue;
    pairs.push({ family: version, local, remote });
  }
  if (pairs.length === 0) {
    throw new InvalidArgumentError('remoteAddr', 'localAddr and remoteAddr are of different families');
  }
  return pairs;
}

// asyncio keeps the last address of a family.
function last(all: readonly ResolvedAddress[] | undefined, family: Family): ResolvedAddress | undefined {
  return all?.findLast((one) => one.family === family);
}

async function addresses(
  loop: Loop,
  name: string,
  address: unknown,
  family: 4 | 6 | undefined,
  flags: number,
): Promise<ResolvedAddress[] | undefined> {
  if (address === undefined || address === null || address === '') return undefined;
  if (!Array.isArray(address) || address.length !== 2) {
    throw new InvalidArgumentError(name, `${name} is [host, port]; with family 'unix' it is a path`);
  }
  const [host, port] = address as [string | null, number | string];
  const passive = (flags & AI_PASSIVE) !== 0;
  const found = await lookUp(loop, host, port, { family: family ?? 0, passive });
  if ((flags & AI_NUMERICHOST) !== 0 && host !== null && !found.some((one) => one.address[0] === host)) {
    throw new AddressInfoError({ errno: 0, code: 'EAI_NONAME', syscall: 'getaddrinfo', address: host });
  }
  if (found.length > 0) return found;
  throw osError({ errno: 0, code: 'ENOTFOUND', syscall: 'getaddrinfo', address: host ?? '' });
}

function unixAddress(name: string, path: unknown): ResolvedAddress | undefined {
  if (path === undefined || path === null) return undefined;
  if (typeof path === 'string') return { family: 'unix', address: path };
  throw new InvalidArgumentError(name, `with family 'unix' ${name} is a path`);
}

function toFamily(family: DatagramEndpointOptions['family']): Family | undefined {
  switch (family) {
    case undefined:
    case 0:
      return undefined;
    case 4:
    case 2:
      return 4;
    case 6:
    case 10:
      return 6;
    case 'unix':
    case 1:
      return 'unix';
    default:
      throw new InvalidArgumentError('family', `family must be 0, 4, 6 or 'unix', not ${String(family)}`);
  }
}

// Options that shape a socket have no meaning for one that is there.
function checkAlone(options: DatagramEndpointOptions): void {
  const { sock: _, ...others } = options;
  const problems = Object.entries(others).filter(([, value]) => Boolean(value));
  if (problems.length === 0) return;
  const named = problems.map(([name, value]) => `${name}=${String(value)}`).join(', ');
  throw new InvalidArgumentError(
    'sock',
    `what shapes a socket can't be given together with sock: ${named}`,
  );
}
