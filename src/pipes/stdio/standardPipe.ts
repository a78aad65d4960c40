// A standard stream as a pipe for our transports, which close what they are given and want it non-blocking.
// Neither may reach the descriptor itself: it belongs to the process, and its mode to everybody who shares the
// terminal or the pipe, the shell above all.

import {
  descriptorKind,
  isTerminal,
  reopenNonBlocking,
  setNonBlocking,
} from '../../sys/libc/descriptorKind.ts';
import type { Pipe } from '../pipeEnd.ts';

/** Whether readiness says nothing about it: files, and devices that are no terminal. */
export function isFileLike(fd: number): boolean {
  const kind = descriptorKind(fd);
  if (kind === 'character') return !isTerminal(fd);
  return kind === 'file' || kind === 'other';
}

/** The pipe to give to a transport. Where what is behind the descriptor can be opened once more, that is used;
 * else the descriptor, whose mode is put back at the end. */
export function standardPipe(fd: number, access: 'read' | 'write'): Pipe {
  const reopened = reopenNonBlocking(fd, access);
  if (reopened !== undefined) return reopened;
  const putBack = setNonBlocking(fd);
  if (putBack !== undefined) putBacks.push(putBack);
  users++;
  return { fd, close: leave };
}

// Input and output may be one socket, as under inetd and ssh: its mode is put back when nobody uses it.
let users = 0;
const putBacks: (() => void)[] = [];

function leave(): void {
  users--;
  if (users === 0) for (const putBack of putBacks.splice(0)) putBack();
}

/** Whether it may be the same socket as standard input: then what comes there is not for the writer. */
export function isSocket(fd: number): boolean {
  return descriptorKind(fd) === 'socket';
}
