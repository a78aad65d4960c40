// The host's own clockwork: which runtime this is, its clock, its queues. Nothing above `sys` touches
// the machine in another way.
//
// The functions are taken when this is imported, and nowhere else: fake timers that a test installs afterwards
// stand for the program's timers, and the loop goes on under them. Those that stood there before are refused when
// a loop starts (`hostReplaced`): with them nothing would ever happen.

import './nodeVersion.ts';
import process from 'node:process';

const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, performance } =
  globalThis;
const { nextTick } = process;

// The fakes of @sinonjs/fake-timers (Jest's and Vitest's too) carry their clock; those of node:test are bound.
const fakedFunction: string | undefined = Object.entries({
  setTimeout,
  clearTimeout,
  setImmediate,
  nextTick,
})
  .filter(([, fn]) => 'clock' in fn || fn.name.startsWith('bound '))
  .map(([name]) => name)
  .concat(performance instanceof Performance ? [] : ['performance'])[0];

// What `await` uses, whatever stands in the global variable.
const LanguagePromise: unknown = (async () => {})().constructor;

/** Why a loop can't run on this host, because others have replaced its parts; undefined when it can. */
export function hostReplaced(): string | undefined {
  if (fakedFunction !== undefined) {
    return (
      `asyncio-ts was imported while a fake ${fakedFunction} was installed, with which its loop would stand still: ` +
      `import it before fake timers are installed, or test with the virtual clock of asyncio-ts/testing`
    );
  }
  if (globalThis.Promise === LanguagePromise) return undefined;
  return (
    'the global Promise was replaced, as zone.js does, and is no longer the one that await uses, so that no await ' +
    'could be cancelled: run asyncio-ts in a process or worker without zone.js'
  );
}

/** Milliseconds of the monotonic clock, with fractions. */
export const monotonic: () => number = performance.now.bind(performance);

/** After every microtask that is queued, and those that they queue, but before the host's next event. */
export const afterMicrotasks: (callback: () => void) => void = (callback) => nextTick(callback);

/** In the host's next turn, after it looked at its timers and its I/O. */
export const nextHostTurn: (callback: () => void) => object = (callback) => setImmediate(callback);

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

/** A host timer that lets the process end before it comes. */
export function startUnheldTimer(delay: number, callback: () => void): unknown {
  const timer = setTimeout(callback, delay) as { unref?: () => void };
  timer.unref?.();
  return timer;
}

export function stopTimer(timer: unknown): void {
  clearTimeout(timer as ReturnType<typeof setTimeout>);
}

/** Takes a {@link nextHostTurn} back. */
export function forgetHostTurn(turn: object): void {
  clearImmediate(turn as NodeJS.Immediate);
}

/** Keeps the process alive until the function that it returns is called. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(timer);
}

/** The name and version of the runtime, as `asyncio doctor` prints them.
 * @example
 * ```ts
 * import { runtime } from 'asyncio-ts/lowlevel';
 * console.log(runtime().name); // -> node
 * ```
 */
export function runtime(): { name: 'node' | 'bun' | 'deno'; version: string } {
  const versions = process.versions as Record<string, string | undefined>;
  if (versions['bun'] !== undefined) return { name: 'bun', version: versions['bun'] };
  if (versions['deno'] !== undefined) return { name: 'deno', version: versions['deno'] };
  return { name: 'node', version: process.versions.node };
}
