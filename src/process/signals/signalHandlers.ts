// addSignalHandler and removeSignalHandler: a callback of the loop for a signal.
//
// 1. A loop has one handler for a signal; a new one replaces it. Several loops of the thread may have one each, and all
//    are called: a signal is the process's, not a loop's.
// 2. The callback runs on the loop as by callSoon, in the context of who added it, at each signal; one that comes
//    while the loop rests waits for its next run.
// 3. Handlers go with the loop. As long as there is one a loop that runs keeps the process alive: a signal may come.

import { UsageError } from '../../base/errors.ts';
import { checkCallback } from '../../loop/checkCallback.ts';
import { checkOpen } from '../../loop/engine.ts';
import type { Callback } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { resourcesOf } from '../../loop/resources.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { onOwnSignal } from '../../sys/host/ownSignals.ts';
import type { Arrival } from '../../sys/host/ownSignals.ts';
import { storeForCallback } from '../../sys/host/storage.ts';
import { Hold } from './hold.ts';
import { toCatchableSignal, toSignalName } from './signalName.ts';
import type { Signal, SignalName } from './signalName.ts';

class SignalHandlers implements LoopResource {
  readonly #loop: Loop;
  /** What takes each back. */
  readonly #handlers: Map<SignalName, () => void> = new Map();
  readonly #hold: Hold;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.#hold = new Hold(() => this.#handlers.size > 0, loop.isRunning());
  }

  set(signal: SignalName, call: (arrival: Arrival) => void): void {
    // The new one first: between two there is no moment without.
    const remove = listen(signal, call);
    this.#handlers.get(signal)?.();
    this.#handlers.set(signal, remove);
    resourcesOf(this.#loop).add(this);
    this.#hold.look();
  }

  remove(signal: SignalName): boolean {
    const remove = this.#handlers.get(signal);
    if (remove === undefined) return false;
    remove();
    this.#handlers.delete(signal);
    if (this.#handlers.size === 0) resourcesOf(this.#loop).remove(this);
    this.#hold.look();
    return true;
  }

  loopStarted(): void {
    this.#hold.running = true;
  }

  loopStopped(): void {
    this.#hold.running = false;
  }

  loopClosed(): void {
    for (const remove of this.#handlers.values()) remove();
    this.#handlers.clear();
  }

  loopDescription(): string {
    return `signal handlers for ${[...this.#handlers.keys()].join(', ')}`;
  }

  // They may be left to the end of the loop, as in asyncio: nobody forgot them.
  isClosing(): boolean {
    return true;
  }
}

const ofLoops: WeakMap<Loop, SignalHandlers> = new WeakMap();

/** See {@link EventLoop.addSignalHandler}. */
export function addSignalHandler<A extends unknown[]>(
  loop: Loop,
  signal: Signal,
  callback: Callback<A>,
  ...args: A
): void {
  checkCallback(callback, 'addSignalHandler');
  const name = toCatchableSignal(signal, 'addSignalHandler');
  checkOpen(loop);
  const store = storeForCallback();
  let handlers = ofLoops.get(loop);
  if (handlers === undefined) ofLoops.set(loop, (handlers = new SignalHandlers(loop)));
  handlers.set(name, (arrival) => {
    arrival.taken = true;
    loop.callSoonWith(store, callback, ...args);
  });
}

/** See {@link EventLoop.removeSignalHandler}. */
export function removeSignalHandler(loop: Loop, signal: Signal): boolean {
  const name = toSignalName(signal);
  return ofLoops.get(loop)?.remove(name) ?? false;
}

function listen(signal: SignalName, call: (arrival: Arrival) => void): () => void {
  try {
    return onOwnSignal(signal, call);
  } catch (cause) {
    throw new UsageError(`this host cannot listen to ${signal}: ${(cause as Error).message}`, { cause });
  }
}
