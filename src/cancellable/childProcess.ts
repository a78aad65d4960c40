// `exec`, `execFile` and `spawn` of `node:child_process`: a cancel ends the child.
//
// 1. It is asked first, by `killSignal` (SIGTERM by default), and killed when it has not ended five seconds later.
// 2. The cancel is thrown when the child has ended, the host has reaped it, and its pipes are closed.
// 3. A signal of the caller's own does what the host says: it kills, and rejects with AbortError.

import host from 'node:child_process';
import type * as Host from 'node:child_process';
import type { ChildProcess, ExecFileOptions, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { promisify } from 'node:util';
import { currentSignal, isCancelled, wrapFuture } from '../asyncio.ts';
import { inTask, shielded, withCaller } from './stoppable.ts';

const GRACE = 5000;

type Signal = NodeJS.Signals | number;
type Promised = (...args: unknown[]) => Promise<unknown> & { readonly child: ChildProcess };

function stopping(call: Promised): Promised {
  return (...args) => {
    if (inTask()) currentSignal().throwIfAborted();
    const running = call(...args);
    const { child } = running;
    return Object.assign(stopOnCancel(running, child, killSignalAmong(args)), { child });
  };
}

async function stopOnCancel<T>(running: Promise<T>, child: ChildProcess, signal: Signal): Promise<T> {
  if (!inTask()) return await running;
  try {
    return await wrapFuture(running);
  } catch (error) {
    if (isCancelled(error)) await shielded(stop(child, signal));
    throw withCaller(error, stopOnCancel);
  }
}

/** As `execFile` of `node:child_process` made a promise by `util.promisify`: resolves to `{ stdout, stderr }`, and has the
 * child at `child`. A cancel ends the child.
 * @throws CancelledError, in the call itself where the code is cancelled already
 * @example
 * ```ts
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { childProcess } from 'asyncio-ts/cancellable';
 * await run(async () => {
 *   console.log((await childProcess.execFile('echo', ['hello'])).stdout.trim()); // -> hello
 *   const sleeping = timeout(50, () => childProcess.execFile('sleep', ['60']));
 *   await sleeping.catch((error) => console.log(error instanceof TimeoutError)); // -> true
 * });
 * ```
 */
export const execFile: typeof Host.execFile.__promisify__ = stopping(
  promisify(host.execFile) as never,
) as never;

/** As `exec` of `node:child_process` made a promise by `util.promisify`. A cancel ends the shell; what a shell has started
 * beside itself is not its to end: prefer {@link execFile}.
 * @throws as {@link execFile} */
export const exec: typeof Host.exec.__promisify__ = stopping(promisify(host.exec) as never) as never;

/** A child that {@link spawn} has started.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { childProcess, type SpawnedChild } from 'asyncio-ts/cancellable';
 * await run(async () => {
 *   const child: SpawnedChild = childProcess.spawn('true');
 *   console.log(await child.wait()); // -> [ 0, null ]
 * });
 * ```
 */
export interface SpawnedChild extends ChildProcess, AsyncDisposable {
  /** Waits for its end, and resolves to what the event `exit` tells: the code, or the signal. A cancel ends the child.
   * @throws what the event `error` tells, as when there is no such program */
  wait(): Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/** As `spawn` of `node:child_process`. A cancel of the code that called it, as long as that is in the timeout, scope, group
 * or task in which it called, ends the child; `await using child = spawn(…)` does at the end of the block.
 * @throws CancelledError where the code is cancelled already
 * @example
 * ```ts
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { childProcess } from 'asyncio-ts/cancellable';
 * await run(async () => {
 *   const child = await timeout(50, async () => {
 *     const child = childProcess.spawn('sleep', ['60']);
 *     await child.wait();
 *   }).catch((error) => console.log(error instanceof TimeoutError)); // -> true
 * });
 * ```
 */
function spawnChild(command: string, args?: readonly string[], options?: SpawnOptions): SpawnedChild;
function spawnChild(command: string, options?: SpawnOptions): SpawnedChild;
function spawnChild(command: string, ...rest: unknown[]): SpawnedChild {
  // A signal that follows the code's own, which does not count among its listeners: a cancel is delivered to what the
  // code waits for, whether it is the child or not.
  const cancel = inTask() ? AbortSignal.any([currentSignal()]) : undefined;
  cancel?.throwIfAborted();
  const child = (host.spawn as (...args: unknown[]) => ChildProcess)(command, ...rest);
  const signal = killSignalAmong(rest);
  const end = (): void => void stop(child, signal);
  // One that could not be started has no exit that would take the listener away.
  if (child.pid !== undefined) cancel?.addEventListener('abort', end, { once: true });
  child.once('exit', () => cancel?.removeEventListener('abort', end));
  return Object.assign(child, {
    wait: async (): Promise<[number | null, NodeJS.Signals | null]> => {
      await stopOnCancel(ended(child), child, signal);
      return [child.exitCode, child.signalCode];
    },
    [Symbol.asyncDispose]: () => stop(child, signal),
  });
}

export { spawnChild as spawn };

function killSignalAmong(args: readonly unknown[]): Signal {
  const options = args.find((arg) => typeof arg === 'object' && arg !== null && !Array.isArray(arg));
  return (options as ExecFileOptions | undefined)?.killSignal ?? 'SIGTERM';
}

/** Ends the child, and waits until it has. */
async function stop(child: ChildProcess, signal: Signal): Promise<void> {
  // One that could not be started has no end.
  if (child.pid === undefined) return;
  if (!hasEnded(child)) {
    const end = ended(child);
    kill(child, signal);
    const force = setTimeout(() => kill(child, 'SIGKILL'), GRACE);
    await end.catch(() => {});
    clearTimeout(force);
  }
  // What another that it started still holds, which may outlive it, is not read any more.
  await Promise.all([child.stdin, child.stdout, child.stderr].map(closed));
}

// Not `child.kill`: Deno takes a child for ended by it at once.
function kill(child: ChildProcess, signal: Signal): void {
  try {
    if (!hasEnded(child)) process.kill(child.pid as number, signal);
  } catch {
    // It has ended just now.
  }
}

async function closed(stream: Readable | Writable | null): Promise<void> {
  if (stream === null || stream.closed) return;
  stream.on('error', () => {}).destroy();
  if (!stream.closed) await once(stream, 'close');
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      child.off('exit', done).off('error', done);
      if (error instanceof Error) reject(error);
      else resolve();
    };
    child.once('exit', done).once('error', done);
  });
}
