// A semaphore that refuses to hold more permits than it began with.

import { atCaller } from '../base/callerStack.ts';
import { UsageError } from '../base/errors.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { Semaphore } from './semaphore.ts';

/** A {@link Semaphore} that notices a release too many. Semantics: asyncio.BoundedSemaphore.
 * @example
 * ```ts
 * import { BoundedSemaphore, UsageError } from 'asyncio-ts';
 * try { new BoundedSemaphore(2).release(); } catch (error) {
 *   console.log(error instanceof UsageError); // -> true
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** @internal */
  static override readonly name: string = 'BoundedSemaphore';
  readonly #bound: number;

  /** `value` is the number of permits, 1 by default.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is below 0 or not a number. */
  constructor(value: number = 1, options?: PrimitiveOptions) {
    super(value, options);
    this.#bound = value;
  }

  /** Puts a permit back, or hands it to the first who waits.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when all permits are there already. */
  override release(): void {
    if (this.value >= this.#bound) {
      const problem = `${this.what} has all of its ${this.#bound} permits: release() was called more often than acquire()`;
      throw atCaller(new UsageError(problem), BoundedSemaphore.prototype.release);
    }
    super.release();
  }
}
