// Locks and semaphores in Redis: leases that their holder renews, and whose loss stops the holder.
//
// 1. A lease is a random token at the server, with a time after which it is gone by itself. All that is asked or changed
//    is one script, so nothing comes in between. The server's clock decides who holds it.
// 2. Each lease has a number that grows with every holder (fencing): give it to what you write to, and refuse there what
//    comes with a lower one. That is what keeps a holder harmless that was stopped too late. It is the server's time or
//    one more than the number before, whichever is higher: so it grows too when the server has forgotten the one before,
//    and that one need not be kept for ever.
// 3. While the body runs, the lease is renewed each third of its time. It counts as lost when somebody else took it away,
//    and when no renewal succeeded until a tenth of its time before its end, by the holder's own clock from before the
//    request was sent. Then the body is cancelled, waited for, and the caller gets a LeaseLostError.
// 4. However the body ends, the lease is given back; so is one that the server may have given while the wait for it was
//    cancelled. A cancel waits for that, and so does every further one, at most a second: then the lease ends by its time.

import { randomUUID } from 'node:crypto';
import {
  cancelAndWait,
  CancelScope,
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  isCancelled,
  moveOnAfter,
  sleep,
  timeout,
  WouldBlockError,
} from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import type { RedisConnection } from './connection.ts';
import { LeaseLostError } from './errors.ts';
import { LeaseLine } from './leaseLine.ts';

/** How long giving back may take, in milliseconds. */
const PATIENCE = 1000;
/** Milliseconds between two tries to get it, at most: a holder that died says nothing. */
const LONGEST_PAUSE = 1000;

/** For a day: longer than two holders are apart in time while a clock that went back is behind. */
const NEXT_FENCE = `
local function nextFence()
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local fence = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, now)
  redis.call('SET', KEYS[2], string.format('%.0f', fence), 'PX', 86400000)
  return fence
end`;

const TAKE_LOCK = `${NEXT_FENCE}
local held = redis.call('PTTL', KEYS[1])
if held == -2 or redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return {1, nextFence()}
end
return {0, held}`;
const RENEW_LOCK = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;
const FREE_LOCK = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', KEYS[1], 'free')
  return 1
end
return 0`;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)`;
const TAKE_SEAT = `${NEXT_FENCE}
${NOW}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return {1, nextFence()}
end
return {0, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] - now}`;
const RENEW_SEAT = `${NOW}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 1
end
return 0`;
const FREE_SEAT = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('PUBLISH', KEYS[1], 'free')
  return 1
end
return 0`;

interface Scripts {
  readonly take: string;
  readonly renew: string;
  readonly free: string;
}

const LOCK: Scripts = { take: TAKE_LOCK, renew: RENEW_LOCK, free: FREE_LOCK };
const SEMAPHORE: Scripts = { take: TAKE_SEAT, renew: RENEW_SEAT, free: FREE_SEAT };

/** Options of a lock and a semaphore.
 * @example
 * ```ts
 * import type { LeaseOptions } from 'asyncio-ts/redis';
 * const options: LeaseOptions = { ttl: 30_000, wait: 5000 };
 * console.log(options.ttl); // -> 30000
 * ```
 */
export interface LeaseOptions {
  /** Milliseconds after which it is free when its holder is gone, or cannot be heard; 10,000 by default. */
  readonly ttl?: number | undefined;
  /** Milliseconds to wait for it, after which there is a TimeoutError; false for an error at once (WouldBlockError). For
   * ever by default. */
  readonly wait?: number | false | undefined;
}

const NAMES: Readonly<Record<keyof LeaseOptions, true>> = {
  ttl: true,
  wait: true,
};

/** What a holder has.
 * @example
 * ```ts
 * import type { Lease } from 'asyncio-ts/redis';
 * const write = (lease: Lease): string => `UPDATE stock SET n = 1, fence = ${lease.fence} WHERE fence < ${lease.fence}`;
 * console.log(write({ fence: 3, token: 'x' }).length); // -> 49
 * ```
 */
export interface Lease {
  /** Grows with every holder: what is written with it can be told from what an earlier holder writes. */
  readonly fence: number;
  /** What stands for this holder at the server. */
  readonly token: string;
}

interface Taken {
  readonly fence: number;
  /** From when the time of the lease is counted: before it was asked for. */
  readonly since: number;
}

/** A lock or a semaphore in Redis; see {@link Redis.lock} and {@link Redis.semaphore}. */
export class LeaseKeeper {
  readonly #main: RedisConnection;
  readonly #what: string;
  readonly #keys: readonly [string, string];
  readonly #scripts: Scripts;
  readonly #ttl: number;
  readonly #wait: number | false;
  readonly #seats: number;

  /** @internal */
  constructor(
    main: RedisConnection,
    kind: 'lock' | 'semaphore',
    name: string,
    seats: number,
    options: LeaseOptions,
  ) {
    checkOptionNames(options, NAMES, kind);
    const { ttl = 10_000, wait = Infinity } = options;
    if (typeof name !== 'string' || name === '')
      throw new InvalidArgumentError('name', 'the name of a lock is a string, not empty');
    if (!(Number.isInteger(ttl) && ttl >= 100))
      throw new InvalidArgumentError(
        'ttl',
        `ttl is a whole number of milliseconds from 100 on, not ${ttl}`,
      );
    if (wait !== false && !(wait >= 0))
      throw new InvalidArgumentError('wait', `wait is a number of milliseconds or false, not ${wait}`);
    if (!(Number.isInteger(seats) && seats >= 1))
      throw new InvalidArgumentError('seats', `seats is a whole number from 1 on, not ${seats}`);
    this.#main = main;
    this.#what = `the ${kind} "${name}"`;
    this.#keys = [`{${name}}:${kind}`, `{${name}}:fence`];
    this.#scripts = kind === 'lock' ? LOCK : SEMAPHORE;
    this.#ttl = ttl;
    this.#wait = wait;
    this.#seats = seats;
  }

  /** Runs `body` with the lease held, renewing it, and gives it back however `body` ends. When the lease is lost `body`
   * is cancelled.
   * @throws LeaseLostError when it was lost before `body` had ended; TimeoutError, WouldBlockError (see `wait`) */
  async with<T>(body: (lease: Lease) => PromiseLike<T> | T): Promise<T> {
    if (typeof body !== 'function') throw new InvalidArgumentError('body', 'with(body) needs a function');
    const token = randomUUID();
    let fence: number;
    let since: number;
    try {
      ({ fence, since } = await this.#acquire(token));
    } catch (error) {
      await this.#free(token);
      throw error;
    }
    const scope = new CancelScope();
    let lost: LeaseLostError | undefined;
    const renewal = createTask(() => this.#renew(token, since), { name: `renewal of ${this.#what}` });
    renewal.addDoneCallback(() => {
      if (renewal.cancelled()) return;
      const failure = renewal.exception();
      lost =
        failure instanceof LeaseLostError
          ? failure
          : new LeaseLostError(`${this.#what} was lost`, { cause: failure });
      scope.cancel(lost.message);
    });
    try {
      const result = await scope.run(async () => await body({ fence, token }));
      if (lost !== undefined) throw lost;
      return result as T;
    } finally {
      await this.#free(token, renewal);
    }
  }

  async #acquire(token: string): Promise<Taken> {
    const first = await this.#try(token);
    if ('fence' in first) return first;
    if (this.#wait === false) throw new WouldBlockError(`${this.#what} is held by another`);
    return await timeout(this.#wait === Infinity ? undefined : this.#wait, () =>
      LeaseLine.wait(this.#main, this.#keys[0], async (heard) => {
        for (;;) {
          const tried = await this.#try(token);
          if ('fence' in tried) return tried;
          await moveOnAfter(Math.min(Math.max(tried.left, 1), LONGEST_PAUSE), () => heard.next());
        }
      }),
    );
  }

  async #try(token: string): Promise<Taken | { left: number }> {
    const since = getRunningLoop().time();
    const [taken, value] = (await this.#script('take', token)) as [number, number];
    return taken === 1 ? { fence: Number(value), since } : { left: Number(value) };
  }

  /** Renews the lease until it is lost. */
  async #renew(token: string, since: number): Promise<never> {
    const loop = getRunningLoop();
    let safeUntil = since + this.#ttl * 0.9;
    // From when it was last renewed, and not from now: a body that has held the loop meanwhile has taken of that time.
    let next = since + this.#ttl / 3;
    for (;;) {
      await sleep(Math.max(0, Math.min(next, safeUntil) - loop.time()));
      const sent = loop.time();
      if (sent >= safeUntil) throw new LeaseLostError(`${this.#what} could not be renewed in time`);
      const kept = await moveOnAfter(safeUntil - sent, async () => {
        try {
          return (await this.#script('renew', token)) === 1;
        } catch (error) {
          if (isCancelled(error)) throw error;
          return undefined; // the connection may come back in time
        }
      });
      if (kept === false)
        throw new LeaseLostError(
          `${this.#what} is no longer held: it was taken away, or its time was over`,
        );
      if (kept === true) safeUntil = sent + this.#ttl * 0.9;
      next = kept === true ? sent + this.#ttl / 3 : loop.time() + Math.min(100, this.#ttl / 10);
    }
  }

  async #free(token: string, renewal?: Task<never>): Promise<void> {
    const freeing = async (): Promise<void> => {
      if (renewal !== undefined) await cancelAndWait(renewal);
      try {
        await this.#script('free', token);
      } catch (error) {
        if (isCancelled(error)) throw error;
        // It ends by its time.
      }
    };
    await moveOnAfter(PATIENCE, freeing, { shield: true });
  }

  async #script(name: keyof Scripts, token: string): Promise<unknown> {
    const args = [token, String(this.#ttl), String(this.#seats)];
    return await this.#main.send(['EVAL', this.#scripts[name], '2', ...this.#keys, ...args]);
  }
}
