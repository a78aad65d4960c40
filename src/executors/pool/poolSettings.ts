// The options that pools of every kind of worker have in common, checked.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { checkWhole } from '../../base/wholeNumber.ts';
import { parallelism } from '../../sys/host/threads.ts';
import type { StartWorker } from './workerHandle.ts';

/** Options of every pool. */
export interface PoolOptions {
  /** How many workers there are at most; as many as the machine runs at once by default. */
  maxWorkers?: number | undefined;
  /** How the pool is called in reports and errors; the name of its class by default. */
  name?: string | undefined;
  /** How long a call that was cancelled may go on before its worker is ended, in milliseconds; 1,000 by default. 0 ends it
   * at once, Infinity never. */
  grace?: Duration | undefined;
  /** How long a worker may take to start, `initializer` included, and to load the module of a work, in milliseconds; Infinity
   * by default. One that takes longer is ended, and its calls fail with BrokenExecutorError. */
  startTimeout?: Duration | undefined;
  /** How long a worker without work stays, in milliseconds; Infinity by default. */
  idleTimeout?: Duration | undefined;
}

export interface PoolSettings {
  readonly name: string;
  readonly maxWorkers: number;
  /** Milliseconds. */
  readonly grace: number;
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Milliseconds. */
  readonly startTimeout: number;
  readonly start: StartWorker;
}

const GRACE = 1000;

/** @throws InvalidArgumentError for options that make no sense */
export function checkPoolOptions(options: PoolOptions, kind: string): Omit<PoolSettings, 'start'> {
  checkOptions(options, kind);
  const { maxWorkers, name, grace, idleTimeout, startTimeout } = options;
  if (name !== undefined && typeof name !== 'string')
    throw new InvalidArgumentError('name', `the name of a pool is a string, not ${showValue(name)}`);
  const times = {
    grace: grace ?? GRACE,
    idleTimeout: idleTimeout ?? Infinity,
    startTimeout: startTimeout ?? Infinity,
  };
  const checked = (key: keyof typeof times): number => {
    const time = toMilliseconds(times[key], key);
    if (time >= 0) return time;
    throw new InvalidArgumentError(key, `${key} must not be negative`);
  };
  return {
    name: name === undefined ? kind : `${kind} "${name}"`,
    maxWorkers: maxWorkers === undefined ? parallelism() : checkWhole(maxWorkers, 'maxWorkers', 1),
    grace: checked('grace'),
    idleTimeout: checked('idleTimeout'),
    startTimeout: checked('startTimeout'),
  };
}
