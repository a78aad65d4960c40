// Why a process can't be looked at: one class, one sentence, and a reason that programs tell apart.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** What keeps a process from being looked at. */
export type AttachReason =
  /** There is none of that number or name. */
  | 'no-such-process'
  /** Several have the name; the message lists them. */
  | 'ambiguous'
  | 'other-user'
  /** It is no Node, Bun or Deno. */
  | 'not-javascript'
  | 'not-asyncio'
  /** It offers no socket and has no inspector that could be asked for one. */
  | 'closed'
  /** Its inspector can't listen: the port belongs to somebody else. */
  | 'port-taken'
  /** It runs where it can't be reached from here: another container, another machine. */
  | 'elsewhere'
  /** It does not answer, and can't be interrupted: `hang` has what is known. */
  | 'silent'
  /** It has ended, or closed the connection. */
  | 'gone'
  /** It speaks another version of the agreement. */
  | 'version';

/** A process can't be looked at, or not any more.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { attach, AttachError } from 'asyncio-ts/inspect';
 * await run(async () => {
 *   try { await attach(999_999_999); } catch (error) {
 *     console.log(error instanceof AttachError, (error as AttachError).reason); // -> true no-such-process
 *   }
 * });
 * ```
 */
export class AttachError extends AsyncioError {
  readonly reason: AttachReason;

  constructor(reason: AttachReason, message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_ATTACH', message, options);
    this.reason = reason;
  }
}

defineError(AttachError, 'AttachError', 'ERR_ASYNCIO_ATTACH');
