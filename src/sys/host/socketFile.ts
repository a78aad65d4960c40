// The file that stands for a Unix socket.

import { chmodSync } from 'node:fs';
import { fromHostError } from '../libc/errno.ts';

/** Sets the permission bits. @throws OSError */
export function setFileMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    throw fromHostError(error);
  }
}
