// The buffer that a protocol gives for the next bytes: foreign code, and looked at before anything is put into it.

import { isBytes, isGone, sizeOf } from '../base/bytes.ts';
import { UsageError } from '../base/errors.ts';
import type { BufferedProtocol } from './protocol.ts';

/** Asks for a buffer; it has at least one byte, as many as the engine says, whatever it says of itself.
 * @throws what `getBuffer` throws; UsageError when it returns nothing that bytes can be put into */
export function givenBuffer(protocol: BufferedProtocol, sizeHint: number): Uint8Array {
  const buffer: unknown = protocol.getBuffer(sizeHint);
  if (isBytes(buffer)) {
    if (sizeOf(buffer) > 0) return buffer;
    const fault = isGone(buffer) ? 'a buffer whose memory was taken away' : 'an empty buffer';
    throw new UsageError(`getBuffer() returned ${fault}`);
  }
  throw new UsageError(`getBuffer() returned ${kindOf(buffer)}, not a Uint8Array`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
