// What is still there when the process ends in an ordinary way: temporary files and folders whose program did not come
// to delete them. A signal that ends the process at once, and `kill -9`, leave them.

import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import type { Ending } from '../open/openFile.ts';

const left: Set<string> = new Set();

function deleteAll(): void {
  for (const path of left) deleteNow(path);
}

function deleteNow(path: string): void {
  forget(path);
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Nobody is there to be told.
  }
}

/** Deletes `path`, a file or a folder, at the end of the process at the latest. */
export function deleteLater(path: string): void {
  if (left.size === 0) process.on('exit', deleteAll);
  left.add(path);
}

/** It is to stay, or gone. */
export function forget(path: string): void {
  left.delete(path);
  if (left.size === 0) process.off('exit', deleteAll);
}

/** The deletion of `path`, in its own time or at once. */
export function deletionOf(path: string): Ending {
  return {
    async end() {
      await rm(path, { recursive: true, force: true });
      forget(path);
    },
    endNow: () => deleteNow(path),
  };
}
