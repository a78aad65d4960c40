// The path at which a Unix socket is to be bound: the file that a dead server left there is removed.
//
// 1. Where somebody listens the path is in use, and nothing is touched. One finds out by connecting, so that
//    server sees a connection that ends at once. Whoever may not connect can't know, and leaves the file.
// 2. The file is taken away under another name, which only one of several starters can do, and looked at before
//    it is removed: what another starter has put there meanwhile is put back.
// 3. Any other file stays, and binding says that the path is in use.

import { isOSError, osError } from '../../base/osError.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { EADDRINUSE, ECONNREFUSED, ENOENT } from '../../sys/libc/errno.ts';
import { AF_UNIX } from '../../sys/libc/socketConstants.ts';
import { removeIfSame, socketFileId } from '../../sys/host/unixSocketFile.ts';
import { networkBackend } from '../networkBackend.ts';
import { Socket } from '../socket/socket.ts';
import { isAbstract } from './unixPath.ts';

/** `type` is that of the socket to be bound. @throws AddressInUseError when somebody listens at the path */
export async function clearPath(loop: Loop, path: string, type: number): Promise<void> {
  if (path === '' || isAbstract(path)) return;
  try {
    const id = socketFileId(path);
    if (id === undefined) return;
    const live = networkBackend(loop).name === 'host' ? await answersHost(loop, path) : answers(path, type);
    if (live || !removeIfSame(path, id)) throw inUse(path);
  } catch (exception) {
    if (!isOSError(exception) || exception.code === 'EADDRINUSE') throw exception;
    // The folder may allow to make a socket and no more: binding will tell.
    reportFailure(loop, { message: 'cannot check or remove a stale Unix socket', exception, path });
  }
}

// A full backlog, another type of socket, a file that is not ours to connect to: all are somebody.
function answers(path: string, type: number): boolean {
  const socket = new Socket(AF_UNIX, type);
  let number: number;
  try {
    number = socket.connectEx(path);
  } finally {
    socket.close();
  }
  return number !== ECONNREFUSED && number !== ENOENT;
}

async function answersHost(loop: Loop, path: string): Promise<boolean> {
  try {
    const socket = await networkBackend(loop).connect(loop, { family: 'unix', address: path });
    socket.close();
    return true;
  } catch (error) {
    if (!isOSError(error)) throw error;
    return error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT';
  }
}

function inUse(address: string): Error {
  const reason = 'somebody listens at this path';
  return osError({ errno: EADDRINUSE, code: 'EADDRINUSE', syscall: 'bind', reason, address });
}
