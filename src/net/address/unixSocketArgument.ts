// The `sock` argument of the functions for Unix sockets.

import { InvalidArgumentError } from '../../base/errors.ts';
import { AF_UNIX, SOCK_STREAM } from '../../sys/libc/socketConstants.ts';
import { Socket } from '../socket/socket.ts';

/** @throws InvalidArgumentError for a {@link Socket} of another kind; the host's sockets do not say */
export function checkUnixSocket(sock: unknown): void {
  if (!(sock instanceof Socket)) return;
  if (sock.family === AF_UNIX && sock.type === SOCK_STREAM) return;
  throw new InvalidArgumentError('sock', 'sock must be a Unix stream socket');
}
