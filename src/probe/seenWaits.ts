// What a task waits for, as plain values.
//
// 1. Many tasks wait for the same thing, a queue or a limiter: what is told of it is found out once in a snapshot.
// 2. What a primitive tells of itself may be a program's own code: what throws tells nothing.
// 3. A future's `constructor` is never read: that is to await it.

import type { Blocker, BlockerDetails, WaitSort } from '../core/future/blocker.ts';
import { standsForForeign } from '../core/future/lookAtWait.ts';
import type { Future } from '../core/future/future.ts';
import type { Task } from '../core/task/task.ts';
import { describeWait } from '../reports/taskWaits.ts';
import type { TaskWait, WaitView } from '../reports/taskWaits.ts';
import { numberOf } from './numbers.ts';
import type { SeenWait } from './protocol.ts';
import { shortText } from './shortText.ts';

const MOST_HOLDERS = 100;

/** The primitives of the library, by what they are called with. */
const SORTS: Readonly<Record<string, WaitSort>> = {
  condition: 'condition',
  event: 'event',
  capacityLimiter: 'semaphore',
  lock: 'lock',
  queue: 'queue',
  reader: 'socket',
  semaphore: 'semaphore',
  socket: 'socket',
  writer: 'socket',
};

/** What tells its size and its bounds. */
interface Counting {
  statistics?(): unknown;
  /** A line in front of a queue. */
  readonly queue?: Counting;
}

/** A wait, and the tasks of which each alone keeps it from ending. */
export interface LookedWait {
  readonly seen: SeenWait;
  readonly stoppers: readonly Task[];
}

export class WaitLooker {
  readonly #view: WaitView;
  readonly #known: Map<Blocker, LookedWait> = new Map();

  constructor(view: WaitView) {
    const { awaitedBy, endOf, isStarted, hasPendingCancel, debug } = view;
    // The lines of debug mode are asked for with the stacks, and the tasks of the loop not at all.
    const linesOf = (): string[] => [];
    this.#view = { tasks: [], awaitedBy, linesOf, endOf, isStarted, hasPendingCancel, debug };
  }

  /** What `task` waits for in `future`. */
  look(task: Task, future: Future): LookedWait {
    const { blocker } = future;
    // Of a wait that has a blocker of its own there is nothing to share.
    if (blocker === undefined || (blocker as unknown) === future)
      return this.#describe(task, future, blocker);
    let known = this.#known.get(blocker);
    if (known === undefined) this.#known.set(blocker, (known = this.#describe(task, future, blocker)));
    return known;
  }

  #describe(task: Task, future: Future, blocker: Blocker | undefined): LookedWait {
    const wait = attempt(() => describeWait(task, future, this.#view));
    if (wait === undefined)
      return {
        seen: { kind: 'other', what: 'something', holders: [], held: false, any: false },
        stoppers: [],
      };
    const { what, call, holders, held, any, timed } = wait;
    const details = attempt(() => blocker?.details?.()) ?? detailsOf(wait, blocker, future);
    const end = timed ? this.#view.endOf(future) : undefined;
    const { sort, size, limit, peer, pid } = details;
    const seen: SeenWait = {
      kind: sort,
      what: shortText(what),
      ...(call !== undefined && { call }),
      holders: holders.slice(0, MOST_HOLDERS).map(numberOf),
      held,
      any,
      ...(end !== undefined && { left: Math.max(0, end - future.getLoop().time()) }),
      ...(size !== undefined && { size }),
      ...(limit !== undefined && { limit }),
      ...(peer !== undefined && { peer: shortText(peer) }),
      ...(pid !== undefined && { pid }),
    };
    return { seen, stoppers: timed || any ? [] : holders };
  }
}

function detailsOf(wait: TaskWait, blocker: Blocker | undefined, future: object): BlockerDetails {
  if (wait.timed) return { sort: 'timer' };
  if (standsForForeign(future)) return { sort: 'foreign' };
  if (blocker === undefined) return { sort: wait.holders.length > 0 ? 'task' : 'future' };
  if (blocker.joins !== undefined) return { sort: 'group' };
  const sort = SORTS[/^\w+/.exec(wait.call ?? '')?.[0] ?? ''] ?? 'other';
  return { sort, ...attempt(() => countsOf(blocker as Counting)) };
}

// By the names of the library's own statistics.
function countsOf(blocker: Counting): Omit<BlockerDetails, 'sort'> {
  const of = (blocker.queue ?? blocker).statistics?.() as Record<string, number> | undefined;
  const { size, maxsize, value, borrowedTokens, totalTokens } = of ?? {};
  if (maxsize !== undefined) return { size, limit: maxsize > 0 ? maxsize : undefined };
  if (totalTokens !== undefined) return { size: borrowedTokens, limit: totalTokens };
  return { size: value };
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
