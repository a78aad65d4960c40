// Handing received bytes to a stream protocol of either kind.

import { UsageError } from '../../base/errors.ts';
import type { BufferedProtocol, Protocol } from '../protocol.ts';

export type StreamProtocol = Protocol & BufferedProtocol;

/** What the protocol did not take, and what it threw. */
export interface HandOver {
  /** Left over because the protocol's buffer was smaller. */
  readonly rest: Buffer | undefined;
  readonly failure: { readonly message: string; readonly error: unknown } | undefined;
}

const TAKEN: HandOver = { rest: undefined, failure: undefined };

/** Hands over a chunk. The bytes were read by the host, so a protocol that takes them as they are is not
 * asked for a buffer. */
export function handOver(protocol: StreamProtocol, chunk: Buffer): HandOver {
  if (typeof protocol.dataReceived !== 'function') return handInto(protocol, chunk);
  try {
    protocol.dataReceived(chunk);
    return TAKEN;
  } catch (error) {
    return failed('dataReceived', error);
  }
}

function handInto(protocol: StreamProtocol, chunk: Buffer): HandOver {
  let count: number;
  try {
    const buffer = protocol.getBuffer(chunk.byteLength);
    count = Math.min(buffer.byteLength, chunk.byteLength);
    if (count === 0) throw new UsageError('getBuffer() returned an empty buffer');
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
  return { rest: undefined, failure: { message: `Fatal error: protocol.${method}() call failed.`, error } };
}
