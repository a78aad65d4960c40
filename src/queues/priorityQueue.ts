// The queue that gives out the smallest item first.

import type { PrimitiveOptions } from '../sync/primitive.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { compareItems } from './compareItems.ts';
import type { Compare } from './compareItems.ts';
import { PriorityStore } from './priorityStore.ts';
import type { ItemStore } from './itemStore.ts';
import { Queue } from './queue.ts';

/** Options of a {@link PriorityQueue}.
 * @example
 * ```ts
 * import { PriorityQueue, type PriorityQueueOptions } from 'asyncio-ts';
 * const options: PriorityQueueOptions<{ age: number }> = { compare: (a, b) => b.age - a.age };
 * const queue = new PriorityQueue(0, options);
 * queue.putNowait({ age: 3 });
 * queue.putNowait({ age: 7 });
 * console.log(queue.getNowait()); // -> { age: 7 }
 * ```
 */
export interface PriorityQueueOptions<T> extends PrimitiveOptions {
  /** As for Array.sort: below 0 when `a` comes out before `b`. By default numbers, bigints, strings and
   * dates are compared with `<`, arrays element by element, and anything else is refused. */
  readonly compare?: Compare<T>;
}

/** A {@link Queue} from which the smallest item comes first; of equal ones the one that was put first.
 * Often the items are arrays, `[priority, what]`. Semantics: asyncio.PriorityQueue.
 * @example
 * ```ts
 * import { PriorityQueue } from 'asyncio-ts';
 * const queue = new PriorityQueue<[number, string]>();
 * queue.putNowait([2, 'later']);
 * queue.putNowait([1, 'now']);
 * console.log(queue.getNowait()); // -> [ 1, 'now' ]
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** @internal */
  static override readonly name: string = 'PriorityQueue';
  /** `maxsize` is how many items it holds at most; 0, the default, or less for any number.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when `maxsize` is not a number or
   * `compare` not a function. */
  constructor(maxsize: number = 0, options?: PriorityQueueOptions<T>) {
    super(maxsize, options);
  }

  protected override createStore(options?: PriorityQueueOptions<T>): ItemStore<T> {
    const compare = options?.compare ?? compareItems;
    if (typeof compare !== 'function')
      throw new InvalidArgumentError('compare', 'compare must be a function');
    return new PriorityStore<T>(compare);
  }
}
