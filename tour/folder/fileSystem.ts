// The part of `fs.promises` that the tour uses, as an interface, so that tests can give it a disk that
// fails in ways that a real one does only on bad days.

import type { Dirent, Stats } from 'node:fs';
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';

export type RawPath = string | Buffer;

export interface OpenFile {
  stat(): Promise<Stats>;
  read(buffer: Uint8Array, offset: number, length: number, position: null): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

export interface FileSystem {
  /** The entries of a folder; names as text. */
  readFolder(path: RawPath): Promise<Dirent[]>;
  /** The same with the names' own bytes, for names that are no UTF-8. */
  readRawFolder(path: RawPath): Promise<Dirent<Buffer>[]>;
  open(path: RawPath): Promise<OpenFile>;
  stat(path: string): Promise<Stats>;
  realpath(path: string): Promise<string>;
}

// O_NONBLOCK: a pipe that took a file's place since it was listed would hold a thread of the pool until
// somebody writes to it. O_NOFOLLOW: nor is a link that took its place followed. (Windows has neither.)
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

export const realFileSystem: FileSystem = {
  readFolder: (path) => readdir(path, { withFileTypes: true }),
  readRawFolder: (path) => readdir(path, { withFileTypes: true, encoding: 'buffer' }),
  open: (path) => open(path, readFlags),
  stat: (path) => stat(path),
  realpath: (path) => realpath(path),
};
