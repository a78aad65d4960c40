// What a parked future waits for, told by the primitive that made it: material for deadlock reports and
// call graphs. It costs a field and nothing else.

import type { Owner } from '../cancel/frame.ts';

/** A thing that tasks can wait for: a lock, a queue, a task.
 * @example
 * ```ts
 * import { Lock, type Blocker } from 'asyncio-ts';
 * const blocker: Blocker = new Lock({ name: 'db' });
 * console.log(blocker.what, [...blocker.holders()].length); // -> Lock "db" 0
 * ```
 */
export interface Blocker {
  /** The thing, as it is printed: `Lock "db"`. */
  readonly what: string;
  /** What the waiting code called: `lock.acquire`. */
  readonly kind: string;
  /** The tasks that could let it go, where that is known. */
  holders(): Iterable<Owner>;
  /** The futures themselves that are waited for, where it is that: a group, a gather, a wait. */
  readonly joins?: Iterable<{ done(): boolean }>;
}
