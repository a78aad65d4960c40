// Where bytes are received for protocols that are handed their data: one slab for the thread.
//
// What is handed out is the receiver's own for good. A small piece is copied out, so that keeping it does not
// keep the slab; a large one is cut off the slab, and when too little is left there is a new slab.

const SLAB: number = 256 * 1024;
const LEAST_ROOM: number = 64 * 1024;
const COPIED: number = 4096;

let slab: Buffer = Buffer.allocUnsafeSlow(SLAB);

/** The free part of the slab. Valid until the next `takeReceived`. */
export function receiveRoom(): Buffer {
  return slab;
}

/** The first `count` bytes of the room, as the receiver's own. */
export function takeReceived(count: number): Buffer {
  if (count <= COPIED) return Buffer.from(slab.subarray(0, count));
  const piece = slab.subarray(0, count);
  const rest = slab.byteLength - count;
  slab = rest >= LEAST_ROOM ? slab.subarray(count) : Buffer.allocUnsafeSlow(SLAB);
  return piece;
}
