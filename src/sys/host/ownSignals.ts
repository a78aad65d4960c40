// Signals that a program handles by itself: one listener of the process for each, however many of ours want it.
//
// 1. The listener exists as long as somebody wants the signal; with the last one the system's own action comes back.
// 2. While it exists those that only want to know when to stop, as `run` does, are not told of the signal.

import { constants } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { ownSignals } from './signals.ts';
import { runAtRoot } from './storage.ts';

/** The name of a signal: `'SIGTERM'`. */
export type SignalName = NodeJS.Signals;

/** The signals of this system: name and number. Of the names for one number the first is the usual one. */
export const signalNumbers: Readonly<Record<string, number>> = constants.signals;

/** Whether signals reach this thread. */
export const receivesSignals: boolean = isMainThread;

/** A signal that came. */
export interface Arrival {
  /** Somebody has acted on it. */
  taken: boolean;
  /** How many keep it for somebody who may still come for it. */
  keepers: number;
}

interface Listeners {
  readonly all: Set<(arrival: Arrival) => void>;
  readonly tell: () => void;
}

// Of the process, which has one set of signals.
const listening: Map<SignalName, Listeners> = new Map();

/** Calls `listener` at each `signal`; returns what takes it back.
 * @throws what the host does for a signal that can't be caught */
export function onOwnSignal(signal: SignalName, listener: (arrival: Arrival) => void): () => void {
  const listeners = listening.get(signal) ?? listen(signal);
  listeners.all.add(listener);
  return () => {
    if (!listeners.all.delete(listener) || listeners.all.size > 0) return;
    listening.delete(signal);
    ownSignals.delete(signal);
    process.off(signal, listeners.tell);
  };
}

function listen(signal: SignalName): Listeners {
  const all: Set<(arrival: Arrival) => void> = new Set();
  const listeners: Listeners = {
    all,
    tell: () => {
      const arrival: Arrival = { taken: false, keepers: 0 };
      for (const listener of [...all]) listener(arrival);
    },
  };
  runAtRoot(() => process.on(signal, listeners.tell));
  listening.set(signal, listeners);
  ownSignals.add(signal);
  return listeners;
}

/** Lets a signal that came, and that nobody has seen, do what it would have done: it is told to those that listen now,
 * and without any the system acts on it. */
export function passOnSignal(signal: SignalName): void {
  if (process.listenerCount(signal) > 0) process.emit(signal, signal);
  else process.kill(process.pid, signal);
}
