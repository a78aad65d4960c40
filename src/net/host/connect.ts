// Connecting a socket of the host's to one address. Whoever stops waiting, by a cancel or otherwise, leaves no
// socket behind.

import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { connectNodeSocket } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { ResolvedAddress } from '../backend.ts';
import { addressed, connectOptions } from './hostAddress.ts';
import { UnclaimedSocket } from './unclaimedSocket.ts';
import { HostStreamSocket } from './streamSocket.ts';

// The host throws at once for what it may not do.
function begun(target: ResolvedAddress, local: ResolvedAddress | undefined): NodeSocket {
  try {
    return connectNodeSocket(connectOptions(target, local));
  } catch (error) {
    throw fromHostError(addressed(error, target));
  }
}

export async function hostConnect(
  loop: Loop,
  target: ResolvedAddress,
  local?: ResolvedAddress,
): Promise<HostStreamSocket> {
  const connected = new Future<void>({ loop });
  const socket = begun(target, local);
  const unclaimed = new UnclaimedSocket(loop, socket);
  const onConnect = (): void => {
    if (!connected.done()) connected.setResult();
  };
  // Stays until the socket is closed: a socket that is given up may still have an error to tell.
  const onError = (error: unknown): void => {
    if (!connected.done()) connected.setException(fromHostError(addressed(error, target)));
  };
  socket.once('connect', onConnect);
  socket.on('error', onError);
  let kept: HostStreamSocket | undefined;
  try {
    await connected;
    kept = new HostStreamSocket(
      loop,
      socket,
      typeof target.address === 'string' ? { peername: target.address } : {},
    );
    return kept;
  } finally {
    unclaimed.end();
    socket.off('connect', onConnect);
    if (kept === undefined) {
      socket.destroy();
      socket.once('close', () => socket.off('error', onError));
    } else socket.off('error', onError);
  }
}
