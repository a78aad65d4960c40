// Two sockets connected with each other.

import { openSocketPair } from '../../sys/libc/socketCalls.ts';
import { AF_UNIX, SOCK_STREAM } from '../../sys/libc/socketConstants.ts';
import { Socket } from './socket.ts';
import { checkAvailable } from './socketAvailable.ts';

/** Two sockets connected with each other: what is sent on one is received on the other. Unix stream sockets
 * by default. Semantics: Python's socket.socketpair.
 * @throws UnsupportedError (`ERR_ASYNCIO_UNSUPPORTED`) where there is no FFI; OSError
 * @example
 * ```ts
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * left.send(Buffer.from('ping'));
 * console.log(right.recv(100).toString()); // -> ping
 * left.close();
 * right.close();
 * ```
 */
export function socketpair(
  family: number = AF_UNIX,
  type: number = SOCK_STREAM,
  proto: number = 0,
): [Socket, Socket] {
  checkAvailable();
  const [left, right] = openSocketPair(family, type, proto);
  return [new Socket(family, type, proto, left), new Socket(family, type, proto, right)];
}
