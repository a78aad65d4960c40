// race, any, hedge: several ways to one result. The losers are cancelled and waited for, so nothing of
// them is left when the call returns.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { isCancelled } from '../base/cancelled.ts';
import type { CancelledError } from '../base/errors.ts';
import { InvalidArgumentError, isCancelledError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { ExceptionGroup } from '../base/exceptionGroup.ts';
import { cancelAll } from '../core/cancel/cancel.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import type { Awaitable, Outcome, TaskBody } from '../core/task/coroutine.ts';
import { bindTask, createKept, currentTask } from '../core/task/createTask.ts';
import type { Keeper } from '../core/task/createTask.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { ensureFuture } from '../core/future/ensureFuture.ts';
import { Future } from '../core/future/future.ts';
import { currentFrame, enclosingScope } from '../core/cancel/frame.ts';
import type { EnclosingScope } from '../core/cancel/frame.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { cancelledErrorOf } from '../core/future/outcome.ts';
import { keep } from '../core/task/kept.ts';
import { Task } from '../core/task/task.ts';
import type { Child, ChildKeeper, TaskOptions } from '../core/task/task.ts';
import { runningLoop } from '../loop/running.ts';
import { Deadline } from '../loop/deadline.ts';
import { captureHostContext, runCaptured } from '../sys/host/storage.ts';
import { listAwaitables } from './awaitables.ts';
import { enlistTask } from './enlist.ts';
import { joinAll } from './join.ts';
import { watchLoosePromises } from './loosePromises.ts';

/** What can race: a function that starts the work, or a task or future that is under way. A function that takes a
 * parameter is given its task, for the signal. A promise is none of these: nothing could stop the work behind it.
 * @example
 * ```ts
 * import { run, race, sleep, type Racer } from 'asyncio-ts';
 * await run(async () => {
 *   const racers: Racer<string>[] = [() => sleep(1, { result: 'won' }), sleep(60_000, { result: 'lost' })];
 *   console.log(await race(racers)); // -> won
 * });
 * ```
 */
export type Racer<T> = Future<T> | TaskBody<T>;

// In the two below the second half of the type is what tells the parameter of a function among others its type.

/** Waits for the first that ends, cancels the others, waits until they have ended, and gives the first one's
 * result or error. What others throw once it is decided goes to the loop's exception handler.
 * Cancelling the call cancels all and waits for them; what is behind an {@link interruptible} promise goes on. A function that takes a parameter is given its task, whose signal
 * stops what takes one: `race([({ signal }) => fetch(one, { signal }), ({ signal }) => fetch(two, { signal })])`.
 * @throws the error of the first; InvalidArgumentError when there is nothing to race
 * @example
 * ```ts
 * import { run, race, sleep } from 'asyncio-ts';
 * console.log(await run(() => race([() => sleep(60_000), () => sleep(1, { result: 'won' })]))); // -> won
 * ```
 */
export async function race<A extends Racer<unknown>>(
  racers: Iterable<A> & Iterable<Racer<unknown>>,
): Promise<Outcome<A>> {
  return await decideAmong<Outcome<A>>('race', list<A>(racers, 'race'), () => true);
}

/** Waits for the first that succeeds, cancels the others, waits until they have ended, and gives its result.
 * Functions that take a parameter are given their task, as by {@link race}.
 * @throws ExceptionGroup with all errors, in the order of the arguments, when none succeeds
 * @throws InvalidArgumentError when there is nothing to wait for
 * @example
 * ```ts
 * import { run, any, sleep } from 'asyncio-ts';
 * const broken = async () => { throw new Error('no'); };
 * console.log(await run(() => any([broken, () => sleep(1, { result: 'works' })]))); // -> works
 * ```
 */
export async function any<A extends Racer<unknown>>(
  racers: Iterable<A> & Iterable<Racer<unknown>>,
): Promise<Outcome<A>> {
  return await decideAmong<Outcome<A>>('any', list<A>(racers, 'any'), succeeded);
}

/** Options of {@link hedge}.
 * @example
 * ```ts
 * import { run, hedge, sleep, type HedgeOptions } from 'asyncio-ts';
 * const options: HedgeOptions = { delay: 50, max: 3 };
 * console.log(await run(() => hedge(() => sleep(1, { result: 'first' }), options))); // -> first
 * ```
 */
export interface HedgeOptions {
  /** Milliseconds after which one more copy is started, while none has ended. */
  delay: Duration;
  /** How many copies may run in all; 2 by default. */
  max?: number | undefined;
}

/** Starts `coro`, and another copy of it each time `delay` has passed without a result or a copy has failed,
 * up to `max`; the first that succeeds wins and the others are cancelled and waited for. One that takes a parameter is
 * given its task: `hedge(({ signal }) => fetch(url, { signal }), { delay: 50 })`.
 * @throws ExceptionGroup with all errors when every copy fails; InvalidArgumentError for bad options
 * @example
 * ```ts
 * import { run, hedge, sleep } from 'asyncio-ts';
 * let calls = 0;
 * const sometimesSlow = () => sleep(calls++ === 0 ? 60_000 : 1, { result: 'quick copy' });
 * console.log(await run(() => hedge(sometimesSlow, { delay: 5 }))); // -> quick copy
 * ```
 */
export async function hedge<T>(coro: TaskBody<T>, options: HedgeOptions): Promise<T> {
  checkCoroutine(coro, 'hedge');
  const delay = toMilliseconds(options?.delay, 'delay');
  const max = options.max ?? 2;
  if (!Number.isInteger(max) || max < 1) {
    throw new InvalidArgumentError('max', `max must be a whole number from 1, not ${showValue(max)}`);
  }
  const contest = new Contest<T>('hedge');
  let started = 0;
  let timer: Deadline | undefined;
  // A timer runs in no context; the copies that it starts belong where the call stands.
  const frame = currentFrame();
  const enter = captureHostContext();
  const startAsCaller = (): void => {
    try {
      runCaptured(enter, frame, startOne);
    } catch (error) {
      // The task factory threw: there is nobody in a timer's turn to throw it to.
      contest.fail(error);
    }
  };
  const startOne = (): void => {
    timer?.cancel();
    if (contest.over) return;
    contest.open = ++started < max;
    const copy = contest.enter(coro);
    const loop = copy.getLoop();
    if (!contest.open) return;
    timer = new Deadline(loop, loop.time() + delay, startAsCaller);
    onDone(copy, () => {
      if (contest.open && !copy.cancelled() && hasFailed(copy)) startAsCaller();
    });
  };
  startOne();
  try {
    return await contest.decide(succeeded);
  } finally {
    timer?.cancel();
  }
}

function list<A>(racers: Iterable<A>, what: string): Awaitable<Outcome<A>>[] {
  const all = listAwaitables(racers as Iterable<Awaitable<Outcome<A>>>, what);
  if (all.length === 0)
    throw new InvalidArgumentError('awaitables', `${what} needs at least one awaitable`);
  return all;
}

async function decideAmong<T>(
  what: string,
  awaitables: Awaitable<T>[],
  wins: (future: Future<T>) => boolean,
): Promise<T> {
  const tellOfLosers = watchLoosePromises(what, awaitables);
  const contest = new Contest<T>(what);
  const entered = new Map<unknown, Future<T>>();
  try {
    for (const awaitable of awaitables) entered.set(awaitable, contest.enter(awaitable));
  } catch (error) {
    // A task factory, or a promise of its own kind, threw: those before it have entered.
    await contest.end();
    throw error;
  }
  try {
    return await contest.decide(wins);
  } finally {
    tellOfLosers?.((promise) => entered.get(promise)?.cancelled() === true);
  }
}

function succeeded(future: Future<unknown>): boolean {
  return !future.cancelled() && !hasFailed(future);
}

class Contest<T> implements Keeper<TaskOptions>, ChildKeeper {
  readonly #what: string;
  readonly #entered: Set<Future<T>> = new Set();
  readonly #first: Future<void>;
  readonly parentTask: Task | undefined;
  readonly #scope: EnclosingScope | undefined = enclosingScope(currentFrame());
  #wins: (future: Future<T>) => boolean = () => false;
  #winner: Future<T> | undefined = undefined;
  #left: number = 0;
  #closed: boolean = false;
  /** More may enter, so that all having failed decides nothing yet. */
  open: boolean = false;

  constructor(what: string) {
    this.#what = what;
    this.#first = new Future<void>({ loop: runningLoop(what) });
    this.parentTask = currentTask();
  }

  /** It is decided, or nobody wants to know any more. */
  get over(): boolean {
    return this.#closed || this.#first.done();
  }

  enter(awaitable: PromiseLike<T> | TaskBody<T>): Future<T> {
    if (typeof awaitable === 'function') {
      return createKept(bindTask(awaitable), undefined, this);
    }
    const future = ensureFuture(awaitable);
    if (this.#entered.has(future)) return future;
    if (future instanceof Task) enlistTask(future, this, undefined);
    this.#add(future);
    return future;
  }

  /** @internal */
  _enlist(task: Task<unknown>): void {
    enlistTask(task, this, this.#scope);
    this.#add(task as Task<T>);
  }

  #add(future: Future<T>): void {
    this.#entered.add(future);
    this.#left++;
    if (future instanceof Task) keep(future, this);
    else onDone(future, () => this.#ended(future));
  }

  childEnded({ task }: Child): void {
    this.#ended(task as Task<T>);
  }

  /** The result of the first that `wins`; when all have ended without, their errors. */
  async decide(wins: (future: Future<T>) => boolean): Promise<T> {
    this.#wins = wins;
    this.#first.blocker = new JointBlocker(this.#what, this.#entered);
    let cancelled: CancelledError | undefined;
    let failed = false;
    let failure: unknown;
    try {
      await this.#first;
    } catch (error) {
      if (isCancelledError(error)) cancelled = error;
      else {
        failed = true;
        failure = error;
      }
    }
    const again = await this.end();
    cancelled ??= again;
    // The winner's result is lost with a cancel that came during the clean-up; the cancel must not be.
    if (cancelled !== undefined) throw cancelled;
    if (failed) throw failure;
    if (this.#winner !== undefined) return this.#winner.result();
    throw new ExceptionGroup(`${this.#what}: none succeeded`, [...this.#entered].map(errorOf));
  }

  /** No copy can be started any more. */
  fail(error: unknown): void {
    if (!this.over) this.#first.setException(error);
  }

  /** Cancels all that are not done, and waits for them. */
  end(): Promise<CancelledError | undefined> {
    this.#closed = true;
    this.open = false;
    cancelAll(this.#entered, '');
    return joinAll([...this.#entered]);
  }

  #ended(future: Future<T>): void {
    this.#left--;
    if (this.over) {
      this.#reportLoser(future);
      return;
    }
    // Looked at: the winner's is thrown when the others have ended, and a loser's is no loss if another succeeds.
    if (hasFailed(future)) future.exception();
    if (this.#wins(future)) this.#winner = future;
    else if (this.open || this.#left > 0) return;
    this.#first.setResult();
  }

  #reportLoser(future: Future<T>): void {
    if (!hasFailed(future)) return;
    const exception = future.exception();
    if (isCancelled(exception)) return;
    future.getLoop().callExceptionHandler({
      message: `A loser of ${this.#what} failed while it was being cancelled`,
      exception,
      future,
    });
  }
}

function errorOf(future: Future<unknown>): unknown {
  return future.cancelled() ? cancelledErrorOf(future) : future.exception();
}
