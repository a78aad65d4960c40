// relay: a reader and a writer of different connections become one stream.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import type { RelayOptions } from './relayBytes.ts';
import { StreamReader } from './streamReader.ts';
import type { StreamWriter } from './streamWriter.ts';

/** Writes to `writer` what `reader` receives, until it ends, and returns how many bytes that were: the inner loop of a
 * proxy. Where both are plain sockets of the selector backend the system moves the bytes by itself (`splice`) and
 * they never come into this process; elsewhere one memory is used again and again. A proxy runs two, one for each
 * direction:
 * `await taskGroup(async (tg) => { tg.createTask(() => relay(a, toB)); tg.createTask(() => relay(b, toA)); })`.
 *
 * What the reader holds goes first. While the writer is behind, nothing is read. At the end of the reader's stream
 * the writer's half is ended (`writeEof`); neither is closed, but a pipe that is written to, of which that is the end. Meanwhile nobody else may read. A cancel loses
 * nothing: each byte is still in the reader, or was handed to the writer and counted in `progress`.
 * @throws RelayError (`ERR_ASYNCIO_RELAY`) when one of the connections ends: `side` says which, `cause` why;
 * InvalidArgumentError for anything but a reader and a writer, and for a
 * `progress` whose `bytes` can't be counted up
 * @example
 * ```ts
 * import { openConnection, relay, run, startServer } from 'asyncio-ts';
 * await run(async () => {
 *   await using echo = await startServer(async (reader, writer) => {
 *     await relay(reader, writer);
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', echo.port);
 *   writer.write(Buffer.from('there and back'));
 *   writer.writeEof();
 *   console.log(String(await reader.read())); // -> there and back
 *   writer.close();
 * });
 * ```
 */
export function relay(
  reader: StreamReader,
  writer: StreamWriter,
  options: RelayOptions = {},
): Promise<number> {
  if (!(reader instanceof StreamReader))
    return Promise.reject(
      new InvalidArgumentError(
        'reader',
        `a relay reads from a StreamReader, not from ${showValue(reader)}`,
      ),
    );
  return reader.pipeTo(writer, options);
}
