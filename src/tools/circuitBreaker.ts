// circuitBreaker: no more calls for a while to what keeps failing, in the shape of opossum.
//
// States: closed → open, when in the window enough calls failed; open → half open, after `resetTimeout`; half open →
// closed, when the one call that is let through succeeded, or → open, when it failed. A call that is cancelled says
// nothing about the other side: it counts neither way, and of a half-open circuit it gives the trial back.

import { AsyncioError, CancelledError, InvalidArgumentError } from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkOptionNames, defineError } from '../lowlevel.ts';
import { checkAmount, checkCallback, checkFunction } from './checkArguments.ts';
import { startWork, timeNow } from './startWork.ts';
import { ToolEvents } from './toolEvents.ts';
import { withinTime } from './withinTime.ts';

/** The circuit is open: the call was not made.
 * @example
 * ```ts
 * import { circuitBreaker, CircuitOpenError } from 'asyncio-ts/tools';
 * const guarded = circuitBreaker(async () => 'done');
 * guarded.open();
 * const error = await guarded.fire().catch((reason: unknown) => reason);
 * console.log(error instanceof CircuitOpenError, (error as CircuitOpenError).code); // -> true ERR_ASYNCIO_CIRCUIT_OPEN
 * ```
 */
export class CircuitOpenError extends AsyncioError {
  /** Milliseconds until a call is let through for a trial. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(
      'ERR_ASYNCIO_CIRCUIT_OPEN',
      `the circuit is open, so the call was not made: try again in ${Math.ceil(retryAfter)} ms`,
    );
    this.retryAfter = retryAfter;
  }
}

defineError(CircuitOpenError, 'CircuitOpenError');

/** Options of {@link circuitBreaker}.
 * @example
 * ```ts
 * import { circuitBreaker, type CircuitOptions } from 'asyncio-ts/tools';
 * const options: CircuitOptions = { timeout: 1000, errorThresholdPercentage: 20, volumeThreshold: 10 };
 * console.log(circuitBreaker(async () => 'done', options).state); // -> closed
 * ```
 */
export interface CircuitOptions {
  /** Milliseconds that a call may take, after which it is cancelled and counts as failed; no limit by default. */
  readonly timeout?: number | undefined;
  /** The part of the calls, in percent, at which it opens; 50 by default. */
  readonly errorThresholdPercentage?: number | undefined;
  /** How many calls the window must have before it may open; 5 by default. */
  readonly volumeThreshold?: number | undefined;
  /** Milliseconds of the window; 10,000 by default. */
  readonly rollingCountTimeout?: number | undefined;
  /** Milliseconds after which an open circuit lets one call through for a trial; 30,000 by default. */
  readonly resetTimeout?: number | undefined;
  /** True for errors that say nothing about the other side, as a wrong argument: they count as success,
   * and get no fallback. It is given the arguments of the call too. */
  readonly errorFilter?: ((error: unknown, ...args: never[]) => boolean) | undefined;
}

const NAMES: Readonly<Record<keyof CircuitOptions, true>> = {
  timeout: true,
  errorThresholdPercentage: true,
  volumeThreshold: true,
  rollingCountTimeout: true,
  resetTimeout: true,
  errorFilter: true,
};

/** What {@link CircuitBreaker.on} tells of. */
export type CircuitEvent = 'close' | 'failure' | 'halfOpen' | 'open' | 'reject' | 'success';

type Outcome<T> = { readonly error: unknown; readonly filtered: boolean } | { readonly result: T };

/** See {@link circuitBreaker}.
 * @example
 * ```ts
 * import { circuitBreaker, CircuitBreaker } from 'asyncio-ts/tools';
 * const guarded: CircuitBreaker<[string], string> = circuitBreaker(async (name: string) => name);
 * console.log(await guarded.fire('through')); // -> through
 * ```
 */
export class CircuitBreaker<Args extends unknown[], T> {
  readonly #fn: (...args: Args) => PromiseLike<T> | T;
  readonly #options: CircuitOptions;
  readonly #events: ToolEvents<CircuitEvent> = new ToolEvents('circuitBreaker');
  #state: 'closed' | 'half open' | 'open' = 'closed';
  #openedAt = 0;
  /** The call that was let through a half-open circuit, if it has not ended. */
  #trial: object | undefined;
  readonly #recent: { at: number; failed: boolean }[] = [];
  #failures = 0;
  #fallback: ((error: unknown, ...args: Args) => PromiseLike<T> | T) | undefined;

  constructor(fn: (...args: Args) => PromiseLike<T> | T, options: CircuitOptions = {}) {
    checkOptionNames(options, NAMES, 'circuitBreaker');
    const { errorThresholdPercentage = 50, errorFilter, ...numbers } = options;
    for (const name of ['timeout', 'volumeThreshold', 'rollingCountTimeout', 'resetTimeout'] as const) {
      const value = numbers[name];
      if (value !== undefined) checkAmount(value, name);
    }
    checkCallback(errorFilter, 'errorFilter');
    if (
      !(
        typeof errorThresholdPercentage === 'number' &&
        errorThresholdPercentage > 0 &&
        errorThresholdPercentage <= 100
      )
    )
      throw new InvalidArgumentError(
        'errorThresholdPercentage',
        `errorThresholdPercentage is a number above 0 and up to 100, not ${errorThresholdPercentage}`,
      );
    this.#fn = fn;
    this.#options = options;
  }

  /** `open` may already be due for a trial: the next call is let through then. */
  get state(): 'closed' | 'half open' | 'open' {
    return this.#state;
  }

  /** Calls the function if the circuit lets it, in a task that is cancelled with the calling one.
   * @throws CircuitOpenError when it does not, and there is no fallback */
  fire(...args: Args): Task<T> {
    return startWork(async () => {
      const outcome = await this.#call(args);
      if ('result' in outcome) return outcome.result;
      if (outcome.filtered || this.#fallback === undefined) throw outcome.error;
      return await this.#fallback(outcome.error, ...args);
    });
  }

  /** What is called with the error and the arguments for a result when a call fails or is not made; not for an error that
   * `errorFilter` takes out, nor for a cancel. */
  fallback(fn: (error: unknown, ...args: Args) => PromiseLike<T> | T): this {
    checkFunction(fn, 'fn');
    this.#fallback = fn;
    return this;
  }

  /** Opens it by hand. */
  open(): void {
    this.#openedAt = timeNow();
    this.#trial = undefined;
    this.#change('open', 'open');
  }

  /** Closes it by hand. */
  close(): void {
    this.#recent.length = 0;
    this.#failures = 0;
    this.#trial = undefined;
    this.#change('closed', 'close');
  }

  /** Calls `listener` at each event: `open`, `halfOpen`, `close`, `success` (with the result, or the error that
   * `errorFilter` took out), `failure` (with the error), `reject` (a call that was not made). What a listener throws is
   * reported as a failed callback is, and changes nothing here. */
  on(event: CircuitEvent, listener: (detail?: unknown) => void): this {
    this.#events.on(event, listener);
    return this;
  }

  async #call(args: Args): Promise<Outcome<T>> {
    const trial = this.#admit();
    if (trial instanceof CircuitOpenError) return { error: trial, filtered: false };
    try {
      const { timeout: limit = Infinity } = this.#options;
      const work = (): PromiseLike<T> | T => this.#fn(...args);
      const result = await (limit === Infinity ? work() : withinTime(limit, work));
      this.#note(false, trial);
      this.#events.emit('success', result);
      return { result };
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      const filtered = this.#options.errorFilter?.(error, ...(args as unknown as never[])) === true;
      // As opossum has it: what fails is told before what that leads to.
      if (!filtered) this.#events.emit('failure', error);
      this.#note(!filtered, trial);
      if (filtered) this.#events.emit('success', error);
      return { error, filtered };
    } finally {
      // Cancelled, or the filter failed: another may try.
      if (trial !== undefined && this.#trial === trial) this.#trial = undefined;
    }
  }

  /** Undefined for a call of a closed circuit; what stands for it where it is the trial of a half-open one. */
  #admit(): CircuitOpenError | object | undefined {
    if (this.#state === 'closed') return undefined;
    const { resetTimeout = 30_000 } = this.#options;
    const left = this.#openedAt + resetTimeout - timeNow();
    if (this.#trial !== undefined || left > 0) {
      const error = new CircuitOpenError(Math.max(0, left));
      this.#events.emit('reject', error);
      return error;
    }
    this.#trial = {};
    const trial = this.#trial;
    this.#change('half open', 'halfOpen');
    return trial;
  }

  #note(failed: boolean, trial: object | undefined): void {
    if (trial !== undefined) {
      if (this.#trial !== trial) return; // opened or closed by hand meanwhile
      if (failed) this.open();
      else this.close();
      return;
    }
    if (this.#state !== 'closed') return;
    const {
      rollingCountTimeout = 10_000,
      volumeThreshold = 5,
      errorThresholdPercentage = 50,
    } = this.#options;
    const now = timeNow();
    this.#forget(now - rollingCountTimeout);
    this.#recent.push({ at: now, failed });
    if (!failed) return;
    this.#failures++;
    const { length } = this.#recent;
    if (length >= volumeThreshold && this.#failures * 100 >= length * errorThresholdPercentage) this.open();
  }

  /** Drops what was noted until `time`. */
  #forget(time: number): void {
    const first = this.#recent.findIndex(({ at }) => at > time);
    const old = this.#recent.splice(0, first < 0 ? this.#recent.length : first);
    for (const { failed } of old) if (failed) this.#failures--;
  }

  #change(state: 'closed' | 'half open' | 'open', event: CircuitEvent): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#events.emit(event);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<circuitBreaker ${this.#state} failed=${this.#failures}/${this.#recent.length}>`;
  }
}

/** Guards calls to something that may be down, in the shape of opossum: when too many of them failed, calls fail at once
 * with a CircuitOpenError, until after `resetTimeout` one call is let through to see. A call that is cancelled counts
 * neither as failure nor as success.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { circuitBreaker } from 'asyncio-ts/tools';
 * const down = async (): Promise<string> => { throw new Error('refused'); };
 * const guarded = circuitBreaker(down, { volumeThreshold: 2 }).fallback(() => 'from the cache');
 * console.log(await guarded.fire(), await guarded.fire(), guarded.state); // -> from the cache from the cache open
 * ```
 */
export function circuitBreaker<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  options?: CircuitOptions,
): CircuitBreaker<Args, T> {
  checkFunction(fn, 'fn');
  return new CircuitBreaker(fn, options);
}
