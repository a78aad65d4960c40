// A Unix socket whose listener's queue is full can't be waited for: the system says EAGAIN, and calls the
// socket writable all the while. The attempt is made again after a pause, for as long as a blocking connect
// would have waited; asyncio takes such a socket for connected.

import { sleep } from '../../core/future/sleep.ts';
import { EAGAIN } from '../../sys/libc/errno.ts';
import type { Socket } from '../socket/socket.ts';
import type { SocketAddress } from '../../transport/transport.ts';

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** Tries to connect until the listener has room, and answers as `connectEx` does. Cancelling stops it. */
export async function connectWhileBusy(socket: Socket, address: SocketAddress): Promise<number> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    await sleep(pause);
    const number = socket.connectEx(address);
    if (number !== EAGAIN) return number;
  }
}
