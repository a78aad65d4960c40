// staggeredRace: several ways to one result, started one after the other, each a while after the last or as
// soon as the last has failed. Happy Eyeballs stands on it. Semantics: asyncio.staggered.staggered_race.
//
// 1. The first to return wins; the others are cancelled in that very step, so that one which is ready in the
//    same iteration loses too.
// 2. Nothing that was started is running when the call returns or throws.
// 3. A cancel of the call cancels all, and a second one is handed on as well. Further ones only wait: a scope
//    that was cancelled for good would cancel every wait at once.
// 4. The caller starts them, between its own waits: they run in its context and belong to its scope.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import type { CancelledError } from '../../base/errors.ts';
import { isCancelledError } from '../../base/errors.ts';
import type { Coroutine } from '../../core/task/coroutine.ts';
import { createKept, currentTask } from '../../core/task/createTask.ts';
import { currentFrame, enclosingScope } from '../../core/cancel/frame.ts';
import type { EnclosingScope } from '../../core/cancel/frame.ts';
import { onDone } from '../../core/future/doneCallback.ts';
import { Future } from '../../core/future/future.ts';
import { JointBlocker } from '../../core/future/jointBlocker.ts';
import { cancelledErrorOf } from '../../core/future/outcome.ts';
import type { Task } from '../../core/task/task.ts';
import type { Loop } from '../../loop/loop.ts';
import { enlistTask } from '../../structured/enlist.ts';
import { waitWhile } from '../../structured/join.ts';

/** What came of it: the winner's result and place (undefined without a winner), and for each that was started
 * its error, in order; the winner's is undefined. */
export type RaceOutcome<T> = [result: T | undefined, winner: number | undefined, errors: unknown[]];

/** Runs `coroutines` with staggered starts. Without a `delay` each starts only when the one before it failed.
 * Each should throw when it is cancelled; what a loser returns all the same is dropped. */
export async function staggeredRace<T>(
  loop: Loop,
  coroutines: Iterable<Coroutine<T>>,
  delay?: Duration,
): Promise<RaceOutcome<T>> {
  const race = new StaggeredRace<T>(loop, delay === undefined ? undefined : toMilliseconds(delay));
  return await race.run(coroutines);
}

class StaggeredRace<T> {
  readonly parentTask: Task | undefined = currentTask();
  readonly #scope: EnclosingScope | undefined = enclosingScope(currentFrame());
  readonly #loop: Loop;
  readonly #delay: number | undefined;
  readonly #running: Set<Task> = new Set();
  readonly #errors: unknown[] = [];
  #wake: Future<void> | undefined = undefined;
  #latestFailed: boolean = false;
  #winner: number | undefined = undefined;
  #result: T | undefined = undefined;
  #cancelled: CancelledError | undefined = undefined;

  constructor(loop: Loop, delay: number | undefined) {
    this.#loop = loop;
    this.#delay = delay;
  }

  async run(coroutines: Iterable<Coroutine<T>>): Promise<RaceOutcome<T>> {
    for (const coroutine of coroutines) {
      this.#start(coroutine);
      await this.#untilNextMayStart();
      if (this.#over) break;
    }
    await this.#allEnded();
    if (this.#cancelled !== undefined) throw this.#cancelled;
    return [this.#result, this.#winner, this.#errors];
  }

  get #over(): boolean {
    return this.#winner !== undefined || this.#cancelled !== undefined;
  }

  #start(coroutine: Coroutine<T>): void {
    const index = this.#errors.push(undefined) - 1;
    this.#latestFailed = false;
    const attempt = (): Promise<void> => this.#attempt(coroutine, index);
    const keep = (task: Task): void => {
      this.#running.add(task);
      enlistTask(task, this, this.#scope);
      onDone(task, () => this.#ended(task, index));
    };
    void createKept(attempt, { loop: this.#loop }, { _enlist: keep });
  }

  async #attempt(coroutine: Coroutine<T>, index: number): Promise<void> {
    const self = currentTask();
    let result: T;
    try {
      result = await coroutine();
    } catch (error) {
      this.#errors[index] = error;
      if (index === this.#errors.length - 1) this.#latestFailed = true;
      this.#wakeUp();
      return;
    }
    if (this.#winner !== undefined) return;
    this.#winner = index;
    this.#result = result;
    for (const task of this.#running) if (task !== self) task.cancel();
  }

  #ended(task: Task, index: number): void {
    this.#running.delete(task);
    // Cancelled before its first step: its coroutine was never called.
    if (task.cancelled() && this.#errors[index] === undefined && index !== this.#winner) {
      this.#errors[index] = cancelledErrorOf(task);
    }
    if (index === this.#errors.length - 1 && index !== this.#winner) this.#latestFailed = true;
    this.#wakeUp();
  }

  #wakeUp(): void {
    if (this.#wake !== undefined && !this.#wake.done()) this.#wake.setResult();
  }

  async #untilNextMayStart(): Promise<void> {
    let due = false;
    const timer =
      this.#delay === undefined
        ? undefined
        : this.#loop.callLater(this.#delay, () => {
            due = true;
            this.#wakeUp();
          });
    try {
      while (!due && !this.#latestFailed && !this.#over) await this.#wait();
    } finally {
      timer?.cancel();
    }
  }

  async #wait(): Promise<void> {
    const wake = new Future<void>({ loop: this.#loop });
    this.#arm(wake);
    try {
      await wake;
    } catch (error) {
      if (!isCancelledError(error)) throw error;
      this.#cancelAll(error);
    }
  }

  async #allEnded(): Promise<void> {
    await waitWhile(
      () => this.#running.size > 0,
      (wake) => this.#arm(wake),
      (error) => this.#cancelAll(error),
    );
  }

  #arm(wake: Future<void>): void {
    wake.blocker = new JointBlocker('staggeredRace', this.#running);
    this.#wake = wake;
  }

  #cancelAll(error: CancelledError): void {
    this.#cancelled = error;
    for (const task of this.#running) task.cancel(error.message);
  }
}
