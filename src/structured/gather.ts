// gather: several awaitables at once, their results in order.

import { InvalidArgumentError, isCancelledError } from '../base/errors.ts';
import type { Awaitable, Outcome } from '../core/task/coroutine.ts';
import { passOn, walk } from '../core/cancel/cancel.ts';
import { createKept } from '../core/task/createTask.ts';
import type { Keeper } from '../core/task/createTask.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { ensureFuture } from '../core/future/ensureFuture.ts';
import { currentFrame, enclosingScope } from '../core/cancel/frame.ts';
import type { Branch, Cause } from '../core/cancel/frame.ts';
import { hookAwait } from '../core/future/awaitHook.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed, isBeingCancelled } from '../core/future/futureState.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { cancelledErrorOf } from '../core/future/outcome.ts';
import { Task } from '../core/task/task.ts';
import type { TaskOptions } from '../core/task/task.ts';
import { enlistTask } from './enlist.ts';
import type { Loop } from '../loop/loop.ts';
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
class Gathering<T> extends Future<T> {
  /** @internal */ declare _children: Future<unknown>[];
  /** What it was cancelled for. @internal */ declare _cancelRequested: Cause | undefined;

  constructor(children: Future<unknown>[], loop: Loop) {
    super({ loop });
    this.blocker = new JointBlocker('gather', children);
    this._children = children;
    this._cancelRequested = undefined;
  }

  /** One that was cancelled has failed with the CancelledError in asyncio, where it is not thrown here. */
  override exception(): unknown {
    return this.cancelled() ? cancelledErrorOf(this) : super.exception();
  }

  override _cancelFor(cause: Cause): boolean {
    const answer = this._passOn();
    return typeof answer === 'boolean' ? answer : walk(answer, cause);
  }

  /** @internal */
  _passOn(): boolean | Branch {
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

hookAwait(Gathering);

/** Runs awaitables concurrently and resolves to their results, in the order of the arguments. The first error
 * is thrown at once while the others go on: prefer {@link taskGroup}, which cancels and waits for them.
 * Cancelling the result cancels all; a child that is cancelled by others counts as one that failed with
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

function gatherAll(awaitables: Awaitable<unknown>[], keepErrors: boolean): Future<unknown> {
  if (awaitables.length === 0) {
    const none = new Future<unknown>();
    none.setResult([]);
    return none;
  }
  const known = new Map<unknown, Future<unknown>>();
  const children: Future<unknown>[] = [];
  const group = { parentTask: currentFrame()?.task as Task | undefined };
  const scope = enclosingScope(currentFrame());
  const started: Task[] = [];
  const keeper = {
    _enlist: (task: Task): void => {
      started.push(task);
      enlistTask(task, group, scope);
    },
  };
  for (const awaitable of awaitables) {
    let future = known.get(awaitable);
    if (future === undefined) {
      future = start(awaitable, keeper, started);
      // A promise given twice is one piece of work; each mention of a function is a call of its own.
      known.set(typeof awaitable === 'function' ? future : awaitable, future);
    }
    children.push(future);
  }
  const loop = (children[0] as Future<unknown>).getLoop();
  if (children.some((child) => child.getLoop() !== loop)) {
    throw new InvalidArgumentError('awaitables', 'gather takes futures of one event loop only');
  }
  const outer = new Gathering<unknown>(children, loop);
  let left = known.size;
  const childDone = (child: Future<unknown>): void => {
    left--;
    if (outer.done()) {
      if (hasFailed(child)) child.exception();
      return;
    }
    if (!keepErrors && child.cancelled()) childCancelled(outer, child);
    else if (!keepErrors && hasFailed(child)) outer.setException(child.exception());
    else if (left === 0) finish(outer, children, child);
  };
  const distinct = [...known.values()];
  for (const child of distinct) {
    if (child.done()) continue;
    if (child instanceof Task) enlistTask(child, group, undefined);
    onDone(child, () => childDone(child));
  }
  // What is done already is counted at once, as asyncio does, and after the others are being watched.
  for (const child of distinct) if (child.done()) childDone(child);
  return outer;
}

// A task factory, or a promise of its own kind, may throw: nobody would wait for those that were started before.
function start(
  awaitable: Awaitable<unknown>,
  keeper: Keeper<TaskOptions>,
  before: readonly Task[],
): Future<unknown> {
  try {
    return typeof awaitable === 'function' ? createKept(awaitable, {}, keeper) : ensureFuture(awaitable);
  } catch (error) {
    for (const task of before) task.cancel();
    throw error;
  }
}

function childCancelled(outer: Gathering<unknown>, child: Future<unknown>): void {
  const error = cancelledErrorOf(child);
  if (outer._cancelRequested === undefined) outer.setException(error);
  else cancelled(outer, error);
}

function finish(outer: Gathering<unknown>, children: Future<unknown>[], last: Future<unknown>): void {
  const cause = outer._cancelRequested;
  if (cause === undefined) outer.setResult(children.map(outcomeOf));
  else cancelled(outer, [last, ...children].map(outcomeOf).find(isCancelledError) ?? cause);
}

// asyncio sets the CancelledError as its exception, so that `cancelled()` is false of what was cancelled, and its
// end is reported when nobody looks.
function cancelled(outer: Gathering<unknown>, cause: Cause): void {
  Future.prototype._cancelFor.call(outer, cause);
}

function outcomeOf(child: Future<unknown>): unknown {
  if (child.cancelled()) return cancelledErrorOf(child);
  return hasFailed(child) ? child.exception() : child.result();
}
