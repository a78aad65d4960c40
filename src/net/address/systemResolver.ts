// Host names by the system's resolver, as addresses.

import type { Loop } from '../../loop/loop.ts';
import { AF_INET, AF_INET6, AF_UNSPEC, AI_PASSIVE, SOCK_STREAM } from '../../sys/libc/socketConstants.ts';
import { getaddrinfo } from './addressInfo.ts';
import type { ResolvedAddress } from '../backend.ts';

const families = { 0: AF_UNSPEC, 4: AF_INET, 6: AF_INET6 } as const;

/** The addresses for a stream; the empty host is this machine, or any interface for a listener.
 * @throws AddressInfoError when the name is unknown */
export async function systemResolver(
  loop: Loop,
  host: string,
  port: number | string,
  family: 0 | 4 | 6,
  passive: boolean,
): Promise<ResolvedAddress[]> {
  // An empty name beside a number is the caller's own, and is as unknown as any other.
  const unnamed = host === '' && (passive || typeof port === 'string');
  const all = await getaddrinfo(loop, unnamed ? null : host, port, {
    family: families[family],
    type: SOCK_STREAM,
    flags: passive ? AI_PASSIVE : 0,
  });
  return all.map(([version, , , , address]) => ({ family: version === AF_INET6 ? 6 : 4, address }));
}
