// Handing received bytes to a stream protocol of either kind.

import { plainBytes } from '../base/bytes.ts';
import { asOwn } from '../sys/libc/memory.ts';
import { takenAway } from './byteArguments.ts';
import { givenBuffer } from './givenBuffer.ts';
import type { StreamProtocol } from './protocol.ts';
import { fatalCall } from './protocolFailure.ts';

/** What the protocol did not take, and what it threw. */
export interface HandOver {
  /** Left over because the protocol's buffer was smaller. */
  readonly rest: Buffer | undefined;
  readonly failure: { readonly message: string; readonly error: unknown } | undefined;
}

const READ = 'Fatal read error on socket transport';
const TAKEN: HandOver = { rest: undefined, failure: undefined };

/** Hands over a chunk. The bytes were read by the host, so a protocol that takes them as they are is not
 * asked for a buffer. */
export function handOver(protocol: StreamProtocol, chunk: Buffer): HandOver {
  if (chunk.byteLength === 0)
    return { rest: undefined, failure: { message: READ, error: takenAway('push') } };
  if (typeof protocol.dataReceived !== 'function') return handInto(protocol, chunk);
  try {
    protocol.dataReceived(asOwn(chunk));
    return TAKEN;
  } catch (error) {
    return failed('dataReceived', error);
  }
}

function handInto(protocol: StreamProtocol, chunk: Buffer): HandOver {
  let count: number;
  try {
    const buffer = plainBytes(givenBuffer(protocol, chunk.byteLength));
    count = Math.min(buffer.byteLength, chunk.byteLength);
    buffer.set(count === chunk.byteLength ? chunk : chunk.subarray(0, count));
  } catch (error) {
    return failed('getBuffer', error);
  }
  try {
    protocol.bufferUpdated(count);
  } catch (error) {
    return failed('bufferUpdated', error);
  }
  return count === chunk.byteLength ? TAKEN : { rest: chunk.subarray(count), failure: undefined };
}

function failed(method: string, error: unknown): HandOver {
  return { rest: undefined, failure: { message: fatalCall(method), error } };
}
