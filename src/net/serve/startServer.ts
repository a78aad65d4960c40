// startServer: a server that calls a function with reader and writer for each connection.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { runningLoop } from '../../loop/running.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { createServer } from './createServer.ts';
import type { CreateServerOptions } from './createServer.ts';
import type { Server } from './server.ts';
import type { ClientConnected } from '../../streams/clientHandler.ts';
import { HandlerGroup } from './handlerGroup.ts';
import { checkLimit } from '../../streams/streamArguments.ts';
import { StreamReader } from '../../streams/streamReader.ts';
import { StreamReaderProtocol } from '../../streams/streamReaderProtocol.ts';
import { checkStreamServerOptions, StreamServer } from './streamServer.ts';
import type { StreamServerOptions } from './streamServer.ts';

/** Options of {@link startServer}. */
export interface StartServerOptions extends CreateServerOptions, StreamServerOptions {
  /** How long a line or message may be, in bytes; 65,536 by default. */
  limit?: number | undefined;
}

/** Listens on `port` at `host` and calls `clientConnected(reader, writer)` for each connection, in a task of its
 * own. When that ends the connection is closed, after what was written is sent; an error of it is reported.
 * A function that is not async hands reader and writer on, and leaves the connection open. See {@link EventLoop.createServer}
 * for hosts, ports and options.
 * Semantics: asyncio.start_server.
 * @throws AddressInUseError and other OSErrors that name the address
 * @throws InvalidArgumentError for arguments that make no sense
 * @example
 * ```ts
 * import { run, startServer } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer(async (reader, writer) => {
 *     for await (const line of reader) {
 *       writer.write(line);
 *       await writer.drain();
 *     }
 *     writer.close();
 *   }, '127.0.0.1', 0, { maxConnections: 1000, graceTime: 2000 });
 *   console.log(server.isServing()); // -> true
 * });
 * ```
 */
export async function startServer(
  clientConnected: ClientConnected,
  host?: string | readonly string[] | null,
  port?: number | string | null,
  options: StartServerOptions = {},
): Promise<StreamServer> {
  const loop = runningLoop('startServer');
  try {
    return await serveStreams(loop, clientConnected, options, (factory) =>
      createServer(loop, factory, host, port, { ...options, startServing: false }),
    );
  } catch (error) {
    throw thrownTo(error, startServer);
  }
}

/** Puts readers, writers and handlers on top of a server that is made by `listen`. @internal */
export async function serveStreams(
  loop: Loop,
  clientConnected: ClientConnected,
  options: StreamServerOptions & { limit?: number | undefined; startServing?: boolean | undefined },
  listen: (factory: () => StreamReaderProtocol) => Promise<Server>,
): Promise<StreamServer> {
  if (typeof clientConnected !== 'function') {
    throw new InvalidArgumentError('clientConnected', 'a server needs a function to call for each client');
  }
  checkStreamServerOptions(options);
  const handlers = new HandlerGroup(options.connectionTimeout);
  const limit = checkLimit(options.limit);
  const server = await listen(() => {
    const reader = new StreamReader({ limit, loop });
    return new StreamReaderProtocol(reader, clientConnected, { loop, handlers });
  });
  const streams = new StreamServer(server, handlers, options);
  if (options.startServing === false) return streams;
  try {
    await streams.startServing();
  } catch (error) {
    streams.close();
    throw error;
  }
  return streams;
}
