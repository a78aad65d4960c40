// A standard stream as a pipe for our transports, which close what they are given and want it non-blocking.
// Neither may reach the descriptor itself: it belongs to the process, and its mode to everybody who shares the
// terminal or the pipe, the shell above all.

import { isTerminal, reopenNonBlocking, setNonBlocking } from '../../sys/descriptorKind.ts';
import { descriptorKind } from '../../sys/descriptorKind.ts';
import type { Pipe } from '../pipes/pipeEnd.ts';

/** Whether readiness tells nothing of it: files, and devices that are no terminal. */
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
  return { fd, close: () => putBack?.() };
}
