// Closing a socket whose owner can't do anything about a failure.

import type { Loop } from '../../loop/loop.ts';
import type { Socket } from './socket.ts';

/** Closes the socket of a transport or a listener. That somebody else had closed its descriptor is a mistake of
 * the program, which is reported and stands in nobody's way. */
export function closeOwned(loop: Loop, socket: Socket): void {
  try {
    socket.close();
  } catch (exception) {
    loop.callExceptionHandler({
      message: 'the descriptor of a socket was closed elsewhere',
      exception,
      socket,
    });
  }
}
