// The loop's method that accepts a connection.

import type { Loop } from '../../loop/loop.ts';
import { lastName } from '../../sys/libc/socketCalls.ts';
import { readable } from './readiness.ts';
import type { Socket } from './socket.ts';
import { beginCall } from './sockCall.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** Accepts a connection, waiting until there is one. The socket is the caller's to close. Cancelling loses
 * none: a connection is taken off the queue only by the task that gets it. Semantics: asyncio's
 * loop.sock_accept.
 * @throws OSError (`EMFILE`, …); UsageError when another task waits to accept */
export async function sockAccept(
  loop: Loop,
  sock: Socket,
): Promise<[connection: Socket, address: SocketAddress]> {
  const turn = beginCall(loop, sock, 'sockAccept', 'read');
  if (turn !== undefined) await turn;
  for (;;) {
    const connection = sock._tryAccept();
    if (connection !== undefined) return [connection, lastName()];
    await readable(loop, sock, 'sockAccept');
  }
}
