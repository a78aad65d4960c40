// What goes wrong with a pickle, and where.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** Why a pickle can't be read: its bytes end too early; they are no pickle; a class that nobody has allowed; a limit of
 * the reader; a class of the reader's that refuses what it was given. */
export type UnpicklingReason = 'truncated' | 'corrupt' | 'forbidden' | 'limit' | 'class';

/** A value can't be pickled; the message says which, and what to do. Semantics: pickle.PicklingError.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * try { pickle.dumps({ when: Symbol('now') }); } catch (error) {
 *   console.log(error instanceof pickle.PicklingError, (error as Error).message);
 *   // -> true a symbol cannot be pickled
 * }
 * ```
 */
export class PicklingError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_PICKLING', message, options);
  }
}

/** Bytes can't be unpickled. `reason` says why, `offset` and `opcode` at which byte and what stands there. Semantics:
 * pickle.UnpicklingError.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const hostile = Buffer.from("cos\nsystem\n(S'echo owned'\ntR.");
 * try { pickle.loads(hostile); } catch (error) {
 *   const { reason, offset, opcode } = error as pickle.UnpicklingError;
 *   console.log(reason, offset, opcode); // -> forbidden 0 GLOBAL
 * }
 * ```
 */
export class UnpicklingError extends AsyncioError {
  readonly reason: UnpicklingReason;
  /** Where the opcode begins, counted in bytes from the begin of its pickle. */
  readonly offset: number;
  /** Python's name of the opcode; undefined where there is none. */
  readonly opcode: string | undefined;

  constructor(
    message: string,
    where: {
      reason?: UnpicklingReason;
      offset?: number;
      opcode?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super('ERR_UNPICKLING', message, 'cause' in where ? { cause: where.cause } : undefined);
    this.reason = where.reason ?? 'corrupt';
    this.offset = where.offset ?? 0;
    this.opcode = where.opcode;
  }
}

defineError(PicklingError, 'PicklingError');
defineError(UnpicklingError, 'UnpicklingError');
