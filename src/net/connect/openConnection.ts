// openConnection: a connection as a pair of reader and writer.

import { runningLoop } from '../../loop/running.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { createConnection } from './createConnection.ts';
import type { CreateConnectionOptions } from './createConnection.ts';
import { StreamReader } from '../../streams/streamReader.ts';
import { StreamReaderProtocol } from '../../streams/streamReaderProtocol.ts';
import { StreamWriter } from '../../streams/streamWriter.ts';

/** The two sides of a stream. */
export type Stream = [reader: StreamReader, writer: StreamWriter];

/** Options of {@link openConnection}. */
export interface OpenConnectionOptions extends CreateConnectionOptions {
  /** How long a line or message may be, in bytes; 65,536 by default. */
  limit?: number | undefined;
}

/** Connects to `host` and `port`. Cancelling gives the attempt up and leaves nothing open.
 * Semantics: asyncio.open_connection.
 * @throws OSError of the class that fits (ConnectionRefusedError, AddressInfoError, …)
 * @example
 * ```ts
 * import { run, openConnection, startServer } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader, writer) => {
 *     for await (const line of reader) writer.write(line);
 *     writer.close();
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   writer.write(Buffer.from('hello\n'));
 *   console.log(String(await reader.readline()).trim()); // -> hello
 *   writer.close();
 *   await writer.waitClosed();
 *   await server.shutdown();
 * });
 * ```
 */
export async function openConnection(
  host?: string | null,
  port?: number | string | null,
  options: OpenConnectionOptions = {},
): Promise<Stream> {
  const loop = runningLoop('openConnection');
  const reader = new StreamReader({ limit: options.limit, loop });
  const protocol = new StreamReaderProtocol(reader, undefined, { loop });
  try {
    const [transport] = await createConnection(loop, () => protocol, host, port, options);
    return [reader, new StreamWriter(transport, protocol, reader, loop)];
  } catch (error) {
    throw thrownTo(error, openConnection);
  }
}
