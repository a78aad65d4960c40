// Streams of the host for descriptors: what pipes are on a host without our own readiness.
//
// A stream closes its descriptor. Node reads pipes, sockets and terminals without a thread; Bun and Deno, and
// Node for other devices, read through their thread pools, where a read that waits can't be taken back.

import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { descriptorKind } from '../libc/descriptorKind.ts';
import { runtime } from './host.ts';
import { runAtRoot } from './storage.ts';

export type HostReadable = Readable;
export type HostWritable = Writable;

export function openHostReadable(fd: number): HostReadable {
  return runAtRoot(() => {
    const how = byHandle(fd);
    if (how === 'terminal') return new (process.getBuiltinModule('node:tty').ReadStream)(fd);
    if (how === 'pipe')
      return new (process.getBuiltinModule('node:net').Socket)({ fd, readable: true, writable: false });
    return process.getBuiltinModule('node:fs').createReadStream('', { fd });
  });
}

export function openHostWritable(fd: number): HostWritable {
  return runAtRoot(() => {
    const how = byHandle(fd);
    if (how === 'terminal') return new (process.getBuiltinModule('node:tty').WriteStream)(fd);
    if (how === 'pipe')
      return new (process.getBuiltinModule('node:net').Socket)({ fd, readable: false, writable: true });
    return process.getBuiltinModule('node:fs').createWriteStream('', { fd });
  });
}

/** The process's own standard streams, as the host has them. */
export function standardStream<N extends 'stdin' | 'stdout' | 'stderr'>(name: N): NodeJS.Process[N] {
  return runAtRoot(() => process[name]);
}

function byHandle(fd: number): 'terminal' | 'pipe' | undefined {
  if (runtime().name !== 'node') return undefined;
  const kind = descriptorKind(fd);
  if (kind === 'character') return process.getBuiltinModule('node:tty').isatty(fd) ? 'terminal' : undefined;
  return kind === 'file' || kind === 'other' ? undefined : 'pipe';
}
