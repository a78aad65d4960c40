// The host's own clockwork: which runtime this is, its clock, its queues. Nothing above `sys` touches
// the machine in another way.

import process from 'node:process';

/** Milliseconds of the monotonic clock, with fractions. */
export const monotonic: () => number = performance.now.bind(performance);

/** After every microtask that is queued, and those that they queue, but before the host's next event. */
export const afterMicrotasks: (callback: () => void) => void = (callback) => process.nextTick(callback);

/** In the host's next turn, after it looked at its timers and its I/O. */
export const nextTurn: (callback: () => void) => object = (callback) => setImmediate(callback);

const promiseThen = Promise.prototype.then;
const resolved: Promise<void> = Promise.resolve();

/** At the end of the microtask queue: what `queueMicrotask` does, without its bookkeeping. */
export function microtask(callback: () => void): void {
  void promiseThen.call(resolved, callback);
}

/** A host timer; it keeps the process alive. */
export function startTimer(delay: number, callback: () => void): unknown {
  return setTimeout(callback, delay);
}

export function stopTimer(timer: unknown): void {
  clearTimeout(timer as ReturnType<typeof setTimeout>);
}

/** The name and version of the runtime, as `asyncio doctor` prints them. */
export function runtime(): { name: 'node' | 'bun' | 'deno'; version: string } {
  const versions = process.versions as Record<string, string | undefined>;
  if (versions['bun'] !== undefined) return { name: 'bun', version: versions['bun'] };
  if (versions['deno'] !== undefined) return { name: 'deno', version: versions['deno'] };
  return { name: 'node', version: process.versions.node };
}
