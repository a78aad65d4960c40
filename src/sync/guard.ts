// What an acquire resolves to. A guard is the right and the duty to release once: disposing it a second
// time does nothing, so it can't release what somebody else holds by then.

import { OneLine } from '../base/show.ts';

/** What a {@link Guard} gives back to. */
export interface Releasable {
  release(): void;
  toString(): string;
}

/** Holds one acquisition and releases it when disposed: made for `using`, with `release` for where there is
 * no `using` (Node 22).
 *
 * Disposing twice releases once. A guard does not notice when its lock's own `release` was called meanwhile.
 * @example
 * ```ts
 * import { run, Lock } from 'asyncio-ts';
 * await run(async () => {
 *   const lock = new Lock();
 *   {
 *     using _ = await lock.acquire();
 *     console.log(lock.locked()); // -> true
 *   }
 *   console.log(lock.locked()); // -> false
 * });
 * ```
 */
export class Guard extends OneLine implements Disposable {
  #held: Releasable | undefined;

  /** @internal */
  constructor(held: Releasable) {
    super();
    this.#held = held;
  }

  /** Gives the acquisition back, the first time it is called; what disposing does. */
  release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    held.release();
  }

  /** As {@link release}, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal */
  protected override line(): string {
    return this.#held === undefined ? '<Guard released>' : `<Guard of ${String(this.#held)}>`;
  }
}
