// startUnixServer: startServer on a Unix socket.

import { runningLoop } from '../../loop/running.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { createUnixServer } from './createUnixServer.ts';
import type { CreateUnixServerOptions } from './createUnixServer.ts';
import type { ClientConnected } from '../../streams/clientHandler.ts';
import { serveStreams } from './startServer.ts';
import type { StreamServer, StreamServerOptions } from './streamServer.ts';

/** Options of {@link startUnixServer}. */
export interface StartUnixServerOptions extends CreateUnixServerOptions, StreamServerOptions {
  /** How long a line or message may be, in bytes; 65,536 by default. */
  limit?: number | undefined;
}

/** Listens at `path` and calls `clientConnected(reader, writer)` for each connection, in a task of its own; see
 * {@link startServer}. Semantics: asyncio.start_unix_server.
 * @throws AddressInUseError and other OSErrors that name the path
 * @example
 * ```ts
 * import { run, startUnixServer, openUnixConnection } from 'asyncio-ts';
 * await run(async () => {
 *   const path = `/tmp/asyncio-ts-example-${Math.random().toString(36).slice(2)}`;
 *   await using server = await startUnixServer((_, writer) => {
 *     writer.write(Buffer.from('hello\n'));
 *     writer.close();
 *   }, path);
 *   const [reader, writer] = await openUnixConnection(path);
 *   console.log(String(await reader.read()).trim(), server.isServing()); // -> hello true
 *   writer.close();
 * });
 * ```
 */
export async function startUnixServer(
  clientConnected: ClientConnected,
  path?: string | null,
  options: StartUnixServerOptions = {},
): Promise<StreamServer> {
  const loop = runningLoop('startUnixServer');
  try {
    return await serveStreams(loop, clientConnected, options, (factory) =>
      createUnixServer(loop, factory, path, { ...options, startServing: false }),
    );
  } catch (error) {
    throw thrownTo(error, startUnixServer);
  }
}
