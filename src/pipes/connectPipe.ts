// connectReadPipe and connectWritePipe: a transport for one end of a pipe, on the loop's own readiness where
// there is the selector backend, over a stream of the host otherwise.

import { Future } from '../core/future/future.ts';
import type { Loop } from '../loop/loop.ts';
import { backendOf } from '../loop/network.ts';
import { checkFactory, makeProtocol } from '../transport/protocolFactory.ts';
import type { ReadTransport, WriteTransport } from '../transport/transport.ts';
import { HostReadPipe } from './host/readPipe.ts';
import { HostWritePipe } from './host/writePipe.ts';
import { isHostStream } from './pipeEnd.ts';
import type { Pipe } from './pipeEnd.ts';
import { SelectorReadPipe } from './selector/readPipe.ts';
import { SelectorWritePipe } from './selector/writePipe.ts';

/** Reads `pipe` with the protocol that `factory` makes. The pipe belongs to the transport from now on, which
 * closes it. Cancelling closes it too. Semantics: asyncio's loop.connect_read_pipe.
 * @param pipe a descriptor, an object with `fd` or `fileno()`, or a readable stream of the host
 * @throws InvalidArgumentError for a regular file: read that with node:fs/promises; for a factory that makes no
 * protocol, which leaves the pipe to the caller */
export async function connectReadPipe<P extends object>(
  loop: Loop,
  factory: () => P,
  pipe: Pipe,
): Promise<[ReadTransport, P]> {
  checkFactory(factory);
  const protocol = makeProtocol(factory);
  const waiter = new Future<void>({ loop });
  const transport =
    isHostStream(pipe) || backendOf(loop).name === 'host'
      ? new HostReadPipe(loop, pipe, protocol, waiter)
      : new SelectorReadPipe(loop, pipe, protocol, waiter);
  return [await connected(transport, waiter), protocol];
}

/** Writes to `pipe` with the protocol that `factory` makes; otherwise as {@link connectReadPipe}. Semantics:
 * asyncio's loop.connect_write_pipe. */
export async function connectWritePipe<P extends object>(
  loop: Loop,
  factory: () => P,
  pipe: Pipe,
): Promise<[WriteTransport, P]> {
  checkFactory(factory);
  const protocol = makeProtocol(factory);
  const waiter = new Future<void>({ loop });
  const transport =
    isHostStream(pipe) || backendOf(loop).name === 'host'
      ? new HostWritePipe(loop, pipe, protocol, waiter)
      : new SelectorWritePipe(loop, pipe, protocol, waiter);
  return [await connected(transport, waiter), protocol];
}

async function connected<T extends { close(): void }>(transport: T, waiter: Future<void>): Promise<T> {
  try {
    await waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return transport;
}
