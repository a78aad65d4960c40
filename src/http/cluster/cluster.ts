// Cluster: what `serveCluster` gives.

import type { Duration, SocketAddress } from '../../asyncio.ts';

/** One worker of a {@link Cluster}, as it is now. */
export interface ClusterWorker {
  /** Of its process; undefined while it is being replaced. */
  readonly pid: number | undefined;
  /** How often it was replaced, by a rolling restart or after it had ended by itself. */
  readonly restarts: number;
}

/** Several processes that serve one port; see {@link serveCluster}. `await using` shuts it down. */
export interface Cluster extends AsyncDisposable {
  /** Where it listens; nothing once it is closed. */
  readonly addresses: readonly SocketAddress[];
  /** The first port, also one that the system chose; undefined on a Unix socket, and once it is closed. */
  readonly port: number | undefined;
  /** Where a client of this machine finds it; '' on a Unix socket, and once it is closed. */
  readonly url: string;
  readonly workers: readonly ClusterWorker[];
  /** True until it is closed or shut down. */
  isServing(): boolean;
  /** Replaces the workers one after the other, by processes that load the module anew: each serves before the one that it
   * replaces is asked to stop, and no request is lost. Resolves when the last old one has ended. A cancel stops it between, and
   * kills what is on its way.
   * @throws ClusterWorkerError when a new one never becomes ready: the old ones that are left go on
   * @throws UsageError when the cluster is shut down */
  restart(): Promise<void>;
  /** Waits until it has been shut down. A cancel shuts it down, and is thrown when that is done. */
  serveForever(): Promise<void>;
  /** Begins the end that {@link shutdown} describes, and does not wait for it. */
  close(): void;
  /** Stops all workers: each stops accepting, finishes its requests within `graceTime` milliseconds, and ends. A cancel changes
   * nothing of that, and is thrown when all is done. */
  shutdown(options?: { graceTime?: Duration | undefined }): Promise<void>;
}
