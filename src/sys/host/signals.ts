// Signals that ask the process to stop. Listeners exist only while somebody wants them, and only on the
// main thread: a worker never sees a signal.

import { constants } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { shareEvents } from './exit.ts';
import { monotonic } from './host.ts';

/** The signals that ask a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

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
