// What a transport tells of its socket by `getExtraInfo`.

import type { Socket } from '../socket.ts';

export function socketInfo(socket: Socket): Record<string, unknown> {
  return {
    socket,
    sockname: attempt(() => socket.getsockname()),
    peername: attempt(() => socket.getpeername()),
  };
}

// Not every socket has every name.
function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
