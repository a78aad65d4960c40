// The loops that a pool works for. A pool may be a module's and outlive a loop: it is tied to each loop that has submitted
// something, as a resource of that loop, until the pool has no worker left or the loop is closed.
//
// 1. The end of a run waits for the calls that its loop has submitted, within its deadline.
// 2. A loop that is closed takes its calls along; with the last loop the workers end.
// 3. While no loop runs, no worker keeps the process alive.

import type { Loop } from '../../loop/loop.ts';
import { resourcesOf } from '../../loop/resources.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { wrapFuture } from '../../core/future/ensureFuture.ts';

/** A pool, as the loops it works for see it. */
export interface TiedPool {
  readonly closed: boolean;
  /** Ends the calls that `isOf` picks; with `everything` the workers too. */
  drop(isOf: (loop: Loop) => boolean, everything: boolean): void;
  /** Keeps the process alive for what is under way, or does not. */
  hold(on: boolean): void;
  /** Resolves when no call is left. */
  settled(): Promise<void>;
  describe(): string;
}

export class LoopTies {
  readonly #pool: TiedPool;
  readonly #ties: Map<Loop, LoopResource> = new Map();

  constructor(pool: TiedPool) {
    this.#pool = pool;
  }

  /** Whether one of the loops runs. */
  get running(): boolean {
    for (const loop of this.#ties.keys()) if (loop.isRunning()) return true;
    return false;
  }

  any(): Loop | undefined {
    return this.#ties.keys().next().value;
  }

  tie(loop: Loop): void {
    if (this.#ties.has(loop)) return;
    const pool = this.#pool;
    const resource: LoopResource = {
      loopStarted: () => pool.hold(true),
      loopStopped: () => pool.hold(this.running),
      loopEnding: async () => void (await wrapFuture(pool.settled())),
      loopClosed: () => {
        this.#ties.delete(loop);
        pool.drop((other) => other === loop, this.#ties.size === 0);
      },
      loopDescription: () => pool.describe(),
      isClosing: () => pool.closed,
    };
    this.#ties.set(loop, resource);
    resourcesOf(loop).add(resource);
  }

  untie(): void {
    for (const [loop, resource] of this.#ties) resourcesOf(loop).remove(resource);
    this.#ties.clear();
  }
}
