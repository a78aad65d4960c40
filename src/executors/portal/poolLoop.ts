// The loop of a pool's handlers, as code in its workers sees it.

import { UsageError } from '../../base/errors.ts';
import type { CallPort } from '../../sys/host/messagePort.ts';
import { WORK_SCOPE } from '../../sys/worker/protocol.ts';
import type { PipePortal, WorkScope } from '../../sys/worker/protocol.ts';
import { connectLoop } from './connectLoop.ts';
import { PipeLine } from './pipeLine.ts';
import type { ThreadHandlers } from './portalWire.ts';
import { remoteLoop } from './remoteLoop.ts';
import type { RemoteLoop } from './remoteLoop.ts';

/** One for each worker: a portal is connected once. */
const connected: WeakMap<object, RemoteLoop> = new WeakMap();

/** The loop on which the `handlers` of this worker's pool run: `call` awaits one, `callSync` sleeps until it has returned,
 * in the middle of work that computes. A cancel of the work cancels its calls, so that one that sleeps throws
 * CancelledError. A handler that waits for work of a pool whose workers are all asleep would wait for ever: `with` sets a
 * time limit.
 * @throws UsageError outside of a worker of a pool that was given `handlers`
 * @example
 * ```ts
 * import { poolLoop, UsageError } from 'asyncio-ts';
 * try { poolLoop(); } catch (error) { console.log(error instanceof UsageError); } // -> true
 * ```
 */
export function poolLoop<H extends ThreadHandlers = ThreadHandlers>(): RemoteLoop<H> {
  const portal = (globalThis as { [WORK_SCOPE]?: WorkScope })[WORK_SCOPE]?.portal;
  if (portal === undefined)
    throw new UsageError('poolLoop() is for work in a pool that was given handlers');
  let remote = connected.get(portal);
  if (remote === undefined)
    connected.set(
      portal,
      (remote =
        'descriptor' in portal
          ? remoteLoop(new PipeLine(portal as PipePortal))
          : connectLoop(portal as CallPort)),
    );
  return remote as unknown as RemoteLoop<H>;
}
