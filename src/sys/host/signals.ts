// Signals that ask the process to stop. Listeners exist only while somebody wants them, and only on the
// main thread: a worker never sees a signal. Those that the program handles by itself are its own (ownSignals.ts).

import { constants } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { shareEvents } from './exit.ts';
import { monotonic } from './host.ts';

/** The signals that ask a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** What the program handles by itself, and is not told to those that only want to know when to stop. The process has
 * one set of signals. */
export const ownSignals: Set<string> = new Set();

// npm signals the script that it runs once more after the terminal has done so: one key press, two signals.
const ONE_KEY_PRESS = 150;

const onSignal: (listener: (signal: StopSignal) => void) => () => void = /* @__PURE__ */ shareEvents(
  'SIGINT',
  'SIGTERM',
);

/** Calls `listener` at each signal that asks to stop; returns what takes it back. Does nothing in a worker. */
export function onStopSignal(listener: (signal: StopSignal) => void): () => void {
  if (!isMainThread) return () => {};
  let last = -Infinity;
  return onSignal((signal) => {
    if (ownSignals.has(signal)) return;
    const now = monotonic();
    if (process.env['npm_lifecycle_event'] !== undefined && now - last < ONE_KEY_PRESS) return;
    last = now;
    listener(signal);
  });
}

/** What a shell shows as the exit code of a program that a signal ended. */
export function signalExitCode(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
