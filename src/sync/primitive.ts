// What every primitive of this library has in common: a name for reports, the loop it belongs to, the way
// to wait in it, and a one-line description of its state.
//
// Rules:
// - a primitive belongs to no loop until somebody first waits in it, and from then on to that one: a
//   wake-up from another loop would never be seen;
// - its waiters' futures name it as their `blocker`, so that a deadlock report can say who waits for what,
//   and who holds it.

import type { Task } from '../core/task/task.ts';
import type { Loop } from '../loop/loop.ts';
import type { Turns, WaitQueue } from './waitQueue.ts';
import { NoRunningLoopError, UsageError } from '../base/errors.ts';
import { peekRunningLoop } from '../loop/running.ts';
import { Waiter } from './waitQueue.ts';
import { quote } from '../base/harmless.ts';
import type { Inspect } from '../base/show.ts';

/** Options of every primitive.
 * @example
 * ```ts
 * import { Lock, type PrimitiveOptions } from 'asyncio-ts';
 * const options: PrimitiveOptions = { name: 'db' };
 * console.log(String(new Lock(options))); // -> <Lock "db" unlocked>
 * ```
 */
export interface PrimitiveOptions {
  /** A name for reports and `inspect`; none by default. */
  readonly name?: string;
}

/** The common base of the library's locks and queues; not made to be instantiated by itself.
 * @example
 * ```ts
 * import { Event, Primitive } from 'asyncio-ts';
 * console.log(new Event() instanceof Primitive); // -> true
 * ```
 */
export abstract class Primitive {
  // The classes of the library have their names written out, since a minifier renames them; a program's own have those
  // that it left them.
  /** The name it was given, or the empty string. */
  readonly name: string;
  #loop: Loop | undefined = undefined;

  constructor(options?: PrimitiveOptions) {
    this.name = options?.name ?? '';
  }

  /** What it is and its name: `Lock "db"`. */
  get what(): string {
    const type = this.constructor.name;
    return this.name === '' ? type : `${type} ${quote(this.name)}`;
  }

  /** The tasks that can end the wait of those who wait here; empty where that can't be known. */
  holders(): Iterable<Task<unknown>> {
    return [];
  }

  /** One line: what it is and its state. */
  toString(): string {
    return `<${this.what} ${this.describe()}>`;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](_depth: unknown, _options: unknown, inspect: Inspect): string {
    return `<${this.what} ${this.describe(inspect)}>`;
  }

  /** Its state in a few words, without angle brackets; `inspect` prints values, where there is room.
   * @internal */
  protected abstract describe(inspect?: Inspect): string;

  /** Waits in one of its queues; what comes of it is decided by `turns`. @internal */
  protected waitIn<T>(queue: WaitQueue, turns: Turns, payload?: unknown): Promise<T> {
    const problem = this.bindLoop();
    if (problem !== undefined) return Promise.reject(problem);
    return queue.join(new Waiter<T>(turns, payload));
  }

  /** Binds it to the running loop; the error, where it is bound to another. @internal */
  protected bindLoop(): Error | undefined {
    const running = peekRunningLoop();
    if (running !== undefined && this.#loop === running) return undefined;
    if (running === undefined) return new NoRunningLoopError(`waiting at ${this.what}`);
    if (this.#loop !== undefined)
      return new UsageError(`${this.toString()} is bound to a different event loop`);
    this.#loop = running;
    return undefined;
  }
}
