// The loop's methods that read from a socket, or accept from it: tried at once, else when the socket is readable.
//
// Bytes are taken in the task that asked for them and returned in the same step, so there is no moment at
// which a cancel could find them taken and not delivered; asyncio has such a moment.

import { plainBytes } from '../../base/bytes.ts';
import type { Loop } from '../../loop/loop.ts';
import { lastName } from '../../sys/libc/socketCalls.ts';
import { roomIn, takenAway } from '../../transport/byteArguments.ts';
import { readable } from './readiness.ts';
import type { Socket } from './socket.ts';
import { beginCall } from './sockCall.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** What {@link EventLoop.sockRecv} does. */
export async function sockRecv(loop: Loop, sock: Socket, size: number): Promise<Buffer> {
  return ready(loop, sock, 'sockRecv', () => sock._tryRecv(size));
}

/** What {@link EventLoop.sockRecvInto} does. */
export async function sockRecvInto(loop: Loop, sock: Socket, buffer: Uint8Array): Promise<number> {
  const room = plainRoom(buffer, 0);
  return ready(loop, sock, 'sockRecvInto', () => {
    const count = sock._tryRecvInto(room('sockRecvInto'));
    return count < 0 ? undefined : count;
  });
}

/** What {@link EventLoop.sockRecvfrom} does. */
export async function sockRecvfrom(
  loop: Loop,
  sock: Socket,
  size: number,
): Promise<[data: Buffer, address: SocketAddress]> {
  return ready(loop, sock, 'sockRecvfrom', () => sock._tryRecvfrom(size));
}

/** What {@link EventLoop.sockRecvfromInto} does. */
export async function sockRecvfromInto(
  loop: Loop,
  sock: Socket,
  buffer: Uint8Array,
  size: number = 0,
): Promise<[count: number, address: SocketAddress]> {
  const room = plainRoom(buffer, size);
  return ready(loop, sock, 'sockRecvfromInto', () => sock._tryRecvfromInto(room('sockRecvfromInto')));
}

/** What {@link EventLoop.sockAccept} does: a connection is taken off the queue only by the task that gets it. */
export async function sockAccept(
  loop: Loop,
  sock: Socket,
): Promise<[connection: Socket, address: SocketAddress]> {
  return ready(loop, sock, 'sockAccept', () => {
    const connection = sock._tryAccept();
    return connection === undefined ? undefined : [connection, lastName()];
  });
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
