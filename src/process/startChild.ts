// Starting a child and giving it a transport.
//
// 1. A cancel that stands already starts nothing.
// 2. Until the transport has begun nobody else has it: a cancel kills the child and is thrown when that has ended, so
//    that neither it nor a zombie is left.
// 3. What can't be started leaves nothing open, and says which of the program and the folder is at fault.

import { Future } from '../core/future/future.ts';
import { sleep } from '../core/future/sleep.ts';
import { currentFrame } from '../core/cancel/frame.ts';
import { standingCancel } from '../core/cancel/pendingCancel.ts';
import type { Loop } from '../loop/loop.ts';
import { CancelScope } from '../structured/cancelScope.ts';
import { sendSignal, startChild, startFailure } from '../sys/host/childProcess.ts';
import type { HostChild } from '../sys/host/childProcess.ts';
import { checkFactory, makeProtocol } from '../transport/protocolFactory.ts';
import { toSignalNumber } from './signalNumber.ts';
import { ChildPipes } from './childPipes.ts';
import { ChildTransport } from './childTransport.ts';
import type { ChildRequest } from './command.ts';

export async function startTransport<P extends object>(
  loop: Loop,
  factory: () => P,
  request: ChildRequest,
): Promise<[ChildTransport, P]> {
  checkFactory(factory);
  const frame = currentFrame();
  if (frame !== undefined && standingCancel(frame) !== undefined) await sleep(0);
  const protocol = makeProtocol(factory);
  const waiter = new Future<void>({ loop });
  const transport = await start(loop, request, protocol, waiter);
  try {
    await waiter;
  } catch (error) {
    await endChild(transport);
    throw error;
  }
  return [transport, protocol];
}

/** Kills the child, and waits for its end whatever is cancelled meanwhile. */
export async function endChild(transport: ChildTransport): Promise<void> {
  transport.close();
  await new CancelScope({ shield: true }).run(() => transport.exited());
}

async function start(
  loop: Loop,
  request: ChildRequest,
  protocol: object,
  waiter: Future<void>,
): Promise<ChildTransport> {
  let pipes: ChildPipes | undefined;
  let transport: ChildTransport | undefined;
  let child: HostChild | undefined;
  try {
    pipes = new ChildPipes(loop, request);
    child = startChild(pipes.command, pipes.stdio, (returncode) => transport?.reaped(returncode));
    if (child.pid === undefined) throw await child.failure;
    pipes.handedOver();
    return (transport = new ChildTransport(loop, child, pipes, request, protocol, waiter));
  } catch (error) {
    pipes?.close();
    // The host has made its own all the same.
    for (const stream of child?.streams ?? []) stream?.destroy();
    if (child?.pid === undefined) throw startFailure(error, request.command);
    sendSignal(child.pid, toSignalNumber('SIGKILL'));
    throw error;
  }
}
