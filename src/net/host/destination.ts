// Where a datagram of the host's goes: an address that needs no look-up.

import { InvalidArgumentError } from '../../base/errors.ts';
import { ipVersion } from '../../sys/host/ipVersion.ts';
import { splitScope } from '../../sys/libc/socketAddress.ts';
import { chosenAddress } from '../datagram/chosenAddress.ts';
import type { InetAddress, SocketAddress } from '../../transport/transport.ts';

/** @throws InvalidArgumentError for another address than the endpoint's own, for none, for a path, and for
 * an interface that is not there */
export function destination(own: SocketAddress | undefined, given: SocketAddress | undefined): InetAddress {
  const to = chosenAddress(own, given);
  if (typeof to !== 'string') return checkAddress(to);
  throw new InvalidArgumentError('address', `an address is [host, port], not ${JSON.stringify(to)}`);
}

// The host would look a name up, for every datagram anew.
function checkAddress(address: InetAddress): InetAddress {
  const [host] = splitScope(address[0]);
  const [, port] = address;
  const numeric = host === '' || host === '<broadcast>' || ipVersion(host) !== 0;
  if (numeric && Number.isInteger(port) && port >= 0 && port <= 65_535) return address;
  throw new InvalidArgumentError(
    'address',
    `an address is a numeric host and a port, not ${JSON.stringify(address)}: look names up first`,
  );
}
