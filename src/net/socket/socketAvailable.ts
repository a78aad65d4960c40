// Whether sockets of our own are possible at all.

import { UnsupportedError } from '../../base/errors.ts';
import { ffiMissing } from '../../sys/libc/ffi.ts';

/** @throws UnsupportedError where there are no system calls, and says why */
export function checkAvailable(): void {
  const missing = ffiMissing();
  if (missing !== undefined) throw new UnsupportedError(`a Socket needs system calls: ${missing}`);
}
