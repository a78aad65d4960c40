// The loop's method that connects a socket.

import type { Loop } from '../../loop/loop.ts';
import { AF_INET, AF_INET6 } from '../../sys/libc/socketConstants.ts';
import { resolveFor } from '../address/addressInfo.ts';
import type { Socket } from './socket.ts';
import { explained, thrownTo } from '../address/networkFailure.ts';
import { connectResolved } from '../connect/connectResolved.ts';
import { beginCall } from './sockCall.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** What {@link EventLoop.sockConnect} does. */
export async function sockConnect(loop: Loop, sock: Socket, address: SocketAddress): Promise<void> {
  const turn = beginCall(loop, sock, 'sockConnect', 'write');
  if (turn !== undefined) await turn;
  const isInet = sock.family === AF_INET || sock.family === AF_INET6;
  try {
    const target = isInet ? await resolveFor(loop, sock, address) : address;
    await connectResolved(loop, sock, target, 'sockConnect');
  } catch (error) {
    throw thrownTo(explained(error, isInet ? address[0] : undefined), sockConnect);
  }
}
