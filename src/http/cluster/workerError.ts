// ClusterWorkerError: a worker that never became ready.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** A worker of {@link serveCluster} never became ready: its module can't be imported or has no handler, the process ended, or
 * it took longer than `readyTimeout`. `pid` is that of its process; `cause` has the worker's own message and stack, where it
 * told them.
 * @example
 * ```ts
 * import { ClusterWorkerError } from 'asyncio-ts/http';
 * const error = new ClusterWorkerError(1234, 'it ended with code 1');
 * console.log(error.message); // -> worker 1234 never became ready: it ended with code 1
 * ```
 */
export class ClusterWorkerError extends AsyncioError {
  readonly pid: number | undefined;

  constructor(pid: number | undefined, reason: string, options?: ErrorOptions) {
    super(
      'ERR_ASYNCIO_HTTP_CLUSTER_WORKER',
      `worker ${pid ?? 'without a process'} never became ready: ${reason}`,
      options,
    );
    this.pid = pid;
  }
}
defineError(ClusterWorkerError, 'ClusterWorkerError', 'ERR_ASYNCIO_HTTP_CLUSTER_WORKER');
