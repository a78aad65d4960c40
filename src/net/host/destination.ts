// Where a datagram goes: to the address that is given, or to the one that was said at the beginning.

import { InvalidArgumentError } from '../../base/errors.ts';
import { sameAddress } from '../datagram/addressCache.ts';
import type { InetAddress, SocketAddress } from '../transport.ts';

/** @throws InvalidArgumentError for another address than the endpoint's own, for none, and for a path */
export function destination(own: SocketAddress | undefined, given: SocketAddress | undefined): InetAddress {
  if (own !== undefined && given !== undefined && !sameAddress(given, own)) {
    throw new InvalidArgumentError(
      'address',
      `this transport sends to ${String(own)} only, not to ${String(given)}`,
    );
  }
  const to = own ?? given;
  if (to === undefined) {
    throw new InvalidArgumentError('address', 'this transport has no remote address: give one to sendto');
  }
  if (typeof to !== 'string') return to;
  throw new InvalidArgumentError('address', `an address is [host, port], not ${JSON.stringify(to)}`);
}
