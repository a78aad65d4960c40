// Which of the two backends a loop's network runs on, and why. Decided when something asks for the first
// time, so that a program without network never looks for an FFI.
//
// The `backend` option decides, else the environment variable ASYNCIO_BACKEND, else what there is: the
// selector where system calls can be made, the host otherwise.

import { UnsupportedError } from '../base/errors.ts';
import { ffiMissing } from '../sys/libc/ffi.ts';
import { environment, onMainThread } from '../sys/host/program.ts';
import { checkBackend } from './backendName.ts';
import type { BackendName } from './backendName.ts';

/** The backend of a loop and one sentence that says why it is this one. */
export interface BackendChoice {
  readonly name: BackendName;
  readonly reason: string;
}

/** The backend that a loop with this `backend` option would get on this thread, and why.
 * @throws UnsupportedError when the selector is asked for and can't be had; InvalidArgumentError when ASYNCIO_BACKEND
 * names none
 * @example
 * ```ts
 * import { chooseBackend } from 'asyncio-ts/lowlevel';
 * console.log(chooseBackend('host')); // -> { name: 'host', reason: 'the backend option asks for it' }
 * ```
 */
export function chooseBackend(option?: BackendName): BackendChoice {
  if (option !== undefined) return demand(checkBackend(option, 'backend'), 'the backend option');
  const variable = environment('ASYNCIO_BACKEND');
  if (variable !== undefined && variable !== '' && variable !== 'auto') {
    return demand(checkBackend(variable, 'ASYNCIO_BACKEND'), 'ASYNCIO_BACKEND');
  }
  const missing = ffiMissing();
  if (missing !== undefined) return { name: 'host', reason: missing };
  // The watching would call into a thread that is gone.
  if (!onMainThread)
    return { name: 'host', reason: 'ending a worker that watches descriptors would end the process' };
  return { name: 'selector', reason: 'epoll through koffi works here' };
}

function demand(name: BackendName, by: string): BackendChoice {
  const missing = name === 'selector' ? ffiMissing() : undefined;
  if (missing === undefined) return { name, reason: `${by} asks for it` };
  throw new UnsupportedError(`${by} asks for the selector backend, but ${missing}`);
}
