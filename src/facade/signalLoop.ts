// The face of the loop for signals. No behaviour of its own: each method hands on to the layer that has it.

import { addSignalHandler, removeSignalHandler } from '../process/signals/signalHandlers.ts';
import type { Signal } from '../process/signals/signalName.ts';
import { NetworkLoop } from './networkLoop.ts';

export class SignalLoop extends NetworkLoop {
  /** Calls `callback(...args)` on the loop whenever `signal`, a name or number, comes, in place of an earlier handler for
   * it. It may use the loop and its tasks as any callback. The system does not act on the signal then, and {@link run}
   * is not interrupted by it; both come back when the handler is removed. Handlers go with the loop; while it runs with
   * one, the process stays alive. Several loops of the thread may each have one, and all are called. Semantics:
   * asyncio's loop.add_signal_handler.
   * @throws InvalidArgumentError for a signal that this system does not have, and for what is no plain function;
   * UsageError for SIGKILL and SIGSTOP, which can't be caught, in a worker thread, and when the loop is closed
   * @example
   * ```ts
   * import process from 'node:process';
   * import { run, getRunningLoop, Event } from 'asyncio-ts';
   * await run(async () => {
   *   const asked = new Event();
   *   getRunningLoop().addSignalHandler('SIGTERM', () => asked.set());
   *   process.kill(process.pid, 'SIGTERM');
   *   console.log(await asked.wait()); // -> true
   * });
   * ```
   */
  addSignalHandler<A extends unknown[]>(signal: Signal, callback: (...args: A) => void, ...args: A): void {
    addSignalHandler(this, signal, callback, ...args);
  }

  /** Takes the handler for `signal` away: the signal does again what it did before. Returns whether there was one.
   * Semantics: asyncio's loop.remove_signal_handler.
   * @throws InvalidArgumentError for a signal that this system does not have
   * @example
   * ```ts
   * import { newEventLoop } from 'asyncio-ts';
   * const loop = newEventLoop();
   * loop.addSignalHandler('SIGHUP', () => {});
   * console.log(loop.removeSignalHandler('SIGHUP'), loop.removeSignalHandler('SIGHUP')); // -> true false
   * loop.close();
   * ```
   */
  removeSignalHandler(signal: Signal): boolean {
    return removeSignalHandler(this, signal);
  }
}
