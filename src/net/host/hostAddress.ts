// Addresses as the host gives them, in asyncio's shape and back.

import { attempt } from '../../base/attempt.ts';
import { interfaceName } from '../../sys/libc/interfaces.ts';
import { splitScope } from '../../sys/libc/socketAddress.ts';
import type { NodeConnectOptions, NodeSocket } from '../../sys/host/net.ts';
import type { ResolvedAddress } from '../backend.ts';
import type { InetAddress, SocketAddress } from '../../transport/transport.ts';

/** `[host, port]`, or `[host, port, 0, scope]` for IPv6; a path stays one. */
export function fromHostAddress(address: unknown): SocketAddress {
  if (typeof address === 'string') return address;
  if (address === null || typeof address !== 'object') return '';
  const { address: host, port, family } = address as Record<string, unknown>;
  if (typeof host !== 'string') return '';
  return inetAddress(host, Number(port), family);
}

/** The host calls the family `'IPv6'`, and did call it 6. It writes the scope behind the address, by name. */
export function inetAddress(host: string, port: number, family: unknown): InetAddress {
  if (family !== 'IPv6' && family !== 6 && !host.includes(':')) return [host, port];
  if (!host.includes('%')) return [host, port, 0, 0];
  // The interface may be gone by now.
  const [text, scopeId = 0] = attempt(() => splitScope(host)) ?? [host];
  return [text, port, 0, scopeId];
}

/** The host of an address as the host takes it: its scope stands behind it, by the interface's name. */
export function hostText([host, , , scopeId = 0]: InetAddress): string {
  const at = host.indexOf('%');
  const scope = at < 0 ? scopeId : Number(host.slice(at + 1));
  // No number: a name already.
  if (scope === 0 || Number.isNaN(scope)) return host;
  return `${at < 0 ? host : host.slice(0, at)}%${interfaceName(scope) ?? scope}`;
}

export function localAddressOf(socket: NodeSocket): SocketAddress | undefined {
  const { localAddress, localPort, localFamily } = socket;
  if (localAddress === undefined || localPort === undefined) return undefined;
  return inetAddress(localAddress, localPort, localFamily);
}

export function remoteAddressOf(socket: NodeSocket): SocketAddress | undefined {
  const { remoteAddress, remotePort, remoteFamily } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return inetAddress(remoteAddress, remotePort, remoteFamily);
}

/** What the host's `connect` takes for a resolved address. */
export function connectOptions(target: ResolvedAddress, local?: ResolvedAddress): NodeConnectOptions {
  if (typeof target.address === 'string') return { path: target.address };
  const [, port] = target.address;
  const options = {
    host: hostText(target.address),
    port,
    family: target.family === 6 ? 6 : 4,
    autoSelectFamily: false,
  };
  if (local === undefined || typeof local.address === 'string') return options;
  const [, localPort] = local.address;
  const localAddress = hostText(local.address);
  return localPort === 0 ? { ...options, localAddress } : { ...options, localAddress, localPort };
}

/** An error of the host's with the address that it was about: not every host says it. */
export function addressed(error: unknown, { address }: ResolvedAddress): unknown {
  if (!(error instanceof Error)) return error;
  const fields = error as Error & { address?: string; port?: number };
  if (typeof address === 'string') fields.address ??= address;
  else {
    fields.address ??= address[0];
    fields.port ??= address[1];
  }
  return error;
}
