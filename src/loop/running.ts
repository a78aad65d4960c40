// The loop that runs on this thread. There is one at most: a loop lives inside the host's loop, and the
// host has one a thread.

import { NoRunningLoopError, UnsupportedError, UsageError } from '../base/errors.ts';
import { hostReplaced } from '../sys/host/host.ts';
import type { Loop } from './loop.ts';

let running: Loop | undefined;

/** The loop that runs on this thread, or undefined; `getRunningLoop` throws instead. Semantics:
 * asyncio._get_running_loop.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { peekRunningLoop } from 'asyncio-ts/lowlevel';
 * console.log(peekRunningLoop()); // -> undefined
 * await run(async () => console.log(peekRunningLoop()?.isRunning())); // -> true
 * ```
 */
export function peekRunningLoop(): Loop | undefined {
  return running;
}

/** The loop that runs on this thread.
 * @throws NoRunningLoopError (`ERR_ASYNCIO_NO_RUNNING_LOOP`) when there is none */
export function runningLoop(what?: string): Loop {
  if (running === undefined) throw new NoRunningLoopError(what);
  return running;
}

/** For what starts a loop. @throws UsageError when one runs on this thread @internal */
export function checkNoLoopRuns(): void {
  if (running === undefined) return;
  throw new UsageError(
    'this cannot be called while a loop is running on this thread: inside a loop await ' +
      'the function instead, outside wait until that loop has ended',
  );
}

/** @throws UnsupportedError on a host whose parts others have replaced @internal */
export function enterLoop(loop: Loop): void {
  checkNoLoopRuns();
  const replaced = hostReplaced();
  if (replaced !== undefined) throw new UnsupportedError(replaced);
  running = loop;
}

/** @internal */
export function leaveLoop(loop: Loop): void {
  if (running === loop) running = undefined;
}
