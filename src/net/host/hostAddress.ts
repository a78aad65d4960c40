// Addresses as the host tells them, in asyncio's shape and back.

import type { NodeConnectOptions, NodeSocket } from '../../sys/hostNet.ts';
import type { ResolvedAddress } from '../backend.ts';
import type { InetAddress, SocketAddress } from '../transport.ts';

/** `[host, port]`, or `[host, port, 0, 0]` for IPv6; a path stays one. */
export function fromHostAddress(address: unknown): SocketAddress {
  if (typeof address === 'string') return address;
  if (address === null || typeof address !== 'object') return '';
  const { address: host, port, family } = address as Record<string, unknown>;
  if (typeof host !== 'string') return '';
  return inetAddress(host, Number(port), family);
}

/** The host calls the family `'IPv6'`, and did call it 6. */
export function inetAddress(host: string, port: number, family: unknown): InetAddress {
  return family === 'IPv6' || family === 6 || host.includes(':') ? [host, port, 0, 0] : [host, port];
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
  const [host, port] = target.address;
  const options = { host, port, family: target.family === 6 ? 6 : 4, autoSelectFamily: false };
  if (local === undefined || typeof local.address === 'string') return options;
  const [localAddress, localPort] = local.address;
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
