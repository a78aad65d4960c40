// Reading a pickle from bytes.

import { InvalidArgumentError } from '../../asyncio.ts';
import { isDeeper } from './read/depth.ts';
import { loadSettings } from './read/loadOptions.ts';
import type { LoadOptions } from './read/loadOptions.ts';
import { Machine } from './read/machine.ts';
import { runMachine } from './read/run.ts';

/** Reads the pickle that `bytes` begin with; what is behind it is left alone. Nothing of what it says is run: of classes
 * it makes those of Python's standard library that are data, and those in `classes`. A dict is a Map, a tuple a Tuple,
 * an int a number or, beyond 2^53, a bigint; see docs/formats.md for all the rest. Semantics: pickle.loads.
 * @throws UnpicklingError (`ERR_UNPICKLING`) for bytes that are no pickle, end too early, name a class that is not allowed,
 * or go beyond a limit; it says where. InvalidArgumentError for options, or bytes, that are none.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.dumps({ name: 'Ada', born: 1815 });
 * console.log(pickle.loads(bytes, { dicts: 'object' })); // -> { name: 'Ada', born: 1815 }
 * ```
 */
export function loadPickle(bytes: Uint8Array, options?: LoadOptions): unknown {
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError('bytes', 'a pickle is read from a Uint8Array');
  kept ??= new Machine(loadSettings(undefined));
  const machine = new Machine(loadSettings(options));
  machine.begin(toBuffer(bytes));
  if (bytes.length > machine.settings.maxBytes) throw machine.overLimit('maxBytes');
  if (!runMachine(machine)) throw machine.truncated();
  return finish(machine);
}

/** It reads nothing, and keeps V8 from dropping what it has compiled of its class (dumps.ts). */
let kept: Machine | undefined;

/** The value of a pickle that has run to its end. */
export function finish(machine: Machine): unknown {
  const value = machine.result();
  if (isDeeper(value, machine.settings.maxDepth)) throw machine.overLimit('maxDepth');
  return value;
}

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
