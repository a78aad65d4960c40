// One end of a pipe as the caller gives it: a descriptor's number, or an object that has one in `fd` or
// returns it by `fileno()` and closes it by `close()`.

import { isDescriptor } from '../base/checkDescriptor.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Loop } from '../loop/loop.ts';
import { closeDescriptor, descriptorKind } from '../sys/libc/descriptorKind.ts';
import type { DescriptorKind } from '../sys/libc/descriptorKind.ts';

/** What can be given as a pipe: a descriptor, a file handle of node:fs/promises, a socket, or a stream of the
 * host, for instance a child process's `stdout`. The transport closes it. */
export type Pipe =
  | number
  | { readonly fd: number; close?(): unknown }
  | { fileno(): number; close?(): unknown }
  | HostStream;

/** As much as is needed to tell a stream of the host from other things. */
export interface HostStream {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  destroy(error?: Error): unknown;
}

export interface PipeEnd {
  readonly fd: number;
  close(): void;
  /** Somebody else closed the descriptor: `close` leaves the number alone. What the caller gave as an object
   * looks after its own. */
  disown(): void;
}

export function isHostStream(pipe: Pipe): pipe is HostStream {
  const { on, destroy } = Object(pipe) as Partial<HostStream>;
  return typeof on === 'function' && typeof destroy === 'function';
}

/** @throws InvalidArgumentError for what has no descriptor */
export function pipeEnd(loop: Loop, pipe: Pipe): PipeEnd {
  if (typeof pipe === 'number') return numbered(checkFd(pipe));
  const { fd, fileno, close } = Object(pipe) as { fd?: unknown; fileno?: unknown; close?: unknown };
  const number = checkFd(typeof fileno === 'function' ? fileno.call(pipe) : fd);
  if (typeof close !== 'function') return numbered(number);
  return {
    fd: number,
    disown: () => {},
    close: () => {
      // A file handle's close returns a promise.
      const result: unknown = close.call(pipe);
      if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') return;
      Promise.resolve(result).catch((exception: unknown) => {
        reportFailure(loop, { message: 'Closing a pipe failed', exception, pipe });
      });
    },
  };
}

function numbered(fd: number): PipeEnd {
  let ours = true;
  return {
    fd,
    close: () => {
      if (ours) closeDescriptor(fd);
    },
    disown: () => {
      ours = false;
    },
  };
}

/** What is behind a descriptor that is given as a pipe.
 * @throws InvalidArgumentError for anything but a pipe, a socket or a character device */
export function checkKind(fd: number): Exclude<DescriptorKind, 'file' | 'other'> {
  const kind = descriptorKind(fd);
  if (kind !== 'file' && kind !== 'other') return kind;
  throw new InvalidArgumentError(
    'pipe',
    'a pipe transport is for pipes, sockets and character devices only',
  );
}

function checkFd(fd: unknown): number {
  if (isDescriptor(fd)) return fd;
  throw new InvalidArgumentError(
    'pipe',
    'a pipe is given as a descriptor, as an object with fd or fileno(), or as a stream of the host',
  );
}
