// openUnixConnection: a connection to a Unix socket as a pair of reader and writer.

import { runningLoop } from '../../loop/running.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { createUnixConnection } from './createUnixConnection.ts';
import type { CreateUnixConnectionOptions } from './createUnixConnection.ts';
import type { Stream } from './openConnection.ts';
import { StreamReader } from '../../streams/streamReader.ts';
import { StreamReaderProtocol } from '../../streams/streamReaderProtocol.ts';
import { StreamWriter } from '../../streams/streamWriter.ts';

/** Options of {@link openUnixConnection}. */
export interface OpenUnixConnectionOptions extends CreateUnixConnectionOptions {
  /** How long a line or message may be, in bytes; 65,536 by default. */
  limit?: number | undefined;
}

/** Connects to the Unix socket at `path`; a path that begins with `'\0'` is an abstract name. Cancelling gives
 * the attempt up and leaves nothing open. Semantics: asyncio.open_unix_connection.
 * @throws FileNotFoundError when there is none, ConnectionRefusedError when nobody listens there
 * @example
 * ```ts
 * import { run, openUnixConnection, FileNotFoundError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await openUnixConnection('/nowhere/to/be/found'); } catch (error) {
 *     console.log(error instanceof FileNotFoundError); // -> true
 *   }
 * });
 * ```
 */
export async function openUnixConnection(
  path?: string | null,
  options: OpenUnixConnectionOptions = {},
): Promise<Stream> {
  const loop = runningLoop('openUnixConnection');
  const reader = new StreamReader({ limit: options.limit, loop });
  const protocol = new StreamReaderProtocol(reader, undefined, { loop });
  try {
    const [transport] = await createUnixConnection(loop, () => protocol, path, options);
    return [reader, new StreamWriter(transport, protocol, reader, loop)];
  } catch (error) {
    throw thrownTo(error, openUnixConnection);
  }
}
