// Whether what a caller hands in as a socket is one of ours.

import { InvalidArgumentError } from '../../base/errors.ts';
import { Socket } from './socket.ts';

/** @throws InvalidArgumentError for anything but a Socket */
export function checkSocket(socket: unknown, method: string): Socket {
  if (socket instanceof Socket) return socket;
  throw new InvalidArgumentError('sock', `${method} needs a Socket: new Socket(), or Socket.fromFd(fd)`);
}
