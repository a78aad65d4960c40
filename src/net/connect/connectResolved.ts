// Connecting a socket to an address that needs no look-up, without blocking.

import { sleep } from '../../core/future/sleep.ts';
import type { Loop } from '../../loop/loop.ts';
import { EAGAIN, EALREADY, EINPROGRESS, systemError } from '../../sys/libc/errno.ts';
import { about } from '../../sys/libc/socketCalls.ts';
import { SOL_SOCKET, SO_ERROR } from '../../sys/libc/socketConstants.ts';
import { writable } from '../socket/readiness.ts';
import type { Socket } from '../socket/socket.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** Waits until the connection is made. After a cancel nothing waits for the socket; closing it is left to the
 * caller. `kind` is what is said to wait. @throws OSError with the address */
export async function connectResolved(
  loop: Loop,
  socket: Socket,
  address: SocketAddress,
  kind: string,
): Promise<void> {
  let number = socket.connectEx(address);
  if (number === EAGAIN) number = await connectWhileBusy(socket, address);
  if (number === EINPROGRESS || number === EALREADY) {
    await writable(loop, socket, kind);
    number = socket.getsockopt(SOL_SOCKET, SO_ERROR);
  }
  if (number !== 0) throw systemError(number, 'connect', about(address));
}

// A Unix socket whose listener's queue is full can't be waited for: the system says EAGAIN, and calls the
// socket writable all the while. The attempt is made again after a pause, for as long as a blocking connect
// would have waited; asyncio takes such a socket for connected.
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** Tries to connect until the listener has room, and returns what `connectEx` does. Cancelling stops it. */
async function connectWhileBusy(socket: Socket, address: SocketAddress): Promise<number> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    await sleep(pause);
    const number = socket.connectEx(address);
    if (number !== EAGAIN) return number;
  }
}
