// How other threads call into a loop: the loop hands out a MessagePort, the worker sends names and arguments over it,
// and the handler registered under the name runs on the loop.
//
// 1. The port keeps neither the loop nor the process alive: a loop waits for its tasks, not for calls that may come.
// 2. What another thread asks for belongs to no task, and holds none.
// 3. When the loop is closed, whoever sleeps on the bell is woken, and finds it closed; what is sent later is lost.

import type { Loop } from '../../loop/loop.ts';
import { hear, holdPort, openChannel } from '../../sys/host/messagePort.ts';
import type { MessagePort } from '../../sys/host/messagePort.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import { checkHandlers, forgetPort, keepPort } from './loopPorts.ts';
import type { LoopPort } from './loopPorts.ts';
import { PortalCalls } from './portalCalls.ts';
import { CLOSED, REPLIES } from './portalWire.ts';
import type { HelloMessage, ThreadHandlers } from './portalWire.ts';

/** The loop's end of a portal to a thread. */
export interface ThreadPort extends LoopPort {
  /** To be given to the worker. */
  readonly port: MessagePort;
}

/** The workers' ends while they are still on the loop's own thread. */
const madeHere: WeakSet<object> = new WeakSet();

/** @throws InvalidArgumentError when `handlers` is no object; UsageError when the loop is closed */
export function openThreadPort(loop: Loop, handlers: ThreadHandlers): ThreadPort {
  checkHandlers(loop, handlers);
  const [ours, theirs] = runAtRoot(openChannel);
  const bell = new Int32Array(new SharedArrayBuffer(8));
  const ring = (): void => {
    Atomics.add(bell, REPLIES, 1);
    Atomics.notify(bell, REPLIES);
  };
  const calls = new PortalCalls(loop, handlers, (reply) => {
    ours.postMessage(reply);
    ring();
  });
  const ends: ThreadPort = {
    port: theirs,
    calls,
    close(): void {
      forgetPort(loop, ends);
      Atomics.store(bell, CLOSED, 1);
      ring();
      ours.close();
    },
  };
  runAtRoot(() => {
    hear(
      ours,
      (data) => runAtRoot(() => calls.receive(data)),
      () => {
        forgetPort(loop, ends);
        calls.workerEnded();
      },
    );
  });
  holdPort(ours, false);
  ours.postMessage({ bell } satisfies HelloMessage);
  madeHere.add(theirs);
  keepPort(loop, ends);
  return ends;
}

/** Whether a call over this port would come back to this very thread. */
export function leadsHere(port: object): boolean {
  return madeHere.has(port);
}
