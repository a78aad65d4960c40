// The body of a request, whole and as a stream of the platform's.

import { ReadableStream } from 'node:stream/web';
import type { UnderlyingByteSource } from 'node:stream/web';
import type { Exchange } from '../engine/exchange.ts';

/** All that is left of it. Cancelled, what was read is lost.
 * @throws HttpBodyError */
export async function readWhole(exchange: Exchange): Promise<Uint8Array> {
  const whole = exchange.takeBody();
  if (whole !== undefined) return whole;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = await exchange.readBody();
    if (piece === undefined) break;
    pieces.push(piece);
    size += piece.byteLength;
  }
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

/** The host's error, which is its own response now where a handler lets it pass, also to Hono. */
export function asBadRequest(error: unknown, told: string): unknown {
  const getResponse = (): Response => new Response(`${told}\n`, { status: 400 });
  return Object.defineProperty(error as Error, 'getResponse', { configurable: true, value: getResponse });
}

/** A stream of its bytes, which asks for more when it is read. */
export function streamOf(exchange: Exchange): ReadableStream<Uint8Array> {
  const source: UnderlyingByteSource = {
    type: 'bytes',
    async pull(controller) {
      const piece = await exchange.readBody();
      if (piece !== undefined) return controller.enqueue(ownMemory(piece));
      controller.close();
      // A reader that waits with memory of its own is told the end by it.
      controller.byobRequest?.respond(0);
    },
    cancel: () => exchange.discardBody(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** A byte stream takes the memory away from what it is given: a part of memory that others use too is copied. */
function ownMemory(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole =
    piece.buffer.byteLength === piece.byteLength && !(piece.buffer instanceof SharedArrayBuffer);
  return whole ? (piece as Uint8Array<ArrayBuffer>) : new Uint8Array(piece);
}
