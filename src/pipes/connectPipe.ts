// connectReadPipe and connectWritePipe: a transport for one end of a pipe, on the loop's own readiness where
// there is the selector backend, over a stream of the host otherwise.

import { Future } from '../core/future/future.ts';
import type { Loop } from '../loop/loop.ts';
import { backendOf } from '../loop/network.ts';
import { begun } from '../transport/lifeCycle.ts';
import { checkFactory, makeProtocol } from '../transport/protocolFactory.ts';
import type { ReadTransport, WriteTransport } from '../transport/transport.ts';
import { HostReadPipe } from './host/readPipe.ts';
import { HostWritePipe } from './host/writePipe.ts';
import { isHostStream } from './pipeEnd.ts';
import type { Pipe } from './pipeEnd.ts';
import { SelectorReadPipe } from './selector/readPipe.ts';
import { SelectorWritePipe } from './selector/writePipe.ts';

/** What {@link EventLoop.connectReadPipe} does. */
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
  return [await begun(transport, waiter, () => transport.close()), protocol];
}

/** What {@link EventLoop.connectWritePipe} does. */
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
  return [await begun(transport, waiter, () => transport.close()), protocol];
}
