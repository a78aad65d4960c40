// Where a client of this machine finds a server.

import type { SocketAddress } from '../../asyncio.ts';

/** '' where there is no URL for it: a Unix socket, or nothing. */
export function serverUrl(address: SocketAddress | undefined, scheme: 'http' | 'https'): string {
  if (address === undefined || typeof address === 'string') return '';
  const [host, port] = address;
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${near.includes(':') ? `[${near}]` : near}:${port}/`;
}
