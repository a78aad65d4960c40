// Receiving one datagram, with the sender's address left in the cache's bytes.

import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import { ADDRESS_SIZE } from '../../sys/libc/socketAddress.ts';
import type { AddressCache } from '../datagram/addressCache.ts';

// asyncio's figure; the longest datagram of IP has 65,507 bytes, Unix sockets carry more.
const LONGEST = 256 * 1024;

// Memory of the thread's, made when first needed: nothing is kept in it from one datagram to the next.
let room: Buffer | undefined;

/** The datagram, as the receiver's own; or the error's number. */
export function receiveDatagram(fd: number, addresses: AddressCache): Buffer | number {
  room ??= Buffer.allocUnsafeSlow(LONGEST);
  addresses.length[0] = ADDRESS_SIZE;
  const count = libc().recvfrom(fd, room, LONGEST, 0, addresses.bytes, addresses.lengthBytes);
  return count < 0 ? errno() : copyBytes(room.subarray(0, count));
}
