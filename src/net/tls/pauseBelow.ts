// Deno's TLS socket loses the other side's end when it was paused while bytes were left in it, so there it is
// never paused: what is below stops feeding it instead, and the little that is in it by then is held by the
// transport. The socket's own methods are put in the place of the host's, for those who hold only the socket.

import { runtime } from '../../sys/host/host.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';

/** What can stop feeding a TLS socket. */
export interface Gate {
  setGate(closed: boolean): void;
}

export function pausesBelow(): boolean {
  return runtime().name === 'deno';
}

export function pauseBelow(socket: NodeTlsSocket, below: Gate): void {
  const flow = socket.resume.bind(socket);
  let paused = false;
  Object.assign(socket, {
    pause: () => {
      paused = true;
      below.setGate(true);
      return socket;
    },
    resume: () => {
      paused = false;
      below.setGate(false);
      return flow();
    },
    isPaused: () => paused,
  });
}
