// ClusterWorkerError: a worker that never became ready.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** A worker of {@link serveCluster} never became ready: its module can't be imported or has no handler, the process ended, or
 * it took longer than `readyTimeout`. `pid` is that of its process; `cause` has the worker's own message and stack, where it
 * told them.
 * @example
 * ```ts
 * import { ClusterWorkerError } from 'asyncio-ts/http';
 * const error = new ClusterWorkerError('it ended with code 1', { pid: 1234 });
 * console.log(error.pid); // -> 1234
 * ```
 */
export class ClusterWorkerError extends AsyncioError {
  readonly pid: number | undefined;

  constructor(message: string, options: ErrorOptions & { pid?: number | undefined } = {}) {
    super('ERR_ASYNCIO_HTTP_CLUSTER_WORKER', message, options);
    this.pid = options.pid;
  }
}
defineError(ClusterWorkerError, 'ClusterWorkerError', 'ERR_ASYNCIO_HTTP_CLUSTER_WORKER');
