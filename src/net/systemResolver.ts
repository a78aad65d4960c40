// Host names by the system's resolver, as addresses.

import { osError } from '../base/osError.ts';
import type { Loop } from '../loop/loop.ts';
import type { ResolvedAddress } from './backend.ts';

/** @throws AddressInfoError when the name is unknown */
export async function systemResolver(
  _loop: Loop,
  host: string,
  port: number | string,
  family: 0 | 4 | 6,
  _passive: boolean,
): Promise<ResolvedAddress[]> {
  if (host !== 'localhost' || typeof port === 'string') {
    throw osError({ errno: 0, code: 'ENOTFOUND', syscall: 'getaddrinfo', address: host });
  }
  const all: ResolvedAddress[] = [
    { family: 6, address: ['::1', port, 0, 0] },
    { family: 4, address: ['127.0.0.1', port] },
  ];
  return all.filter((entry) => family === 0 || entry.family === family);
}
