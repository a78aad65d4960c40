// The end of the process: when it would come, and how.

import process from 'node:process';
import { atCaller } from '../../base/callerStack.ts';
import { keepAlive, nextHostTurn, startUnheldTimer, stopTimer } from './host.ts';

/** How to listen to events of the process, several of ours by one listener of the process: the host warns of many.
 * What is returned adds a listener, and returns what takes it back. */
export function shareEvents<A extends unknown[]>(
  ...names: readonly string[]
): (listener: (...args: A) => void) => () => void {
  const listeners: Set<(...args: A) => void> = new Set();
  const tell = (...args: A): void => {
    for (const listener of [...listeners]) listener(...args);
  };
  const each = (call: 'on' | 'off'): void => {
    for (const name of names) process[call](name, tell as never);
  };
  return (listener) => {
    if (listeners.size === 0) each('on');
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) each('off');
    };
  };
}

/** Calls `listener` when the process has nothing left to do and would exit; returns what takes it back.
 * Node has an event for it; Bun and Deno have none while a module waits at its top level. */
export const onBeforeExit: (listener: () => void) => () => void = /* @__PURE__ */ shareEvents('beforeExit');

/** Calls `listener` when the process ends, whichever way it does; it may still print. */
export function onExit(listener: () => void): void {
  process.on('exit', listener);
}

const onAnyExit: (listener: () => void) => () => void = /* @__PURE__ */ shareEvents('exit');

/** Calls `listener` when the program calls process.exit(), with the line that does; returns what takes it back. */
export function onExitCall(listener: (line: string) => void): () => void {
  return onAnyExit(() => {
    // Nothing is left of the stack where that is not on it: the process ends by itself, or by an error.
    const line = atCaller(new Error(), process.exit).stack?.split('\n    ')[1];
    if (line !== undefined) listener(line);
  });
}

/** Keeps the process alive until one host turn after the function that it returns was called: a process that
 * comes to rest within the turn in which it would exit is not asked again. */
export function holdProcess(): () => void {
  const release = keepAlive();
  return () => void nextHostTurn(release);
}

/** Calls `callback` after `delay` milliseconds, if the process is still there; returns what takes it back. */
export function unheldTimer(delay: number, callback: () => void): () => void {
  const timer = startUnheldTimer(Math.min(delay, 2 ** 31 - 1), callback);
  return () => stopTimer(timer);
}

export function exitProcess(code: number): never {
  process.exit(code);
}

// The process has one end: the listener for it is put up once.
const quiet: WeakMap<object, number> = new WeakMap();
let monitored = false;

/** Makes the process end with `code` and without a word if nobody catches `error`. */
export function exitQuietlyIfUncaught(error: object, code: number): void {
  quiet.set(error, code);
  if (monitored) return;
  monitored = true;
  process.on('uncaughtExceptionMonitor', (uncaught: unknown) => {
    const wanted = typeof uncaught === 'object' && uncaught !== null ? quiet.get(uncaught) : undefined;
    // Whoever listens to all uncaught errors decides alone.
    if (wanted === undefined || process.listenerCount('uncaughtException') > 0) return;
    process.exit(wanted);
  });
}
