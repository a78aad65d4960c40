// The options of a pool, checked, with their defaults.

import { InvalidArgumentError } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import type { Connection } from '../connection/connection.ts';
import { CONNECT_NAMES } from '../wire/settings.ts';
import type { ConnectOptions } from '../wire/settings.ts';

/** How a pool keeps its connections; the rest is as for {@link connect}.
 * @example
 * ```ts
 * import type { PoolOptions } from 'asyncio-ts/postgres';
 * const options: PoolOptions = { dsn: 'postgres://app@localhost/shop', minSize: 2, maxSize: 20 };
 * console.log(options.maxSize); // -> 20
 * ```
 */
export interface PoolOptions extends ConnectOptions {
  /** How many connections are made at once and kept; 0 by default. */
  minSize?: number | undefined;
  /** How many there are at most; 10 by default. */
  maxSize?: number | undefined;
  /** Milliseconds after which one that is not used is closed; 300,000 by default, 0 for never. */
  maxInactiveConnectionLifetime?: number | undefined;
  /** Milliseconds after which one is replaced, when it is not in use; never by default. */
  maxLifetime?: number | undefined;
  /** After how many operations one is replaced; 50,000 by default. */
  maxQueries?: number | undefined;
  /** One that was idle for so many milliseconds is asked for a sign of life before it is given out; 30,000 by default. */
  healthCheckAfter?: number | undefined;
  /** Called with each connection that is made: for codecs and settings that stay. */
  init?: ((connection: Connection) => PromiseLike<void>) | undefined;
  /** Called with each connection that is acquired. */
  setup?: ((connection: Connection) => PromiseLike<void>) | undefined;
  /** What a connection goes through when it comes back: `always` has the server forget its state. `auto`, the default, spares
   * that after single queries of the pool's own that are plain SELECT, INSERT, UPDATE, DELETE and show no sign of such state;
   * `never` is for those who leave none. */
  reset?: 'always' | 'auto' | 'never' | undefined;
}

type NumberName =
  | 'minSize'
  | 'maxSize'
  | 'maxInactiveConnectionLifetime'
  | 'maxLifetime'
  | 'maxQueries'
  | 'healthCheckAfter';

export interface PoolSettings extends Readonly<Record<NumberName, number>> {
  readonly init: PoolOptions['init'];
  readonly setup: PoolOptions['setup'];
  readonly commandTimeout: PoolOptions['commandTimeout'];
  readonly reset: 'always' | 'auto' | 'never';
}

const DEFAULTS: Readonly<Record<NumberName, number>> = {
  minSize: 0,
  maxSize: 10,
  maxInactiveConnectionLifetime: 300_000,
  maxLifetime: Infinity,
  maxQueries: 50_000,
  healthCheckAfter: 30_000,
};

const NAMES: Readonly<Record<keyof PoolOptions, true>> = {
  ...CONNECT_NAMES,
  minSize: true,
  maxSize: true,
  maxInactiveConnectionLifetime: true,
  maxLifetime: true,
  maxQueries: true,
  healthCheckAfter: true,
  init: true,
  setup: true,
  reset: true,
};

/** @throws InvalidArgumentError for what can't be used */
export function poolSettings(options: PoolOptions): PoolSettings {
  checkOptionNames(options, NAMES, 'createPool');
  const numbers = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, options[name as NumberName] ?? value]),
  ) as Record<NumberName, number>;
  for (const [name, value] of Object.entries(numbers)) {
    const isCount = name.endsWith('Size') || name === 'maxQueries';
    if (!(value >= 0) || (isCount && !Number.isInteger(value))) {
      const kind = isCount ? 'a whole number' : 'a time in milliseconds';
      throw new InvalidArgumentError(name, `${name} is ${kind} from 0 on, not ${String(value)}`);
    }
  }
  const { minSize, maxSize } = numbers;
  if (maxSize < 1 || minSize > maxSize) {
    throw new InvalidArgumentError('maxSize', 'maxSize is at least 1, and at least minSize');
  }
  if (numbers.maxInactiveConnectionLifetime === 0) numbers.maxInactiveConnectionLifetime = Infinity;
  const { reset = 'auto', init, setup, commandTimeout } = options;
  if (!['always', 'auto', 'never'].includes(reset)) {
    throw new InvalidArgumentError('reset', `reset is always, auto or never, not ${String(reset)}`);
  }
  return { ...numbers, reset, init, setup, commandTimeout };
}
