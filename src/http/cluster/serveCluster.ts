// serveCluster: one port, several processes.

import { spawn, UnsupportedError } from '../../asyncio.ts';
import { peekRunningLoop, runtime } from '../../lowlevel.ts';
import type { Cluster } from './cluster.ts';
import { moduleOf } from './clusterOptions.ts';
import type { ServeClusterOptions } from './clusterOptions.ts';

/** Serves HTTP in several processes on one port. Each imports `module` and serves its default export, a handler or an app with
 * `fetch`, as {@link serve} does; `options`, exported beside it, are options of `serve` (a `lifespan`, an `onError`).
 *
 * A worker that ends by itself is replaced, {@link Cluster.restart} and SIGHUP replace all of them by new ones without losing a
 * request, SIGTERM and SIGINT shut the cluster down. Workers end with this process, whatever ends it. Resolves when all serve.
 * On Node only.
 * @throws ClusterWorkerError when a worker never becomes ready, with what it said; none is left then
 * @throws AddressInUseError and other OSErrors that name the address; InvalidArgumentError for options that make no sense
 * @throws UnsupportedError on Bun and Deno
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { serveCluster } from 'asyncio-ts/http';
 * // Of course a module of your own: import.meta.resolve('./app.ts')
 * const app = new URL('data:text/javascript,export default () => new Response("hello")');
 * await run(async () => {
 *   await using cluster = await serveCluster(app, { workers: 2, host: '127.0.0.1' });
 *   await cluster.restart();
 *   console.log(await (await fetch(cluster.url)).text()); // -> hello
 * });
 * ```
 */
export async function serveCluster(
  module: URL | string,
  options: ServeClusterOptions = {},
): Promise<Cluster> {
  const { name } = runtime();
  if (name !== 'node')
    throw new UnsupportedError(
      `serveCluster needs node:cluster and inherited sockets, which ${name} does not have: start processes that call serve(handler, { reusePort: true })`,
    );
  const url = moduleOf(module);
  const { ClusterLife } = await import('./clusterLife.ts');
  const open = async (): Promise<Cluster> => {
    const cluster = new ClusterLife(url, options);
    await cluster._open();
    return cluster;
  };
  return await (peekRunningLoop() === undefined ? spawn(open, { name: 'serveCluster' }) : open());
}
