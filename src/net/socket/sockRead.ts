// The loop's methods that read from a socket: tried at once, else when the socket is readable.
//
// Bytes are taken in the task that asked for them and returned in the same step, so there is no moment at
// which a cancel could find them taken and not delivered; asyncio has such a moment.

import { plainBytes } from '../../base/bytes.ts';
import type { Loop } from '../../loop/loop.ts';
import { roomIn, takenAway } from '../../transport/byteArguments.ts';
import { readable } from './readiness.ts';
import type { Socket } from './socket.ts';
import { beginCall } from './sockCall.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** Receives up to `size` bytes, waiting until there are some; empty at the end of data. Cancelling loses no
 * byte: the next read gets them. One task at a time may wait to read a socket.
 * Semantics: asyncio's loop.sock_recv.
 * @throws ConnectionResetError and other OSErrors; UsageError when another task waits to read */
export async function sockRecv(loop: Loop, sock: Socket, size: number): Promise<Buffer> {
  return ready(loop, sock, 'sockRecv', () => sock._tryRecv(size));
}

/** As sockRecv, into `buffer`; answers how many bytes came, 0 at the end of data. The buffer is written to
 * only when the call succeeds.
 * @throws BufferError (`ERR_ASYNCIO_BUFFER`) when its memory is transferred or made smaller meanwhile */
export async function sockRecvInto(loop: Loop, sock: Socket, buffer: Uint8Array): Promise<number> {
  const room = plainRoom(buffer, 0);
  return ready(loop, sock, 'sockRecvInto', () => {
    const count = sock._tryRecvInto(room('sockRecvInto'));
    return count < 0 ? undefined : count;
  });
}

/** Receives a datagram, cut to `size` bytes, and who sent it. Cancelling loses none. */
export async function sockRecvfrom(
  loop: Loop,
  sock: Socket,
  size: number,
): Promise<[data: Buffer, address: SocketAddress]> {
  return ready(loop, sock, 'sockRecvfrom', () => sock._tryRecvfrom(size));
}

/** As sockRecvfrom, into the first `size` bytes of `buffer` (all of it by default).
 * @throws InvalidArgumentError when it has fewer; BufferError as {@link sockRecvInto} */
export async function sockRecvfromInto(
  loop: Loop,
  sock: Socket,
  buffer: Uint8Array,
  size: number = 0,
): Promise<[count: number, address: SocketAddress]> {
  const room = plainRoom(buffer, size);
  return ready(loop, sock, 'sockRecvfromInto', () => sock._tryRecvfromInto(room('sockRecvfromInto')));
}

// The part of a buffer that is to be filled, for each attempt anew: it may be taken away while a task waits.
function plainRoom(buffer: Uint8Array, size: number): (method: string) => Uint8Array {
  const length = roomIn(buffer, size);
  const room = plainBytes(buffer).subarray(0, length);
  return (method) => {
    if (room.byteLength !== length) throw takenAway(method);
    return room;
  };
}

async function ready<T>(loop: Loop, sock: Socket, kind: string, attempt: () => T | undefined): Promise<T> {
  const turn = beginCall(loop, sock, kind, 'read');
  if (turn !== undefined) await turn;
  for (;;) {
    const result = attempt();
    if (result !== undefined) return result;
    await readable(loop, sock, kind);
  }
}
