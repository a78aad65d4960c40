// Where a datagram goes: to the address that is given, or to the one that was fixed at the beginning.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showAddress } from '../../transport/showAddress.ts';
import type { InetAddress, SocketAddress } from '../../transport/transport.ts';
import { sameAddress } from './addressCache.ts';

/** @throws InvalidArgumentError for another address than the endpoint's own, and for none */
export function chosenAddress(
  own: SocketAddress | undefined,
  given: SocketAddress | undefined,
): SocketAddress {
  if (own !== undefined && given !== undefined && !sameAddress(given, own)) {
    throw new InvalidArgumentError(
      'address',
      `this transport sends to ${showAddress(own)} only, not to ${showAddress(given)}`,
    );
  }
  const to = own ?? given;
  if (to !== undefined) return to;
  throw new InvalidArgumentError('address', 'this transport has no remote address: give one to sendto');
}

/** What `sendto` was given: an address, or none (undefined or null).
 * @throws InvalidArgumentError for what is no address of any kind */
export function givenAddress(address: SocketAddress | null | undefined): SocketAddress | undefined {
  if (address === undefined || address === null) return undefined;
  if (typeof address === 'string') return address;
  if (Array.isArray(address) && typeof address[0] === 'string' && typeof address[1] === 'number')
    return address as InetAddress;
  throw new InvalidArgumentError('address', `an address is [host, port] or a path, not ${show(address)}`);
}

function show(value: unknown): string {
  return Array.isArray(value) ? 'an array without both' : typeof value;
}
