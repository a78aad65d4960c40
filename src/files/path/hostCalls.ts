// The calls of the host that paths make, with paths, cancels and errors as this entry point has them.
//
// 1. A path goes out by `toHost`, and a name that comes in is decoded as `fsdecode` does.
// 2. What only looks is left at once by a cancel; what changes something goes to its end (host/hostCall.ts).
// 3. A path with a zero byte is refused as Python refuses it, by an InvalidArgumentError: no file has such a name.

import { fstat } from 'node:fs';
import type { Stats } from 'node:fs';
import * as host from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { InvalidArgumentError } from '../../asyncio.ts';
import { changing, looking } from '../host/hostCall.ts';
import { fsdecode, fspath, toHost } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';
import { readFolder } from './readFolder.ts';
import type { Entry } from './readFolder.ts';

type Time = number | Date;

function checked(path: FilePath): string {
  const text = fspath(path);
  if (text.includes('\0')) throw new InvalidArgumentError('path', 'a path holds no zero byte');
  return text;
}

function hostPath(path: FilePath): string {
  // The host takes bytes everywhere; some of its types are for strings.
  return toHost(checked(path)) as string;
}

export const calls = {
  access: (path: FilePath, mode: number): Promise<void> => looking(() => host.access(hostPath(path), mode)),
  stat: (path: FilePath): Promise<Stats> => looking(() => host.stat(hostPath(path))),
  lstat: (path: FilePath): Promise<Stats> => looking(() => host.lstat(hostPath(path))),
  fstat: (descriptor: number): Promise<Stats> => looking(() => promisify(fstat)(descriptor)),
  readlink: (path: FilePath): Promise<string> =>
    looking(async () => fsdecode(await host.readlink(hostPath(path), { encoding: 'buffer' }))),
  entries: (path: FilePath): Promise<Entry[]> => looking(() => readFolder(checked(path))),
  chmod: (path: FilePath, mode: number): Promise<void> => changing(() => host.chmod(hostPath(path), mode)),
  utimes: (path: FilePath, accessed: Time, modified: Time): Promise<void> =>
    changing(() => host.utimes(hostPath(path), accessed, modified)),
  link: (from: FilePath, to: FilePath): Promise<void> =>
    changing(() => host.link(hostPath(from), hostPath(to))),
  symlink: (target: FilePath, path: FilePath): Promise<void> =>
    changing(() => host.symlink(hostPath(target), hostPath(path))),
  rename: (from: FilePath, to: FilePath): Promise<void> =>
    changing(() => host.rename(hostPath(from), hostPath(to))),
  unlink: (path: FilePath): Promise<void> => changing(() => host.unlink(hostPath(path))),
  rmdir: (path: FilePath): Promise<void> => changing(() => host.rmdir(hostPath(path))),
  mkdir: (path: FilePath, mode: number): Promise<unknown> =>
    changing(() => host.mkdir(hostPath(path), { mode })),
  open: (path: FilePath, flags: number, mode: number): Promise<FileHandle> =>
    changing(
      () => host.open(hostPath(path), flags, mode),
      (opened) => opened.close().catch(() => {}),
    ),
} as const;
