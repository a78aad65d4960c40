// What a transport tells of its socket by `getExtraInfo`.

import { attempt } from '../../base/attempt.ts';
import type { Socket } from '../socket/socket.ts';

export function socketInfo(socket: Socket): Record<string, unknown> {
  return {
    socket,
    sockname: attempt(() => socket.getsockname()),
    peername: attempt(() => socket.getpeername()),
  };
}
