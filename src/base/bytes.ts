// Bytes as they are, whatever an object says of itself.
//
// 1. A subclass, an own property or a Proxy may lie about its length and its memory. What is copied or given to
//    native code is measured by the engine's own getters, which look into the object and call no foreign code.
// 2. Memory can be taken away from a view: transferred, or made smaller. The view then has no bytes at all, as
//    an empty one has; `isGone` tells them apart.

const prototype: object = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tagOf = getter(Symbol.toStringTag) as () => string | undefined;
const byteLength = getter('byteLength') as () => number;
const byteOffset = getter('byteOffset') as () => number;
const buffer = getter('buffer') as () => ArrayBufferLike;
const { indexOf } = Uint8Array.prototype;

function getter(name: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

/** Whether it is a Uint8Array for the engine, a Buffer or another subclass: not a Proxy of one, nor what only
 * inherits from one. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf.call(value) === 'Uint8Array';
}

/** How many bytes it really has. */
export function sizeOf(bytes: Uint8Array): number {
  return byteLength.call(bytes);
}

/** Whether its memory was taken away: transferred, or made too small for it. */
export function isGone(bytes: Uint8Array): boolean {
  if (sizeOf(bytes) > 0) return false;
  try {
    indexOf.call(bytes, 0);
    return false;
  } catch {
    return true;
  }
}

/** The same bytes from `start` on, as a view that tells the truth, and has all of its bytes or none: it does not
 * follow memory that grows, and memory made too small for it is gone for it. */
export function plainBytes(bytes: Uint8Array, start: number = 0): Uint8Array {
  return new Uint8Array(buffer.call(bytes), byteOffset.call(bytes) + start, byteLength.call(bytes) - start);
}
