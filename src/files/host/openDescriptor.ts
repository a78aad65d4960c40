// Opening: the descriptor that a path or a number stands for.
//
// 1. A cancel waits for the host's open and closes what it got. A file that was to be made or emptied may have been.
// 2. Opening a FIFO occupies no thread. For reading it is open at once, and the first read waits for a writer; for
//    writing it waits here until there is a reader, by asking again.
// 3. A folder is refused, as Python does, whatever the mode.

import fs from 'node:fs';
import type { Stats } from 'node:fs';
import { sleep } from '../../asyncio.ts';
import { act, call, Descriptor } from './descriptor.ts';
import { toHost } from '../path/fsPath.ts';
import { changing } from './hostCall.ts';

const { O_NONBLOCK = 0 } = fs.constants as { O_NONBLOCK?: number };

/** Milliseconds between two looks for a reader of a FIFO. */
const AGAIN = 10;

export interface OpenHow {
  readonly flags: number;
  /** Permissions of a file that is made, before the umask. */
  readonly permissions: number;
  readonly appending: boolean;
}

export async function openPath(path: string, how: OpenHow): Promise<Descriptor> {
  for (;;) {
    try {
      return await changing(
        () => openNow(path, how),
        (opened) => opened.close().catch(() => {}),
      );
    } catch (error) {
      if (!(await lacksReader(error, path))) throw error;
    }
    await sleep(AGAIN);
  }
}

/** Just the number. */
export function openHandle(path: string, flags: number, permissions: number): Promise<number> {
  return call<number>((done) => fs.open(toHost(path), flags, permissions, done));
}

export function closeHandle(fd: number): Promise<void> {
  return act((done) => fs.close(fd, done));
}

/** Once, with no regard to cancels. */
export async function openNow(
  path: string,
  { flags, permissions, appending }: OpenHow,
): Promise<Descriptor> {
  const fd = await openHandle(path, flags | O_NONBLOCK, permissions);
  try {
    return await describe(fd, { name: path, appending, position: 0, blocksNever: O_NONBLOCK !== 0 });
  } catch (error) {
    await closeHandle(fd);
    throw error;
  }
}

/** The descriptor with the number `fd`, which somebody else has opened. */
export async function adoptDescriptor(fd: number, appending: boolean): Promise<Descriptor> {
  return await changing(() =>
    describe(fd, { name: fd, appending, position: systemPosition(fd), blocksNever: false }),
  );
}

async function describe(
  fd: number,
  options: { name: string | number; appending: boolean; position: number; blocksNever: boolean },
): Promise<Descriptor> {
  const stats = await call<Stats>((done) => fs.fstat(fd, done));
  const descriptor = new Descriptor(fd, { ...options, stats });
  if (stats.isDirectory()) {
    const error = Object.assign(new Error('a folder'), { code: 'EISDIR', syscall: 'open', errno: -21 });
    throw descriptor.named(error);
  }
  return descriptor;
}

async function lacksReader(error: unknown, path: string): Promise<boolean> {
  if ((error as { code?: string }).code !== 'ENXIO') return false;
  return await changing(async () => (await call<Stats>((done) => fs.stat(path, done))).isFIFO());
}

/** The host has no call for it. Where the system does not tell either, it is taken to stand at its beginning. */
function systemPosition(fd: number): number {
  try {
    const [, position = '0'] =
      /^pos:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
    return Number(position);
  } catch {
    return 0;
  }
}
