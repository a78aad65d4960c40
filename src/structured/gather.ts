// gather: several awaitables at once, their results in order.

import { InvalidArgumentError, isCancelledError } from '../base/errors.ts';
import type { Awaitable, Outcome } from '../core/task/coroutine.ts';
import { passOn } from '../core/cancel/cancel.ts';
import { createKept } from '../core/task/createTask.ts';
import type { Keeper } from '../core/task/createTask.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { ensureFuture, isFuture } from '../core/future/ensureFuture.ts';
import { currentFrame, enclosingScope } from '../core/cancel/frame.ts';
import type { Branch, Cause, EnclosingScope } from '../core/cancel/frame.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed, isBeingCancelled } from '../core/future/futureState.ts';
import { JointFuture } from '../core/future/jointFuture.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { cancelledErrorOf } from '../core/future/outcome.ts';
import { keep } from '../core/task/kept.ts';
import { Task } from '../core/task/task.ts';
import type { Child, ChildKeeper, TaskOptions } from '../core/task/task.ts';
import { enlistTask } from './enlist.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { listAwaitables } from './awaitables.ts';

/** Options of {@link gather}.
 * @example
 * ```ts
 * import { run, gather, type GatherOptions } from 'asyncio-ts';
 * const options: GatherOptions = { returnExceptions: true };
 * await run(async () => console.log((await gather([async () => 1], options)).length)); // -> 1
 * ```
 */
export interface GatherOptions {
  /** Puts errors into the list of results instead of throwing the first; false by default. */
  returnExceptions?: boolean | undefined;
}

type Results<A extends readonly unknown[]> = { -readonly [K in keyof A]: Outcome<A[K]> };

/** The future of a gather: cancelling it cancels the children, and it is done when they are. */
class Gathering<T> extends JointFuture<T> {
  /** @internal */ declare _children: Future<unknown>[];
  /** What it was cancelled for. @internal */ declare _cancelRequested: Cause | undefined;

  constructor(children: Future<unknown>[], loop: Loop) {
    super({ loop });
    this.blocker = new JointBlocker('gather', children);
    this._children = children;
    this._cancelRequested = undefined;
  }

  /** asyncio sets the CancelledError as its exception, so that `cancelled()` is false of what was cancelled, and its
   * end is reported when nobody looks. */
  end(cause: Cause): void {
    this.endCancelled(cause);
  }

  /** One that was cancelled has failed with the CancelledError in asyncio, where it is not thrown here. */
  override exception(): unknown {
    return this.cancelled() ? cancelledErrorOf(this) : super.exception();
  }

  protected override passOn(): boolean | Branch {
    if (this.done()) return false;
    return !isBeingCancelled(this) ? new ChildrenBranch(this) : this._cancelRequested !== undefined;
  }
}

class ChildrenBranch implements Branch {
  readonly owner: Gathering<unknown>;

  constructor(owner: Gathering<unknown>) {
    this.owner = owner;
  }

  get length(): number {
    return this.owner._children.length;
  }

  step(index: number, cause: Cause): boolean | Branch {
    return passOn(this.owner._children[index] as Future<unknown>, cause);
  }

  end(delivered: boolean, cause: Cause): boolean {
    if (delivered) this.owner._cancelRequested = cause;
    return delivered;
  }
}

/** Runs awaitables concurrently and resolves to their results, in the order of the arguments. The first error
 * is thrown at once while the others go on: prefer {@link taskGroup}, which cancels and waits for them.
 * Cancelling the result cancels all, but for promises that are not the library's: the wait ends, and the work behind
 * them goes on; a child that is cancelled by others counts as one that failed with
 * CancelledError. A promise given twice counts once; a function given twice runs twice. Semantics: asyncio.gather.
 * @throws InvalidArgumentError for what cannot be awaited
 * @example
 * ```ts
 * import { run, gather, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const [a, b] = await gather(sleep(2, { result: 'slow' }), async () => 'quick');
 *   console.log(a, b); // -> slow quick
 *   const all = await gather([async () => 1, async () => { throw new Error('no'); }], { returnExceptions: true });
 *   console.log(all.length); // -> 2
 * });
 * ```
 */
export function gather<A extends readonly Awaitable<unknown>[]>(
  awaitables: readonly [...A],
  options: GatherOptions & { returnExceptions: true },
): Future<{ -readonly [K in keyof Results<A>]: Results<A>[K] | Error }>;
export function gather<A extends readonly Awaitable<unknown>[]>(
  awaitables: readonly [...A],
  options?: GatherOptions,
): Future<Results<A>>;
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Future<Results<A>>;
export function gather(...args: unknown[]): Future<unknown> {
  const asList = args.length > 0 && args.length <= 2 && isList(args[0]);
  const awaitables = listAwaitables((asList ? args[0] : args) as Iterable<Awaitable<unknown>>, 'gather');
  const options = (asList ? (args[1] ?? {}) : {}) as GatherOptions;
  return gatherAll(awaitables, options.returnExceptions === true);
}

function isList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function gatherAll(awaitables: readonly Awaitable<unknown>[], keepErrors: boolean): Future<unknown> {
  if (!awaitables.some(isFuture)) runningLoop('gather');
  if (awaitables.length > 0) return new Gatherer(keepErrors).start(awaitables);
  const none = new Future<unknown>();
  none.setResult([]);
  return none;
}

/** Starts what a gather is given, and counts those who have ended. */
class Gatherer implements Keeper<TaskOptions>, ChildKeeper {
  readonly parentTask: Task | undefined;
  readonly #scope: EnclosingScope | undefined;
  readonly #keepErrors: boolean;
  /** In the order of the arguments. */
  readonly #children: Future<unknown>[] = [];
  /** The same, each once; what is mentioned twice is rare. */
  #distinct: Future<unknown>[] = this.#children;
  #latest: Task | undefined = undefined;
  #left: number = 0;
  #outer: Gathering<unknown> | undefined = undefined;

  constructor(keepErrors: boolean) {
    const frame = currentFrame();
    this.parentTask = frame?.task as Task | undefined;
    this.#scope = enclosingScope(frame);
    this.#keepErrors = keepErrors;
  }

  start(awaitables: readonly Awaitable<unknown>[]): Future<unknown> {
    try {
      this.#startEach(awaitables);
    } catch (error) {
      this.#giveUp(awaitables);
      throw error;
    }
    const loop = (this.#children[0] as Future<unknown>).getLoop();
    if (this.#children.some((child) => child.getLoop() !== loop)) {
      throw new InvalidArgumentError('awaitables', 'gather takes futures of one event loop only');
    }
    this.#outer = new Gathering<unknown>(this.#children, loop);
    this.#left = this.#distinct.length;
    for (const child of this.#distinct) {
      if (child.done()) continue;
      if (child instanceof Task) keep(child, this);
      else onDone(child, () => this.#ended(child));
    }
    // What is done already is counted at once, as asyncio does, and after the others are waited for.
    if (this.#distinct.some(isDone)) for (const child of this.#distinct.filter(isDone)) this.#ended(child);
    return this.#outer;
  }

  // A promise given twice is one piece of work; each mention of a function is a call of its own.
  #startEach(awaitables: readonly Awaitable<unknown>[]): void {
    const children = this.#children;
    let known: Map<unknown, Future<unknown>> | undefined;
    for (const awaitable of awaitables) {
      if (typeof awaitable === 'function') {
        this.#add(createKept(awaitable, undefined, this));
        continue;
      }
      known ??= new Map();
      const before = known.get(awaitable);
      if (before === undefined) {
        const future = ensureFuture(awaitable);
        known.set(awaitable, future);
        this.#add(future);
      } else {
        if (this.#distinct === children) this.#distinct = [...children];
        children.push(before);
      }
    }
  }

  #add(child: Future<unknown>): void {
    this.#children.push(child);
    if (this.#distinct !== this.#children) this.#distinct.push(child);
  }

  // A task factory, or a promise of its own kind, threw: nobody would wait for those that were started before.
  #giveUp(awaitables: readonly Awaitable<unknown>[]): void {
    for (const [at, child] of this.#children.entries()) {
      if (typeof awaitables[at] === 'function') child.cancel();
    }
    if (this.#latest !== this.#children.at(-1)) this.#latest?.cancel();
  }

  /** @internal */
  _enlist(task: Task): void {
    this.#latest = task;
    enlistTask(task, this, this.#scope);
  }

  childEnded({ task }: Child): void {
    this.#ended(task);
  }

  #ended(child: Future<unknown>): void {
    this.#left--;
    const outer = this.#outer as Gathering<unknown>;
    if (outer.done()) {
      if (hasFailed(child)) child.exception();
    } else if (!this.#keepErrors && child.cancelled()) childCancelled(outer, child);
    else if (!this.#keepErrors && hasFailed(child)) outer.setException(child.exception());
    else if (this.#left === 0) finish(outer, this.#children, child);
  }
}

function isDone(child: Future<unknown>): boolean {
  return child.done();
}

function childCancelled(outer: Gathering<unknown>, child: Future<unknown>): void {
  const error = cancelledErrorOf(child);
  if (outer._cancelRequested === undefined) outer.setException(error);
  else outer.end(error);
}

function finish(outer: Gathering<unknown>, children: Future<unknown>[], last: Future<unknown>): void {
  const cause = outer._cancelRequested;
  if (cause === undefined) outer.setResult(children.map(outcomeOf));
  else outer.end([last, ...children].map(outcomeOf).find(isCancelledError) ?? cause);
}

function outcomeOf(child: Future<unknown>): unknown {
  if (child.cancelled()) return cancelledErrorOf(child);
  return hasFailed(child) ? child.exception() : child.result();
}
