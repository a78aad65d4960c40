// How other threads call into a loop: the loop hands out a MessagePort, the worker sends names and
// arguments over it, and the handler registered under the name runs by callSoon.

import type { MessagePort } from 'node:worker_threads';
import { InvalidArgumentError, UsageError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { checkOpen } from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Loop } from '../loop/loop.ts';
import { runAtRoot } from '../sys/host/storage.ts';

/** What a worker may call, by name. */
export type ThreadHandlers = Record<string, (...args: never[]) => void>;

interface Call {
  readonly name: string;
  readonly args: unknown[];
}

/** What a worker needs of the port: that of node:worker_threads and the web's both have it. */
export interface CallPort {
  postMessage(message: unknown): void;
  close(): void;
}

const portsOf: WeakMap<Loop, Set<MessagePort>> = new WeakMap();

/** A port over which a worker calls `handlers`; open until the loop is closed. */
export function openThreadPort(loop: Loop, handlers: ThreadHandlers): MessagePort {
  checkOpen(loop);
  if (typeof handlers !== 'object' || handlers === null)
    throw new InvalidArgumentError('handlers', `handlers is an object, not ${showValue(handlers)}`);
  // At the root: what another thread asks for belongs to no task, and holds none.
  const { port1, port2 } = runAtRoot(() => new MessageChannel());
  const receive = (event: MessageEvent): void => runAtRoot(() => receiveCall(loop, handlers, event.data));
  runAtRoot(() => {
    port1.onmessage = receive;
  });
  // The port itself keeps nothing alive: a loop waits for its tasks, not for calls that may come.
  (port1 as { unref?: () => void }).unref?.();
  let ports = portsOf.get(loop);
  if (ports === undefined) portsOf.set(loop, (ports = new Set()));
  ports.add(port1);
  return port2;
}

export function closeThreadPorts(loop: Loop): void {
  for (const port of portsOf.get(loop) ?? []) port.close();
  portsOf.delete(loop);
}

// Called by the host: whatever comes over the port, and however the handlers are kept, nothing is thrown.
function receiveCall(loop: Loop, handlers: ThreadHandlers, data: unknown): void {
  if (loop.isClosed()) return;
  try {
    const { name, args } = asCall(data);
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler === undefined) {
      reportFailure(loop, { message: `A worker called "${name}", which its port does not offer` });
      return;
    }
    loop.callSoon(handler as (...args: unknown[]) => void, ...args);
  } catch (exception) {
    reportFailure(loop, { message: 'A call from another thread failed', exception });
  }
}

function asCall(data: unknown): Call {
  const { name, args } = (data ?? {}) as Partial<Call>;
  if (typeof name === 'string' && Array.isArray(args)) return { name, args };
  throw new UsageError('what came over a port was no call: the other thread is to use connectLoop(port)');
}

/** A loop on another thread, as a worker sees it. */
export interface RemoteLoop {
  /** Schedules the handler registered under `name` on the loop's thread; arguments are cloned as by
   * postMessage. */
  callSoonThreadsafe(name: string, ...args: unknown[]): void;
  /** Gives the port back. */
  close(): void;
}

/** Connects a worker thread to the loop that made `port` with `threadsafePort`.
 * @throws UsageError by `callSoonThreadsafe` after `close`
 * @example
 * ```ts
 * import { run, getRunningLoop, connectLoop } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const heard = loop.createFuture<string>();
 *   const port = loop.threadsafePort({ tell: (text: string) => heard.setResult(text) });
 *   const remote = connectLoop(port); // in the worker that `port` was sent to
 *   remote.callSoonThreadsafe('tell', 'hello');
 *   console.log(await heard); // -> hello
 *   remote.close();
 * });
 * ```
 */
export function connectLoop(port: CallPort): RemoteLoop {
  let open = true;
  return {
    callSoonThreadsafe(name, ...args): void {
      if (!open) throw new UsageError('the connection to the loop is closed');
      port.postMessage({ name, args } satisfies Call);
    },
    close(): void {
      open = false;
      port.close();
    },
  };
}
