// What a transport says about its socket in `getExtraInfo`.

import { attempt } from '../../base/attempt.ts';
import type { Socket } from '../socket/socket.ts';

/** `known` goes before what the socket says; it is not asked for a peer's name that is known. */
export function socketInfo(
  socket: Socket,
  known: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const sockname = attempt(() => socket.getsockname());
  const peername = 'peername' in known ? undefined : attempt(() => socket.getpeername());
  return { socket, sockname, peername, ...known };
}
