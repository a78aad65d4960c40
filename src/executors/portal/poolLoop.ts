// The loop of a pool's handlers, as code in its threads sees it.

import { UsageError } from '../../base/errors.ts';
import type { CallPort } from '../../sys/host/messagePort.ts';
import { WORK_SCOPE } from '../../sys/worker/protocol.ts';
import type { WorkScope } from '../../sys/worker/protocol.ts';
import { connectLoop } from './connectLoop.ts';
import type { RemoteLoop } from './connectLoop.ts';
import type { ThreadHandlers } from './portalWire.ts';

/** One for each thread: a portal is connected once. */
const connected: WeakMap<object, RemoteLoop> = new WeakMap();

/** The loop on which the `handlers` of this thread's pool run: `call` awaits one, `callSync` sleeps until it has returned,
 * in the middle of work that computes. A cancel of the work cancels its calls, so that one that sleeps throws
 * CancelledError. A handler that waits for work of a pool whose threads are all asleep would wait for ever: `with` sets a
 * time limit.
 * @throws UsageError outside of a thread of a pool that was given `handlers`
 * @example
 * ```ts
 * import { poolLoop, UsageError } from 'asyncio-ts';
 * try { poolLoop(); } catch (error) { console.log(error instanceof UsageError); } // -> true
 * ```
 */
export function poolLoop<H extends ThreadHandlers = ThreadHandlers>(): RemoteLoop<H> {
  const portal = (globalThis as { [WORK_SCOPE]?: WorkScope })[WORK_SCOPE]?.portal;
  if (portal === undefined)
    throw new UsageError('poolLoop() is for work in a ThreadPoolExecutor that was given handlers');
  let remote = connected.get(portal);
  if (remote === undefined) connected.set(portal, (remote = connectLoop(portal as CallPort)));
  return remote as unknown as RemoteLoop<H>;
}
