// The stream of the host for a pipe as the caller gives it.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { openHostReadable, openHostWritable } from '../../sys/host/pipes.ts';
import type { HostReadable, HostWritable } from '../../sys/host/pipes.ts';
import { checkKind, isHostStream, pipeEnd } from '../pipeEnd.ts';
import type { Pipe } from '../pipeEnd.ts';

/** @throws InvalidArgumentError for a regular file, and for what is no pipe */
export function hostReadable(loop: Loop, pipe: Pipe): HostReadable {
  if (isHostStream(pipe)) return check(pipe, 'read') as HostReadable;
  const fd = descriptorOf(loop, pipe);
  const { createReadStream } = Object(pipe) as { createReadStream?: () => HostReadable };
  return createReadStream === undefined ? openHostReadable(fd) : createReadStream.call(pipe);
}

/** As {@link hostReadable}. */
export function hostWritable(loop: Loop, pipe: Pipe): HostWritable {
  if (isHostStream(pipe)) return check(pipe, 'write') as HostWritable;
  const fd = descriptorOf(loop, pipe);
  const { createWriteStream } = Object(pipe) as { createWriteStream?: () => HostWritable };
  return createWriteStream === undefined ? openHostWritable(fd) : createWriteStream.call(pipe);
}

function descriptorOf(loop: Loop, pipe: Pipe): number {
  const { fd } = pipeEnd(loop, pipe);
  checkKind(fd);
  return fd;
}

function check(stream: object, method: 'read' | 'write'): unknown {
  if (typeof (stream as Record<string, unknown>)[method] === 'function') return stream;
  const kind = method === 'read' ? 'readable' : 'writable';
  throw new InvalidArgumentError('pipe', `this stream of the host is not ${kind}`);
}
