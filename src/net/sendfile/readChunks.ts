// Reading the chunks of a file that is sent without the system's help. A cancel ends the wait at once; the
// host's thread may still be reading, into bytes that nobody looks at any more.

import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { readChunk } from '../../sys/libc/fileChunks.ts';
import type { SentFile } from './sentFile.ts';

const CHUNK: number = 64 * 1024;

/** Memory for {@link nextChunk} that can be used for chunk after chunk, once each is sent. */
export function chunkRoom(): Buffer {
  return Buffer.allocUnsafeSlow(CHUNK);
}

/** The next chunk, in `room` or in memory of its own; undefined at the end of the file, or of what is wanted.
 * @throws OSError */
export async function nextChunk(
  loop: Loop,
  file: SentFile,
  room: Buffer = chunkRoom(),
): Promise<Buffer | undefined> {
  const size = file.wanted(CHUNK);
  if (size === 0) return undefined;
  const read = new Future<Buffer>({ loop });
  foreignWaitsOf(loop)?.requests.add(read);
  readChunk(file.fd, room, size, file.regular ? file.position : undefined, (error, bytes) => {
    if (read.done() || loop.isClosed()) return;
    if (error === undefined) read.setResult(bytes);
    else read.setException(error);
  });
  const bytes = await read;
  return bytes.byteLength === 0 ? undefined : bytes;
}
