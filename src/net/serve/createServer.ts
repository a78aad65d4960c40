// createServer: listeners on every address of the hosts that are named, or on a socket of the caller's.
//
// 1. All or nothing: when one address can't be bound, those that were are closed. An address that this
//    machine does not have (a family that is switched off) is left out while another one remains.
// 2. A host that appears twice is bound once.

import { InvalidArgumentError } from '../../base/errors.ts';
import { isOSError, osError } from '../../base/osError.ts';
import { sleep } from '../../core/future/sleep.ts';
import type { Loop } from '../../loop/loop.ts';
import { runtime } from '../../sys/host/host.ts';
import { acceptWith } from './acceptConnection.ts';
import type { Listener, ListenOptions, ResolvedAddress } from '../backend.ts';
import { explained, thrownTo } from '../address/networkFailure.ts';
import { lookUp } from '../address/resolveHost.ts';
import type { AddressFamily } from '../address/resolveHost.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { Server } from './server.ts';
import { checkBacklog } from './serverArguments.ts';
import type { ServeOptions } from './serverArguments.ts';
import { showAddress } from '../../transport/showAddress.ts';
import { serverTls } from '../tls/tlsArguments.ts';

/** Options of {@link EventLoop.createServer}.
 * @example
 * ```ts
 * import { type CreateServerOptions } from 'asyncio-ts';
 * const options: CreateServerOptions = { backlog: 1000, reusePort: true };
 * console.log(options.backlog); // -> 1000
 * ```
 */
export interface CreateServerOptions extends ServeOptions {
  /** Only addresses of this version of IP, 4 or 6; 0, the default, for both. */
  family?: AddressFamily | undefined;
  /** Binds a port whose last connections have not faded away yet; true by default except on Windows. */
  reuseAddress?: boolean | undefined;
  /** Lets several processes listen on the port, when all of them ask for it; false by default. */
  reusePort?: boolean | undefined;
  /** Has the system ask now and then whether a silent peer is still there; false by default. */
  keepAlive?: boolean | undefined;
}

/** What {@link EventLoop.createServer} does. */
export async function createServer(
  loop: Loop,
  factory: ProtocolFactory<object>,
  host?: string | readonly string[] | null,
  port?: number | string | null,
  options: CreateServerOptions = {},
): Promise<Server> {
  checkFactory(factory);
  const tls = serverTls(options);
  const listen: ListenOptions = {
    backlog: checkBacklog(options.backlog),
    reuseAddress: options.reuseAddress ?? true,
    reusePort: options.reusePort ?? false,
    keepAlive: options.keepAlive ?? false,
  };
  try {
    const listeners = await openListeners(loop, host ?? undefined, port ?? undefined, options, listen);
    return await started(new Server(loop, listeners, acceptWith(loop, factory, tls)), options);
  } catch (error) {
    throw thrownTo(error, createServer);
  }
}

/** @internal */
export async function started(server: Server, options: ServeOptions): Promise<Server> {
  if (options.startServing === false) return server;
  try {
    server._startServing();
    await sleep(0);
  } catch (error) {
    server.close();
    throw error;
  }
  return server;
}

async function openListeners(
  loop: Loop,
  host: string | readonly string[] | undefined,
  port: number | string | undefined,
  { sock, family }: CreateServerOptions,
  listen: ListenOptions,
): Promise<Listener[]> {
  if (host === undefined && port === undefined) {
    if (sock === undefined || sock === null) {
      throw new InvalidArgumentError('host', 'createServer needs host and port, or sock');
    }
    return [await networkBackend(loop).takeOverListener(loop, sock, listen)];
  }
  if (sock !== undefined && sock !== null) {
    throw new InvalidArgumentError('sock', 'host and port cannot be given together with sock');
  }
  const found: ResolvedAddress[] = [];
  for (const name of hostsOf(host)) {
    found.push(...(await lookUp(loop, name, port, { family, passive: true })));
  }
  return await listenOnAll(loop, withoutDoubles(withoutShadowed(loop, found)), listen);
}

// Deno cannot keep IPv4 out of an IPv6 listener: '::' serves both there, and '0.0.0.0' at the same port is
// taken by it.
function withoutShadowed(loop: Loop, addresses: readonly ResolvedAddress[]): readonly ResolvedAddress[] {
  if (networkBackend(loop).name !== 'host' || runtime().name !== 'deno') return addresses;
  if (!addresses.some(({ address }) => address[0] === '::')) return addresses;
  return addresses.filter(({ address }) => address[0] !== '0.0.0.0');
}

function hostsOf(host: string | readonly string[] | undefined): (string | undefined)[] {
  if (host === undefined || host === '') return [undefined];
  if (typeof host === 'string') return [host];
  const hosts = typeof host === 'object' ? [...host] : [];
  if (hosts.length === 0 || !hosts.every((name) => typeof name === 'string')) {
    throw new InvalidArgumentError('host', 'host must be a string, an array of strings, or null');
  }
  return hosts.map((name) => (name === '' ? undefined : name));
}

function withoutDoubles(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  return [...new Map(addresses.map((address) => [String(address.address), address])).values()];
}

async function listenOnAll(
  loop: Loop,
  addresses: readonly ResolvedAddress[],
  options: ListenOptions,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  let missing: unknown;
  try {
    for (const address of addresses) {
      // An IPv6 socket that takes IPv4 too would be in the way of the IPv4 one on the same port.
      const own = address.family === 6 ? { ...options, ipv6Only: true } : options;
      try {
        listeners.push(await networkBackend(loop).listen(loop, address, own));
      } catch (error) {
        const failure = explained(error, address.hostname);
        if (!isOSError(failure) || !notHere(failure.code)) throw failure;
        missing ??= failure;
      }
    }
    if (listeners.length === 0) throw noneBound(addresses, missing);
    return listeners;
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
}

/** The machine has no such address, or not the family at all. */
function notHere(code: string): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function noneBound(addresses: readonly ResolvedAddress[], cause: unknown): Error {
  if (addresses.length === 1) return cause as Error;
  const reason = `could not bind on any address out of ${addresses.map(({ address }) => showAddress(address)).join(', ')}`;
  return osError({ errno: 0, code: 'EADDRNOTAVAIL', syscall: 'bind', reason, cause });
}
