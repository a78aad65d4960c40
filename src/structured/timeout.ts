// timeout: a deadline for a stretch of code. asyncio's Timeout, with one difference that JavaScript needs:
// the cancel goes to the awaits of its own body only, so timeouts side by side in a Promise.all do not hit
// each other.
//
// States: created → active → expiring → expired, or active → finished. Only an active timeout can be
// rescheduled.

import { OneLine } from '../base/show.ts';
import { atCaller } from '../base/callerStack.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { isCancelledError, quietCancelledError, TimeoutError, UsageError } from '../base/errors.ts';
import { cancelFrame } from '../core/cancel/cancel.ts';
import { requireTask } from '../core/task/createTask.ts';
import { countCancel, currentFrame, InnerFrame, uncountCancels } from '../core/cancel/frame.ts';
import { endFrame, signalOfBlock } from '../core/cancel/signal.ts';
import { Deadline } from '../loop/deadline.ts';
import { runningLoop } from '../loop/running.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import { runBody } from './body.ts';
import type { Body } from './body.ts';
import { cancelledOutside, cancelsBefore } from '../core/cancel/outerCancel.ts';

/** What a TimeoutError says: whose deadline it was, and how long that had been given. */
export function tooLong(what: string, limit: number | undefined): string {
  return `${what}: not done ${limit === undefined ? 'at its deadline' : `after ${limit} ms`}`;
}

/** A deadline that is in force while its body runs; see {@link timeout}. Semantics: asyncio.Timeout.
 * @example
 * ```ts
 * import { run, timeout, sleep, getRunningLoop } from 'asyncio-ts';
 * await run(() => timeout(undefined, async (deadline) => {
 *   deadline.reschedule(getRunningLoop().time() + 1000);
 *   await sleep(1);
 *   console.log(deadline.expired()); // -> false
 * }));
 * ```
 */
export class Timeout extends OneLine {
  #state: 'created' | 'active' | 'expiring' | 'expired' | 'finished' = 'created';
  #when: number | undefined;
  #deadline: Deadline | undefined = undefined;
  #frame: InnerFrame | undefined = undefined;
  /** Whose deadline it is, and how many milliseconds it was given, for the error. */
  readonly #what: string;
  #limit: number | undefined;

  /** `when` is a time of `loop.time()`; undefined for none yet. */
  constructor(when: number | undefined, what: string = 'timeout', limit?: number) {
    super();
    this.#when = when === undefined ? undefined : toMilliseconds(when, 'when');
    this.#what = what;
    this.#limit = limit;
  }

  /** The deadline on the scale of `loop.time()`, or undefined. */
  when(): number | undefined {
    return this.#when;
  }

  /** True from the moment the deadline passed while the body was running. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /** Aborted when the deadline passes, or the body is cancelled otherwise, with the very CancelledError: for what takes a
   * signal. `timeout(100, ({ signal }) => fetch(url, { signal }))` throws TimeoutError after 100 ms, and the request
   * has ended. Made when it is asked for.
   * @throws UsageError before the body runs and after it */
  get signal(): AbortSignal {
    return signalOfBlock(this.#frame);
  }

  /** Moves the deadline; undefined takes it away, a time that has passed fires in the next iteration.
   * @throws UsageError unless the body is running and the deadline has not fired */
  reschedule(when: number | undefined): void {
    if (this.#state !== 'active') {
      throw new UsageError(
        this.#state === 'created'
          ? 'the timeout has not been entered'
          : `the timeout is ${this.#state}: it cannot be rescheduled`,
      );
    }
    this.#limit = undefined;
    this.#arm(when === undefined ? undefined : toMilliseconds(when, 'when'));
  }

  #arm(when: number | undefined): void {
    this.#when = when;
    this.#deadline?.cancel();
    this.#deadline =
      this.#when === undefined || this.#when === Infinity
        ? undefined
        : new Deadline(runningLoop('timeout'), this.#when, () => this.#fire());
  }

  /** Runs `body` under the deadline; a timeout runs once.
   * @throws TimeoutError when the deadline passed and the body was cancelled by it
   * @throws UsageError outside of a task, or when it was entered before */
  async run<T>(body: Body<this, T>): Promise<T> {
    checkCoroutine(body, 'timeout', 'body');
    if (this.#state !== 'created') throw new UsageError('the timeout has been entered already');
    void requireTask('timeout');
    const frame = new InnerFrame(currentFrame());
    const before = cancelsBefore(frame, true);
    this.#frame = frame;
    frame.limit = this;
    this.#state = 'active';
    this.#arm(this.#when);
    try {
      return await runBody(frame, body, this);
    } catch (error) {
      if (this.expired() && isCancelledError(error) && !cancelledOutside(frame, before)) {
        const late = new TimeoutError(tooLong(this.#what, this.#limit), { cause: error, timeout: this });
        throw atCaller(late, Timeout.prototype.run);
      }
      throw error;
    } finally {
      this.#deadline?.cancel();
      this.#deadline = undefined;
      this.#state = this.expired() ? 'expired' : 'finished';
      uncountCancels(frame);
      endFrame(frame);
      // The TimeoutError names this object: it must not lead on to the task.
      this.#frame = undefined;
    }
  }

  #fire(): void {
    if (this.#state !== 'active') return;
    const frame = this.#frame as InnerFrame;
    this.#state = 'expiring';
    this.#deadline = undefined;
    countCancel(frame);
    cancelFrame(frame, quietCancelledError('the deadline passed', this));
  }

  /** @internal */
  protected override line(): string {
    const when = this.#when === undefined ? 'none' : this.#when.toFixed(3);
    return `<Timeout [${this.#state}]${this.#state === 'active' ? ` when=${when}` : ''}>`;
  }
}

/** Runs `body` and gives it `delay` milliseconds; undefined for no limit yet. When they have passed the
 * body is cancelled at its await, and the {@link Timeout.signal} that it was given is aborted; when it has cleaned up a {@link TimeoutError} is thrown whose
 * `timeout` is the object that `body` was given. A body that ends with a result all the same keeps it.
 * A cancel from outside passes through as CancelledError. Semantics: asyncio.timeout.
 * @throws TimeoutError; InvalidArgumentError for a bad delay; UsageError outside of a task
 * @example
 * ```ts
 * import { run, timeout, sleep, TimeoutError } from 'asyncio-ts';
 * await run(async () => {
 *   try {
 *     await timeout(5, async () => { await sleep(60_000); });
 *   } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export function timeout<T>(delay: Duration | undefined, body: Body<Timeout, T>): Promise<T> {
  return limited('timeout', delay === undefined ? undefined : toMilliseconds(delay), body);
}

/** Runs `body` for `limit` milliseconds at most, as the function called `what` promises. */
export function limited<T>(what: string, limit: number | undefined, body: Body<Timeout, T>): Promise<T> {
  const now = runningLoop(what).time();
  return new Timeout(limit === undefined ? undefined : now + limit, what, limit).run(body);
}

/** As {@link timeout}, until a time on the scale of `loop.time()`. Semantics: asyncio.timeout_at.
 * @example
 * ```ts
 * import { run, timeoutAt, sleep, getRunningLoop } from 'asyncio-ts';
 * await run(async () => {
 *   const end = getRunningLoop().time() + 1000;
 *   console.log(await timeoutAt(end, () => sleep(1, { result: 'in time' }))); // -> in time
 * });
 * ```
 */
export function timeoutAt<T>(when: number | undefined, body: Body<Timeout, T>): Promise<T> {
  return new Timeout(when, 'timeoutAt').run(body);
}
