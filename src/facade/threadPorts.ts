// How other threads call into a loop: the loop hands out a MessagePort, the worker sends names and
// arguments over it, and the handler registered under the name runs by callSoon.

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

export class ThreadPorts {
  readonly #loop: Loop;
  readonly #ports: Set<MessagePort> = new Set();

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  open(handlers: ThreadHandlers): MessagePort {
    checkOpen(this.#loop);
    if (typeof handlers !== 'object' || handlers === null)
      throw new InvalidArgumentError('handlers', `handlers is an object, not ${showValue(handlers)}`);
    // At the root: what another thread asks for belongs to no task, and holds none.
    const { port1, port2 } = runAtRoot(() => new MessageChannel());
    const receive = (event: MessageEvent): void => runAtRoot(() => this.#receive(handlers, event.data));
    runAtRoot(() => {
      port1.onmessage = receive;
    });
    // The port itself keeps nothing alive: a loop waits for its tasks, not for calls that may come.
    (port1 as MessagePort & { unref?: () => void }).unref?.();
    this.#ports.add(port1);
    return port2;
  }

  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  // Called by the host: whatever comes over the port, and however the handlers are kept, nothing is thrown.
  #receive(handlers: ThreadHandlers, data: unknown): void {
    if (this.#loop.isClosed()) return;
    try {
      const { name, args } = asCall(data);
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (handler === undefined) {
        reportFailure(this.#loop, { message: `A worker called "${name}", which its port does not offer` });
        return;
      }
      this.#loop.callSoon(handler as (...args: unknown[]) => void, ...args);
    } catch (exception) {
      reportFailure(this.#loop, { message: 'A call from another thread failed', exception });
    }
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
export function connectLoop(port: MessagePort): RemoteLoop {
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
