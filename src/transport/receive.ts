// Reading for a stream protocol: one `recv` into the buffer that the protocol gives, or into the thread's
// slab, and the hand-over. What the protocol throws is returned, not thrown, with the sentence for the report.

import { sizeOf } from '../base/bytes.ts';
import { EAGAIN, EINTR, systemError } from '../sys/libc/errno.ts';
import { errno } from '../sys/libc/ffi.ts';
import { libc } from '../sys/libc/libc.ts';
import type { StreamsOwn } from './contract.ts';
import { givenBuffer } from './givenBuffer.ts';
import type { StreamProtocol } from './protocol.ts';
import { fatalCall } from './protocolFailure.ts';
import { slabAddress, slabRoom, receiveRoom, takeFromSlab, takeReceived } from './receiveSlab.ts';

/** Reading came to an end, or failed. */
interface ReadFailure {
  readonly message: string;
  readonly error: unknown;
}

/** What one readiness event came to: bytes, handed over (true; PLENTY when more of the kind is to be expected);
 * nothing there (false); the end of data; or a failure. */
export type Received = boolean | typeof PLENTY | typeof END | ReadFailure;
export const PLENTY = 'plenty';
export const END = 'end';
const MUCH = 4096;

/** One `recv`, and the hand-over to the protocol. */
export type Receiver = (fd: number, protocol: StreamProtocol) => Received;

/** The way of receiving that fits a protocol. */
export function receiverFor(protocol: StreamProtocol & Partial<StreamsOwn>): Receiver {
  const { settlesOnly, getBuffer } = protocol;
  return typeof getBuffer === 'function' && settlesOnly !== false ? receiveInto : receiveData;
}

/** For a protocol that is handed its data, when much is expected. */
export function receiveData(fd: number, protocol: StreamProtocol): Received {
  const room = receiveRoom();
  const count = libc().recv(fd, room, room.byteLength, 0);
  if (count <= 0) return noBytes(count);
  const received = handOver(protocol, takeReceived(count));
  return received === true && count >= MUCH ? PLENTY : received;
}

/** For a protocol that is handed its data, when little is expected. */
export function receiveLittle(fd: number, protocol: StreamProtocol): Received {
  const address = slabAddress();
  const size = slabRoom();
  const count = libc().recvAt(fd, address, size, 0);
  if (count <= 0) return noBytes(count);
  const received = handOver(protocol, takeFromSlab(count));
  return received === true && count === size ? PLENTY : received;
}

function handOver(protocol: StreamProtocol, data: Buffer): Received {
  try {
    protocol.dataReceived(data);
  } catch (error) {
    return { message: fatalCall('dataReceived'), error };
  }
  return true;
}

/** For a protocol that gives its buffer. */
export function receiveInto(fd: number, protocol: StreamProtocol): Received {
  let buffer: Uint8Array;
  try {
    buffer = givenBuffer(protocol, -1);
  } catch (error) {
    return { message: fatalCall('getBuffer'), error };
  }
  const count = libc().recv(fd, buffer, sizeOf(buffer), 0);
  if (count <= 0) return noBytes(count);
  try {
    protocol.bufferUpdated(count);
  } catch (error) {
    return { message: fatalCall('bufferUpdated'), error };
  }
  return true;
}

function noBytes(count: number): Received {
  if (count === 0) return END;
  const number = errno();
  if (number === EAGAIN || number === EINTR) return false;
  return { message: 'Fatal read error on socket transport', error: systemError(number, 'recv') };
}
