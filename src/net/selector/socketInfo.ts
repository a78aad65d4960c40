// What a transport says about its socket in `getExtraInfo`.

import { attempt } from '../../base/attempt.ts';
import type { Socket } from '../socket/socket.ts';

/** `known` goes before what the socket says; it is not asked for a peer's name that is known. */
export function socketInfo(
  socket: Socket,
  known: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const sockname = attempt(() => socket.getsockname());
  const peername = 'peername' in known ? known['peername'] : attempt(() => socket.getpeername());
  const info: Record<string, unknown> = { socket, sockname, peername };
  for (const name in known) info[name] = known[name];
  return info;
}
