// When a request is sent again, and after how long.
//
// 1. Again means that the server may see it twice: so only methods that are idempotent (RFC 9110, 9.2.2), or that the
//    program names, and only bodies that are there to be sent again. What cannot have reached the server may go again
//    whatever its method.
// 2. A cancel is never tried again.
// 3. The server's `Retry-After` is obeyed, and not shortened: where it asks for more than the policy has, the response is
//    handed out as it is.

import { InvalidArgumentError, isCancelled, TimeoutError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import { failedBeforeSending, HttpConnectionError } from './clientErrors.ts';

/** How to try again; see {@link RequestPolicies.retry}.
 * @example
 * ```ts
 * import type { RetryPolicy } from 'asyncio-ts/http';
 * const policy: RetryPolicy = { retries: 3, delay: 100, statuses: [429, 503] };
 * console.log(policy.retries); // -> 3
 * ```
 */
export interface RetryPolicy {
  /** How often; 2 by default. */
  readonly retries?: number | undefined;
  /** Milliseconds before the second try; 250 by default. A random part of it, from half of it on, is waited for. */
  readonly delay?: Duration | undefined;
  /** The pause grows by this; 2 by default. */
  readonly factor?: number | undefined;
  /** Milliseconds of the longest pause; 30,000 by default. Of a longer `Retry-After` the response is handed out. */
  readonly maxDelay?: Duration | undefined;
  /** GET, HEAD, OPTIONS, PUT, DELETE and TRACE by default. */
  readonly methods?: readonly string[] | undefined;
  /** 408, 425, 429, 500, 502, 503 and 504 by default. */
  readonly statuses?: readonly number[] | undefined;
  /** Called before each pause. What it throws ends the tries. */
  readonly onRetry?: ((failed: FailedTry) => PromiseLike<void> | void) | undefined;
}

/** A try that is made again; see {@link RetryPolicy.onRetry}.
 * @example
 * ```ts
 * import type { FailedTry } from 'asyncio-ts/http';
 * const tell = ({ attempt, status, delay }: FailedTry) => console.log(attempt, status, delay);
 * tell({ attempt: 1, status: 503, error: undefined, delay: 250 }); // -> 1 503 250
 * ```
 */
export interface FailedTry {
  /** 1 for the first. */
  readonly attempt: number;
  /** The status of its response, where it had one. */
  readonly status: number | undefined;
  /** Its error, where it had no response. */
  readonly error: unknown;
  /** Milliseconds until the next one. */
  readonly delay: number;
}

/** See {@link RequestPolicies.hedge}.
 * @example
 * ```ts
 * import type { ClientHedge } from 'asyncio-ts/http';
 * const hedge: ClientHedge = { delay: 100, max: 3 };
 * console.log(hedge.max); // -> 3
 * ```
 */
export interface ClientHedge {
  /** Milliseconds after which one more try begins, while none has a response. */
  readonly delay: Duration;
  /** How many may run in all; 2 by default. */
  readonly max?: number | undefined;
}

export const HEDGE_NAMES: Readonly<Record<keyof ClientHedge, true>> = { delay: true, max: true };

const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];
const STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

const POLICY_NAMES: Readonly<Record<keyof RetryPolicy, true>> = {
  retries: true,
  delay: true,
  factor: true,
  maxDelay: true,
  methods: true,
  statuses: true,
  onRetry: true,
};

/** The rules of one request, completed and checked. */
export class RetryRules {
  readonly retries: number;
  readonly #policy: RetryPolicy;
  readonly #delay: number;
  readonly #factor: number;
  readonly #maxDelay: number;

  /** @throws InvalidArgumentError */
  constructor(given: number | RetryPolicy | undefined) {
    const policy = typeof given === 'object' && given !== null ? given : { retries: given ?? 0 };
    const { retries = 2, factor = 2 } = policy;
    if (!(Number.isInteger(retries) || retries === Infinity) || retries < 0)
      throw new InvalidArgumentError(
        'retry',
        `the number of retries is a whole number from 0, not ${retries}`,
      );
    if (!(factor >= 1))
      throw new InvalidArgumentError('factor', `factor is a number from 1, not ${factor}`);
    checkOptionNames(policy, POLICY_NAMES, 'retry');
    for (const name of ['methods', 'statuses'] as const)
      if (policy[name] !== undefined && !Array.isArray(policy[name]))
        throw new InvalidArgumentError(name, `${name} is a list`);
    if (policy.onRetry !== undefined && typeof policy.onRetry !== 'function')
      throw new InvalidArgumentError('onRetry', 'onRetry is a function to be called');
    this.retries = retries;
    this.#policy = policy;
    this.#factor = factor;
    this.#delay = toMilliseconds(policy.delay ?? 250, 'delay');
    this.#maxDelay = toMilliseconds(policy.maxDelay ?? 30_000, 'maxDelay');
  }

  /** Whether the server may see such a request twice. */
  allows(method: string): boolean {
    return (this.#policy.methods ?? IDEMPOTENT).some((name) => name.toUpperCase() === method);
  }

  /** Whether an error is one that another try may not meet. */
  isPassing(error: unknown, method: string): boolean {
    if (isCancelled(error)) return false;
    if (failedBeforeSending(error)) return true;
    return this.allows(method) && (error instanceof HttpConnectionError || error instanceof TimeoutError);
  }

  /** Milliseconds until the next try; undefined where there is none. */
  pauseAfter(response: Response, method: string, attempt: number): number | undefined {
    if (!this.allows(method) || !(this.#policy.statuses ?? STATUSES).includes(response.status))
      return undefined;
    const asked = retryAfter(response.headers.get('retry-after'));
    if (asked === undefined) return this.pause(attempt);
    return asked > this.#maxDelay ? undefined : asked;
  }

  /** Milliseconds after the try of this number. */
  pause(attempt: number): number {
    const whole = Math.min(this.#delay * this.#factor ** (attempt - 1), this.#maxDelay);
    return (whole * (1 + Math.random())) / 2;
  }

  async tell(failed: FailedTry): Promise<void> {
    await this.#policy.onRetry?.(failed);
  }
}

/** The three forms of RFC 9110, 5.6.7: `Date.parse` would find a date in `-5` or `1.5`, too, and they would ask for no pause. */
const HTTP_DATE =
  /^(?:\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\w{6,9}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/** Milliseconds; undefined for what is neither seconds nor a date. */
export function retryAfter(field: string | null): number | undefined {
  if (field === null) return undefined;
  const text = field.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return undefined;
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
