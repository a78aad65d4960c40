// The zero-copy way: the system moves bytes from the file to the socket itself, as many as the socket takes,
// and again when there is room. Between two chunks the loop goes on, and a cancel leaves nothing behind.

import { ConnectionError } from '../../base/osError.ts';
import type { Loop } from '../../loop/loop.ts';
import { EAGAIN, EINTR, ENOTCONN, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { sendFileChunk } from '../../sys/libc/fileChunks.ts';
import { closedWhileSending } from '../../transport/closedWhileSending.ts';
import { writable } from '../socket/readiness.ts';
import type { Socket } from '../socket/socket.ts';
import { SendfileNotAvailableError } from './sendfileNotAvailableError.ts';
import type { SentFile } from './sentFile.ts';

const CHUNK: number = 2 ** 30;

/** @throws SendfileNotAvailableError before anything was sent; ConnectionError and other OSErrors */
export async function nativeSend(loop: Loop, socket: Socket, file: SentFile): Promise<number> {
  if (!file.regular) throw new SendfileNotAvailableError('sendfile is for regular files');
  try {
    for (;;) {
      const size = file.wanted(CHUNK);
      if (size === 0) return file.sent;
      const count = socket.closed ? closed() : sendFileChunk(socket.fileno(), file.fd, file.position, size);
      if (count === 0) return file.sent;
      if (count > 0) file.advance(count);
      else check(errno(), file.sent);
      // At the end there is nothing to wait for. Before it, a socket that takes everything must not keep the
      // thread either.
      if (count < 0 || file.position < file.size) await writable(loop, socket, 'sendfile');
    }
  } finally {
    file.leave();
  }
}

function closed(): never {
  throw closedWhileSending();
}

// Returns when the call is to be made again.
function check(number: number, sent: number): void {
  if (number === EAGAIN || number === EINTR) return;
  const error = systemError(number, 'sendfile');
  if (error instanceof ConnectionError) throw error;
  if (sent === 0) throw new SendfileNotAvailableError('the system cannot send this file', { cause: error });
  if (number !== ENOTCONN) throw error;
  const { code, syscall, errno: value } = error;
  throw new ConnectionError({
    errno: value,
    code,
    syscall,
    reason: 'the connection is gone',
    cause: error,
  });
}
