// sendfile over a socket of the caller's.

import { checkOptions } from '../../base/checkOptions.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { SOCK_STREAM } from '../../sys/libc/socketConstants.ts';
import { checkSocket } from '../socket/checkSocket.ts';
import type { Socket } from '../socket/socket.ts';
import { sockSendall } from '../socket/sockWrite.ts';
import { nativeSend } from './nativeSend.ts';
import { chunkRoom, nextChunk } from './readChunks.ts';
import { SendfileNotAvailableError } from './sendfileNotAvailableError.ts';
import { SentFile } from './sentFile.ts';
import type { SendableFile, SendfileOptions } from './sentFile.ts';

/** What {@link EventLoop.sockSendfile} does. */
export async function sockSendfile(
  loop: Loop,
  sock: Socket,
  file: SendableFile,
  options: SendfileOptions = {},
): Promise<number> {
  checkSocket(sock, 'sockSendfile');
  checkOptions(options, 'sockSendfile');
  if (sock.type !== SOCK_STREAM) {
    throw new InvalidArgumentError('sock', 'a file can be sent over stream sockets only');
  }
  try {
    return await nativeSend(loop, sock, new SentFile(file, options));
  } catch (error) {
    if (options.fallback === false || !(error instanceof SendfileNotAvailableError)) throw error;
  }
  return await sendByChunks(loop, sock, new SentFile(file, options));
}

/** Without the system's help: chunk by chunk. */
export async function sendByChunks(loop: Loop, sock: Socket, file: SentFile): Promise<number> {
  const room = chunkRoom();
  try {
    for (;;) {
      const chunk = await nextChunk(loop, file, room);
      if (chunk === undefined) return file.sent;
      await sockSendall(loop, sock, chunk);
      file.advance(chunk.byteLength);
    }
  } finally {
    file.leave();
  }
}
