// What a cluster can be told, checked at the edge.

import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import { TlsIdentities } from '../node/tlsIdentity.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';
import { limitsOf, policiesOf, POLICY_NAMES } from '../serve/serveOptions.ts';
import type { HttpPolicies } from '../serve/serveOptions.ts';
import type { WorkerOptions } from './protocol.ts';

/** Options of {@link serveCluster}; those of {@link HttpPolicies} hold for each worker, and go before the module's own
 * `options`.
 * @example
 * ```ts
 * import type { ServeClusterOptions } from 'asyncio-ts/http';
 * const options: ServeClusterOptions = { workers: 4, port: 8080, graceTime: 30_000 };
 * console.log(options.workers); // -> 4
 * ```
 */
export interface ServeClusterOptions extends HttpPolicies {
  /** How many processes; by default one for each processor that this one may use. */
  workers?: number | undefined;
  /** Where to listen: a name or address, or several; every interface by default. */
  host?: string | readonly string[] | undefined;
  /** 0, the default, has the system choose one: see {@link Cluster.port}. */
  port?: number | undefined;
  /** A Unix socket in place of host and port. */
  path?: string | undefined;
  /** How many connections may wait to be accepted, by all workers together; 1,024 by default. */
  backlog?: number | undefined;
  /** As for `serve`. */
  engine?: 'asyncio' | 'node' | undefined;
  /** HTTPS, as for `serve`. In the module's own `options` each worker reads it anew, so that `restart` brings other certificates. */
  tls?: TlsIdentity | readonly TlsIdentity[] | undefined;
  /** As for `serve`. */
  http2?: boolean | undefined;
  /** How long the requests of a worker may go on when it is asked to stop; 10,000 by default. */
  graceTime?: Duration | undefined;
  /** From the start of a worker's process until it serves; 30,000 by default. */
  readyTimeout?: Duration | undefined;
  /** How soon a worker that ended by itself is replaced; 100 by default, and twice as long each time when its followers end
   * within 10 seconds or never become ready, up to {@link maxRestartDelay}. */
  restartDelay?: Duration | undefined;
  /** 10,000 by default. */
  maxRestartDelay?: Duration | undefined;
  /** SIGTERM and SIGINT shut the cluster down, SIGHUP restarts it; true by default. */
  signals?: boolean | undefined;
  /** Arguments of the workers: `process.argv` from 2 on. */
  args?: readonly string[] | undefined;
  /** Arguments of Node; those of this process by default. */
  execArgv?: readonly string[] | undefined;
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>> | undefined;
}

const NAMES: Readonly<Record<keyof ServeClusterOptions, true>> = {
  ...POLICY_NAMES,
  workers: true,
  host: true,
  port: true,
  path: true,
  backlog: true,
  engine: true,
  tls: true,
  http2: true,
  readyTimeout: true,
  restartDelay: true,
  maxRestartDelay: true,
  signals: true,
  args: true,
  execArgv: true,
  env: true,
};

/** Times in milliseconds, every default filled in. */
export interface ClusterTimes {
  readonly workers: number;
  readonly graceTime: number;
  readonly readyTimeout: number;
  readonly restartDelay: number;
  readonly maxRestartDelay: number;
}

/** @throws InvalidArgumentError */
export function timesOf(options: ServeClusterOptions): ClusterTimes {
  checkOptionNames(options, NAMES, 'serveCluster');
  const time = (name: Exclude<keyof ClusterTimes, 'workers'>, otherwise: number): number =>
    options[name] === undefined ? otherwise : toMilliseconds(options[name], name);
  const workers = options.workers ?? availableParallelism();
  if (!Number.isInteger(workers) || workers < 1)
    throw new InvalidArgumentError('workers', `workers is 1 or more, not ${String(workers)}`);
  return {
    workers,
    graceTime: time('graceTime', 10_000),
    readyTimeout: time('readyTimeout', 30_000),
    restartDelay: time('restartDelay', 100),
    maxRestartDelay: time('maxRestartDelay', 10_000),
  };
}

/** What the workers are told of it: only what was given. @throws InvalidArgumentError */
export function workerOptions(options: ServeClusterOptions): WorkerOptions {
  if (options.tls !== undefined) void new TlsIdentities(options.tls);
  const policies = policiesOf(options);
  const given = Object.entries(policies).filter(
    ([name]) => options[name as keyof HttpPolicies] !== undefined,
  );
  const { backlog, engine, tls, http2 } = options;
  return {
    ...Object.fromEntries(given),
    ...limitsOf(options),
    ...(backlog !== undefined && { backlog }),
    ...(engine !== undefined && { engine }),
    ...(tls !== undefined && { tls }),
    ...(http2 !== undefined && { http2 }),
  };
}

/** @throws InvalidArgumentError */
export function moduleOf(module: URL | string): URL {
  const url = typeof module === 'string' && URL.canParse(module) ? new URL(module) : module;
  if (url instanceof URL) return url;
  throw new InvalidArgumentError(
    'module',
    `serveCluster needs the URL of a module, as import.meta.resolve('./app.ts') returns it, not ${String(module)}`,
  );
}
