// Connecting a socket without blocking: the first connection attempt of a stream, and its outcome.

import { Future } from '../../core/future.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { Loop } from '../../loop/loop.ts';
import { NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EAGAIN, EINPROGRESS, systemError } from '../../sys/errno.ts';
import { about } from '../../sys/socketCalls.ts';
import { SO_ERROR, SOL_SOCKET } from '../../sys/socketConstants.ts';
import { connectWhileBusy } from '../busyListener.ts';
import type { Socket } from '../socket.ts';
import type { SocketAddress } from '../transport.ts';

/** Connects a fresh socket that nobody else waits for. A cancel leaves it to the caller to close it.
 * @throws OSError with the address */
export async function connectFresh(loop: Loop, socket: Socket, address: SocketAddress): Promise<void> {
  let number = socket.connectEx(address);
  if (number === EAGAIN) number = await connectWhileBusy(socket, address);
  if (number === 0) return;
  if (number !== EINPROGRESS) throw systemError(number, 'connect', about(address));
  const descriptors = descriptorsOf(loop);
  const fd = socket.fileno();
  const writable = new Future<void>({ loop });
  descriptors.watchWritable(fd, {
    _writable(): Effect {
      descriptors.unwatchWritable(fd);
      if (!writable.done()) writable.setResult();
      return NOTHING;
    },
  });
  try {
    await writable;
  } finally {
    descriptors.unwatchWritable(fd);
  }
  const outcome = socket.getsockopt(SOL_SOCKET, SO_ERROR);
  if (outcome !== 0) throw systemError(outcome, 'connect', about(address));
}
