// The loop's methods that write to a socket: tried at once, the rest when the socket is writable.

import { plainBytes } from '../../base/bytes.ts';
import { sleep } from '../../core/future/sleep.ts';
import type { Loop } from '../../loop/loop.ts';
import { AF_INET, AF_INET6 } from '../../sys/libc/socketConstants.ts';
import { resolveFor } from '../address/addressInfo.ts';
import { checkBytes, takenAway } from '../../transport/byteArguments.ts';
import { writable } from './readiness.ts';
import type { Socket } from './socket.ts';
import { beginCall } from './sockCall.ts';
import type { SocketAddress } from '../../transport/transport.ts';

const LONGEST_PAUSE = 63;

/** What {@link EventLoop.sockSendall} does. */
export async function sockSendall(loop: Loop, sock: Socket, data: Uint8Array): Promise<void> {
  const turn = beginCall(loop, sock, 'sockSendall', 'write');
  let left = checkBytes(data, 'data');
  let rest = plainBytes(data);
  if (turn !== undefined) await turn;
  for (;;) {
    if (rest.byteLength !== left) throw takenAway('sockSendall');
    const count = sock._trySend(rest);
    if (count === left) return;
    if (count > 0) {
      left -= count;
      rest = rest.subarray(count);
    }
    await writable(loop, sock, 'sockSendall');
  }
}

/** What {@link EventLoop.sockSendto} does. */
export async function sockSendto(
  loop: Loop,
  sock: Socket,
  data: Uint8Array,
  address: SocketAddress,
): Promise<number> {
  const turn = beginCall(loop, sock, 'sockSendto', 'write');
  const size = checkBytes(data, 'data');
  const bytes = plainBytes(data);
  if (turn !== undefined) await turn;
  const isInet = sock.family === AF_INET || sock.family === AF_INET6;
  const target = isInet ? await resolveFor(loop, sock, address) : address;
  for (let pause = 0; ; pause = Math.min(2 * pause + 1, LONGEST_PAUSE)) {
    if (bytes.byteLength !== size) throw takenAway('sockSendto');
    const count = sock._trySendto(bytes, target);
    if (count >= 0) return count;
    // A Unix socket that is not connected is called writable however full its receiver is.
    if (pause > 0) await sleep(pause);
    else await writable(loop, sock, 'sockSendto');
  }
}
