// The error of a file that can't do this, by the way it was opened or by what it is.

import { OSError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** The file can't do this: it was opened for reading only, or for writing only, or has no position. Semantics:
 * io.UnsupportedOperation.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { open, UnsupportedOperation } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await open('package.json');
 *   try { await file.write('x'); } catch (error) { console.log(error instanceof UnsupportedOperation); } // -> true
 * });
 * ```
 */
export class UnsupportedOperation extends OSError {}

defineError(UnsupportedOperation, 'UnsupportedOperation');
