// Reading the chunks of a file that is sent without the system's help. A cancel ends the wait at once; the
// host's thread may still be reading, into bytes that nobody looks at.

import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { readChunk } from '../../sys/libc/fileChunks.ts';
import type { SentFile } from './sentFile.ts';

const CHUNK: number = 64 * 1024;

/** The next chunk; undefined at the end of the file, or of what is wanted. @throws OSError */
export async function nextChunk(loop: Loop, file: SentFile): Promise<Buffer | undefined> {
  const size = file.wanted(CHUNK);
  if (size === 0) return undefined;
  const read = new Future<Buffer>({ loop });
  foreignWaitsOf(loop)?.requests.add(read);
  readChunk(file.fd, size, file.regular ? file.position : undefined, (error, bytes) => {
    if (read.done() || loop.isClosed()) return;
    if (error === undefined) read.setResult(bytes);
    else read.setException(error);
  });
  const bytes = await read;
  return bytes.byteLength === 0 ? undefined : bytes;
}
