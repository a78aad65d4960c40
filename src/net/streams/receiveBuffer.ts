// The memory that transports of this thread receive into while a reader has none of its own. One for all: it
// is used from `getBuffer` to `bufferUpdated`, and nothing else runs in between.

const SIZE = 262_144;

let buffer: Buffer | undefined;

/** Always the same object. */
export function receiveBuffer(): Buffer {
  return (buffer ??= Buffer.allocUnsafeSlow(SIZE));
}
