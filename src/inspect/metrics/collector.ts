// What is counted of the tasks of this thread, from the first time that somebody asks.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Task } from '../../asyncio.ts';
import { LoopDelay } from '../loopDelay.ts';
import { Utilisation } from '../utilisation.ts';

const CREATE = 'asyncio-ts:task:create';
const DONE = 'asyncio-ts:task:done';

/** How many tasks were made, and how they ended, since counting began.
 * @example
 * ```ts
 * import { metrics, type TaskCounts } from 'asyncio-ts/inspect';
 * const { failed }: TaskCounts = metrics().totals;
 * console.log(failed); // -> 0
 * ```
 */
export interface TaskCounts {
  readonly created: number;
  readonly finished: number;
  readonly cancelled: number;
  readonly failed: number;
}

export class Collector {
  readonly delay: LoopDelay = new LoopDelay();
  readonly utilisation: Utilisation = new Utilisation();
  #created: number = 0;
  #finished: number = 0;
  #cancelled: number = 0;
  #failed: number = 0;
  readonly #create = (): void => void this.#created++;
  readonly #done = (message: unknown): void => {
    const { task } = message as { task: Task };
    if (task.cancelled()) this.#cancelled++;
    // In the moment of its end, looking at an error hides it from nobody.
    else if (task.exception() === undefined) this.#finished++;
    else this.#failed++;
  };

  constructor() {
    subscribe(CREATE, this.#create);
    subscribe(DONE, this.#done);
  }

  get counts(): TaskCounts {
    return {
      created: this.#created,
      finished: this.#finished,
      cancelled: this.#cancelled,
      failed: this.#failed,
    };
  }

  stop(): void {
    this.delay.stop();
    unsubscribe(CREATE, this.#create);
    unsubscribe(DONE, this.#done);
  }
}

// Of the thread.
let current: Collector | undefined;
let users = 0;

/** The collector, begun if there is none. */
export function collector(): Collector {
  return (current ??= new Collector());
}

/** The same, for one who says when they are done: with the last of them it ends. */
export function useCollector(): { readonly collector: Collector; readonly stop: () => void } {
  users++;
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    users--;
    if (users > 0) return;
    current?.stop();
    current = undefined;
  };
  return { collector: collector(), stop };
}
