// Where a datagram goes: to the address that is given, or to the one that was said at the beginning.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showAddress } from '../showAddress.ts';
import type { SocketAddress } from '../transport.ts';
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
