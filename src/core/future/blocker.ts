// What a parked future waits for, told by the primitive that made it: material for deadlock reports and
// call graphs. It costs a field and nothing else.

import type { Owner } from '../cancel/frame.ts';

/** What a wait is for, by its kind; `other` where only its words are known.
 * @example
 * ```ts
 * import type { WaitSort } from 'asyncio-ts/lowlevel';
 * const sort: WaitSort = 'queue';
 * console.log(sort); // -> queue
 * ```
 */
export type WaitSort =
  | 'timer'
  | 'task'
  | 'group'
  | 'lock'
  | 'semaphore'
  | 'event'
  | 'condition'
  | 'barrier'
  | 'queue'
  | 'socket'
  | 'process'
  | 'worker'
  | 'query'
  | 'request'
  | 'foreign'
  | 'future'
  | 'other';

/** What whoever looks into the program is told of a thing that tasks wait for, besides its words.
 * @example
 * ```ts
 * import type { BlockerDetails } from 'asyncio-ts/lowlevel';
 * const details: BlockerDetails = { sort: 'socket', peer: '10.0.0.7:5432' };
 * console.log(details.sort); // -> socket
 * ```
 */
export interface BlockerDetails {
  readonly sort: WaitSort;
  /** Of a queue, a semaphore, a limiter. */
  readonly size?: number | undefined;
  readonly limit?: number | undefined;
  /** Of a socket, a query, a request: the address of the other side. */
  readonly peer?: string | undefined;
  /** Of a process: its number. */
  readonly pid?: number | undefined;
}

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
  /** What else can be told of it. Called when somebody looks; it must change nothing. */
  details?(): BlockerDetails;
}
