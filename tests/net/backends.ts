// Which backends this machine and runtime have, for tests that run on both or need the selector's.

import { ffiMissing } from '../../src/sys/libc/ffi.ts';

/** False where the selector backend works; else why it does not, as a reason to skip. */
export const selectorMissing: string | false = missing();

/** The backends to run a case on. */
export const backends: readonly ('selector' | 'host')[] =
  selectorMissing === false ? ['selector', 'host'] : ['host'];

function missing(): string | false {
  const reason = ffiMissing();
  return reason === undefined ? false : `no selector backend: ${reason}`;
}
