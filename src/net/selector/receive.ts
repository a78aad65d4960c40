// Reading for a stream protocol: one `recv` into the buffer that the protocol gives, or into the thread's
// slab, and the hand-over. What the protocol throws is answered, not thrown, with the sentence for the report.

import { UsageError } from '../../base/errors.ts';
import { EAGAIN, EINTR, systemError } from '../../sys/errno.ts';
import { errno } from '../../sys/ffi.ts';
import { libc } from '../../sys/libc.ts';
import type { Libc } from '../../sys/libc.ts';
import type { BufferedProtocol, Protocol } from '../protocol.ts';
import { receiveRoom, takeReceived } from './receiveSlab.ts';

export type StreamProtocol = Protocol & BufferedProtocol;

/** Reading came to an end, or failed. */
export interface Failed {
  readonly message: string;
  readonly error: unknown;
}

/** What one readiness event came to: true for bytes, handed over; false for nothing there; the end of data;
 * or a failure. */
export type Received = boolean | typeof END | Failed;
export const END = 'end';

let calls: Libc | undefined;

/** For a protocol that is handed its data. */
export function receiveData(fd: number, protocol: StreamProtocol): Received {
  const room = receiveRoom();
  const count = (calls ??= libc()).recv(fd, room, room.byteLength, 0);
  if (count <= 0) return count === 0 ? END : failedRead();
  try {
    protocol.dataReceived(takeReceived(count));
  } catch (error) {
    return { message: 'Fatal error: protocol.dataReceived() call failed.', error };
  }
  return true;
}

/** For a protocol that gives its buffer. */
export function receiveInto(fd: number, protocol: StreamProtocol): Received {
  let buffer: Uint8Array;
  try {
    buffer = protocol.getBuffer(-1);
    if (buffer.byteLength === 0) throw new UsageError('getBuffer() returned an empty buffer');
  } catch (error) {
    return { message: 'Fatal error: protocol.getBuffer() call failed.', error };
  }
  const count = (calls ??= libc()).recv(fd, buffer, buffer.byteLength, 0);
  if (count <= 0) return count === 0 ? END : failedRead();
  try {
    protocol.bufferUpdated(count);
  } catch (error) {
    return { message: 'Fatal error: protocol.bufferUpdated() call failed.', error };
  }
  return true;
}

function failedRead(): false | Failed {
  const number = errno();
  if (number === EAGAIN || number === EINTR) return false;
  return { message: 'Fatal read error on socket transport', error: systemError(number, 'recv') };
}
