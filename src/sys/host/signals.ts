// Signals that ask the process to stop. Listeners exist only while somebody wants them, and only on the
// main thread: a worker never sees a signal.

import { constants } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { monotonic } from './host.ts';

/** The signals that ask a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

// npm signals the script that it runs once more after the terminal has done so: one key press, two signals.
const ONE_KEY_PRESS = 150;

/** Calls `listener` at each signal that asks to stop; returns what takes it back. Does nothing in a worker. */
export function onStopSignal(listener: (signal: StopSignal) => void): () => void {
  if (!isMainThread) return () => {};
  let last = -Infinity;
  const heard = (signal: StopSignal): void => {
    const now = monotonic();
    if (process.env['npm_lifecycle_event'] !== undefined && now - last < ONE_KEY_PRESS) return;
    last = now;
    listener(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, heard);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, heard);
  };
}

/** What a shell shows as the exit code of a program that a signal ended. */
export function signalExitCode(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
