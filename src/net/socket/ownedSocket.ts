// What a transport or a listener does with the socket that it owns, besides what everybody may do.

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

/** Somebody else closed its descriptor: the number is not touched any more. */
export function disown(socket: Socket): void {
  socket._disown();
}

/** A connection that waits, or undefined; its address is the last name of the calls. @throws OSError */
export function tryAccept(socket: Socket): Socket | undefined {
  return socket._tryAccept();
}

/** What every TCP connection of a transport has; no error where it makes no sense. */
export function setNoDelay(socket: Socket): void {
  socket._setNoDelay();
}
