// Bytes that a parser took from a reader and does not need: they go back in front of what the reader holds.

import { InvalidArgumentError } from '../base/errors.ts';
import { copyBytes } from '../sys/libc/memory.ts';
import { checkBytes } from '../transport/byteArguments.ts';
import { StreamReader } from './streamReader.ts';

/** Gives bytes back to the reader they came from: the next read begins with them. For a parser that reads by chunks, and
 * finds the end of its message in the middle of one. The bytes are copied, together with what the reader holds, so give
 * back once for a message. It works at the end of the stream too, and not while another read waits.
 * @throws InvalidArgumentError for what is no reader, or no bytes
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * import { unread } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('head;body'));
 *   const chunk = await reader.read(100);
 *   unread(reader, chunk.subarray(5));
 *   console.log(String(await reader.readExactly(4))); // -> body
 * });
 * ```
 */
export function unread(reader: StreamReader, bytes: Uint8Array): void {
  if (!(reader instanceof StreamReader))
    throw new InvalidArgumentError('reader', 'bytes are given back to the StreamReader they came from');
  if (checkBytes(bytes, 'bytes') > 0) reader._giveBack(copyBytes(bytes));
}
