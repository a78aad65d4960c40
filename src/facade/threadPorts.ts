// How other threads call into a loop: the loop hands out a MessagePort, the worker sends names and
// arguments over it, and the handler registered under the name runs by callSoon.

import { UsageError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { runAtRoot } from '../sys/storage.ts';

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
    this.#loop._checkOpen();
    // At the root: what another thread asks for belongs to no task, and holds none.
    const { port1, port2 } = runAtRoot(() => new MessageChannel());
    const receive = (event: MessageEvent): void =>
      runAtRoot(() => this.#receive(handlers, event.data as Call));
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

  #receive(handlers: ThreadHandlers, call: Call): void {
    if (this.#loop.isClosed()) return;
    const handler = Object.hasOwn(handlers, call.name) ? handlers[call.name] : undefined;
    if (handler === undefined) {
      this.#loop.callExceptionHandler({
        message: `A worker called "${call.name}", which its port does not offer`,
      });
      return;
    }
    this.#loop.callSoon(handler as (...args: unknown[]) => void, ...call.args);
  }
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
